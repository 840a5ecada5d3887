"""A film strip: the frames of a video, each under the map of what an answer leans on there, all on one scale."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from PIL import Image

from viz.heatmap import heat_layer, quieter
from viz.tags import source, stacked
from viz.templates import render
from viz.units import percent


def filmstrip(
    frames: Sequence[Image.Image], captions: Sequence[str], maps: Sequence[np.ndarray], scale: float, of: str
) -> Markup:
    """The frames in a row, with the share of the maps that lies in each.

    Args:
        captions: what to call each frame, such as its time.
        maps: a map a frame, ≥ 0, [h, w]; scale: the value at the bright end.
        of: whose maps they are, in words.
    """
    shown = []
    for frame, caption, grid, share in zip(frames, captions, maps, shares(maps), strict=True):
        picture = stacked(source(quieter(frame)), heat_layer(grid, scale), f"{of}, {caption}")
        shown.append((picture, caption, percent(share)))
    return render("filmstrip.html", frames=shown)


def shares(maps: Sequence[np.ndarray]) -> list[float]:
    """How much of an answer's maps lies in each frame; adds up to 1, or is 0 throughout where there is no map."""
    sums = [float(one.sum()) for one in maps]
    return [each / (sum(sums) or 1.0) for each in sums]
