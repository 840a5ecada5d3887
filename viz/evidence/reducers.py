"""The arena: every way to spend a token budget, against random patches."""

from markupsafe import Markup

from fmvr.arms import PAIR, arm
from fmvr.evaluation.measures.reducers import Reducers, ReducerScore
from fmvr.evaluation.record import Record
from viz.evidence.forest import Row, differences_of
from viz.evidence.parts import (
    NOTHING,
    ONE_SEED,
    Section,
    above,
    clear,
    heading,
    hint,
    marked,
    nearest,
    nearness,
    points,
    source,
    table,
)
from viz.plot import GREY
from viz.units import token_count

LEAD = (
    "The same number of visual tokens, spent in every way that there is here: {questions:,} questions about "
    "{samples:,} test pictures, on the model {arm}. It has learnt to read pooled tokens, so this is not what LLaVA-1.5 "
    "makes of other ones. Without reduction it is right in {full} %."
)
LEARNED = "MQT, pixel shuffle and FocusLLaVA have weights of their own, which learnt on that model as it is."
ALL = "Percent right by budget, and under it the difference to random patches, points"
POOLED = "The difference to average pooling to the largest grid within the budget, points"
BY = "By what is asked, at {}, percent right"
TIMES = "Time to the first token, as a share of that without reduction"


def draw(record: Record[Reducers], tokens: int) -> Section:
    """Who is ahead of random patches at one budget, and who behind; tables of all."""
    result = record.result
    budgets = list(dict.fromkeys(one.visual_tokens for one in result.scores))
    near = nearest(budgets, tokens)
    size = {"questions": result.questions["average"], "samples": result.samples, "arm": arm(result.arm).label}
    lead = f"{LEAD.format(**size, full=points(result.full))} {LEARNED}"
    return Section(
        heading(f"Who beats random patches, at {token_count(near)}?", lead) + nearness(tokens, near),
        _figure(result, near),
        hint(" ".join(result.sentences))
        + table(ALL, ["", *map(token_count, budgets)], _by_budget(result, budgets, _with_random))
        + table(POOLED, ["", *map(token_count, budgets)], _by_budget(result, budgets, _with_pooling))
        + _by_kind(result, near)
        + table(TIMES, ["", *map(token_count, budgets)], _by_budget(result, budgets, _time))
        + Markup("").join(hint(reason) for reason in result.unable.values())
        + source(record, f"{result.samples:,} test pictures", ONE_SEED),
    )


def _figure(result: Reducers, near: int):
    at = [one for one in result.scores if one.visual_tokens == near and one.over_random]
    at.sort(key=lambda one: one.over_random.difference.mean)
    return differences_of(
        [Row(one.label, one.over_random.difference, _colour(one)) for one in at],
        f"points at {token_count(near)}<br>right: ahead of random patches",
    )


def _colour(one: ReducerScore) -> str:
    difference = one.over_random.difference
    if not clear(difference):
        return GREY
    return arm(PAIR[1] if difference.mean > 0 else PAIR[0]).colour


def _by_budget(result: Reducers, budgets: list[int], cell) -> list[list]:
    found: dict[str, dict[int, ReducerScore]] = {}
    for one in result.scores:
        found.setdefault(one.label, {})[one.visual_tokens] = one
    return [[label, *(cell(own[n]) if n in own else NOTHING for n in budgets)] for label, own in found.items()]


def _with_random(one: ReducerScore) -> Markup | str:
    if one.over_random is None:
        return points(one.average)
    return above(points(one.average), marked(one.over_random.difference))


def _with_pooling(one: ReducerScore) -> Markup | str:
    return marked(one.over_pooling.difference) if one.over_pooling else NOTHING


def _time(one: ReducerScore) -> str:
    return NOTHING if one.time_ratio is None else f"{one.time_ratio:.2f}"


def _by_kind(result: Reducers, near: int) -> Markup:
    """The rows of the measure that are asked of many pictures."""
    at = [one for one in result.scores if one.visual_tokens == near]
    rows = [row for row in result.questions if any(row in one.rows for one in at)]
    heads = ["", *(f"{row} ({result.questions[row]})" for row in rows)]
    lines = [[one.label, *(f"{100 * one.rows[row]:.0f}" if row in one.rows else NOTHING for row in rows)] for one in at]
    return table(BY.format(token_count(near)), heads, lines)
