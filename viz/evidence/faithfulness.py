"""Do the maps mark what the answer leans on? Every method, beside maps that know nothing."""

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from viz.budgets import MARKS
from viz.evidence.parts import Section, both, heading, hint, key, source, table
from viz.plot import FAINT, quiet
from viz.theme import SIDE_NAMES, SIDES
from viz.units import percent

ROW = 38  # pixels a method
LEAD = (
    "A map is faithful if taking away the places it marks hurts the answer, and taking away the others does not. ROAD "
    "(arXiv 2202.00449) does both, to the tower’s features, and reads the answer’s probability: a map that knows "
    "nothing gets about 0, and 0.5 is the most there is."
)
LOOK = (
    "“Random” and “centre” are maps that never saw the picture: noise, and a blob in the middle. A method that is not "
    "clearly right of them is no better by this measure. The page shows {method} unless you choose another; it was "
    "chosen on these scenes."
)
TABLE = (
    "Pointing: how often the brightest place lies in the box of the object named. Inside: the share of the map in that "
    "box, over the share of the picture the box covers; a map that knows nothing gets 1."
)
SIZE = "{scenes} test scenes in which every answer names one object that is there, one map a scene"


@dataclass(frozen=True)
class Example:
    """One map of the page's method among those measured, with its picture as HTML."""

    picture: str
    question: str
    answer: str
    side: str
    tokens: int
    road: float
    inside: float


def draw(record, tokens: int, method: str) -> Section:
    """ROAD by method at the measured budget nearest to the one chosen, and all figures as a table."""
    rows = record.result["maps"]
    near = min({row["visual_tokens"] for row in rows}, key=lambda n: (abs(n - tokens), n))
    at = [row for row in rows if row["visual_tokens"] == near]
    sides = list(dict.fromkeys(row["side"] for row in rows))
    return Section(
        heading(f"Do the maps show what the answer leans on? At {near} tokens", LEAD),
        figure(at),
        hint(LOOK.format(method=escape(method)))
        + key(sides)
        + _table(at, near)
        + hint(TABLE)
        + source(record, SIZE.format(scenes=max(row["maps"] for row in rows))),
    )


def figure(rows: list[dict]) -> go.Figure:
    """ROAD of every method with its interval, the best on top; `rows` are of one budget."""
    mean = {}
    for row in rows:
        mean.setdefault(row["method"], []).append(row["road"]["mean"])
    methods = sorted(mean, key=lambda name: sum(mean[name]))
    drawn = go.Figure()
    for side in dict.fromkeys(row["side"] for row in rows):
        of = {row["method"]: row["road"] for row in rows if row["side"] == side}
        drawn.add_scatter(
            x=[of[name]["mean"] for name in methods],
            y=methods,
            error_x={
                "array": [of[name]["high"] - of[name]["mean"] for name in methods],
                "arrayminus": [of[name]["mean"] - of[name]["low"] for name in methods],
                "thickness": 1.2,
                "width": 4,
            },
            name=SIDE_NAMES[side],
            mode="markers",
            marker={"symbol": MARKS[side], "size": 9, "color": SIDES[side]},
            hovertemplate=f"%{{y}}, {SIDE_NAMES[side]}: %{{x:.2f}}<extra></extra>",
        )
    quiet(drawn, ROW * len(methods) + 90)
    drawn.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": "ROAD"}, "gridcolor": FAINT, "zerolinecolor": FAINT},
    )
    return drawn


def examples(found: list[Example]) -> str:
    """The maps that did best and worst, as they are."""
    cards = "".join(
        f"<figure>{one.picture}<figcaption><b>{escape(one.answer)}</b> {escape(one.question)}<small>"
        f"{SIDE_NAMES[one.side]}, {one.tokens} tokens · ROAD {one.road:.2f} · {percent(one.inside)} inside</small>"
        "</figcaption></figure>"
        for one in found
    )
    return f'<h3 class="examples">The most and the least faithful among them</h3><div class="samples">{cards}</div>'


def _table(rows: list[dict], tokens: int) -> str:
    by_method = {}
    for row in rows:
        by_method.setdefault(row["method"], {})[row["side"]] = row
    best = sorted(by_method, key=lambda name: -sum(row["road"]["mean"] for row in by_method[name].values()))
    shown = {"road": (1, 2), "pointing": (100, 1), "ratio": (1, 1)}  # figure → factor, digits
    rows = [
        [
            escape(name),
            *(both({s: _cell(r[which], *how) for s, r in by_method[name].items()}) for which, how in shown.items()),
        ]
        for name in best
    ]
    return table(f"Every method at {tokens} tokens", ["", "ROAD", "pointing, %", "inside, ×"], rows)


def _cell(found: dict, factor: float, digits: int) -> str:
    mean, low, high = (f"{factor * found[which]:.{digits}f}".replace("-", "−") for which in ("mean", "low", "high"))
    return f"{mean}<small>{low} to {high}</small>"
