"""A film as its frames, each under the map of what an answer leans on there, all on one scale."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from PIL import Image

from viz.heatmap import heat_layer, quieter
from viz.tags import source, stacked
from viz.templates import render
from viz.units import percent


def film(
    frames: Sequence[Image.Image], times: Sequence[float] | None, maps: Sequence[np.ndarray], scale: float, of: str
) -> Markup:
    """The frames in a row.

    Args:
        times: in seconds, of a video's frames; None for frames without times.
        maps: a map a frame, ≥ 0, [h, w]; scale: the value at the bright end.
        of: whose maps they are, in words.
    """
    whole = sum(float(one.sum()) for one in maps) or 1.0
    shown = []
    for i, (frame, grid) in enumerate(zip(frames, maps)):
        when = f"{times[i]:.1f} s" if times else f"frame {i + 1}"
        picture = stacked(source(quieter(frame)), heat_layer(grid, scale), f"{of}, {when}")
        shown.append((picture, when, percent(float(grid.sum()) / whole)))
    return render("film.html", frames=shown)
