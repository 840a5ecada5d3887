"""Ablations: variants of the block and of its training, from the same features, each against the base.

One command trains and measures all of them; run again, it goes on where it stopped.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fmvr.evaluation.ablations.variants import BASE, QUESTIONS, VARIANTS, recipe_of
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, baseline, draw, scores_of, unseen_wordings
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

SPLIT = "validation"  # who chooses by this table has not looked at test samples
Means = dict[str, dict[int, Estimate]]  # which questions → budget → the mean over families (0..1)
Differences = dict[str, dict[int, Paired]]  # the same → one model against another
Matrices = dict[int, np.ndarray]  # budget → scores, [samples, families], NaN where not asked


@dataclass(frozen=True)
class VariantScore:
    """One variant as the answer to one question.

    `answer`: what it is, in words. `variant`: its name in VARIANTS. `recipe`: the variant that it repeats with another
    seed, or itself. `form`: of its block; None without one. `scores`: of all questions (`average`), of those in
    wordings of the training, and of those in wordings kept from it. `against_base[which][budget]`: the variant against
    the base on the same questions; empty for the base itself, and where the base is not yet measured.
    """

    question: str
    answer: str
    variant: str
    recipe: str
    form: str | None
    seed: int
    scores: Means
    against_base: Differences


@dataclass(frozen=True)
class Ablations:
    """All variants. `steps`: of stage 2; `align_steps`: of stage 1; `samples`: how many of `split` were asked about.

    `shipped`: arm → the scores of the embedded arms, which were trained for longer, on the same samples.
    `shipped_paired[arm]`: an arm against `shipped_baseline`, at the budgets that both have.
    """

    align_steps: int
    steps: int
    batch: int
    samples: int
    split: str
    base: str
    variants: list[VariantScore]
    shipped: dict[str, Means]
    shipped_baseline: str
    shipped_paired: dict[str, Differences]

    def __str__(self) -> str:
        lines = [
            f"{self.samples} {self.split} pictures; {self.align_steps} steps of stage 1 and {self.steps} of stage 2 a "
            "variant; percent right, and the difference to the base (*: its 95 % interval over pictures leaves out 0)"
        ]
        heads = "".join(f"{n:>14}" for n in next(iter(self.shipped.values()))[AVERAGE])
        question = None
        for row in self.variants:
            if row.question != question:
                question = row.question
                lines += ["", f"{question:<60}{heads}"]
            against = row.against_base.get(AVERAGE, {})
            cells = (_cell(mean, against.get(n)) for n, mean in row.scores[AVERAGE].items())
            lines.append(f"{row.answer[:59]:<60}" + "".join(f"{cell:>14}" for cell in cells))
        lines += ["", f"{f'The embedded models on the same pictures, against {self.shipped_baseline}':<60}{heads}"]
        for arm, scores in self.shipped.items():
            against = self.shipped_paired.get(arm, {}).get(AVERAGE, {})
            cells = (_cell(mean, against.get(n)) for n, mean in scores[AVERAGE].items())
            lines.append(f"{arm:<60}" + "".join(f"{cell:>14}" for cell in cells))
        return "\n".join(lines)


def measure(lab: "Lab", world: "World", samples: int) -> Ablations:
    """The part of the table that needs no training: a lab's arms on so many validation samples."""
    scores = scores_of(lab, world, draw(world, samples, split=SPLIT), test=True)
    return table(world, samples, {}, scores, align_steps=0, steps=0, batch=0)


def table(
    world: "World", samples: int, trained: dict[str, Matrices], embedded: dict[str, Matrices], **lengths: int
) -> Ablations:
    """The variants' scores as answers to the questions, and those of the embedded arms beside them.

    `lengths`: `align_steps`, `steps` and `batch` of the variants' training.
    """
    resampled = Bootstrap(samples)
    unseen = unseen_wordings(world, draw(world, samples, split=SPLIT))
    kinds = {AVERAGE: np.ones_like(unseen), SEEN: ~unseen, UNSEEN: unseen}

    def means(scores: Matrices) -> Means:
        return {
            which: {n: resampled.estimate(np.where(asked, own, np.nan)) for n, own in scores.items()}
            for which, asked in kinds.items()
        }

    def paired(first: Matrices, second: Matrices) -> Differences:
        return {
            which: {
                n: resampled.paired(*(np.where(asked, own, np.nan) for own in (first[n], second[n])))
                for n in first
                if n in second
            }
            for which, asked in kinds.items()
        }

    def row(question: str, answer: str, name: str) -> VariantScore:
        against = paired(trained[name], trained[BASE]) if name != BASE and BASE in trained else {}
        variant = VARIANTS[name]
        return VariantScore(
            question, answer, name, recipe_of(name), variant.form, variant.seed, means(trained[name]), against
        )

    base = baseline(embedded)
    return Ablations(
        **lengths,
        samples=samples,
        split=SPLIT,
        base=BASE,
        variants=[
            row(question, answer, name)
            for question, answers in QUESTIONS.items()
            for answer, name in answers.items()
            if name in trained
        ],
        shipped={arm: means(scores) for arm, scores in embedded.items()},
        shipped_baseline=base,
        shipped_paired={arm: paired(scores, embedded[base]) for arm, scores in embedded.items() if arm != base},
    )


def _cell(mean: Estimate, apart: Paired | None) -> str:
    if apart is None:
        return f"{100 * mean.mean:.1f}{'':7}"
    shown = apart.difference
    return f"{100 * mean.mean:.1f}{100 * shown.mean:+6.1f}{'*' if shown.low > 0 or shown.high < 0 else ' '}"
