"""An answer: its words, how sure the model was of each, what it cost in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True)
class Word:
    """A word of an answer and the probability the model gave it (the product over its tokens)."""

    text: str
    probability: float


@dataclass(frozen=True)
class Answer:
    """An answer: its words, what it was made from, how long it took.

    `visual_tokens`: of each frame; where tokens are dropped inside the language model, on average over its layers.
    `kept`: which visual tokens the last layer still read there, counted from 0 over all frames; None elsewhere.
    """

    question: str
    text: str
    words: tuple[Word, ...]
    visual_tokens: int
    arm: str
    frames: int
    text_tokens: int  # of the prompt
    first_token_s: float
    total_s: float
    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...]
    word_of: tuple[int, ...]  # which word each answer token belongs to
    ending: float | None  # probability of the end after the last word; None where the answer was cut off
    kept: tuple[int, ...] | None = None

    @property
    def all_visual_tokens(self) -> int:
        """Of all frames together."""
        return self.frames * self.visual_tokens

    @property
    def probability(self) -> float:
        """Of the whole answer: the product over its words; of one without any, that it ends at once."""
        return prod(word.probability for word in self.words) if self.words else self.exact or 0.0

    @property
    def exact(self) -> float | None:
        """The probability of saying exactly this and ending there; None where the answer was cut off."""
        return None if self.ending is None else prod(word.probability for word in self.words) * self.ending


def gather_words(tokenizer, ids: tuple[int, ...], chances: list[float]) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    """Tokens gathered into words at spaces. A token that shows nothing yet belongs to the word after it."""
    texts = [tokenizer.decode(ids[: i + 1], skip_special_tokens=True).strip() for i in range(len(ids))]
    final = texts[-1].split() if texts else []
    word_of, shown = [], ""
    for text in texts:
        count = len(text.split())
        word_of.append(min(count if text == shown else count - 1, len(final) - 1))
        shown = text
    return tuple(map(Word, final, products(word_of, chances, len(final)))), tuple(word_of)


def products(word_of: Iterable[int], chances: Iterable[float], words: int) -> tuple[float, ...]:
    """The probability of each word: the product over its tokens, of which those of no word (-1) count for none."""
    whole = [1.0] * words
    for word, chance in zip(word_of, chances):
        if word >= 0:
            whole[word] *= chance
    return tuple(whole)
