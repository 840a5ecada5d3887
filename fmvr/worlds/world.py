"""What a world is: pictures that can be drawn by their place, asked about, and scored, each with its truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image

# One picture with all that its world knows about it. What that is, is the world's own affair: a `Scene`, a `Row` of a
# table. Everybody else holds a sample in the hand and asks the world about it.
Sample = TypeVar("Sample")


class Subject(Protocol):
    """Something in a picture that a question is about; in pixels from the picture's top left corner."""

    @property
    def phrase(self) -> str:
        """How a question names it: `cat`, `red circle`."""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1."""

    @property
    def centre(self) -> tuple[float, float]:
        """x, y."""

    @property
    def size(self) -> int:
        """The length of its sides before it was turned."""


@dataclass(frozen=True)
class Question:
    """A question about a sample and its right answer; None where nobody knows it.

    `about`: what of the sample it is about, none for the whole; None where its world has not said so.
    """

    family: str
    text: str
    answer: str | None
    unseen_wording: bool = False  # worded as no training question is
    about: tuple[Subject, ...] | None = field(default=None, compare=False)


class World(Protocol[Sample]):
    """A world: what measures, the page and the report draw, ask and score.

    `name`: its key in WORLDS. `families`: its kinds of question, in the order of tables.
    """

    name: str
    families: tuple[str, ...]

    def sample(self, split: str, place: int) -> Sample:
        """A sample of a split (`train`, `validation`, `test`), counted from 0; always the same one.

        Raises IndexError for a place that the split does not have.
        """

    def size(self, split: str) -> int | None:
        """How many samples a split has; None: as many as one likes."""

    def picture(self, sample: Sample) -> Image.Image:
        """The picture, RGB. Raises BadInput where it is somebody's file and cannot be read."""

    def questions(self, sample: Sample, test: bool = False) -> list[Question]:
        """Questions of different families, the same each time: of all that the sample has one of, or of some of them.

        `test` allows wordings that are kept from training.
        """

    def truth(self, sample: Sample, text: str) -> Question | None:
        """A question that somebody typed, with its right answer; None where the sample cannot say."""

    def subjects(self, sample: Sample, text: str) -> list[Subject]:
        """What of the sample a typed question is about, as far as the world can tell."""

    def score(self, family: str, answer: str, right: str) -> float:
        """How right an answer is, 0..1."""

    def longest(self, family: str) -> int:
        """The most tokens of an answer."""


class TrainingWorld(World[Sample], Protocol[Sample]):
    """A world that models are trained on: it draws ever new questions about the same sample.

    `often`: how often each family is asked, at most, in one conversation. `description`: the family of stage 1, whose
    answer tells all there is in the picture.
    """

    often: Mapping[str, int]
    description: str

    def ask(self, sample: Sample, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
        """Draw one question of a family; None where the sample has none. `test` as in `questions`."""


class CodedWorld(World[Sample], Protocol[Sample]):
    """A world whose samples have short texts, for links and picture files, that make them again."""

    def code(self, sample: Sample) -> str:
        """The text of a sample: letters, digits, `-`, `_` and `.`."""

    def from_code(self, code: str) -> Sample:
        """The sample of a text as people bring it. Raises ValueError for what is none."""


class AspectWorld(World[Sample], Protocol[Sample]):
    """A world that tells what makes a question hard, so that measures can be broken down by it.

    `unanswerable`: the families whose right answer is that there is none. `groups`: of families.
    """

    unanswerable: tuple[str, ...]
    groups: Mapping[str, Sequence[str]]

    def aspects(self, sample: Sample, question: Question) -> list[str]:
        """The family's group, what kind of picture, how crowded, how large what is asked about: `kind: board`, …"""

    def refuses(self, answer: str) -> bool:
        """Whether an answer says that there is none."""


class SpokenWorld(World[Sample], Protocol[Sample]):
    """A world that knows its words.

    `knowledge`: what a model of it knows, in a sentence.
    """

    knowledge: str

    def unknown(self, text: str) -> list[str]:
        """The words of a typed question that nothing in it is called, nor nearly."""


class ObjectWorld(World[Sample], Protocol[Sample]):
    """A world that knows what is in a picture, what is not, and what a description names.

    `negatives`: the ways to draw what is not there, from any to nearly there.
    """

    negatives: tuple[str, ...]

    def things(self, sample: Sample) -> Sequence[Subject]:
        """All that is there, each with its box."""

    def present(self, sample: Sample) -> Mapping[str, int]:
        """What is there: phrase → how many times."""

    def absent(self, sample: Sample, negatives: str) -> list[str]:
        """Phrases of what is not there, drawn in one of the ways."""

    def existence(self, phrase: str, there: bool) -> Question:
        """The question whether there is one, and its answer."""

    def named(self, description: str) -> Mapping[str, int]:
        """What a description names: phrase → how many times."""
