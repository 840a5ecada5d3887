"""The crowded pictures as a world: scenes, boards and texts in turn, and all that can be asked about them."""

from random import Random

import numpy as np
from PIL import Image

from fmvr.worlds.embedded import draw
from fmvr.worlds.embedded.board import board
from fmvr.worlds.embedded.language import DRAWS, ask, read_question, score, subjects
from fmvr.worlds.embedded.language.questions import WEIGHTS
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.scene import scene
from fmvr.worlds.embedded.text import text
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS
from fmvr.worlds.world import Question

KINDS = (scene, board, text)  # taking turns
DESCRIPTION = "description"
LONG, SHORT = 64, 16  # most tokens of an answer that lists, and of any other
LISTS = frozenset(
    {DESCRIPTION, "list of a kind", "list within", "content of a half", "content of a row", "text", "line"}
)


class EmbeddedWorld:
    """A `TrainingWorld`; a sample is a `Picture`."""

    name = "embedded"
    families = tuple(DRAWS)
    description = DESCRIPTION
    often = {family: round(4 * WEIGHTS.get(family, 1)) or 1 for family in DRAWS if family != DESCRIPTION}

    def sample(self, split: str, place: int) -> Picture:
        """The picture at a place: kinds take turns, a seed each."""
        if not 0 <= place < SPLIT_SIZE:
            raise IndexError(f"The {split} split has no picture {place}.")
        return KINDS[place % len(KINDS)](SPLITS[split] + place)

    def size(self, split: str) -> None:
        """As many as one likes: a hundred million."""
        return None

    def picture(self, sample: Picture) -> Image.Image:
        return Image.fromarray(draw.pixels(sample)[0])

    def questions(self, sample: Picture, test: bool = False) -> list[Question]:
        rng = Random(sample.seed)
        asked = (self._ask(sample, family, rng, test) for family in DRAWS)
        return [question for question in asked if question is not None]

    def ask(self, sample: Picture, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
        return self._ask(sample, family, Random(int(rng.integers(1 << 62))), test)

    def truth(self, sample: Picture, text: str) -> Question | None:
        found = read_question(text, sample)
        return found and Question(found.family, text, found.answer)

    def subjects(self, sample: Picture, text: str) -> list[Item]:
        found = read_question(text, sample)
        return subjects(found.program, sample) if found and found.program else []

    def score(self, family: str, answer: str, right: str) -> float:
        return score(family, answer, right)

    def longest(self, family: str) -> int:
        return LONG if family in LISTS else SHORT

    def _ask(self, sample: Picture, family: str, rng: Random, test: bool) -> Question | None:
        drawn = ask(sample, family, rng, "test" if test else "train")
        return drawn and Question(drawn.family, drawn.text, drawn.answer, drawn.unseen)
