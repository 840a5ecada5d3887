"""A scene: a picture of the embedded world that knows its objects. A scene is a seed, or a seed edited by hand."""

import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from fmvr.worlds.scenes import code, draw
from fmvr.worlds.scenes.catalog import COLOURS, PLURAL, SHAPES, SIGN, TEST_ONLY_COMBINATIONS, THINGS, article
from fmvr.worlds.scoring import NUMBER_WORDS

# First seed of each split; a split ends where the next begins, so seeds of two splits never meet.
SPLITS = {"train": 0, "validation": 100_000_000, "test": 200_000_000}
SPLIT_SIZE = 100_000_000
SMALLEST, LARGEST = 21, 112  # pixels: one and a half patches, a third of the picture
MOST_OVERLAP = 0.12  # of the smaller box


def split_of(seed: int) -> str:
    """The split a seed belongs to. Raises ValueError for a seed no split holds."""
    for name, first in SPLITS.items():
        if first <= seed < first + SPLIT_SIZE:
            return name
    raise ValueError(f"There is no scene {seed}: seeds run from 0 to {max(SPLITS.values()) + SPLIT_SIZE - 1}.")


@dataclass(frozen=True)
class SceneObject:
    """One object of a scene; pixels count from the picture's top left corner."""

    noun: str
    colour: str | None  # shapes and signs have one
    number: int | None  # signs have one, 0..99
    size: int  # side in pixels before turning
    angle: float  # degrees
    mirrored: bool
    x: int  # where the drawn patch begins
    y: int
    box: tuple[int, int, int, int]  # x0, y0, x1, y1 of what is drawn

    @classmethod
    def at(cls, look: tuple, left: int, top: int) -> "SceneObject":
        """The object of a look (see `draw.patch`) whose box begins at `left`, `top`.

        Raises ValueError where it is too small, too large or not wholly inside the picture.
        """
        if not SMALLEST <= look[3] <= LARGEST:
            raise ValueError(f"Objects measure {SMALLEST} to {LARGEST} pixels.")
        _, (x0, y0, x1, y1) = draw.patch(*look)
        box = (left, top, left + x1 - x0, top + y1 - y0)
        if left < 0 or top < 0 or max(box) > draw.SIDE:
            raise ValueError("An object lies outside the picture.")
        return cls(*look, left - x0, top - y0, box)

    @property
    def look(self) -> tuple:
        """What `draw.patch` needs."""
        return self.noun, self.colour, self.number, self.size, self.angle, self.mirrored

    @property
    def centre(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def phrase(self) -> str:
        """`cat`, `red circle`: how a question names it."""
        return f"{self.colour} {self.noun}" if self.colour else self.noun


@dataclass(frozen=True)
class Scene:
    """A picture of 1 to 8 objects; edited by hand, of none too."""

    seed: int
    objects: tuple[SceneObject, ...]

    @classmethod
    def from_seed(cls, seed: int, fewest: int = 1, most: int = 8) -> "Scene":
        """The scene of a seed: always the same one. Raises ValueError for a seed that no split holds.

        `fewest` and `most` bound the number of objects; the vision tower is pre-trained on fuller scenes.
        """
        split = split_of(seed)
        rng = np.random.default_rng([seed, fewest, most])
        wanted = [_kind(rng, split, [])]
        total = int(rng.integers(fewest, most + 1))
        if total > 1 and rng.random() < 0.6:  # several of a kind make counting a question
            again = int(rng.integers(2, min(total, 5) + 1))
            wanted += [_kind(rng, split, wanted, noun=wanted[0][0]) for _ in range(again - 1)]
        wanted += [_kind(rng, split, wanted) for _ in range(total - len(wanted))]
        rng.shuffle(wanted)
        placed: list[SceneObject] = []
        for noun, colour, number in wanted:
            thing = _place(rng, noun, colour, number, placed)
            if thing is not None:
                placed.append(thing)
        return cls(seed, tuple(placed))

    @classmethod
    def from_code(cls, text: str) -> "Scene":
        """The scene of a code (see `code`). Raises ValueError for what is none: codes come from strangers."""
        parts = re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.([\w-]*))?", text, re.ASCII)
        if not parts:
            raise ValueError("This is not the code of a scene.")
        seed, _, objects = parts.groups()
        if objects is None:
            return cls.from_seed(int(seed))
        split_of(int(seed))
        return cls(int(seed), tuple(SceneObject.at(*thing) for thing in code.read(objects)))

    @property
    def code(self) -> str:
        """A short text, fit for a link, that makes the same picture again: the seed; edited, its objects too."""
        if self.objects == Scene.from_seed(self.seed).objects:
            return str(self.seed)
        return f"{self.seed}.{code.write(self.objects)}"

    def render(self) -> Image.Image:
        """The picture, 336×336 RGB."""
        return Image.fromarray(self.pixels()[0])

    def pixels(self) -> tuple[np.ndarray, np.ndarray]:
        """The picture, [336, 336, 3] uint8, and its owner map (see `draw.compose`)."""
        return draw.compose(self.objects, self.seed)

    def matching(self, phrase: str) -> list[SceneObject]:
        """The objects a phrase such as `cat`, `circle` or `red circle` means."""
        return [o for o in self.objects if phrase in (o.noun, o.phrase)]

    def describe(self) -> str:
        """`a cat, two dogs and a red circle.`: kinds from left to right, each counted. The scene is not empty."""
        return describe([o.phrase for o in sorted(self.objects, key=lambda o: o.centre[0])])


