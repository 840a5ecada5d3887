"""What every Plotly figure of the page shares: no background, quiet axes, the page's font."""

import plotly.graph_objects as go

from viz.theme import FONT

GREY = "#808a94"  # seen on a light and on a dark page
FAINT = "rgba(128, 138, 148, 0.25)"
PALE = 0.4  # opacity of what is shown before the block


QUIET = go.layout.Template(
    layout={
        "showlegend": False,
        "font": {"family": ", ".join(FONT), "size": 13, "color": GREY},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "xaxis": {"fixedrange": True, "automargin": True},
        "yaxis": {"fixedrange": True, "automargin": True, "gridcolor": FAINT, "zerolinecolor": FAINT},
    }
)


def quiet(figure: go.Figure, height: int) -> go.Figure:
    """The figure in the page's style, `height` pixels high; what the figure sets itself, it keeps."""
    figure.update_layout(template=QUIET, height=height)
    if figure.layout.annotations:  # titles of subplots bring a font of their own
        figure.update_annotations(font={"size": 14, "color": GREY})
    return figure
