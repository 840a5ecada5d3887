"""Accuracy by family and token budget, for both models, on scenes nobody trained on.

`python -m fmvr.evaluation accuracy` prints the table and writes it to `results/accuracy.json`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import torch
from tqdm.auto import tqdm

from fmvr.evaluation.batch import answer_all
from fmvr.lab import Lab
from fmvr.scenes.questions import FAMILIES, ask_all, score
from fmvr.scenes.scene import SPLITS, Scene

AVERAGE, UNSEEN = "average", "unseen wordings"


@dataclass(frozen=True)
class Table:
    """Mean scores (0..1): `scores[side][budget][row]`, where a row is a family, the average or the unseen wordings.

    `blind` is the best guess without the picture: the one answer that scores best on `guessed` validation scenes.
    `questions` counts the questions of each row.
    """

    scenes: int
    scores: dict[str, dict[int, dict[str, float]]]
    blind: dict[str, float]
    questions: dict[str, int]

    def __str__(self) -> str:
        budgets = list(next(iter(self.scores.values())))
        lines = [f"{self.scenes} test scenes; percent right (a description: F1 of the objects it names)"]
        heads = "".join(f"{f'{side[:7]} {b}':>13}" for side in self.scores for b in budgets)
        lines.append(f"{'family':<16}{'questions':>10}{'blind':>7}{heads}")
        for row, count in self.questions.items():
            blind = f"{100 * self.blind[row]:7.1f}" if row in self.blind else " " * 7
            cells = "".join(f"{100 * by[b][row]:13.1f}" for by in self.scores.values() for b in budgets)
            lines.append(f"{row:<16}{count:>10}{blind}{cells}")
        return "\n".join(lines)


def measure(lab: Lab, scenes: int = 2000, first: int = SPLITS["test"], batch: int = 16) -> Table:
    """Ask every family once about each of `scenes` test scenes, at every budget, with each of the lab's models."""
    scores = {side: {n: defaultdict(list) for n in lab.budgets} for side in lab.models}
    guesses, told = best_guesses(), defaultdict(list)
    for start in tqdm(range(first, first + scenes, batch), "asking about scenes"):
        group = [Scene.from_seed(seed) for seed in range(start, min(start + batch, first + scenes))]
        asked = [ask_all(scene, test=True) for scene in group]
        pictures = [scene.render() for scene in group]
        for q in (q for questions in asked for q in questions):
            told[q.family].append(score(q.family, guesses[q.family], q.answer))
        for side in lab.models:
            model, processor = lab.side(side == "with")
            pixels = processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
            sets = model.token_sets(pixels.to(model.device, model.dtype))
            for n, tokens in sets.items():
                for long in (True, False):  # descriptions run on; the other answers are short
                    part = [[q for q in qs if (q.family == "description") == long] for qs in asked]
                    texts = [[q.text for q in qs] for qs in part]
                    answers = answer_all(model, processor, tokens, texts, 64 if long else 8)
                    pairs = [pair for qs, given in zip(part, answers) for pair in zip(qs, given)]
                    for q, said in pairs:
                        right = score(q.family, said, q.answer)
                        scores[side][n][q.family].append(right)
                        if q.unseen_wording:
                            scores[side][n][UNSEEN].append(right)
    means = {side: {n: _means(rows) for n, rows in by.items()} for side, by in scores.items()}
    blind = {family: _mean(values) for family, values in told.items()}
    any_rows = next(iter(next(iter(scores.values())).values()))
    counts = {family: len(any_rows[family]) for family in FAMILIES}
    return Table(
        scenes,
        means,
        blind | {AVERAGE: _mean(list(blind.values()))},
        counts | {AVERAGE: sum(counts.values()), UNSEEN: len(any_rows[UNSEEN])},
    )


def best_guesses(scenes: int = 1000) -> dict[str, str]:
    """Family → the one answer that would score best on validation scenes, whatever the picture."""
    answers = defaultdict(list)
    for seed in range(SPLITS["validation"], SPLITS["validation"] + scenes):
        for q in ask_all(Scene.from_seed(seed)):
            answers[q.family].append(q.answer)
    best = {}
    for family, given in answers.items():
        candidates = [answer for answer, _ in Counter(given).most_common(20)]
        best[family] = max(candidates, key=lambda guess: _mean([score(family, guess, a) for a in given]))
    return best


def _mean(values: list[float]) -> float:
    return float(torch.tensor(values).mean()) if values else float("nan")


def _means(rows: dict[str, list[float]]) -> dict[str, float]:
    families = {family: _mean(rows[family]) for family in FAMILIES}
    return families | {AVERAGE: _mean(list(families.values())), UNSEEN: _mean(rows[UNSEEN])}
