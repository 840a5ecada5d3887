"""Ten answers about one picture, against one stock `generate` at the full set with each model.

`python -m fmvr.evaluation speed` prints the ratio; all times are from one run on one machine, encoding included.
"""

import time
from dataclasses import dataclass

import numpy as np
import torch

from fmvr.lab import MOST_ANSWER_TOKENS, Answer, Lab, View
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
    ratio: float  # of the two

    def __str__(self) -> str:
        return (
            f"{self.answers} answers {1000 * self.all_budgets_s:.0f} ms ({1000 * self.look_s:.0f} ms encoding); "
            f"stock generate with each model {1000 * self.stock_s:.0f} ms; ratio {self.ratio:.2f} "
            f"(medians of {self.rounds} pictures)"
        )


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
            stock_generate(*lab.side(side == "with"), picture, question)
        stock.append(time.perf_counter() - start)
    ours_s, stock_s, look_s = (float(np.median(times[1:])) for times in (ours, stock, looks))
    return Speed(rounds, len(lab.budgets) * len(lab.models), ours_s, stock_s, look_s, ours_s / stock_s)


@torch.inference_mode()
def stock_generate(model, processor, picture, question: str) -> None:
    """What a user of transformers writes: the processor, then generate from pixels at the full set."""
    inputs = processor(images=picture, text=prompt(question), return_tensors="pt").to(model.device, model.dtype)
    model.generate(**inputs, max_new_tokens=MOST_ANSWER_TOKENS, do_sample=False)


@torch.inference_mode()
def answer_passes(view: View, answer: Answer) -> float:
    """Seconds of the forward passes that an answer cannot do without: the prompt, then a pass a token, with a cache."""
    model, _ = view.lab.side(answer.fmvr)
    ids = torch.tensor([answer.prompt_ids], device=model.device)
    start = time.perf_counter()
    out = model(ids, mm_encoder_outputs=view.as_tokens(answer.visual_tokens, answer.fmvr), logits_to_keep=1)
    for token in answer.answer_ids:
        out = model(torch.tensor([[token]], device=model.device), past_key_values=out.past_key_values)
    return time.perf_counter() - start


@torch.inference_mode()
def reading_pass(view: View, answer: Answer, text: str) -> float:
    """Seconds of the one forward pass that the probability of another answer, `text`, cannot do without."""
    model, processor = view.lab.side(answer.fmvr)
    said = processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    ids = torch.tensor([[*answer.prompt_ids, *said]], device=model.device)
    start = time.perf_counter()
    model(ids, mm_encoder_outputs=view.as_tokens(answer.visual_tokens, answer.fmvr), logits_to_keep=len(said) + 1)
    return time.perf_counter() - start


def map_passes(view: View, answer: Answer) -> float:
    """Seconds of the one forward and the one backward pass that a map cannot do without."""
    model, _ = view.lab.side(answer.fmvr)
    wrapped, hidden = view.from_layer(answer, view.lab.layers)
    wrapped.input_ids = torch.tensor([answer.prompt_ids + answer.answer_ids], device=model.device)
    start = time.perf_counter()
    with torch.enable_grad():
        logits = wrapped(hidden.clone().requires_grad_(True))
        logits[0, -1].max().backward()
    return time.perf_counter() - start
