"""The energy of the bands of a video's token sets, frame after frame."""

from collections.abc import Sequence

import plotly.graph_objects as go

from viz.bands import BANDS, written
from viz.plot import quiet
from viz.theme import HIGH, LOW

HEIGHT = 300  # pixels
DASHES = {"low_average": "solid", "high_average": "solid", "high_max": "dot"}  # band → how its line is drawn


def course_figure(times: Sequence[float], energies: Sequence[dict[str, float]]) -> go.Figure:
    """A line a band and a point a frame, on a logarithmic axis; no point where a band is 0, as the high ones of one
    token are.

    Args:
        times: of the frames, in seconds; energies: of each frame, band → mean energy of a token.
    """
    figure = go.Figure()
    for name, dash in DASHES.items():
        symbol, kind, what = BANDS[name]
        figure.add_scatter(
            x=list(times),
            y=[frame[name] or None for frame in energies],
            name=f"{written(symbol)} {kind}: {what}",
            mode="lines+markers",
            line={"color": LOW if kind == "low" else HIGH, "width": 2, "dash": dash},
            marker={"size": 8},
            hovertemplate=f"{symbol} at %{{x:.1f}} s: %{{y:.3g}}<extra></extra>",
        )
    figure.update_xaxes(ticksuffix=" s", showgrid=False, zeroline=False)
    figure.update_yaxes(type="log", exponentformat="power", tickfont={"size": 11}, nticks=5, zeroline=False)
    quiet(figure, HEIGHT)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    return figure
