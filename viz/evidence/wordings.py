"""By wording: the same questions as they were worded in training, and in words in an order kept from it."""

import re

from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.asking import size_of
from fmvr.evaluation.measures.wordings import Wordings, WordingScore
from fmvr.evaluation.record import Record
from viz.evidence.parts import (
    NOTHING,
    ONE_SEED,
    Section,
    above,
    all_budgets,
    both,
    heading,
    hint,
    key,
    marked,
    nearest,
    nearness,
    points,
    source,
    standing_out,
    table,
    versus,
)
from viz.units import token_count

LEAD = Markup(
    "The same question about the same picture, in every wording: those of training, and those kept from it (marked "
    "<b>kept</b>), which use the same words in another order. What differs between the wordings of a question is how "
    "the language model reads it; the picture and its tokens are the same. “…” stands for the thing asked about, “left "
    "of”, “leftmost” and “more” also for right, above, below, and so on."
)
APART = (
    "Bold: the interval leaves out 0. The wordings of one kind stand or fall together: they ask the same question "
    "about the same picture."
)
ASTRAY = (
    "Astray: the share of answers that would answer no question of that kind. A description cannot go astray. {most}"
)
MOST = (
    "Furthest astray at {tokens} is “{wording}” {arm}: {share} % of its answers; the first of them, to “{asked}”, is "
    "“{answer}”."
)
EXAMPLES = {"relation": "left of", "extreme": "leftmost", "more": "more"}


def draw(record: Record[Wordings], tokens: int) -> Section:
    """A table for each kind of question, at one budget."""
    result = record.result
    wordings, base = result.wordings, result.baseline
    near = nearest({n for wording in wordings for n in all_budgets(wording.scores)}, tokens)
    compared = list(dict.fromkeys(name for wording in wordings for name, by in wording.paired.items() if near in by))
    heads = ["", "right, %", *(f"{versus(name, base)}, points" for name in compared), "astray, %"]
    tables = [
        table(family, heads, [_line(one, near, compared) for one in wordings if one.family == family])
        for family in dict.fromkeys(wording.family for wording in wordings)
    ]
    asked = sum(wording.questions for wording in wordings)
    return Section(
        heading(f"As they are asked, at {token_count(near)}", LEAD) + nearness(tokens, near),
        None,
        hint(" ".join([*(_standing_out(wordings, name, base, near) for name in compared), APART]))
        + hint(ASTRAY.format(most=furthest(wordings, near)))
        + key(dict.fromkeys(name for wording in wordings for name, by in wording.scores.items() if near in by))
        + Markup("").join(tables)
        + source(record, size_of(result.samples, result.world), f"{asked:,} questions", ONE_SEED),
    )


def furthest(wordings: list[WordingScore], tokens: int) -> str:
    """A sentence on the wording and the arm whose answers go astray most often; nothing where none does."""
    strays = [(by[tokens].mean, name, one) for one in wordings for name, by in one.stray.items() if tokens in by]
    share, name, one = max(strays, key=lambda stray: stray[0])
    example = one.example[name][tokens]
    if not share or not example:
        return ""
    asked, answer = example
    return MOST.format(
        tokens=token_count(tokens),
        wording=_written(one),
        arm=arm(name).label,
        share=f"{100 * share:.1f}",
        asked=asked,
        answer=answer,
    )


def _standing_out(wordings: list[WordingScore], name: str, baseline: str, tokens: int) -> str:
    paired = {f"“{_written(one)}”": one.paired.get(name, {}).get(tokens) for one in wordings}
    differences = {wording: pair.difference for wording, pair in paired.items() if pair}
    return standing_out(differences, "wordings", versus(name, baseline))


def _line(one: WordingScore, tokens: int, compared: list[str]) -> list[str]:
    kept = Markup("<b>kept</b>, ") if one.unseen else ""
    named = above(_written(one), Markup("{}{:,} asked").format(kept, one.questions))
    right, stray = (
        both({name: points(by[tokens]) for name, by in part.items() if tokens in by})
        for part in (one.scores, one.stray)
    )
    pairs = (one.paired.get(name, {}).get(tokens) for name in compared)
    return [named, right, *(marked(pair.difference) if pair else NOTHING for pair in pairs), stray]


def _written(one: WordingScore) -> str:
    """A wording with an ellipsis for each thing, and an example in its other slots."""
    return re.sub(r"\{(\w+)\}", lambda slot: EXAMPLES.get(slot[1], "…"), one.wording)
