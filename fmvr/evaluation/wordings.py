"""Wordings: the same questions in every wording, those of training and those kept from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from tqdm.auto import tqdm

from fmvr.evaluation.accuracy import answer_at_every_budget
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired
from fmvr.lab import Lab
from fmvr.scenes.questions import FAMILIES, Question, ask_all, ask_in_every_wording
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.scenes.scoring import score


@dataclass(frozen=True)
class Row:
    """One wording of a family.

    `wording`: as the family writes it, with its slots. `unseen`: it was kept from training. `questions`: how many were
    asked. `scores[side][budget]`: their mean score (0..1). `paired[budget]`: the model with FMVR against the one
    without; empty for a single model. `stray[side][budget]`: the share of answers (0..1) that are right for no
    question of the family, such as a list of objects for a number, as far as 3,000 scenes tell; 0 for descriptions.
    `example[side][budget]`: the first of those, with the question that it was given to; None where there is none.
    """

    family: str
    wording: str
    unseen: bool
    questions: int
    scores: dict[str, dict[int, Estimate]]
    paired: dict[int, Paired]
    stray: dict[str, dict[int, Estimate]]
    example: dict[str, dict[int, tuple[str, str] | None]]


@dataclass(frozen=True)
class Wordings:
    """Every wording of every family."""

    scenes: int
    rows: list[Row]

    def __str__(self) -> str:
        heads = [(side, n) for side, by in self.rows[0].scores.items() for n in by]
        lines = [f"{self.scenes} test scenes; percent right (and astray); *: a wording kept from training"]
        lines.append(f"{'wording':<52}" + "".join(f"{f'{side[:7]} {n}':>14}" for side, n in heads))
        for row in self.rows:
            cells = "".join(
                f"{f'{100 * row.scores[side][n].mean:.1f} ({100 * row.stray[side][n].mean:.0f})':>14}"
                for side, n in heads
            )
            lines.append(f"{row.wording + (' *' if row.unseen else ''):<52}{cells}")
        return "\n".join(lines)


def measure(lab: Lab, scenes: int, first: int = SPLITS["test"], batch: int = 8) -> Wordings:
    """Ask one question of every family about each scene in all its wordings, at every budget, with each model."""
    drawn = [Scene.from_seed(first + i) for i in range(scenes)]
    asked = [_in_every_wording(scene) for scene in drawn]  # (family, wording) → question, for each scene
    said = {side: {n: [] for n in lab.budgets} for side in lab.models}  # the same → answer, for each scene
    for start in tqdm(range(0, scenes, batch), "asking in every wording"):
        here = slice(start, start + batch)
        pictures = [scene.render() for scene in drawn[here]]
        questions = [list(found.values()) for found in asked[here]]
        for side, by in said.items():
            for n, answers in answer_at_every_budget(lab, side, pictures, questions).items():
                by[n] += [dict(zip(found, texts, strict=True)) for found, texts in zip(asked[here], answers)]
    resampled, possible = Bootstrap(scenes), _right_answers(asked)

    @cache
    def strays(family: str, text: str) -> bool:
        return family != "description" and not any(score(family, text, right) for right in possible[family])

    keys = [(name, wording) for name, kind in FAMILIES.items() for wording in (*kind.wordings, *kind.test_wordings)]
    fitting = set().union(*asked)
    return Wordings(scenes, [_row(key, asked, said, strays, resampled) for key in keys if key in fitting])


def _row(key: tuple[str, str], asked: list[dict], said: dict, strays: Callable, resampled: Bootstrap) -> Row:
    """`strays(family, text)`: whether an answer could answer no question of the family."""
    family, wording = key
    there = [i for i, found in enumerate(asked) if key in found]

    def for_each(what: Callable) -> dict:
        """Side → budget → what is found of each scene's question and answer, [scenes, 1], NaN where it has none."""
        found = {side: {n: np.full((len(asked), 1), np.nan) for n in by} for side, by in said.items()}
        for side, by in said.items():
            for n, texts in by.items():
                found[side][n][there, 0] = [what(asked[i][key], texts[i][key]) for i in there]
        return found

    def estimates(found: dict) -> dict:
        return {side: {n: resampled.estimate(values) for n, values in by.items()} for side, by in found.items()}

    def first(values: np.ndarray, texts: list[dict]) -> tuple[str, str] | None:
        return next(((asked[i][key].text, texts[i][key]) for i in there if values[i]), None)

    right = for_each(lambda question, text: score(family, text, question.answer))
    stray = for_each(lambda question, text: strays(family, text))
    paired = (
        {n: resampled.paired(right["with"][n], right["without"][n]) for n in right["with"]} if len(right) > 1 else {}
    )
    return Row(
        family=family,
        wording=wording,
        unseen=wording in FAMILIES[family].test_wordings,
        questions=len(there),
        scores=estimates(right),
        paired=paired,
        stray=estimates(stray),
        example={side: {n: first(values, said[side][n]) for n, values in by.items()} for side, by in stray.items()},
    )


def _in_every_wording(scene: Scene) -> dict[tuple[str, str], Question]:
    rng = np.random.default_rng([scene.seed, 0])
    return {
        (family, wording): question
        for family in FAMILIES
        for wording, question in ask_in_every_wording(scene, family, rng).items()
    }


def _right_answers(asked: list[dict]) -> dict[str, set[str]]:
    """Family → the answers that are right for one of the questions asked, or for some question about a test scene."""
    found = {family: set(answers) for family, answers in _usual_answers().items()}
    for questions in asked:
        for question in questions.values():
            found[question.family].add(question.answer)
    return found


@cache
def _usual_answers(scenes: int = 3000) -> dict[str, set[str]]:
    found = {family: set() for family in FAMILIES}
    for seed in range(SPLITS["test"], SPLITS["test"] + scenes):
        for question in ask_all(Scene.from_seed(seed)):
            found[question.family].add(question.answer)
    return found
