"""The energy of the bands, level by level, before and after the block."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.bands import BANDS, written
from viz.plot import PALE, quiet
from viz.theme import HIGH, LOW

HEIGHT = 440  # pixels


def energy_figure(levels: list[tuple[int, dict[str, float], dict[str, float]]]) -> go.Figure:
    """A panel for each band, with its own axis from zero: every level before the block (pale) and after it (full).

    Args:
        levels: for every level with a block, its grid side and the mean energy of each band before and after it.
    """
    figure = make_subplots(
        rows=2,
        cols=2,
        horizontal_spacing=0.1,
        vertical_spacing=0.2,
        subplot_titles=[f"{written(symbol)}  {kind}" for symbol, kind, _ in BANDS.values()],
    )
    sides = [f"{side}×{side}" for side, _, _ in levels]
    for place, (name, (symbol, kind, _)) in enumerate(BANDS.items()):
        for when, which, opacity in (("before", 1, PALE), ("after", 2, 1.0)):
            figure.add_bar(
                x=sides,
                y=[level[which][name] for level in levels],
                marker={"color": LOW if kind == "low" else HIGH, "opacity": opacity, "line": {"width": 0}},
                hovertemplate=f"{symbol} at %{{x}}, {when} the block: %{{y:.3g}}<extra></extra>",
                row=place // 2 + 1,
                col=place % 2 + 1,
            )
    figure.update_layout(bargap=0.35, bargroupgap=0.05)
    figure.update_yaxes(rangemode="tozero", nticks=4)
    return quiet(figure, HEIGHT)
