"""Wordings: the same questions in every wording, those of training and those kept from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from fmvr.evaluation.asking import answers_of, baseline, check_world, draw, size_of
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import WordingWorld

USUAL = 3000  # test samples whose right answers say what may be answered


@dataclass(frozen=True)
class WordingScore:
    """One wording of a family.

    `wording`: as the family writes it, with its slots. `unseen`: it was kept from training. `questions`: how many were
    asked. `scores[arm][budget]`: their mean score (0..1). `paired[arm][budget]`: an arm against the baseline, at the
    budgets that both have; empty for a single arm. `stray[arm][budget]`: the share of answers (0..1) that are right for
    no question of the family, such as a list of objects for a number, as far as 3,000 samples tell; 0 for descriptions.
    `example[arm][budget]`: the first of those, with the question that it answers; None where there is none.
    """

    family: str
    wording: str
    unseen: bool
    questions: int
    scores: dict[str, dict[int, Estimate]]
    paired: dict[str, dict[int, Paired]]
    stray: dict[str, dict[int, Estimate]]
    example: dict[str, dict[int, tuple[str, str] | None]]


@dataclass(frozen=True)
class Wordings:
    """Every wording of every family; differences are to the `baseline`."""

    world: str
    samples: int
    baseline: str
    wordings: list[WordingScore]

    def __str__(self) -> str:
        heads = [(arm, n) for arm, by in self.wordings[0].scores.items() for n in by]
        size = size_of(self.samples, self.world)
        lines = [f"{size}; percent right (and astray); *: a wording kept from training"]
        lines.append(f"{'wording':<52}" + "".join(f"{f'{arm[:7]} {n}':>14}" for arm, n in heads))
        for row in self.wordings:
            cells = "".join(
                f"{f'{100 * row.scores[arm][n].mean:.1f} ({100 * row.stray[arm][n].mean:.0f})':>14}" for arm, n in heads
            )
            lines.append(f"{row.wording + (' *' if row.unseen else ''):<52}{cells}")
        return "\n".join(lines)


def measure(lab: "Lab", world: "WordingWorld", samples: int, first: int = 0, batch: int = 8) -> Wordings:
    """Ask one question of every family about each sample in all its wordings, with each arm at its budgets."""
    check_world(world, "questions_in_every_wording", "its questions in several wordings")
    drawn = draw(world, samples, first)
    asked = [world.questions_in_every_wording(sample) for sample in drawn]  # (family, wording) → question, each sample
    texts = {arm: {n: [] for n in lab.budgets_of(arm)} for arm in lab.arms}  # the same → answer, each sample
    for start in tqdm(range(0, len(drawn), batch), "asking in every wording"):
        here = slice(start, start + batch)
        pictures = [world.picture(sample) for sample in drawn[here]]
        questions = [list(by_key.values()) for by_key in asked[here]]
        for arm, by_budget in answers_of(lab, world, pictures, questions).items():
            for n, answers in by_budget.items():
                texts[arm][n] += [dict(zip(by_key, row, strict=True)) for by_key, row in zip(asked[here], answers)]
    possible, free = _right_answers(world, asked), getattr(world, "description", None)  # which cannot go astray

    @cache
    def strays(family: str, text: str) -> bool:
        return family != free and not any(world.score(family, text, right) for right in possible[family])

    fitting = set().union(*asked)
    keys = [
        (name, wording) for name in world.families for wording in world.wordings(name) if (name, wording) in fitting
    ]
    resampled, base = Bootstrap(len(drawn)), baseline(texts)
    rows = [_row(world, key, asked, texts, strays, resampled, base) for key in keys]
    return Wordings(world.name, len(drawn), base, rows)


def _row(
    world: "WordingWorld",
    key: tuple[str, str],
    asked: list[dict],
    texts: dict,
    strays: Callable[[str, str], bool],
    resampled: Bootstrap,
    base: str,
) -> WordingScore:
    """`strays(family, text)`: whether an answer could answer no question of the family."""
    family, wording = key
    there = [i for i, by_key in enumerate(asked) if key in by_key]

    def for_each(what: Callable) -> dict:
        """Arm → budget → what is true of each sample's question and answer, [samples, 1], NaN where it has none."""
        values = {arm: {n: np.full((len(asked), 1), np.nan) for n in by} for arm, by in texts.items()}
        for arm, by in texts.items():
            for n, answers in by.items():
                values[arm][n][there, 0] = [what(asked[i][key], answers[i][key]) for i in there]
        return values

    def estimates(values: dict) -> dict:
        return {arm: {n: resampled.estimate(one) for n, one in by.items()} for arm, by in values.items()}

    def first(values: np.ndarray, answers: list[dict]) -> tuple[str, str] | None:
        return next(((asked[i][key].text, answers[i][key]) for i in there if values[i]), None)

    right = for_each(lambda question, text: world.score(family, text, question.answer))
    stray = for_each(lambda question, text: strays(family, text))
    return WordingScore(
        family=family,
        wording=wording,
        unseen=world.wordings(family)[wording],
        questions=len(there),
        scores=estimates(right),
        paired={
            arm: {n: resampled.paired(by[n], right[base][n]) for n in by if n in right[base]}
            for arm, by in right.items()
            if arm != base
        },
        stray=estimates(stray),
        example={arm: {n: first(values, texts[arm][n]) for n, values in by.items()} for arm, by in stray.items()},
    )


def _right_answers(world: "WordingWorld", asked: list[dict]) -> dict[str, set[str]]:
    """Family → the answers that are right for one of the questions asked, or for some question about a test sample."""
    right = {family: set(answers) for family, answers in _usual_answers(world).items()}
    for questions in asked:
        for question in questions.values():
            right[question.family].add(question.answer)
    return right


@cache
def _usual_answers(world: "WordingWorld", samples: int = USUAL) -> dict[str, set[str]]:
    usual = {family: set() for family in world.families}
    for sample in draw(world, samples):
        for question in world.questions(sample):
            usual[question.family].add(question.answer)
    return usual
