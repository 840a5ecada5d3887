"""What all measures share: a section, estimates with their intervals, tables, small multiples, where they are from."""

from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.budgets import MARKS
from viz.plot import FAINT, quiet
from viz.table import table as plain_table
from viz.theme import SIDE_NAMES, SIDES

PANEL = 210  # pixels of height
COLUMNS = 2
Estimate = dict  # mean, low, high: shares of 1, as results keep them


@dataclass(frozen=True)
class Section:
    """One measure as it is shown: HTML above its figure, the figure, HTML below it."""

    above: str
    figure: go.Figure | None
    below: str


def points(found: Estimate) -> str:
    """`86.5`: a share in percent."""
    return f"{100 * found['mean']:.1f}"


def signed(value: float) -> str:
    """`+0.6`, `−1.1`: a difference of shares, in points."""
    return f"{100 * value:+.1f}".replace("-", "−")


def between(found: Estimate) -> str:
    """`85.9 to 87.1`: the interval of a share, in percent."""
    return f"{100 * found['low']:.1f} to {100 * found['high']:.1f}".replace("-", "−")


def apart(found: Estimate) -> str:
    """`−1.1 (−1.6 to −0.7)`: a difference with its interval, in points."""
    return f"{signed(found['mean'])} ({signed(found['low'])} to {signed(found['high'])})"


def marked(found: Estimate) -> str:
    """The same, bold where it is clear."""
    return f"<b>{apart(found)}</b>" if clear(found) else apart(found)


def clear(found: Estimate) -> bool:
    """Whether a difference is more than chance over scenes explains: its interval leaves out 0."""
    return found["low"] > 0 or found["high"] < 0


def standing_out(differences: dict[str, Estimate], places: str) -> str:
    """A sentence on where the two models clearly differ.

    Args:
        differences: place, as HTML → with − without there.
        places: what they are called, in the plural.
    """
    if not differences:
        return ""
    far = sorted(((found["mean"], place) for place, found in differences.items() if clear(found)))
    told = "; ".join(f"{place}, {apart(differences[place])}" for _, place in far)
    return (
        f"The interval of with − without leaves out 0 for {len(far)} of {len(differences)} {places}; "
        "by chance about one in twenty would" + (f": {told}." if told else ".")
    )


def both(cells: dict[str, str]) -> str:
    """One table cell for all models: side → what stands there."""
    return "".join(f'<span class="{side}">{said}</span>' for side, said in cells.items())


def key(sides) -> str:
    """Which colour is which model, for tables that show all models in one cell."""
    names = " ".join(f'<span class="{side}">{SIDE_NAMES[side]}</span>' for side in sides)
    return f'<p class="key">{names}</p>'


def table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    """A table whose cells are HTML; the first column names its row."""
    return plain_table("found", escape(caption), heads, rows)


def heading(title: str, said: str) -> str:
    """A section's title and what it is about."""
    return f'<h2>{escape(title)}</h2><p class="lead">{said}</p>'


def hint(said: str) -> str:
    """What to look for."""
    return f'<p class="look">{said}</p>'


def source(record, size: str, seeds: str = "one training seed a model") -> str:
    """Where figures are from: the command that makes them anew, how much was measured, when and on what."""
    day = date.fromisoformat(record.date)
    return (
        f'<p class="made"><code>{escape(record.command)}</code> <span>{escape(size)}, {seeds}</span> '
        f"<span>{day.day} {day:%B %Y}, on {escape(record.machine)}</span></p>"
    )


@dataclass(frozen=True)
class Panel:
    """One of several small plots: a line for each model over steps that are named, not scaled."""

    title: str
    steps: list[str]
    lines: dict[str, list[Estimate]]  # side → an estimate for each step


def small_multiples(panels: list[Panel]) -> go.Figure:
    """Panels side by side, lines with their intervals; shares in percent on axes of their own."""
    rows = ceil(len(panels) / COLUMNS)
    figure = make_subplots(
        rows, COLUMNS, subplot_titles=[p.title for p in panels], horizontal_spacing=0.12, vertical_spacing=0.3 / rows
    )
    for i, panel in enumerate(panels):
        place = {"row": 1 + i // COLUMNS, "col": 1 + i % COLUMNS}
        for side, line in panel.lines.items():
            add_line(figure, side, panel.steps, line, first=i == 0, **place)
        figure.update_xaxes(type="category", showgrid=False, **place)
    figure.update_yaxes(nticks=5, gridcolor=FAINT)
    quiet(figure, PANEL * rows + 60)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1 + 50 / (PANEL * rows), "yanchor": "bottom"}
    )
    return figure


def add_line(figure: go.Figure, side: str, x: list, line: list[Estimate], first: bool = True, **place) -> None:
    """One model's line of shares with intervals, in percent, in the model's colour and mark.

    `first`: it is named in the legend; `place`: the row and column of its panel.
    """
    means = [100 * found["mean"] for found in line]
    figure.add_scatter(
        x=x,
        y=means,
        error_y={
            "array": [100 * found["high"] - mean for found, mean in zip(line, means)],
            "arrayminus": [mean - 100 * found["low"] for found, mean in zip(line, means)],
            "thickness": 1.2,
            "width": 4,
        },
        name=SIDE_NAMES[side],
        legendgroup=side,
        showlegend=first,
        mode="lines+markers",
        line={"color": SIDES[side], "width": 2},
        marker={"symbol": MARKS[side], "size": 8},
        customdata=[between(found) for found in line],
        hovertemplate=f"{SIDE_NAMES[side]}, %{{x}}: %{{y:.1f}} % (%{{customdata}})<extra></extra>",
        **place,
    )
