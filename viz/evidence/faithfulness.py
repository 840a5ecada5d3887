"""Do the maps mark what the answer leans on? Every method, beside maps that know nothing."""

from dataclasses import dataclass

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.measures.faithfulness import Faithfulness, MethodFigures
from fmvr.evaluation.record import Record
from fmvr.evaluation.statistics import Estimate
from viz.evidence.parts import (
    ONE_SEED,
    Section,
    above,
    both,
    heading,
    hint,
    key,
    nearest,
    source,
    table,
    whiskers,
)
from viz.plot import FAINT, quiet
from viz.templates import render

ROW = 38  # pixels a method
LEAD = (
    "A map is faithful if taking away the places it marks hurts the answer, and taking away the others does not. ROAD "
    "(arXiv 2202.00449) does both, to the tower’s features, and reads the answer’s probability: a map that knows "
    "nothing gets about 0, and 0.5 is the most there is."
)
LOOK = (
    "“Random” and “centre” are maps that never saw the picture: noise, and a blob in the middle. A method that is not "
    "clearly right of them is no better by this measure. The page shows {method} unless you choose another; it was "
    "chosen on these pictures."
)
TABLE = (
    "Pointing: how often the brightest place lies in the box of what is asked about. Inside: the map’s share in that "
    "box, over the share of the picture the box covers; a map that knows nothing gets 1."
)
SIZE = "{samples} questions about one thing, one a test picture, that every arm answers right at every measured budget"


@dataclass(frozen=True)
class ShownExample:
    """One map of the page's method among those measured, with its picture as HTML."""

    picture: Markup
    question: str
    answer: str
    arm: str
    tokens: int
    road: float
    inside: float


def draw(record: Record[Faithfulness], tokens: int) -> Section:
    """ROAD by method at the measured budget nearest to the one chosen, and all figures as a table."""
    rows = record.result.methods
    near = nearest({row.visual_tokens for row in rows}, tokens)
    at = [row for row in rows if row.visual_tokens == near]
    return Section(
        heading(f"Do the maps show what the answer leans on? At {near} tokens", LEAD),
        figure(at),
        hint(LOOK.format(method=record.result.method))
        + key(dict.fromkeys(row.arm for row in at))
        + _table(at, near)
        + hint(TABLE)
        + source(record, SIZE.format(samples=max(row.maps for row in rows)), ONE_SEED),
    )


def figure(rows: list[MethodFigures]) -> go.Figure:
    """ROAD of every method with its interval, the best on top; `rows` are of one budget."""
    methods = _by_road(rows)[::-1]
    drawn = go.Figure()
    for name in dict.fromkeys(row.arm for row in rows):
        entry, own = arm(name), {row.method: row.road for row in rows if row.arm == name}
        there = [method for method in methods if method in own]
        means = [own[method].mean for method in there]
        low, high = ([getattr(own[method], end) for method in there] for end in ("low", "high"))
        drawn.add_scatter(
            x=means,
            y=there,
            error_x=whiskers(low, means, high),
            name=entry.label,
            mode="markers",
            marker={"symbol": entry.mark, "size": 9, "color": entry.colour},
            hovertemplate=f"%{{y}}, {entry.label}: %{{x:.2f}}<extra></extra>",
        )
    quiet(drawn, ROW * len(methods) + 90)
    drawn.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": "ROAD"}, "gridcolor": FAINT, "zerolinecolor": FAINT},
        yaxis={"categoryorder": "array", "categoryarray": methods},
    )
    return drawn


def examples(shown: list[ShownExample]) -> Markup:
    """The maps that did best and worst, as they are."""
    return render("evidence/examples.html", examples=shown)


def _by_road(rows: list[MethodFigures]) -> list[str]:
    """The methods, the most faithful first: by the mean over the arms."""
    means: dict[str, list[float]] = {}
    for row in rows:
        means.setdefault(row.method, []).append(row.road.mean)
    return sorted(means, key=lambda method: -sum(means[method]) / len(means[method]))


def _table(rows: list[MethodFigures], tokens: int) -> Markup:
    figures = {"road": (1, 2), "pointing": (100, 1), "ratio": (1, 1)}  # figure → factor, digits
    lines = [
        [
            method,
            *(
                both({row.arm: _cell(getattr(row, which), *how) for row in rows if row.method == method})
                for which, how in figures.items()
            ),
        ]
        for method in _by_road(rows)
    ]
    return table(f"Every method at {tokens} tokens", ["", "ROAD", "pointing, %", "inside, ×"], lines)


def _cell(estimate: Estimate, factor: float, digits: int) -> Markup:
    ends = (estimate.mean, estimate.low, estimate.high)
    mean, low, high = (f"{factor * end:.{digits}f}".replace("-", "−") for end in ends)
    return above(mean, f"{low} to {high}")
