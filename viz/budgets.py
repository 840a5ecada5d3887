"""All budgets at once: every answer in one grid, and how probable one answer is at each budget."""

from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from viz.card import Verdict
from viz.plot import QUIET
from viz.templates import render

HEIGHT = 340  # pixels
SMALL = 0.2  # a curve that stays below this has an axis of its own height


@dataclass(frozen=True)
class Cell:
    """One arm at one budget."""

    answer: str
    probability: float  # of that answer: the product over its words
    operations: float  # FLOPs of the prefill
    first_token_s: float  # of this one run, the picture already encoded: for programs
    total_s: float
    verdict: Verdict | None  # None where nobody knows the truth
    same: bool  # as the arm's own answer at its largest budget
    chance: float  # the probability of the answer that the curve follows

    @property
    def holds(self) -> bool:
        """Whether the answer is right or, where nobody knows, the one of the full budget."""
        return self.verdict.score == 1 if self.verdict else self.same


Rows = dict[int, dict[str, Cell]]  # budget → arm → cell, the largest budget first; an arm has the budgets it can make


def budget_grid(rows: Rows, budgets: list[int], arms: tuple[str, ...], chosen: int) -> Markup:
    """Budgets × arms as a table; rows that are not there yet hold their place.

    Args:
        budgets: all of them, in the table's order.
        chosen: the budget on the slider; its row is marked.
    """
    largest = {name: max(_budgets(rows, name), default=None) for name in arms}
    return render("budgets.html", rows=rows, budgets=budgets, arms=arms, chosen=chosen, largest=largest)


def asking() -> Markup:
    """What stands in the place of the finding until all answers have come."""
    return render("finding.html", sentence="Asking …")


def finding(rows: Rows, arms: tuple[str, ...]) -> Markup:
    """What the grid shows, as one sentence: the smallest budget at which each arm still holds its answer."""
    known = any(cell.verdict for row in rows.values() for cell in row.values())
    smallest = {name: smallest_budget(rows, name) for name in arms}
    if not any(
        smallest.values()
    ):  # the answer of the full set is held there: only a right one can be missed everywhere
        return render("finding.html", sentence=f"{_nobody(len(arms))} at any budget.")
    full = f"{max(rows)} tokens" if all(name in rows[max(rows)] for name in arms) else "its full set"
    gaps = [
        f"{arm(name).label} it is {'wrong' if known else 'another answer'} at {' and '.join(map(str, missed))}"
        for name, least in smallest.items()
        if least and (missed := [n for n in sorted(_budgets(rows, name)) if n > least and not rows[n][name].holds])
    ]
    goal = "gets it right" if known else f"gives the answer of {full}"
    return render("finding.html", sentence="", goal=goal, arms=arms, smallest=smallest, gaps=gaps)


def smallest_budget(rows: Rows, arm: str) -> int | None:
    """The smallest budget at which an arm's answer holds; None where it never does."""
    return min((tokens for tokens in _budgets(rows, arm) if rows[tokens][arm].holds), default=None)


def chance_figure(rows: Rows, arms: tuple[str, ...], budgets: list[int]) -> go.Figure:
    """The probability of the answer followed, against the budget; full marks where the arm's own answer holds."""
    top = max((cell.chance for row in rows.values() for cell in row.values()), default=1.0)
    layout = against_budgets(budgets, HEIGHT)
    layout["yaxis"] |= {"range": [0, 1.04 if top > SMALL else 1.15 * top or 1], "tickformat": ".2~%"}
    figure = go.Figure(layout=layout)
    for name in arms:
        entry, there = arm(name), sorted(_budgets(rows, name))
        cells = [rows[tokens][name] for tokens in there]
        figure.add_scatter(
            x=there,
            y=[cell.chance for cell in cells],
            name=entry.label,
            mode="lines+markers",
            line={"color": entry.colour, "width": 2.5},
            marker={"symbol": [entry.mark + ("" if cell.holds else "-open") for cell in cells], "size": 11},
            hovertemplate=f"{entry.label}, %{{x}} tokens: %{{y:.2~%}}<extra></extra>",
        )
    return figure


def against_budgets(budgets: list[int], height: int) -> dict:
    """The layout that plots against the budget share: the page's style, and a logarithmic axis with the budgets."""
    return {
        "template": QUIET,
        "height": height,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "margin": {"r": 12},
        "xaxis": {
            "type": "log",
            "tickvals": sorted(budgets),
            "range": [log10(0.8 * min(budgets)), log10(1.25 * max(budgets))],
            "title": {"text": "visual tokens", "standoff": 8},
            "showgrid": False,
        },
        "yaxis": {"nticks": 5, "rangemode": "tozero"},
    }


def _budgets(rows: Rows, arm: str) -> list[int]:
    """The budgets at which an arm has answered."""
    return [tokens for tokens, row in rows.items() if arm in row]


def _nobody(count: int) -> str:
    """That none of so many models gets it right."""
    if count == 1:
        return "This model does not get it right"
    return "Neither model gets it right" if count == 2 else "None of the models gets it right"
