"""All budgets at once: every answer in one grid, and how probable one answer is at each budget."""

from dataclasses import dataclass
from html import escape
from math import log10

import plotly.graph_objects as go

from viz.card import Verdict, badge
from viz.plot import QUIET
from viz.theme import SIDE_NAMES, SIDES
from viz.units import percent, seconds, token_count

HEIGHT = 340  # pixels
MARKS = {"without": "square", "with": "circle"}  # apart without their colours, too
SMALL = 0.2  # a curve that stays below this has an axis of its own height


@dataclass(frozen=True)
class Cell:
    """One model at one budget."""

    answer: str
    probability: float  # of that answer: the product over its words
    first_token_s: float
    total_s: float
    verdict: Verdict | None  # None where nobody knows the truth
    same: bool  # as the model's own answer at the full budget
    chance: float  # the probability of the answer that the curve follows

    @property
    def holds(self) -> bool:
        """Whether the answer is right or, where nobody knows, the one of the full budget."""
        return self.verdict.score == 1 if self.verdict else self.same


Rows = dict[int, dict[str, Cell]]  # budget → side → cell, the full budget first


def budget_grid(rows: Rows, budgets: list[int], sides: tuple[str, ...], chosen: int) -> str:
    """Five budgets × the models as a table; rows that are not there yet hold their place.

    Args:
        budgets: all of them, in the table's order.
        chosen: the budget on the slider; its row is marked.
    """
    heads = "".join(f'<th scope="col" class="{side}">{SIDE_NAMES[side]}</th>' for side in sides)
    body = ""
    for tokens in budgets:
        cells = "".join(_cell(rows[tokens][side], tokens == max(budgets)) for side in sides) if tokens in rows else ""
        now = ' class="now"' if tokens == chosen else ""
        waiting = '<td class="waiting">…</td>' * len(sides)
        body += f'<tr{now}><th scope="row">{tokens}</th>{cells or waiting}</tr>'
    return (
        '<table class="budgets"><caption class="unseen">Answers at every token budget</caption>'
        f'<thead><tr><th scope="col">tokens</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


def _cell(cell: Cell, full: bool) -> str:
    said = escape(cell.answer) or "(no answer)"
    if cell.verdict:
        mark = badge(cell.verdict)
    else:
        mark = "" if full else f'<span class="badge">{"= as at the full set" if cell.same else "≠ changed"}</span>'
    long = ' class="long"' if len(cell.answer) > 24 else ""
    return (
        f"<td><b{long}>{said}</b> {mark}<small>"
        f"<span>{percent(cell.probability)} sure</span> <span>first token {seconds(cell.first_token_s)}</span> "
        f"<span>in all {seconds(cell.total_s)}</span></small></td>"
    )


def finding(rows: Rows, sides: tuple[str, ...]) -> str:
    """What the grid shows, as one sentence: the smallest budget at which each model still holds its answer."""
    known = any(cell.verdict for row in rows.values() for cell in row.values())
    smallest = {side: smallest_budget(rows, side) for side in sides}
    found = {side: tokens for side, tokens in smallest.items() if tokens}
    if not found:  # the answer of the full set is held there at least: only a right one can be missed everywhere
        said = "Neither model gets it right" if len(sides) > 1 else "This model does not get it right"
        return f'<p class="finding">{said} at any budget.</p>'
    gets = "gets it right" if known else f"gives the answer of {max(rows)} tokens"
    named = [
        f'<b class="{side}">{SIDE_NAMES[side]}</b> {token_count(found[side]) if side in found else "none does"}'
        for side in sides
    ]
    gaps = [
        f"{SIDE_NAMES[side]} it is {'wrong' if known else 'another answer'} at {' and '.join(map(str, missed))}"
        for side, least in found.items()
        if (missed := [n for n, row in sorted(rows.items()) if n > least and not row[side].holds])
    ]
    more = f" More tokens do not always help: {'; '.join(gaps)}." if gaps else ""
    return f'<p class="finding">The smallest budget that still {gets}: {", ".join(named)}.{more}</p>'


def smallest_budget(rows: Rows, side: str) -> int | None:
    """The smallest budget at which a model's answer holds; None where it never does."""
    return min((tokens for tokens, row in rows.items() if row[side].holds), default=None)


def chance_figure(rows: Rows, sides: tuple[str, ...], budgets: list[int]) -> go.Figure:
    """The probability of the answer followed, against the budget; full marks where the model's own answer holds."""
    top = max((cell.chance for row in rows.values() for cell in row.values()), default=1.0)
    layout = against_budgets(budgets, HEIGHT)
    layout["yaxis"] |= {"range": [0, 1.04 if top > SMALL else 1.15 * top or 1], "tickformat": ".2~%"}
    figure = go.Figure(layout=layout)
    there = sorted(rows)
    for side in sides:
        cells = [rows[tokens][side] for tokens in there]
        figure.add_scatter(
            x=there,
            y=[cell.chance for cell in cells],
            name=SIDE_NAMES[side],
            mode="lines+markers",
            line={"color": SIDES[side], "width": 2.5},
            marker={"symbol": [MARKS[side] + ("" if c.holds else "-open") for c in cells], "size": 11},
            hovertemplate=f"{SIDE_NAMES[side]}, %{{x}} tokens: %{{y:.2~%}}<extra></extra>",
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
