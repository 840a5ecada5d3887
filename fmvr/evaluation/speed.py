"""Ten answers about one picture, against one stock `generate` at the full set with each model.

`python -m fmvr.evaluation speed` prints the ratio; all times are from one run on one machine, encoding included.
"""

import time
from dataclasses import dataclass

import numpy as np
import torch

from fmvr.lab import MOST_ANSWER_TOKENS, Lab
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.training.conversations import prompt

QUESTIONS = ("How many objects are there?", "Where is the leftmost object?", "Is there a cat?")


@dataclass(frozen=True)
class Speed:
    """Medians over `rounds`, in seconds: all budgets with all models, and stock `generate` once for each model."""

    rounds: int
    answers: int
    all_budgets_s: float
    stock_s: float
    look_s: float  # of all_budgets_s: encoding the picture

    @property
    def ratio(self) -> float:
        return self.all_budgets_s / self.stock_s


def measure(lab: Lab, rounds: int = 20) -> Speed:
    """Alternate both ways over `rounds` test scenes; the first scene warms up and is not counted."""
    ours, stock, looks = [], [], []
    for i in range(rounds + 1):
        picture = Scene.from_seed(SPLITS["test"] + i).render()
        question = QUESTIONS[i % len(QUESTIONS)]
        start = time.perf_counter()
        view = lab.look(picture)
        looks.append(time.perf_counter() - start)
        for side in lab.models:
            view.ask_each(question, lab.budgets, side == "with")
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        for side in lab.models:
            _stock(*lab.side(side == "with"), picture, question)
        stock.append(time.perf_counter() - start)
    ours_s, stock_s, look_s = (float(np.median(times[1:])) for times in (ours, stock, looks))
    return Speed(rounds, len(lab.budgets) * len(lab.models), ours_s, stock_s, look_s)


@torch.inference_mode()
def _stock(model, processor, picture, question: str) -> None:
    """What a user of transformers writes: the processor, then generate from pixels at the full set."""
    inputs = processor(images=picture, text=prompt(question), return_tensors="pt").to(model.device, model.dtype)
    model.generate(**inputs, max_new_tokens=MOST_ANSWER_TOKENS, do_sample=False)
