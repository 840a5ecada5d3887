"""What all measures share: a section, estimates with their intervals, tables, small multiples, where they are from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.subplots import make_subplots

from fmvr.arms import arm
from fmvr.evaluation.record import Record
from fmvr.evaluation.statistics import Estimate
from viz.plot import FAINT, quiet
from viz.table import table as plain_table
from viz.templates import render
from viz.units import token_count

PANEL = 210  # pixels of height
COLUMNS = 2
NOTHING = "–"  # in a cell for which nothing was measured
NEAREST = "Nothing was measured at {}: this is the nearest budget that was, {}."


@dataclass(frozen=True)
class Section:
    """One measure as it is shown: HTML above its figure, the figure, HTML below it."""

    above: Markup
    figure: go.Figure | None
    below: Markup


def points(share: Estimate) -> str:
    """`86.5`: a share in percent."""
    return f"{100 * share.mean:.1f}" if share.mean == share.mean else NOTHING


def signed(value: float) -> str:
    """`+0.6`, `−1.1`: a difference of shares, in points."""
    return f"{100 * value:+.1f}".replace("-", "−")


def between(share: Estimate) -> str:
    """`85.9 to 87.1`: the interval of a share, in percent."""
    return f"{100 * share.low:.1f} to {100 * share.high:.1f}".replace("-", "−")


def apart(difference: Estimate) -> str:
    """`−1.1 (−1.6 to −0.7)`: a difference with its interval, in points."""
    return f"{signed(difference.mean)} ({signed(difference.low)} to {signed(difference.high)})"


def marked(difference: Estimate | None) -> str:
    """The same, bold where it is clear."""
    if difference is None:
        return NOTHING
    return Markup("<b>{}</b>").format(apart(difference)) if clear(difference) else apart(difference)


def clear(difference: Estimate) -> bool:
    """Whether a difference is more than chance over samples explains: its interval leaves out 0."""
    return difference.low > 0 or difference.high < 0


def ahead(difference: Estimate, untouched: float) -> bool:
    """Whether a block gains more than the choice of samples explains, and more than `untouched`.

    untouched: what the models differ by where no block is applied; with one seed a model, training alone does that.
    """
    return difference.low > max(0.0, untouched)


def behind(difference: Estimate, untouched: float) -> bool:
    """The same of a loss."""
    return difference.high < min(0.0, untouched)


def above(text: str, small: str) -> Markup:
    """A cell of two lines, the second one small."""
    return Markup("{}<small>{}</small>").format(text, small)


def versus(name: str, baseline: str) -> str:
    """`with − without`: an arm against another; what their labels end in alike is left out."""
    first, second = arm(name).label.split(), arm(baseline).label.split()
    while len(first) > 1 and len(second) > 1 and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    return f"{' '.join(first)} − {' '.join(second)}"


def nearest(measured: Iterable[int], tokens: int) -> int:
    """The measured budget nearest to the one chosen; of two, the smaller."""
    return min(measured, key=lambda n: (abs(n - tokens), n))


def nearness(tokens: int, near: int) -> Markup:
    """A sentence that what is shown is at another budget than the one chosen; nothing where it is at that one."""
    if tokens == near:
        return Markup()
    return hint(NEAREST.format(token_count(tokens), token_count(near)))


def all_budgets(by_arm: dict[str, dict]) -> list[int]:
    """The budgets of all arms, the largest first."""
    return sorted({n for by_budget in by_arm.values() for n in by_budget}, reverse=True)


def standing_out(differences: dict[str, Estimate], places: str, against: str) -> str:
    """A sentence on where two arms clearly differ.

    Args:
        differences: place → how far apart they are there.
        places: what the places are called, in the plural.
        against: `versus` of the two.
    """
    if not differences:
        return ""
    far = sorted((each.mean, place) for place, each in differences.items() if clear(each))
    listed = "; ".join(f"{place}, {apart(differences[place])}" for _, place in far)
    return (
        f"The interval of {against} leaves out 0 for {len(far)} of {len(differences)} {places}; "
        "by chance about one in twenty would" + (f": {listed}." if listed else ".")
    )


def both(cells: dict[str, str]) -> Markup | str:
    """One table cell for all arms: arm → what stands there."""
    return render("evidence/arms.html", cells=cells) if cells else NOTHING


def key(arms: Iterable[str]) -> Markup:
    """Which colour is which arm, for tables that show all arms in one cell."""
    return render("evidence/key.html", arms=list(arms))


def table(caption: str, heads: list[str], rows: list[list[str]]) -> Markup:
    """A table that unfolds under its caption; the first column names its row. What is not Markup is text."""
    return render("evidence/folded.html", caption=caption, table=plain_table("found", caption, heads, rows))


def heading(title: str, lead: str) -> Markup:
    """A section's title and what it is about."""
    return render("evidence/heading.html", title=title, lead=lead)


