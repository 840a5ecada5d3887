"""A forest plot: how far two arms differ, kind of question by kind of question, each with its interval."""

from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

from fmvr.arms import arm
from fmvr.evaluation.asking import AVERAGE
from fmvr.evaluation.measures.accuracy import Accuracy
from fmvr.evaluation.statistics import Estimate
from viz.evidence.parts import ahead, apart, behind, nearest, signed, whiskers
from viz.plot import FAINT, GREY, quiet
from viz.units import token_count

ROW, AROUND = 24, 96  # pixels of height


def forest(result: Accuracy, name: str, kinds: Iterable[str], tokens: int) -> go.Figure:
    """The arm `name` less the baseline at the measured budget nearest to `tokens`: the average, then each kind of
    question, a family or a group of them."""
    paired = result.paired[name]
    near = nearest(paired, tokens)
    differences = {row: paired[near][row].difference for row in kinds if row in paired[near]}
    ordered = sorted(differences.items(), key=lambda each: each[1].mean)  # the first at the bottom
    rows = [
        Row(row, each, _colour(each, paired[max(paired)][row].difference.mean, name, result.baseline), row == AVERAGE)
        for row, each in (*ordered, (AVERAGE, paired[near][AVERAGE].difference))
    ]
    ahead_is_right = f"points at {token_count(near)}<br>right: {arm(name).label} ahead"  # on a phone one line is cut
    return differences_of(rows, ahead_is_right)


@dataclass(frozen=True)
class Row:
    """One difference of shares, of 1, in a colour; `leads`: it stands out."""

    label: str
    difference: Estimate
    colour: str
    leads: bool = False


def differences_of(rows: Iterable[Row], title: str) -> go.Figure:
    """Differences with their intervals, the first row at the bottom; `title`: of their axis."""
    figure, rows = go.Figure(), list(rows)
    for row in rows:
        each = row.difference
        figure.add_scatter(
            x=[100 * each.mean],
            y=[f"<b>{row.label}</b>" if row.leads else row.label],
            error_x=whiskers(*([100 * value] for value in (each.low, each.mean, each.high)), color=row.colour),
            mode="markers",
            marker={"color": row.colour, "symbol": "diamond" if row.leads else "square", "size": 9},
            hovertemplate=f"{row.label}: {apart(each)} points<extra></extra>",
        )
    figure.add_vline(0, line_color=GREY, line_width=1)
    figure.update_xaxes(title={"text": title, "standoff": 6}, gridcolor=FAINT, zeroline=False)
    figure.update_yaxes(gridcolor="rgba(0,0,0,0)")
    return quiet(figure, ROW * len(rows) + AROUND)


def _colour(difference: Estimate, untouched: float, name: str, baseline: str) -> str:
    """An arm's own where it is ahead."""
    if ahead(difference, untouched):
        return arm(name).colour
    return arm(baseline).colour if behind(difference, untouched) else GREY


def headline(result: Accuracy, name: str) -> str:
    """What the block gives back, over all budgets at which it stands, in a sentence."""
    pairs = {n: by[AVERAGE].difference for n, by in result.paired[name].items()}
    untouched = pairs.pop(max(pairs)).mean  # no block is applied to the full set
    gains, losses = ([_at(n, d) for n, d in pairs.items() if far(d, untouched)] for far in (ahead, behind))
    if not gains:
        first = "On average FMVR gives back nothing that can be told from chance, at any token budget"
        first = f"{first}; it costs accuracy at {_and(losses)}." if losses else f"{first}."
        near = [_at(n, d) for n, d in pairs.items() if d.low > 0]
        if not near:
            return first
        where = f"but so it is at the full set, without any block: {signed(untouched)}"
        return f"{first} It is ahead at {_and(near)}, {where}."
    first = f"FMVR gives back accuracy at {_and(gains)}"
    return f"{first}; it costs some at {_and(losses)}." if losses else f"{first}."


def _at(tokens: int, difference: Estimate) -> str:
    return f"{token_count(tokens)}, {apart(difference)} points"


def _and(budgets: list[str]) -> str:
    return ", and at ".join([", ".join(budgets[:-1]), budgets[-1]] if budgets[1:] else budgets)
