"""The crowded pictures as a world: scenes, boards and texts in turn, and all that can be asked about them."""

from collections import Counter
from itertools import islice
from random import Random

import numpy as np
from PIL import Image

from fmvr.worlds.embedded import code, draw
from fmvr.worlds.embedded.board import board
from fmvr.worlds.embedded.catalog import COLOURS, SHAPES, THINGS, WORDS
from fmvr.worlds.embedded.changes import CHANGES
from fmvr.worlds.embedded.language import DRAWS, ask, read_question, score, subjects
from fmvr.worlds.embedded.language.families import CANNOT_TELL
from fmvr.worlds.embedded.language.groups import GROUP_OF, GROUPS
from fmvr.worlds.embedded.language.plain import plain
from fmvr.worlds.embedded.language.questions import ABSENT, BASIC, CANNOT, WEIGHTS, is_absent
from fmvr.worlds.embedded.language.scoring import named_in
from fmvr.worlds.embedded.language.spelling import corrected, vocabulary
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.presence import NEGATIVES, present
from fmvr.worlds.embedded.scene import scene
from fmvr.worlds.embedded.sparse import sparse
from fmvr.worlds.embedded.text import text
from fmvr.worlds.scenes.catalog import article
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS
from fmvr.worlds.world import Question

TURNS = (*(scene, board, text) * 3, sparse, board, text)  # of the kinds; a quarter of the scenes are sparse
DESCRIPTION = "description"
LONG, SHORT = 64, 16  # most tokens of an answer that lists, and of any other
ASKED = 12  # questions about a picture, of the families it has
CROWDS, SIZES = (9, 21, 41), (18, 28, 48)  # items of a picture; pixels of the smallest thing asked about
LISTS = frozenset(
    {DESCRIPTION, "list of a kind", "list within", "content of a half", "content of a row", "text", "line"}
)
USUAL = (*BASIC, "relation", "what is beside", "what is there", "cell", "price")  # what most people ask first
THRICE = 3.0  # times as often in stage 2, and among the questions that are offered


class EmbeddedWorld:
    """A `TrainingWorld`, `CodedWorld`, `AspectWorld`, `SpokenWorld` and `ObjectWorld`; a sample is a `Picture`."""

    name = "embedded"
    knowledge = (
        f"drawn scenes, boards and texts: {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes "
        f"in {len(COLOURS)} colours, numbers, and {len(WORDS)} words."
    )
    families = tuple(DRAWS)
    description = DESCRIPTION
    unanswerable = (ABSENT, CANNOT_TELL)
    groups = GROUPS
    negatives = tuple(NEGATIVES)
    changes = CHANGES
    often = {
        family: round(4 * WEIGHTS.get(family, 1) * (THRICE if family in USUAL else 1)) or 1
        for family in DRAWS
        if family != DESCRIPTION
    }

    def sample(self, split: str, place: int) -> Picture:
        """The picture at a place: kinds take turns, a seed each."""
        if not 0 <= place < SPLIT_SIZE:
            raise IndexError(f"The {split} split has no picture {place}.")
        return TURNS[place % len(TURNS)](SPLITS[split] + place)

    def size(self, split: str) -> None:
        """As many as one likes: a hundred million."""
        return None

    def picture(self, sample: Picture) -> Image.Image:
        return Image.fromarray(draw.pixels(sample)[0])

    def questions(self, sample: Picture, test: bool = False) -> list[Question]:
        rng = Random(sample.seed)
        order = rng.sample(list(DRAWS), len(DRAWS))
        asked = (self._ask(sample, family, rng, test) for family in order)
        return list(islice((question for question in asked if question is not None), ASKED))

    def ask(self, sample: Picture, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
        return self._ask(sample, family, Random(int(rng.integers(1 << 62))), test)

    def pose(self, sample: Picture, family: str, rng: np.random.Generator) -> Question | None:
        """As `ask`, worded as one would print it."""
        return self._ask(sample, family, Random(int(rng.integers(1 << 62))), careful=True)

    def truth(self, sample: Picture, text: str) -> Question | None:
        found = read_question(text, sample)
        return found and Question(found.family, text, found.answer)

    def subjects(self, sample: Picture, text: str) -> list[Item]:
        found = read_question(text, sample)
        return subjects(found.program, sample) if found and found.program else []

    def unknown(self, text: str) -> list[str]:
        words = [word for word in plain(text) if len(word) > 2 and word.isalpha()]
        return [word for word, known in zip(words, corrected(words)) if known not in vocabulary()]

    def score(self, family: str, answer: str, right: str) -> float:
        return score(family, answer, right)

    def code(self, sample: Picture) -> str:
        return code.write(sample)

    def from_code(self, text: str) -> Picture:
        return code.read(text)

    def aspects(self, sample: Picture, question: Question) -> list[str]:
        sizes = [thing.size for thing in self.subjects(sample, question.text)]
        found = [GROUP_OF[question.family], f"kind: {sample.kind}", f"items: {_bin(len(sample.items), CROWDS)}"]
        return [*found, f"size: {_bin(min(sizes), SIZES)} px"] if sizes else found

    def refuses(self, answer: str) -> bool:
        return score(CANNOT_TELL, answer, CANNOT) == 1 or is_absent(answer)

    def things(self, sample: Picture) -> tuple[Item, ...]:
        return sample.items

    def present(self, sample: Picture) -> Counter:
        return present(sample)

    def absent(self, sample: Picture, negatives: str) -> list[str]:
        return NEGATIVES[negatives](sample)

    def existence(self, phrase: str, there: bool) -> Question:
        return Question("existence", f"Is there {article(phrase)} {phrase}?", "yes" if there else "no")

    def named(self, description: str) -> Counter:
        return named_in(description)

    def longest(self, family: str) -> int:
        return LONG if family in LISTS else SHORT

    def _ask(
        self, sample: Picture, family: str, rng: Random, test: bool = False, careful: bool = False
    ) -> Question | None:
        drawn = ask(sample, family, rng, "test" if test else "train", careful)
        about = tuple(subjects(drawn.program, sample)) if drawn and drawn.program else ()
        return drawn and Question(drawn.family, drawn.text, drawn.answer, drawn.unseen, about)


def _bin(value: int, edges: tuple[int, ...]) -> str:
    """Between which edges a number lies: `under 9`, `9 to 20`, `41 or more`."""
    if value < edges[0]:
        return f"under {edges[0]}"
    if value >= edges[-1]:
        return f"{edges[-1]} or more"
    i = next(i for i, edge in enumerate(edges) if value < edge)
    return f"{edges[i - 1]} to {edges[i] - 1}"
