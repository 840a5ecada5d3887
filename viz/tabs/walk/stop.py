"""Where a walkthrough stands: a picture, question and budget, and what its steps need of them, computed once."""

import zlib
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
from PIL import Image

from fmvr.arms import Arm
from fmvr.cost import Cost, cost
from fmvr.explain.bands import LevelBands
from fmvr.explain.grids import patches, pooled, twins
from fmvr.explain.maps import Map
from fmvr.lab import Lab
from fmvr.worlds.world import Subject
from viz.cells import box_of, framed
from viz.tabs.comparison import Exhibit, Response
from viz.tabs.samples import everything_in, with_article
from viz.tokens import Sets, TokenColours, token_colours

FAR = 8  # places between the two patches that look alike


@dataclass(frozen=True, eq=False)
class Stop:
    """The walk follows one arm: the one with FMVR where there is one."""

    exhibit: Exhibit
    question: str
    tokens: int

    @property
    def lab(self) -> Lab:
        return self.exhibit.lab

    @property
    def arm(self) -> Arm:
        return self.lab.arms[self.lab.block_arm or self.lab.main]

    @property
    def budgets(self) -> list[int]:
        """Its token budgets, the largest first."""
        return self.lab.budgets_of(self.arm.name)

    @property
    def image(self) -> Image.Image:
        return self.exhibit.view.image

    @property
    def grid(self) -> int:
        """Patches along a side of the picture."""
        return self.lab.member(self.arm.name).grid_side

    @property
    def block_side(self) -> int:
        """The level whose block the steps show: that of the chosen budget, or the nearest with a block."""
        return min(self.lab.block_levels, key=lambda side: abs(np.log(side) - np.log(self.tokens) / 2))

    @cached_property
    def bands(self) -> LevelBands:
        """The bands of that level."""
        return next(level for level in self.exhibit.bands() if level.side == self.block_side)

    @cached_property
    def mark(self) -> int:
        """A number for what is asked about: a guess counts for this picture, question and budget alone."""
        return zlib.crc32(f"{self.question} {self.tokens}".encode(), zlib.crc32(np.asarray(self.image).tobytes()))

    @cached_property
    def patches(self) -> np.ndarray:
        """The pixels of each patch, [24, 24, numbers of a patch]."""
        return patches(np.asarray(self.image), self.grid)

    @cached_property
    def twins(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Two places far apart that look alike."""
        return twins(self.patches, FAR)

    def framed(self, picture: Image.Image, *places: tuple[int, int], reach: int = 0) -> Image.Image:
        """A picture with frames around some patches, and around their neighbours up to `reach` away."""
        for place in places:
            picture = framed(picture, box_of(place, picture.width / self.grid, reach))
        return picture

    @cached_property
    def features(self) -> np.ndarray:
        """What the tower sees, [24, 24, W]."""
        rows = self.exhibit.view.features(self.arm.name).patches.float().numpy(force=True)
        return rows.reshape(self.grid, self.grid, -1)

    @cached_property
    def full(self) -> np.ndarray:
        """A token for every patch, as the language model could read them, [N, D]."""
        return self.exhibit.view.features(self.arm.name).tokens.float().numpy(force=True)

    @cached_property
    def sets(self) -> Sets:
        """Budget → the visual tokens that the language model gets, [n, D], and their places, [n, N]."""
        return {n: self.exhibit.view.token_set(n, self.arm.name, self.question).arrays() for n in self.budgets}

    @cached_property
    def averaged(self) -> Sets:
        """Budget → the plain means of what each token stands for, [n, D], and the places: no block, no trick."""
        return {n: (places @ self.full, places) for n, (_, places) in self.sets.items()}

    def level(self, side: int) -> np.ndarray:
        """The tokens of a level with a block, [s, s, D]."""
        return self.sets[side * side][0].reshape(side, side, -1)

    def before_block(self, side: int) -> np.ndarray:
        """The tokens of a level as they enter its block: the level above, averaged."""
        above = min(isqrt(n) for n in self.budgets if n > side * side)
        return pooled(self.level(above), side)

    @cached_property
    def colours(self) -> dict[str, TokenColours]:
        """The tokens as colours on the basis of the tab Tokens: `averaged` alone, and `given` to the language model."""
        view, lab = self.exhibit.view, self.lab
        others = [name for name in lab.arms if name != self.arm.name]
        largest = {name: {(n := lab.budgets_of(name)[0]): view.token_set(n, name).arrays()} for name in others}
        return token_colours(largest | {"averaged": self.averaged, "given": self.sets}, [*largest, "given"])

    @property
    def response(self) -> Response:
        return self.response_at(self.tokens)

    def response_at(self, tokens: int, arm: str | None = None) -> Response:
        """An arm's answer at another budget."""
        return self.exhibit.response(self.question, tokens, arm or self.arm.name)

    def cost_at(self, tokens: int) -> Cost:
        text = self.response.answer.text_tokens
        return cost(self.lab.shape(self.arm.name), tokens, text, bytes_a_number=self.lab.number_bytes)

    @property
    def map(self) -> Map:
        """Where the answer leans, [24, 24]."""
        return self.exhibit.maps({self.arm.name: self.response})[self.arm.name]

    @cached_property
    def things(self) -> list[Subject]:
        """What the question is about, where the world knows."""
        return self.exhibit.subjects(self.question)

    @cached_property
    def followed(self) -> tuple[tuple[int, int], str]:
        """A patch to follow through the steps, row and column, and what is there in words."""
        sample = self.exhibit.sample
        things = self.things or (everything_in(self.lab.world, sample) if sample is not None else [])
        if things:
            thing = max(things, key=lambda one: one.size)
            x, y = (min(int(edge * self.grid / self.image.width), self.grid - 1) for edge in thing.centre)
            return (y, x), f"in the middle of {with_article(thing.phrase)}"
        busiest = self.patches.var(-1)
        return divmod(int(busiest.argmax()), self.grid), "with the strongest contrast"
