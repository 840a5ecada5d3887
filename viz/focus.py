"""FocusLLaVA's two choices as pictures: how closely each region is looked at, and what the words attend to."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from PIL import Image

from viz.heatmap import heat_layer, quieter
from viz.tags import source, stacked
from viz.templates import render

CLOSEST = 4  # tokens along a side of a region
OFTEN = 99  # percent of a map's places that lie below its bright end: attention has few very high ones


def focus_pictures(image: Image.Image, closeness: np.ndarray, by_layer: Sequence[np.ndarray], question: str) -> Markup:
    """Both, over the picture.

    Args:
        closeness: tokens along a side of each region, 1, 2 or 4, [R, R].
        by_layer: the words' attention to each patch, [s, s], a map a layer; each is drawn on a scale of its own.
    """
    behind = source(quieter(image))
    regions = stacked(behind, heat_layer(np.log2(closeness), np.log2(CLOSEST)), "How closely each region is looked at")
    layers = [
        stacked(behind, heat_layer(one, float(np.percentile(one, OFTEN))), f"What the words attend to in layer {i}")
        for i, one in enumerate(by_layer, 1)
    ]
    counts = {n: int((closeness == n).sum()) for n in (1, 2, 4)}
    return render("focus.html", regions=regions, counts=counts, layers=layers, question=question)
