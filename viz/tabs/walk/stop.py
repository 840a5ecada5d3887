"""Where a walkthrough stands: a picture, question and budget, and what its steps need of them, computed once."""

import zlib
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
from PIL import Image

from fmvr.bands import LevelBands
from fmvr.cost import Cost, cost
from fmvr.gradcam import Map
from fmvr.grids import patches, pooled, twins
from fmvr.lab import Lab
from fmvr.scenes.catalog import article
from fmvr.scenes.reading import subjects
from fmvr.scenes.scene import SceneObject
from viz.cells import box_of, framed
from viz.tabs.comparison import Seen, Side
from viz.tokens import TokenColours, token_colours

FAR = 8  # places between the two patches that look alike


@dataclass(frozen=True, eq=False)
class Stop:
    """The walk follows one model: the one with FMVR where there is one."""

    seen: Seen
    question: str
    tokens: int

    @property
    def lab(self) -> Lab:
        return self.seen.lab

    @property
    def name(self) -> str:
        """`without` or `with`."""
        return self.lab.main

    @property
    def image(self) -> Image.Image:
        return self.seen.view.image

    @property
    def side(self) -> int:
        """Side of the full grid."""
        return max(self.tokens_of)

    @property
    def own_side(self) -> int:
        """Side of the grid that the chosen budget asks for."""
        return isqrt(self.tokens)

    @property
    def block_side(self) -> int:
        """The level whose block the steps show: the chosen one, or the nearest with a block."""
        return min(self.lab.block_sides, key=lambda side: abs(np.log(side) - np.log(self.own_side)))

    @cached_property
    def bands(self) -> LevelBands:
        """The bands of that level."""
        return next(level for level in self.seen.view.bands() if level.side == self.block_side)

    @cached_property
    def mark(self) -> int:
        """A number for what is asked about: a guess counts for this picture, question and budget alone."""
        return zlib.crc32(f"{self.question} {self.tokens}".encode(), zlib.crc32(np.asarray(self.image).tobytes()))

    @cached_property
    def patches(self) -> np.ndarray:
        """The pixels of each patch, [24, 24, numbers of a patch]."""
        return patches(np.asarray(self.image), self.side)

    @cached_property
    def twins(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Two places far apart that look alike."""
        return twins(self.patches, FAR)

    def framed(self, picture: Image.Image, *places: tuple[int, int], reach: int = 0) -> Image.Image:
        """A picture with frames around some patches, and around their neighbours up to `reach` away."""
        for place in places:
            picture = framed(picture, box_of(place, picture.width / self.side, reach))
        return picture

    @cached_property
    def features(self) -> np.ndarray:
        """What the tower sees, [24, 24, D]."""
        rows = self.seen.view.features(self.name == "with").float().numpy(force=True)
        return rows.reshape(self.side, self.side, -1)

    @cached_property
    def tokens_of(self) -> dict[int, np.ndarray]:
        """Side of a level → its visual tokens as the language model gets them, [s, s, D]."""
        return self.seen.view.tokens(self.name == "with")

    @cached_property
    def averaged(self) -> dict[int, np.ndarray]:
        """Side of a level → the full set's tokens averaged down to it, without any block."""
        return {side: pooled(self.tokens_of[self.side], side) for side in self.tokens_of}

    def before_block(self, side: int) -> np.ndarray:
        """The tokens of a level as they enter its block: the level above, averaged."""
        sides = list(self.tokens_of)
        return pooled(self.tokens_of[sides[sides.index(side) - 1]], side)

    @cached_property
    def colours(self) -> dict[str, TokenColours]:
        """The tokens as colours on one basis: `averaged` alone, and `given` to the language model."""
        return token_colours({"averaged": self.averaged, "given": self.tokens_of})

    @property
    def answered(self) -> Side:
        return self.answer_at(self.tokens)

    def answer_at(self, tokens: int, name: str | None = None) -> Side:
        """A model's answer at another budget."""
        return self.seen.side(self.question, tokens, (name or self.name) == "with")

    def cost_at(self, tokens: int) -> Cost:
        text = self.answered.answer.text_tokens
        return cost(self.lab.shape(self.name == "with"), tokens, text, bytes_a_number=self.lab.number_bytes)

    @property
    def map(self) -> Map:
        """Where the answer leans, [24, 24]."""
        return self.seen.maps({self.name: self.answered})[self.name]

    @cached_property
    def things(self) -> list[SceneObject]:
        """What the question is about, where the scene knows."""
        return subjects(self.seen.scene, self.question) if self.seen.scene else []

    @property
    def followed(self) -> tuple[tuple[int, int], str]:
        """A patch to follow through the steps, row and column, and what is there in words."""
        objects = self.things or (self.seen.scene.objects if self.seen.scene else ())
        if objects:
            thing = max(objects, key=lambda o: o.size)
            x, y = (int(edge * self.side / self.image.width) for edge in thing.centre)
            return (
                min(y, self.side - 1),
                min(x, self.side - 1),
            ), f"in the middle of {article(thing.phrase)} {thing.phrase}"
        busiest = self.patches.var(-1)
        return divmod(int(busiest.argmax()), self.side), "with the strongest contrast"
