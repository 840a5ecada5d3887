"""The bands of one level as layers over the picture: where their energy lies before and after the block."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from viz.heatmap import common_scale, heat_layer

# name of a band → its symbol, whether it is a low or a high one, and what it is in words
BANDS = {
    "low_average": ("L_A", "low", "the mean over all places"),
    "high_average": ("H_A", "high", "what differs from that mean"),
    "high_max": ("H_M", "high", "the largest value around each place"),
    "low_max": ("L_M", "low", "what falls short of that maximum"),
}


def written(symbol: str) -> str:
    """`L_A` with its index set low, as HTML."""
    return f"{symbol[0]}<sub>{symbol[-1]}</sub>"


@dataclass(frozen=True)
class Drawn:
    """A band as a picture."""

    layer: Image.Image  # RGBA, a pixel for each token
    scale: float  # the energy at the bright end


@dataclass(frozen=True)
class BandPictures:
    """One band before and after the block."""

    name: str  # a key of BANDS
    before: Drawn
    after: Drawn | None  # None where no block is
    left_out: bool = False  # whether nothing of it is left after the block


def band_pictures(before: dict[str, np.ndarray], after: dict[str, np.ndarray] | None) -> list[BandPictures]:
    """Draw every band of a level, before and after the block, each on its own scale: a block may raise all places of a
    band many times over, and where they are is to be seen in both.

    Args:
        before, after: band name → energy of each token, [s, s]; `after` is None at a level without a block.
    """
    pictures = []
    for name in BANDS:
        left_out = bool(after) and before[name].any() and not after[name].any()
        pictures.append(BandPictures(name, _drawn(before[name]), after and _drawn(after[name]), left_out))
    return pictures


def _drawn(energies: np.ndarray) -> Drawn:
    scale = common_scale([energies])
    return Drawn(heat_layer(energies, scale), scale)
