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

    form: str | None = "residual"
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


BASE = "residual"
# Every model once, in the order in which they are trained: the most telling first.
VARIANTS = {
    BASE: Variant(),
    "none": Variant(form=None),
    "released": Variant(form="released"),
    "paper": Variant(form="paper"),
    "residual-seed-1": Variant(seed=1),
    "none-seed-1": Variant(form=None, seed=1),
    "residual-seed-2": Variant(seed=2),
    "none-seed-2": Variant(form=None, seed=2),
    "gains-10": Variant(gains=10),
    "gains-30": Variant(gains=30),
    "average-only": Variant(branches=("average",)),
    "max-only": Variant(branches=("max",)),
    "released-fixed": Variant(form="released", branches=()),
    "paper-fixed": Variant(form="paper", branches=()),
    "released-window-1": Variant(form="released", window=1),
    "released-seed-1": Variant(form="released", seed=1),
    "released-seed-2": Variant(form="released", seed=2),
    "12-only": Variant(levels=(12,)),
    "6-only": Variant(levels=(6,)),
    "3-only": Variant(levels=(3,)),
    "window-5": Variant(window=5),
    "window-global": Variant(window=None),
    "every-set": Variant(every_set=True),
}


def recipe_of(name: str) -> str:
    """The variant that this one repeats with another seed; itself, where its seed is 0."""
    first = replace(VARIANTS[name], seed=0)
    return next(other for other, variant in VARIANTS.items() if variant == first)


# Question → answer in words → variant. A model may answer several questions.
QUESTIONS = {
    "Which form of the block?": {
        "residual": BASE,
        "paper": "paper",
        "released": "released",
        "none: pooling only": "none",
    },
    "Is it the bands, or that the tokens are larger?": {
        "residual: X at first": BASE,
        "released: 4X + H_A + H_M at first": "released",
        "released without neighbours (window 1×1, so H_M = X): 5X + H_A at first": "released-window-1",
        "none: pooling only, X": "none",
    },
    "Which branch?": {
        "both": BASE,
        "average branch only (H_A)": "average-only",
        "max branch only (L_M)": "max-only",
        "neither: pooling only": "none",
    },
    "Do the gains have to learn?": {
        "residual, learned": BASE,
        "residual, fixed at their initial values: the identity, so pooling only": "none",
        "paper, learned": "paper",
        "paper, fixed at their initial values": "paper-fixed",
        "released, learned": "released",
        "released, fixed at their initial values": "released-fixed",
    },
    "How fast do the gains learn?": {
        "as fast as the rest": BASE,
        "at ten times the learning rate": "gains-10",
        "at thirty times": "gains-30",
    },
    "A block at which levels?": {
        "12×12, 6×6 and 3×3": BASE,
        "12×12 only": "12-only",
        "6×6 only": "6-only",
        "3×3 only": "3-only",
        "none: pooling only": "none",
    },
    "How many token sets a step?": {
        "one drawn at random": BASE,
        "the mean over all five: five times the work a step, as many steps": "every-set",
    },
    "How wide is the window of the max pooling?": {
        "3×3": BASE,
        "5×5": "window-5",
        "the whole grid": "window-global",
    },
    "How much is chance?": {
        "residual, seed 0": BASE,
        "residual, seed 1": "residual-seed-1",
        "residual, seed 2": "residual-seed-2",
        "released, seed 0": "released",
        "released, seed 1": "released-seed-1",
        "released, seed 2": "released-seed-2",
        "none, seed 0": "none",
        "none, seed 1": "none-seed-1",
        "none, seed 2": "none-seed-2",
    },
}
