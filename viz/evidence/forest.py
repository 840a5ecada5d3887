"""A forest plot: how far two arms differ, kind of question by kind of question, each with its interval."""

from collections.abc import Iterable

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
    figure = go.Figure()
    for row, difference in (*ordered, (AVERAGE, paired[near][AVERAGE].difference)):
        untouched = paired[max(paired)][row].difference.mean  # no block is applied to the full set
        colour = _colour(difference, untouched, name, result.baseline)
        figure.add_scatter(
            x=[100 * difference.mean],
            y=[f"<b>{row}</b>" if row == AVERAGE else row],
            error_x=whiskers(
                *([100 * value] for value in (difference.low, difference.mean, difference.high)), color=colour
            ),
            mode="markers",
            marker={"color": colour, "symbol": "diamond" if row == AVERAGE else "square", "size": 9},
            hovertemplate=f"{row}: {apart(difference)} points<extra></extra>",
        )
    figure.add_vline(0, line_color=GREY, line_width=1)
    title = f"points at {token_count(near)}<br>right: {arm(name).label} ahead"  # on a phone one line is cut
    figure.update_xaxes(title={"text": title, "standoff": 6}, gridcolor=FAINT, zeroline=False)
    figure.update_yaxes(gridcolor="rgba(0,0,0,0)")
    return quiet(figure, ROW * (len(ordered) + 1) + AROUND)


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
