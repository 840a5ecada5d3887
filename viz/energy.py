"""The energy of the bands, level by level, before and after the block."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.bands import BANDS
from viz.theme import FONT, HIGH, LOW

HEIGHT = 340  # pixels
GREY = "#808a94"  # readable on a light and on a dark page


def energy_figure(levels: list[tuple[int, dict[str, float], dict[str, float]]]) -> go.Figure:
    """Bars for every level: low and high bands, before the block (pale) and after it (full).

    Args:
        levels: for every level with a block, its grid side and the mean energy of each band before and after it.
    """
    titles = [f"{side}×{side} tokens" for side, _, _ in levels]
    figure = make_subplots(cols=len(levels), shared_yaxes=True, horizontal_spacing=0.04, subplot_titles=titles)
    colours = [LOW if kind == "low" else HIGH for _, kind, _ in BANDS.values()]
    symbols = [f"{s[0]}<sub>{s[-1]}</sub>" for s, _, _ in BANDS.values()]
    for column, (side, before, after) in enumerate(levels, start=1):
        for when, energies, opacity in (("before", before, 0.4), ("after", after, 1.0)):
            figure.add_bar(
                x=symbols,
                y=[energies[name] for name in BANDS],
                name=when,
                marker={"color": colours, "opacity": opacity, "line": {"width": 0}},
                hovertemplate=f"%{{x}} {when} the block at {side}×{side}: %{{y:.3g}}<extra></extra>",
                row=1,
                col=column,
            )
    figure.update_layout(
        height=HEIGHT,
        barmode="group",
        bargap=0.3,
        bargroupgap=0.06,
        showlegend=False,
        font={"family": FONT, "size": 13, "color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
    )
    figure.update_xaxes(fixedrange=True, tickfont={"size": 14}, automargin=True)
    figure.update_yaxes(
        type="log", fixedrange=True, automargin=True, gridcolor="rgba(128,138,148,0.25)", zeroline=False, dtick=1
    )
    figure.update_yaxes(title="mean energy of a token", col=1)
    return figure
