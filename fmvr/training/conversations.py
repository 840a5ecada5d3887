"""Conversations as LLaVA-1.5 writes them, from scenes or from LLaVA-format JSON, and batches of them."""

from dataclasses import dataclass, field

import numpy as np
import torch

from fmvr.scenes.questions import FAMILIES, ask
from fmvr.scenes.scene import Scene

IGNORE = -100
IMAGE = "<image>"


@dataclass(frozen=True)
class Conversation:
    """Questions and answers about one picture.

    `opening` stands before the first question: the picture's placeholder, or a scene in words. `pixel_values`
    ([3, 336, 336]) or `features` (the frozen tower's, [576, D]) where there is a picture. `key` names the example.
    """

    turns: list[tuple[str, str]]
    opening: str = IMAGE
    pixel_values: torch.Tensor | None = None
    features: torch.Tensor | None = None
    key: int = 0


def prompt(question: str, opening: str = IMAGE) -> str:
    """LLaVA-1.5's prompt for a first question."""
    return f"USER: {opening}\n{question} ASSISTANT:"


def write(turns: list[tuple[str, str]], opening: str, end: str) -> tuple[str, list[tuple[int, int]]]:
    """A conversation as one text, and the spans of characters a model learns to say: answers and their end marks."""
    text, spans = "", []
    for i, (question, answer) in enumerate(turns):
        text += prompt(question, opening) if i == 0 else f"USER: {question} ASSISTANT:"
        spans.append((len(text), len(text) + 1 + len(answer) + len(end)))
        text += f" {answer}{end}"
    return text, spans


def converse(scene: Scene, rng: np.random.Generator, questions: int, test: bool = False) -> list[tuple[str, str]]:
    """Up to `questions` questions of mixed families; a description, which tells all, comes last if at all."""
    names = [name for name in FAMILIES if name != "description"]
    asked: dict[str, str] = {}
    for name in rng.permutation(names * 3):
        question = ask(scene, name, rng, test)
        if question is not None and len(asked) < questions:
            asked.setdefault(question.text, question.answer)
    turns = list(asked.items())
    if rng.random() < 0.3:
        last = ask(scene, "description", rng, test)
        turns.append((last.text, last.answer))
    return turns


@dataclass
class Collate:
    """Conversations → a padded batch; labels cover the answers alone.

    Where there are pictures, one token set is drawn for the whole batch (FMVR, Figure 3). The draw depends on the seed
    and on the first example alone, so that it is the same for both models and after a resume.
    """

    tokenizer: object
    budgets: list[int] = field(default_factory=list)
    seed: int = 0

    def __call__(self, items: list[Conversation]) -> dict[str, torch.Tensor]:
        marks = ""
        if self.budgets:
            budget = int(np.random.default_rng([self.seed, items[0].key]).choice(self.budgets))
            marks = IMAGE * budget
        written = [write(c.turns, c.opening.replace(IMAGE, marks), self.tokenizer.eos_token) for c in items]
        coded = self.tokenizer(
            [text for text, _ in written],
            return_offsets_mapping=True,
            padding=True,
            padding_side="right",
            return_tensors="pt",
        )
        begin, finish = coded.pop("offset_mapping").unbind(-1)  # [B, T] each
        said = torch.zeros_like(begin, dtype=torch.bool)
        for row, (_, spans) in enumerate(written):
            for a, b in spans:
                said[row] |= (begin[row] >= a) & (finish[row] <= b) & (finish[row] > begin[row])
        batch = {
            "input_ids": coded["input_ids"],
            "attention_mask": coded["attention_mask"],
            "labels": coded["input_ids"].masked_fill(~said, IGNORE),
        }
        for name in ("pixel_values", "features"):
            if getattr(items[0], name) is not None:
                batch[name] = torch.stack([torch.as_tensor(getattr(c, name)) for c in items])
        return batch
