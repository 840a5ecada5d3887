"""Photographs with open questions about them, for models that know the world. Nobody wrote down what is right."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fmvr.media.picture import read_picture
from fmvr.worlds.scoring import score_open
from fmvr.worlds.world import Question, Subject

FOLDER = Path(__file__).parent
OPEN = "open"  # the one family: any question, any answer
LONGEST = 64  # tokens of an answer
MARK = "photograph "  # how a picture file's comment begins that says which photograph it is


def mark(name: str) -> str:
    """The comment in the file of a photograph."""
    return MARK + name


@dataclass(frozen=True)
class Photograph:
    """`name`: of its file, and its code; `questions`: to ask about it, as one types them."""

    name: str
    questions: tuple[str, ...]


class PhotographWorld:
    """A dozen photographs, as a World, all for the test. It knows no truth: a model is held against itself."""

    name = "photographs"
    families = (OPEN,)
    often = {OPEN: 3}

    def __init__(self):
        table = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
        self.photographs = {name: Photograph(name, tuple(questions)) for name, questions in table.items()}

    def sample(self, split: str, place: int) -> Photograph:
        if not 0 <= place < self.size(split):
            raise IndexError(f"There is no photograph {place} for the split {split}.")
        return list(self.photographs.values())[place]

    def size(self, split: str) -> int:
        return len(self.photographs) if split == "test" else 0

    def path(self, photograph: Photograph) -> Path:
        """Its file."""
        return FOLDER / f"{photograph.name}.jpg"

    def picture(self, photograph: Photograph) -> Image.Image:
        return read_picture(self.path(photograph))

    def questions(self, photograph: Photograph, test: bool = False) -> list[Question]:
        return [Question(OPEN, text, None) for text in photograph.questions]

    def ask(self, photograph: Photograph, family: str, rng: np.random.Generator, test: bool = False) -> Question:
        return Question(OPEN, str(rng.choice(photograph.questions)), None)

    def truth(self, photograph: Photograph, text: str) -> Question | None:
        return None

    def subjects(self, photograph: Photograph, text: str) -> list[Subject]:
        return []

    def score(self, family: str, answer: str, right: str) -> float:
        return score_open(answer, right)

    def longest(self, family: str) -> int:
        return LONGEST

    def code(self, photograph: Photograph) -> str:
        return photograph.name

    def from_code(self, code: str) -> Photograph:
        if code not in self.photographs:
            raise ValueError(f"There is no photograph of the name {code[:40]!r}.")
        return self.photographs[code]