def describe(phrases: list[str]) -> str:
    """A list of phrases, in order, as one English sentence; equal phrases are counted together."""
    parts = []
    for phrase in dict.fromkeys(phrases):
        n = phrases.count(phrase)
        *colour, noun = phrase.split()
        words = [article(phrase), phrase] if n == 1 else [NUMBER_WORDS[n], *colour, PLURAL[noun]]
        parts.append(" ".join(words))
    return (" and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]) + "."


def _kind(rng, split: str, others: list, noun: str | None = None) -> tuple[str, str | None, int | None]:
    """Draw what an object is: its noun, colour and number."""
    if noun is None:
        group = rng.choice(3, p=[0.64, 0.2, 0.16])
        noun = str(rng.choice(list(THINGS))) if group == 0 else str(rng.choice(list(SHAPES))) if group == 1 else SIGN
    if noun in THINGS:
        return noun, None, None
    colours = [c for c in COLOURS if split == "test" or (c, noun) not in TEST_ONLY_COMBINATIONS]
    if noun == SIGN:  # signs of one scene differ in colour, so that each can be asked for
        colours = [c for c in colours if (SIGN, c) not in [o[:2] for o in others]]
        if not colours:
            return str(rng.choice(list(THINGS))), None, None
        number = int(rng.integers(0, 10)) if rng.random() < 0.5 else int(rng.integers(10, 100))
        return SIGN, str(rng.choice(colours)), number
    return noun, str(rng.choice(colours)), None


def _place(rng, noun, colour, number, placed: list[SceneObject]) -> SceneObject | None:
    """Find room for an object; it may overlap others a little. None where the picture is full."""
    smallest = 40 if noun == SIGN else SMALLEST  # a number on a smaller sign cannot be read by anyone
    size = np.exp(rng.uniform(np.log(smallest), np.log(LARGEST)))
    turn = 8 if noun in (SIGN, "square", "diamond") else 30  # a turned square is a diamond
    mirrored = bool(noun in THINGS and rng.random() < 0.5)
    angle = round(float(rng.uniform(-turn, turn)), 1)
    for attempt in range(60):
        if attempt and attempt % 10 == 0:
            size = max(smallest, size * 0.7)
        look = (noun, colour, number, round(size), angle, mirrored)
        _, (x0, y0, x1, y1) = draw.patch(*look)
        left, top = int(rng.integers(0, draw.SIDE - (x1 - x0) + 1)), int(rng.integers(0, draw.SIDE - (y1 - y0) + 1))
        thing = SceneObject.at(look, left, top)
        if all(overlap(thing.box, other.box) < MOST_OVERLAP for other in placed):
            return thing
    return None


def overlap(a, b) -> float:
    """Shared area as a part of the smaller box."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
