"""Photographs with open questions about them, for models that know the wide world; scenes to edit, beside them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fmvr.media.picture import read_picture
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.world import EmbeddedWorld
from fmvr.worlds.scoring import score_open
from fmvr.worlds.world import Question, Subject

FOLDER = Path(__file__).parent
OPEN = "open"  # the family of all questions about photographs
LONGEST = 64  # tokens of an answer
MARK = "photograph "  # how the comment in a picture's file begins that says which photograph it is


@dataclass(frozen=True)
class Photograph:
    """`name`: of its file, and its code; `questions`: to ask about it, as one types them."""

    name: str
    questions: tuple[str, ...]


Shown = Photograph | Picture


class PhotographWorld:
    """A dozen photographs, as a World, all for the test. Nobody knows what is right: a model is held against itself.

    `scenes`: those that one edits by hand; they come by their codes alone, and know their truth.
    """

    name = "photographs"
    families = (OPEN,)
    often = {OPEN: 3}
    for_any_picture = ("Describe the picture.", "What is in the picture?", "What colours can be seen?")

    def __init__(self):
        table = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
        self.photographs = {name: Photograph(name, tuple(questions)) for name, questions in table.items()}
        self.scenes = EmbeddedWorld()

    def sample(self, split: str, place: int) -> Photograph:
        if not 0 <= place < self.size(split):
            raise IndexError(f"There is no photograph {place} for the split {split}.")
        return list(self.photographs.values())[place]

    def size(self, split: str) -> int:
        return len(self.photographs) if split == "test" else 0

    def path(self, photograph: Photograph) -> Path:
        """Its file."""
        return FOLDER / f"{photograph.name}.jpg"

    def picture(self, sample: Shown) -> Image.Image:
        return read_picture(self.path(sample)) if _is_photograph(sample) else self.scenes.picture(sample)

    def questions(self, sample: Shown, test: bool = False) -> list[Question]:
        if not _is_photograph(sample):
            return self.scenes.questions(sample, test)
        return [Question(OPEN, text, None) for text in sample.questions]

    def ask(self, photograph: Photograph, family: str, rng: np.random.Generator, test: bool = False) -> Question:
        return Question(OPEN, str(rng.choice(photograph.questions)), None)

    def truth(self, sample: Shown, text: str) -> Question | None:
        return None if _is_photograph(sample) else self.scenes.truth(sample, text)

    def subjects(self, sample: Shown, text: str) -> list[Subject]:
        return [] if _is_photograph(sample) else self.scenes.subjects(sample, text)

    def score(self, family: str, answer: str, right: str) -> float:
        return score_open(answer, right) if family == OPEN else self.scenes.score(family, answer, right)

    def longest(self, family: str) -> int:
        return LONGEST if family == OPEN else self.scenes.longest(family)

    def code(self, sample: Shown) -> str:
        return sample.name if _is_photograph(sample) else self.scenes.code(sample)

    def from_code(self, code: str) -> Shown:
        return self.photographs[code] if code in self.photographs else self.scenes.from_code(code)


def mark(name: str) -> str:
    """The comment in the file of a photograph."""
    return MARK + name


def marked(comment: bytes | None) -> str:
    """The photograph that a file's comment names; empty where it names none."""
    text = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else ""
    return text.removeprefix(MARK) if text.startswith(MARK) else ""


def _is_photograph(sample: Shown) -> bool:
    return isinstance(sample, Photograph)
