"""The energy of the bands, level by level, before and after the block."""

from math import ceil, floor, log10

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.bands import BANDS, written
from viz.plot import PALE, quiet
from viz.theme import HIGH, LOW

HEIGHT = 440  # pixels


Levels = list[tuple[int, dict[str, float], dict[str, float]]]


def energy_figure(levels: Levels, around: Levels | None = None) -> go.Figure:
    """A panel for each band, all on one logarithmic axis: every level before the block (pale) and after it (full).

    Args:
        levels: for every level with a block, its grid side and the mean energy of each band before and after it; no
            mark where it is 0.
        around: levels whose axis the figure keeps, with room above and below, so that figures can be compared.
    """
    figure = make_subplots(
        rows=2,
        cols=2,
        shared_yaxes="all",
        horizontal_spacing=0.06,
        vertical_spacing=0.2,
        subplot_titles=[f"{written(symbol)}  {kind}" for symbol, kind, _ in BANDS.values()],
    )
    sides = [f"{side}×{side}" for side, _, _ in levels]
    for place, (name, (symbol, kind, _)) in enumerate(BANDS.items()):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        colour = LOW if kind == "low" else HIGH
        before, after = ([level[stage][name] or None for level in levels] for stage in (1, 2))
        ends = [(side, energy) for side, *two in zip(sides, before, after) for energy in (*two, None)]  # None: a gap
        figure.add_scatter(
            x=[side for side, _ in ends],
            y=[energy for _, energy in ends],
            mode="lines",
            line={"color": colour, "width": 2},
            hoverinfo="skip",
            **at,
        )
        for when, energies, opacity in (("before", before, PALE), ("after", after, 1.0)):
            figure.add_scatter(
                x=sides,
                y=energies,
                mode="markers",
                marker={"size": 13, "color": colour, "opacity": opacity},
                hovertemplate=f"{symbol} at %{{x}}, {when} the block: %{{y:.3g}}<extra></extra>",
                **at,
            )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="log", dtick=1, exponentformat="power", tickfont={"size": 11}, zeroline=False)
    if around:
        energies = [energy for _, *stages in around for stage in stages for energy in stage.values() if energy]
        figure.update_yaxes(range=[floor(log10(min(energies))) - 1, ceil(log10(max(energies))) + 2])
    return quiet(figure, HEIGHT)
