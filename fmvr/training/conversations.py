"""Conversations as LLaVA-1.5 writes them, about samples of a world or from LLaVA-format JSON, and batches of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from fmvr.prompt import IMAGE, opening, separator, turn, with_pictures
from fmvr.training.looking import spread
from fmvr.training.turns import IGNORE, apart
from fmvr.worlds.embedded.clips import MOST_TOKENS
from fmvr.worlds.world import Question, Sample, TrainingWorld


@dataclass(frozen=True)
class Conversation:
    """Questions and answers about one picture, or about any number of them.

    The picture is `pixel_values` ([P, 3, 336, 336] for P pictures), `features` (the frozen tower's, [576, D], or those
    of a clip's frames, [F, 576, D]), or `words` (a phrase for each object, which stands where a visual token would;
    `frames`: how many of them each frame of a clip has). `opened`: one picture or clip opens the conversation; else
    pictures stand where a question has IMAGE. `key` names the example. `independent`: no question leans on an earlier
    one, so each may be read right after the picture. `looks`, of independent turns: how much of what each is about lies
    in each patch ([576], [F, 576]), or in each item in words; None for a turn of which nobody knows.
    """

    turns: list[tuple[str, str]]
    words: list[str] | None = None
    frames: tuple[int, ...] | None = None
    pixel_values: torch.Tensor | None = None
    features: torch.Tensor | None = None
    key: int = 0
    opened: bool = True
    independent: bool = False
    looks: list[np.ndarray | None] | None = None


def write(
    conversation: Conversation, marks: str | list[str], end: str, between: str = "\n"
) -> tuple[str, list[int], list[tuple[int, int]]]:
    """A conversation as one text, where its turns begin, and the spans a model learns to say: answers and end marks.

    `marks` are a picture's placeholders, or those of each frame of a clip, `between` what sets two of them apart, `end`
    the end mark. Turns that lean on earlier ones follow each other as in LLaVA-1.5; independent ones stand right after
    the picture, each.
    """
    marks = marks if isinstance(marks, str) else between.join(marks)
    text, begins, spans = (opening([marks]) + "\n" if conversation.opened else opening([])), [], []
    for question, answer in conversation.turns:
        begins.append(len(text))
        if len(begins) > 1 and not conversation.independent:
            text += opening([])
        text += turn(question if conversation.opened else with_pictures(question, marks, between))
        spans.append((len(text), len(text) + 1 + len(answer) + len(end)))
        text += f" {answer}{end}"
    return text, begins, spans


def converse(
    world: TrainingWorld[Sample], sample: Sample, rng: np.random.Generator, questions: int, test: bool = False
) -> list[Question]:
    """Up to `questions` different questions of mixed families, now and then a description."""
    asked: dict[str, Question] = {}
    for family in rng.permutation([family for family, n in world.often.items() for _ in range(n)]):
        if len(asked) == questions:
            break
        question = world.ask(sample, family, rng, test)
        if question is not None:
            asked.setdefault(question.text, question)
    if rng.random() < 0.3:
        last = world.ask(sample, world.description, rng, test)
        asked[last.text] = last
    return list(asked.values())


@dataclass
class Collate:
    """Conversations → a padded batch; labels cover the answers alone.

    Where there are pictures, one token set is drawn for the whole batch (FMVR, Figure 3). The draw depends on the seed
    and on the first example alone, so that it is the same for both models and after a resume. The first `begins`
    examples are of the second largest set: what it takes to look things up is learned there, at a third of the price.

    Independent turns share their opening and nothing else, and are rows of their own (see `fmvr.training.turns`).
    """

    tokenizer: object
    budgets: list[int] = field(default_factory=list)
    seed: int = 0
    code: Callable[[list[str]], list[list[int]]] | None = None  # phrases → ids of words with a table of their own
    begins: int = 0

    def __call__(self, items: list[Conversation]) -> dict[str, torch.Tensor]:
        frames = max(len(item.features) if _is_clip(item) else 1 for item in items)
        budget = self._budget(items[0].key, frames) if self.budgets else 0
        marks = [[IMAGE * tokens for tokens in _tokens_of(item, budget)] for item in items]
        between = separator(self.tokenizer)
        texts = [write(item, m, self.tokenizer.eos_token, between) for item, m in zip(items, marks)]
        batch = self.tokenizer(
            [text for text, _, _ in texts],
            return_offsets_mapping=True,
            padding=True,
            padding_side="right",
            return_tensors="pt",
        )
        begin, finish = batch.pop("offset_mapping").unbind(-1)  # [B, T] each: first and last character of a token
        shown = finish > begin
        answers, turn = torch.zeros_like(shown), torch.zeros_like(begin)
        for row, (_, begins, spans) in enumerate(texts):
            for a, b in spans:
                answers[row] |= shown[row] & (begin[row] >= a) & (finish[row] <= b)
            for a in begins:
                turn[row] += shown[row] & (finish[row] > a)
        batch = dict(batch) | {"labels": batch["input_ids"].masked_fill(~answers, IGNORE)}
        if items[0].independent:
            batch = apart(**batch, turn=turn)
        if items[0].looks is not None:
            batch["looks"] = self._looks(items, batch["input_ids"])
        if items[0].words is not None:
            phrases = [phrase for item in items for phrase in item.words]
            if self.code is None:
                words = self.tokenizer(phrases, add_special_tokens=False, padding=True)["input_ids"]
            else:
                words = self.code(phrases)
            batch["words"] = torch.tensor(words)  # [objects, W]
        if items[0].pixel_values is not None:
            batch["pixel_values"] = torch.cat([item.pixel_values for item in items])
        if items[0].features is not None:  # of all frames of all examples, [P, 576, D]
            parts = [torch.as_tensor(item.features) for item in items]
            batch["features"] = torch.cat([part if part.ndim == 3 else part[None] for part in parts])
        return batch

    def _budget(self, key: int, frames: int = 1) -> int:
        fit = [n for n in self.budgets if frames == 1 or frames * n <= MOST_TOKENS]
        if key < self.begins:
            return max(fit) if frames > 1 else sorted(set(fit))[-2]
        return int(np.random.default_rng([self.seed, key]).choice(fit))

    def _looks(self, items: list[Conversation], openings: torch.Tensor) -> torch.Tensor:
        marks = openings == self.tokenizer.convert_tokens_to_ids(IMAGE)
        rows = [(look, mark.nonzero()[:, 0]) for item, mark in zip(items, marks) for look in item.looks]
        return torch.stack([spread(look, places, openings.shape[1]) for look, places in rows])


def _is_clip(item: Conversation) -> bool:
    return item.features is not None and item.features.ndim == 3


def _tokens_of(item: Conversation, budget: int) -> list[int] | tuple[int, ...]:
    """How many placeholders stand for each frame."""
    if item.words is not None:
        return item.frames or [len(item.words)]
    return [budget] * (len(item.features) if _is_clip(item) else 1)


class EverySet(Collate):
    """The same batch once for every token set: a step takes the mean over all (M3, and FMVR's released code)."""

    def __call__(self, items: list[Conversation]) -> dict[str, list]:
        return {"sets": [Collate(self.tokenizer, [n], self.seed)(items) for n in self.budgets]}
