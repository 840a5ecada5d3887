"""What every Plotly figure of the page shares: no background, quiet axes, the page's font."""

import plotly.graph_objects as go

from viz.theme import FONT

GREY = "#808a94"  # seen on a light and on a dark page
FAINT = "rgba(128, 138, 148, 0.25)"
PALE = 0.4  # opacity of what is shown before the block


def quiet(figure: go.Figure, height: int) -> go.Figure:
    """The figure in the page's style, `height` pixels high."""
    figure.update_layout(
        height=height,
        showlegend=False,
        font={"family": ", ".join(FONT), "size": 13, "color": GREY},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
    )
    figure.update_annotations(font={"size": 14, "color": GREY})
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True, gridcolor=FAINT, zerolinecolor=FAINT)
    return figure
