"""Accuracy by family and token budget, for every arm, on samples nobody trained on."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, baseline, draw, marks_of, rows_of, size_of
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import Question, World


ANSWERABLE, UNANSWERABLE = "answerable", "unanswerable"


@dataclass(frozen=True)
class Accuracy:
    """Mean scores (0..1): `scores[arm][budget][row]`, where a row is a family, or the mean over families of all
    questions (`average`), of those in wordings of the training (`trained wordings`), or of those in wordings kept from
    it (`unseen wordings`); where the world knows more of them, also those that have an answer (`answerable`) or none,
    and each of their `aspects`, such as `kind: board`. An arm's budgets are its own.

    `retention[arm][budget]`: the average as a share of that at the arm's largest budget. `paired[arm][budget][row]`: an
    arm against the `baseline`, on the same questions, at the budgets that both have; empty for a single arm. `blind`:
    the best guess without the picture, the one answer that scores best on validation samples; empty in a world that has
    none. `questions`: how many of each row. `refused[arm][budget]`: how many of the answerable questions an arm says it
    cannot tell, where the world knows.
    """

    world: str
    samples: int
    baseline: str
    scores: dict[str, dict[int, dict[str, Estimate]]]
    retention: dict[str, dict[int, Estimate]]
    paired: dict[str, dict[int, dict[str, Paired]]]
    blind: dict[str, float]
    questions: dict[str, int]
    refused: dict[str, dict[int, Estimate]] = field(default_factory=dict)

    def __str__(self) -> str:
        size = size_of(self.samples, self.world)
        lines = [f"{size}; percent right (what lists things: F1 of what it names)"]
        heads = "".join(f"{f'{arm[:7]} {n}':>13}" for arm, by in self.scores.items() for n in by)
        lines.append(f"{'family':<16}{'questions':>10}{'blind':>7}{heads}")
        for row, count in self.questions.items():
            blind = f"{100 * self.blind[row]:7.1f}" if row in self.blind else " " * 7
            cells = "".join(f"{100 * at[row].mean:13.1f}" for by in self.scores.values() for at in by.values())
            lines.append(f"{row:<16}{count:>10}{blind}{cells}")
        for arm, by_budget in self.refused.items():
            shares = ", ".join(f"{100 * share.mean:.1f} at {n}" for n, share in by_budget.items())
            lines.append(f"{arm}, percent of the answerable questions refused: {shares}")
        for arm, by_budget in self.paired.items():
            for tokens, by in by_budget.items():
                for row in (AVERAGE, SEEN, UNSEEN):
                    pair, apart = by[row], by[row].difference
                    lines.append(
                        f"{arm} − {self.baseline} at {tokens:>3} visual tokens, {row}: {100 * apart.mean:+.1f} "
                        f"({100 * apart.low:+.1f} to {100 * apart.high:+.1f}), better on {pair.better}, worse on "
                        f"{pair.worse} questions, p = {pair.p:.2g}"
                    )
        return "\n".join(lines)


def measure(lab: "Lab", world: "World", samples: int, first: int = 0) -> Accuracy:
    """Ask every family once about each of `samples` test samples, at each budget of each of the lab's arms."""
    families, drawn = list(world.families), draw(world, samples, first)
    marks = {"right": lambda question, answer: world.score(question.family, answer, question.answer)}
    if hasattr(world, "refuses"):
        marks["refused"] = lambda question, answer: float(world.refuses(answer))
    marked = marks_of(lab, world, drawn, marks, test=True)
    scores, resampled = marked["right"], Bootstrap(len(drawn))
    known = rows_of(world, drawn, partial(told, world))
    nothing = np.zeros((len(drawn), len(families)), bool)
    rows = {row: known.pop(row, nothing) for row in (*families, AVERAGE, SEEN, UNSEEN)} | dict(sorted(known.items()))

    def part(arm: str, tokens: int, row: str) -> np.ndarray:
        return np.where(rows[row], scores[arm][tokens], np.nan)

    base = baseline(scores)
    return Accuracy(
        world=world.name,
        samples=len(drawn),
        baseline=base,
        scores={
            arm: {n: {row: resampled.estimate(part(arm, n, row)) for row in rows} for n in by}
            for arm, by in scores.items()
        },
        retention={
            arm: {n: resampled.retention(at, by[max(by)]) for n, at in by.items()} for arm, by in scores.items()
        },
        paired={
            arm: {
                n: {row: resampled.paired(part(arm, n, row), part(base, n, row)) for row in rows}
                for n in by
                if n in scores[base]
            }
            for arm, by in scores.items()
            if arm != base
        },
        blind=blind_scores(world, drawn),
        questions={row: int(these.sum()) for row, these in rows.items()},
        refused={
            arm: {n: resampled.estimate(np.where(rows[ANSWERABLE], share, np.nan)) for n, share in by.items()}
            for arm, by in marked.get("refused", {}).items()
        },
    )


def told(world: "World", sample: Any, question: "Question") -> list[str]:
    """The rows that a question counts in."""
    rows = [question.family, AVERAGE, UNSEEN if question.unseen_wording else SEEN]
    if hasattr(world, "aspects"):
        rows += [UNANSWERABLE if question.family in world.unanswerable else ANSWERABLE]
        rows += world.aspects(sample, question)
    return rows


def blind_scores(world: "World", samples: list) -> dict[str, float]:
    """What the best guesses score on some samples: family → mean, and the mean of those."""
    guesses, scores = best_guesses(world), defaultdict(list)
    for sample in samples:
        for q in world.questions(sample, test=True):
            if q.family in guesses:
                scores[q.family].append(world.score(q.family, guesses[q.family], q.answer))
    means = {family: float(np.mean(values)) for family, values in scores.items()}
    return means | {AVERAGE: float(np.mean(list(means.values())))} if means else {}


@lru_cache(maxsize=4)
def best_guesses(world: "World", samples: int = 1000) -> dict[str, str]:
    """Family → the one answer that would score best on validation samples, whatever the picture."""
    size, answers = world.size("validation"), defaultdict(list)
    for place in range(samples if size is None else min(samples, size)):
        for q in world.questions(world.sample("validation", place)):
            answers[q.family].append(q.answer)
    best = {}
    for family, right in answers.items():
        candidates = [answer for answer, _ in Counter(right).most_common(20)]
        best[family] = max(candidates, key=lambda guess: np.mean([world.score(family, guess, a) for a in right]))
    return best
