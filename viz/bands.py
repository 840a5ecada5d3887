"""The bands of one level as layers over the picture: where their energy lies before and after the block."""

import re
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from PIL import Image

from viz.heatmap import common_scale, heat_layer

# name of a band → its symbol, whether it is a low or a high one, and what it is in words
BANDS = {
    "low_average": ("L_A", "low", "the mean over all places"),
    "high_average": ("H_A", "high", "what differs from that mean"),
    "high_max": ("H_M", "high", "the largest value around each place"),
    "low_max": ("L_M", "low", "what falls short of that maximum"),
}

INDEX = re.compile(r"([_^])([A-Za-z]+)")
TAGS = {"_": "sub", "^": "sup"}


def written(formula: str) -> Markup:
    """`L_A`, `W_A^low` or `X ⊙ H_A` with its indices set low and high; what is Markup already stays as it is."""
    if isinstance(formula, Markup):
        return formula
    return Markup(INDEX.sub(_set, str(escape(formula))))


@dataclass(frozen=True)
class EnergyPicture:
    """Where the energy of a band lies."""

    layer: Image.Image  # RGBA, a pixel for each token
    scale: float  # the energy at the bright end


@dataclass(frozen=True)
class BandPictures:
    """One band before and after the block."""

    name: str  # a key of BANDS
    before: EnergyPicture
    after: EnergyPicture | None  # None where no block is
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
        pictures.append(BandPictures(name, _picture(before[name]), after and _picture(after[name]), left_out))
    return pictures


def _picture(energies: np.ndarray) -> EnergyPicture:
    scale = common_scale([energies])
    return EnergyPicture(heat_layer(energies, scale), scale)


def _set(index: re.Match) -> Markup:
    mark, letters = index.groups()
    return Markup("<{0}>{1}</{0}>").format(TAGS[mark], letters)
