"""Ten answers about one picture, against one stock `generate` at the full set with each arm.

All times are from one run on one machine, encoding included.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fmvr.evaluation.asking import draw

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

QUESTIONS = ("How many objects are there?", "Where is the leftmost object?", "Is there a cat?")


@dataclass(frozen=True)
class Speed:
    """Medians over `rounds`, in seconds: every arm at all its budgets, and stock `generate` once for each arm."""

    rounds: int
    answers: int
    all_budgets_s: float
    stock_s: float
    look_s: float  # of all_budgets_s: encoding the picture
    ratio: float  # of the two

    def __str__(self) -> str:
        return (
            f"{self.answers} answers {1000 * self.all_budgets_s:.0f} ms ({1000 * self.look_s:.0f} ms encoding); "
            f"stock generate with each model {1000 * self.stock_s:.0f} ms; ratio {self.ratio:.2f} "
            f"(medians of {self.rounds} pictures)"
        )


def measure(lab: "Lab", world: "World", samples: int) -> Speed:
    """Alternate both ways over `samples` test samples; one before them warms up and is not counted."""
    from fmvr.evaluation.passes import stock_generate

    ours, stock, looks = [], [], []
    drawn = draw(world, samples + 1)
    for i, sample in enumerate(drawn):
        picture, question = world.picture(sample), QUESTIONS[i % len(QUESTIONS)]
        start = time.perf_counter()
        view = lab.look(picture)
        looks.append(time.perf_counter() - start)
        for arm in lab.arms:
            view.ask_each(question, lab.budgets_of(arm), arm)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        for arm in lab.arms:
            stock_generate(lab.member(arm), picture, question)
        stock.append(time.perf_counter() - start)
    warm = slice(1 if len(drawn) > 1 else 0, None)
    ours_s, stock_s, look_s = (float(np.median(times[warm])) for times in (ours, stock, looks))
    answers = sum(len(lab.budgets_of(arm)) for arm in lab.arms)
    return Speed(len(drawn[warm]), answers, ours_s, stock_s, look_s, ours_s / stock_s)
