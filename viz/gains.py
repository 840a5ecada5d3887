"""The learned gains of the blocks as distributions over the channels."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.plot import GREY, quiet
from viz.theme import HIGH, LOW

ROW = 200  # pixels
COLOURS = {"low": LOW, "high": HIGH, "all": GREY}


def gains_figure(gains: dict[int, dict[str, np.ndarray]], first: dict[str, float]) -> go.Figure:
    """A panel for each gain, a violin for each level: how many channels have which value; dashed, the untrained value.

    Args:
        gains: grid side → gain → its value for each channel, [D].
        first: gain → the value all its channels had before training.
    """
    rows = -(-len(first) // 2)
    labels = {name: gain_label(name, tuple(first)) for name in first}
    figure = make_subplots(
        rows=rows,
        cols=2,
        horizontal_spacing=0.1,
        vertical_spacing=0.2 / max(rows - 1, 1),
        subplot_titles=[f"{symbol}  on {band}" for symbol, _, band in labels.values()],
    )
    for place, (name, (symbol, kind, _)) in enumerate(labels.items()):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        for side, values in gains.items():
            low, middle, high = np.percentile(values[name], (5, 50, 95))
            figure.add_violin(
                x0=f"{side}×{side}",
                y=values[name].astype(float),
                line={"color": COLOURS[kind], "width": 1.5},
                box={"visible": True, "width": 0.15},
                points=False,
                spanmode="hard",
                hoveron="violins",
                hoverinfo="text",
                text=f"{symbol} at {side}×{side}: half of the channels below {middle:.3g}; "
                f"nine in ten between {low:.3g} and {high:.3g}",
                **at,
            )
        figure.add_hline(first[name], line={"color": GREY, "width": 1, "dash": "dash"}, **at)
    figure.update_yaxes(nticks=5, zeroline=False)
    return quiet(figure, ROW * rows + 40)


def gain_label(name: str, names: tuple[str, ...]) -> tuple[str, str, str]:
    """A gain's symbol, the kind of band it acts on, and what it multiplies; `names` are all gains of the form."""
    branch, which = name.split("_")
    letter = branch[0].upper()
    detail = "H" if branch == "average" or "max_high" in names else "L"  # the band that enters with X
    if which == "a":
        return f"a<sub>{letter}</sub>", "high" if detail == "H" else "low", f"X ⊙ {detail}<sub>{letter}</sub>"
    if which == "b":
        return f"b<sub>{letter}</sub>", "all", "X"
    band = "L" if which == "low" else "H"
    both = sum(other.startswith(branch) and other.endswith(("low", "high")) for other in names) > 1
    above = f"<sup>{which}</sup>" if both else ""
    return f"W<sub>{letter}</sub>{above}", which, f"{band}<sub>{letter}</sub>"
