"""The ablations as a table: which models are trained, and which questions they answer."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fmvr.model.forms import Gain

BRANCHES, LEVELS = ("average", "max"), (12, 6, 3, 1)
WINDOW = 3  # that of the released code, as in fmvr.model.splits, which loads torch


@dataclass(frozen=True)
class Variant:
    """One way of training the model; the default is the base.

    `form`: of the block, `merge` for a learned map, None for pooling only. `branches`, `levels`: where gains learn;
    elsewhere they keep their initial values, which is the identity in forms `residual` and `finer` alone. `window`: of
    the max pooling, None for the whole grid. `every_set`: a step takes the mean over all token sets, not one drawn set.
    `seed`: of the projector's initial values, the order of the questions and the draws of token sets. `gains`: their
    learning rate, times that of the rest.
    """

    form: str | None = None
    branches: tuple[str, ...] = BRANCHES
    levels: tuple[int, ...] = LEVELS
    window: int | None = WINDOW
    every_set: bool = False
    seed: int = 0
    gains: float = 1.0

    def apart(self) -> dict:
        """The settings that set it apart from the base."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}

    def fixes(self, level: int, gain: "Gain") -> bool:
        """Whether a gain of the block at a grid side keeps its initial value."""
        return level not in self.levels or gain.branch not in self.branches


BASE = "none"
SEEDS = (0, 1, 2)
RECIPES = {BASE: None, "released": "released", "finer": "finer", "residual": "residual", "merge": "merge"}


def _named(name: str, seed: int) -> str:
    return f"{name}-seed-{seed}" if seed else name


# Every model once, in the order in which they are trained: the most telling first.
VARIANTS = (
    {_named(name, seed): Variant(form=form, seed=seed) for seed in SEEDS for name, form in RECIPES.items()}
    | {name: Variant(form=name) for name in ("scaled", "normalised", "paper")}
    | {f"{name}-gains-10": Variant(form=name, gains=10) for name in ("released", "finer", "residual")}
    | {
        "released-fixed": Variant(form="released", branches=()),
        "released-average-only": Variant(form="released", branches=("average",)),
        "released-max-only": Variant(form="released", branches=("max",)),
        "every-set": Variant(every_set=True),
    }
)


def recipe_of(name: str) -> str:
    """The variant that this one repeats with another seed; itself, where its seed is 0."""
    first = replace(VARIANTS[name], seed=0)
    return next(other for other, variant in VARIANTS.items() if variant == first)


NONE = "none: pooling only"
# Question → answer in words → variant. A model may answer several questions.
QUESTIONS = {
    "Which form of the block gives something back?": {
        NONE: BASE,
        "released": "released",
        "finer": "finer",
        "residual": "residual",
        "paper": "paper",
        "merge: no block, a learned map in the place of the mean": "merge",
    },
    "Is it the bands, or larger tokens, or tokens of one size?": {
        NONE: BASE,
        "released": "released",
        "scaled: tokens four times as large at first": "scaled",
        "normalised: tokens of one size": "normalised",
    },
    "Do the gains have to learn, and how fast?": {
        NONE: BASE,
        "released, fixed at their initial values": "released-fixed",
        "released, learned as fast as the rest": "released",
        "released, at ten times the learning rate": "released-gains-10",
        "finer, learned as fast as the rest": "finer",
        "finer, at ten times": "finer-gains-10",
        "residual, learned as fast as the rest": "residual",
        "residual, at ten times": "residual-gains-10",
    },
    "Which branch of the released form?": {
        NONE: BASE,
        "both": "released",
        "average branch only": "released-average-only",
        "max branch only": "released-max-only",
    },
    "How many token sets a step?": {
        "one drawn at random": BASE,
        "the mean over all five: five times the work a step, as many steps": "every-set",
    },
    "How much is chance?": {f"{name}, seed {seed}": _named(name, seed) for name in RECIPES for seed in SEEDS},
}
