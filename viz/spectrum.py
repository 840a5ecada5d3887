"""The Fourier spectrum of the token grid, level by level, before and after the block."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from fmvr.arms import PAIR, arm
from viz.plot import GREY, PALE, quiet

HEIGHT = 460  # pixels


def spectrum_figure(levels: list[tuple[int, np.ndarray, np.ndarray | None]], name: str = PAIR[-1]) -> go.Figure:
    """A panel for each level of more than one token, all on the same axes: power against waves across the picture.

    Before the block pale, after it full; the finest level stands in every panel as a thin grey line.

    Args:
        levels: grid side, power before the block and after it (None where no block is), [side // 2 + 1] each.
        name: of the arm whose tokens these are.
    """
    levels = [level for level in levels if level[0] > 1]
    finest, rows = levels[0], -(-len(levels) // 2)
    figure = make_subplots(
        rows=rows,
        cols=2,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.06,
        vertical_spacing=0.16,
        subplot_titles=[f"{side}×{side}" for side, _, _ in levels],
    )
    for place, (side, before, after) in enumerate(levels):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        if side != finest[0]:
            figure.add_scatter(y=finest[1], line={"color": GREY, "width": 1}, hoverinfo="skip", mode="lines", **at)
        drawn = [("before the block", before, PALE), ("after the block", after, 1.0)]
        for when, power, opacity in drawn if after is not None else [("no block here", before, 1.0)]:
            figure.add_scatter(
                y=power,
                mode="lines+markers",
                line={"color": arm(name).colour, "width": 2.5},
                marker={"size": 6},
                opacity=opacity,
                hovertemplate=f"%{{x}} waves across, {when}: %{{y:.3g}}<extra></extra>",
                **at,
            )
    figure.update_xaxes(showgrid=False, zeroline=False, dtick=3, showticklabels=True)
    figure.update_xaxes(title={"text": "waves across", "standoff": 6, "font": {"size": 13}}, row=rows)
    figure.update_yaxes(type="log", dtick=1, exponentformat="power", tickfont={"size": 11}, zeroline=False)
    figure.update_yaxes(title={"text": "power", "standoff": 4, "font": {"size": 13}}, col=1)
    return quiet(figure, HEIGHT)
