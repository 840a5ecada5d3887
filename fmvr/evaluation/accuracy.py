"""Accuracy by family and token budget, for both models, on scenes nobody trained on."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from fmvr.evaluation.batch import answer_all
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired
from fmvr.lab import Lab
from fmvr.scenes.questions import FAMILIES, Question, ask_all
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.scenes.scoring import score

AVERAGE, SEEN, UNSEEN = "average", "trained wordings", "unseen wordings"
LONG, SHORT = 64, 8  # most tokens of a description, and of any other answer


@dataclass(frozen=True)
class Table:
    """Mean scores (0..1): `scores[side][budget][row]`, where a row is a family, or the mean over families of all
    questions (`average`), of those in wordings of the training (`trained wordings`), or of those in wordings kept from
    it (`unseen wordings`).

    `retention[side][budget]`: the average as a share of that at the largest budget. `paired[budget][row]`: the model
    with FMVR against the one without, on the same questions; empty for a single model. `blind`: the best guess without
    the picture, the one answer that scores best on validation scenes. `questions`: how many of each row.
    """

    scenes: int
    scores: dict[str, dict[int, dict[str, Estimate]]]
    retention: dict[str, dict[int, Estimate]]
    paired: dict[int, dict[str, Paired]]
    blind: dict[str, float]
    questions: dict[str, int]

    def __str__(self) -> str:
        budgets = list(next(iter(self.scores.values())))
        lines = [f"{self.scenes} test scenes; percent right (a description: F1 of the objects it names)"]
        heads = "".join(f"{f'{side[:7]} {b}':>13}" for side in self.scores for b in budgets)
        lines.append(f"{'family':<16}{'questions':>10}{'blind':>7}{heads}")
        for row, count in self.questions.items():
            blind = f"{100 * self.blind[row]:7.1f}" if row in self.blind else " " * 7
            cells = "".join(f"{100 * by[b][row].mean:13.1f}" for by in self.scores.values() for b in budgets)
            lines.append(f"{row:<16}{count:>10}{blind}{cells}")
        for tokens, by in self.paired.items():
            for row in (AVERAGE, SEEN, UNSEEN):
                pair, apart = by[row], by[row].difference
                lines.append(
                    f"with − without at {tokens:>3} visual tokens, {row}: {100 * apart.mean:+.1f} "
                    f"({100 * apart.low:+.1f} to {100 * apart.high:+.1f}), better on {pair.better}, worse on "
                    f"{pair.worse} questions, p = {pair.p:.2g}"
                )
        return "\n".join(lines)


def measure(lab: Lab, scenes: int, first: int = SPLITS["test"]) -> Table:
    """Ask every family once about each of `scenes` test scenes, at every budget, with each of the lab's models."""
    families = list(FAMILIES)
    drawn = [Scene.from_seed(first + i) for i in range(scenes)]
    rights = scores_on(lab, drawn, test=True)
    guesses, told = best_guesses(), defaultdict(list)
    for scene in drawn:
        for q in ask_all(scene, test=True):
            told[q.family].append(score(q.family, guesses[q.family], q.answer))
    resampled = Bootstrap(scenes)
    some = next(iter(next(iter(rights.values())).values()))
    asked_of = np.isfinite(some)
    blind = {family: float(np.mean(values)) for family, values in told.items()}
    rows = {family: (asked_of & (np.arange(len(families)) == i)) for i, family in enumerate(families)}
    unseen = unseen_wordings(drawn)
    rows |= {AVERAGE: asked_of, SEEN: asked_of & ~unseen, UNSEEN: asked_of & unseen}

    def part(side: str, tokens: int, row: str) -> np.ndarray:
        return np.where(rows[row], rights[side][tokens], np.nan)

    return Table(
        scenes=scenes,
        scores={
            side: {n: {row: resampled.estimate(part(side, n, row)) for row in rows} for n in by}
            for side, by in rights.items()
        },
        retention={
            side: {n: resampled.retention(found, by[lab.budgets[0]]) for n, found in by.items()}
            for side, by in rights.items()
        },
        paired={
            n: {row: resampled.paired(part("with", n, row), part("without", n, row)) for row in rows}
            for n in lab.budgets
            if len(rights) > 1
        },
        blind=blind | {AVERAGE: float(np.mean(list(blind.values())))},
        questions={row: int(these.sum()) for row, these in rows.items()},
    )


def scores_on(
    lab: Lab,
    scenes: list[Scene],
    test: bool = False,
    picture: Callable[[Scene], Image.Image] = Scene.render,
    batch: int = 16,
) -> dict[str, dict[int, np.ndarray]]:
    """Every family asked about every scene: side → budget → scores, [scenes, families], NaN where not asked for.

    `test`: in test wordings, too. `picture`: what is shown of a scene. `batch`: scenes at once.
    """
    families = list(FAMILIES)
    found = {side: {n: np.full((len(scenes), len(families)), np.nan) for n in lab.budgets} for side in lab.models}
    for start in tqdm(range(0, len(scenes), batch), "asking about scenes", leave=None):
        group = scenes[start : start + batch]
        asked = [ask_all(scene, test=test) for scene in group]
        pictures = [picture(scene) for scene in group]
        for side, by in found.items():
            for n, answers in answer_at_every_budget(lab, side, pictures, asked).items():
                for row, questions, said in zip(by[n][start:], asked, answers):
                    for q, text in zip(questions, said):
                        row[families.index(q.family)] = score(q.family, text, q.answer)
    return found


def unseen_wordings(scenes: list[Scene]) -> np.ndarray:
    """Which questions of `scores_on(…, test=True)` are in a wording kept from training: [scenes, families]."""
    families = list(FAMILIES)
    found = np.zeros((len(scenes), len(families)), bool)
    for row, scene in zip(found, scenes):
        for q in ask_all(scene, test=True):
            row[families.index(q.family)] = q.unseen_wording
    return found


def answer_at_every_budget(lab: Lab, side: str, pictures: list, asked: list[list[Question]]) -> dict[int, list]:
    """The answers of one model to the questions about each picture, in the same places: budget → answers."""
    model, processor = lab.side(side == "with")
    pixels = processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
    limited = [[(q.text, LONG if q.family == "description" else SHORT) for q in questions] for questions in asked]
    sets = model.token_sets(pixels.to(model.device, model.dtype))
    return {n: answer_all(model, processor, tokens, limited) for n, tokens in sets.items()}


def best_guesses(scenes: int = 1000) -> dict[str, str]:
    """Family → the one answer that would score best on validation scenes, whatever the picture."""
    answers = defaultdict(list)
    for seed in range(SPLITS["validation"], SPLITS["validation"] + scenes):
        for q in ask_all(Scene.from_seed(seed)):
            answers[q.family].append(q.answer)
    best = {}
    for family, given in answers.items():
        candidates = [answer for answer, _ in Counter(given).most_common(20)]
        best[family] = max(candidates, key=lambda guess: np.mean([score(family, guess, a) for a in given]))
    return best