def hint(text: str) -> Markup:
    """What to look for; nothing where there is nothing."""
    return render("evidence/hint.html", text=text.strip())


def source(record: Record, *size: str) -> Markup:
    """Where figures are from: the command that makes them anew, how much was measured, when and on what."""
    day = date.fromisoformat(record.date)
    return render(
        "evidence/source.html",
        command=record.command,
        size=", ".join(size),
        day=f"{day.day} {day:%B %Y}",
        machine=record.machine,
    )


ONE_SEED = "one training seed a model"


@dataclass(frozen=True)
class Panel:
    """One of several small plots: a line for each arm over steps that are named, not scaled."""

    title: str
    steps: list[str]
    lines: dict[str, dict[str, Estimate]]  # arm → step → estimate; an arm may lack steps


def small_multiples(panels: list[Panel]) -> go.Figure:
    """Panels side by side, lines with their intervals; shares in percent on axes of their own."""
    rows = ceil(len(panels) / COLUMNS)
    figure = make_subplots(
        rows, COLUMNS, subplot_titles=[p.title for p in panels], horizontal_spacing=0.12, vertical_spacing=0.3 / rows
    )
    named: set[str] = set()
    for i, panel in enumerate(panels):
        place = {"row": 1 + i // COLUMNS, "col": 1 + i % COLUMNS}
        for name, line in panel.lines.items():
            add_line(figure, name, list(line), list(line.values()), first=name not in named, **place)
            named.add(name)
        figure.update_xaxes(type="category", categoryorder="array", categoryarray=panel.steps, showgrid=False, **place)
    figure.update_yaxes(nticks=5, gridcolor=FAINT)
    quiet(figure, PANEL * rows + 60)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": 1 + 50 / (PANEL * rows), "yanchor": "bottom"}
    )
    return figure


def add_line(figure: go.Figure, name: str, x: list, line: list[Estimate], first: bool = True, **place) -> None:
    """One arm's line of shares with intervals, in percent, in the arm's colour and mark.

    `first`: it is named in the legend; `place`: the row and column of its panel.
    """
    entry, means = arm(name), [100 * share.mean for share in line]
    figure.add_scatter(
        x=x,
        y=means,
        error_y=whiskers([100 * share.low for share in line], means, [100 * share.high for share in line]),
        name=entry.label,
        legendgroup=name,
        showlegend=first,
        mode="lines+markers",
        line={"color": entry.colour, "width": 2},
        marker={"symbol": entry.mark, "size": 8},
        customdata=[between(share) for share in line],
        hovertemplate=f"{entry.label}, %{{x}}: %{{y:.1f}} % (%{{customdata}})<extra></extra>",
        **place,
    )


def whiskers(low: list[float], means: list[float], high: list[float], **more) -> dict:
    """Plotly's error bars from intervals."""
    return {
        "array": [top - mean for top, mean in zip(high, means)],
        "arrayminus": [mean - bottom for bottom, mean in zip(low, means)],
        "thickness": 1.2,
        "width": 4,
        **more,
    }
