"""The learned gains of the blocks as distributions over the channels."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.bands import written
from viz.plot import GREY, quiet
from viz.theme import HIGH, LOW

ROW = 200  # pixels
COLOURS = {"low": LOW, "high": HIGH, "all": GREY}


@dataclass(frozen=True)
class GainLabel:
    """A gain of the block's form as it is shown; of `Gain` in fmvr/model/forms.py: `band` is the `kind`."""

    symbol: str  # as `viz.bands.written` takes it: `W_A^low`
    kind: str  # what it acts on: `low` or `high` bands, or `all` of a token
    acts_on: str  # as `symbol`
    first: float  # the value all its channels had before training


def gains_figure(gains: dict[int, dict[str, np.ndarray]], labels: dict[str, GainLabel]) -> go.Figure:
    """A panel for each gain, a violin for each level: how many channels have which value; dashed, the untrained value.

    Args:
        gains: grid side → gain → its value for each channel, [D].
        labels: gain → how it is shown, in the order of the panels.
    """
    rows = -(-len(labels) // 2)
    figure = make_subplots(
        rows=rows,
        cols=2,
        horizontal_spacing=0.1,
        vertical_spacing=0.2 / max(rows - 1, 1),
        subplot_titles=[f"{written(label.symbol)}  on {written(label.acts_on)}" for label in labels.values()],
    )
    for place, (name, label) in enumerate(labels.items()):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        for side, values in gains.items():
            low, middle, high = np.percentile(values[name], (5, 50, 95))
            figure.add_violin(
                x0=f"{side}×{side}",
                y=values[name].astype(float),
                line={"color": COLOURS[label.kind], "width": 1.5},
                box={"visible": True, "width": 0.15},
                points=False,
                spanmode="hard",
                hoveron="violins",
                hoverinfo="text",
                text=f"{written(label.symbol)} at {side}×{side}: half of the channels below {middle:.3g}; "
                f"nine in ten between {low:.3g} and {high:.3g}",
                **at,
            )
        figure.add_hline(label.first, line={"color": GREY, "width": 1, "dash": "dash"}, **at)
    figure.update_yaxes(nticks=5, zeroline=False)
    return quiet(figure, ROW * rows + 40)
