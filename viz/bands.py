"""The bands of one level over the picture: where their energy lies before and after the block."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from viz.heatmap import common_scale, overlay

# name of a band → its symbol, whether it is a low or a high one, and what it is in words
BANDS = {
    "low_average": ("L_A", "low", "the mean over all places"),
    "high_average": ("H_A", "high", "what differs from that mean"),
    "high_max": ("H_M", "high", "the largest of each 3×3 neighbourhood"),
    "low_max": ("L_M", "low", "what falls short of that maximum"),
}


@dataclass(frozen=True)
class BandPictures:
    """One band drawn twice on one scale."""

    name: str  # a key of BANDS
    before: Image.Image
    after: Image.Image
    scale: float  # the energy at the bright end


def band_pictures(
    image: Image.Image, before: dict[str, np.ndarray], after: dict[str, np.ndarray]
) -> list[BandPictures]:
    """Draw every band of a level, before and after the block; each band has one scale for both.

    Args:
        image: the picture, RGB.
        before, after: band name → energy of each token, [s, s].
    """
    pictures = []
    for name in BANDS:
        scale = common_scale([before[name], after[name]])
        pictures.append(
            BandPictures(name, overlay(image, before[name], scale), overlay(image, after[name], scale), scale)
        )
    return pictures
