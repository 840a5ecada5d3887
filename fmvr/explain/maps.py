"""A map: where in a frame an answer leans; and an answer as it is read once more to make one."""

from dataclasses import dataclass

import cv2
import numpy as np

from fmvr.member import Member
from fmvr.reduce import Features

CORNER = 2  # places along a side


@dataclass(frozen=True)
class Map:
    """A class-activation map, not scaled: larger means that the answer leans more on that place.

    `grid` is [24, 24] float32 ≥ 0; `side` is the side of the model's picture in pixels.
    """

    grid: np.ndarray
    side: int

    @property
    def pixels(self) -> np.ndarray:
        """The map at the size of the model's picture, [side, side] float32 ≥ 0."""
        return cv2.resize(self.grid, (self.side, self.side), interpolation=cv2.INTER_LINEAR)

    def inside(self, boxes: list[tuple[int, int, int, int]]) -> float:
        """The part of the map that lies inside boxes (x0, y0, x1, y1 in pixels, their union); 0 for an empty map."""
        pixels = self.pixels
        return float(pixels[self._within(boxes)].sum() / pixels.sum()) if pixels.sum() else 0.0

    def points_at(self, box: tuple[int, int, int, int]) -> bool:
        """Whether the middle of the brightest place lies in a box; an empty map points nowhere."""
        row, column = divmod(int(self.grid.argmax()), self.grid.shape[1])
        x, y = ((at + 0.5) * self.side / len(self.grid) for at in (column, row))
        return bool(self.grid.any() and box[0] <= x < box[2] and box[1] <= y < box[3])

    @property
    def in_corner(self) -> bool:
        """Whether the brightest place is one of the four in each corner; no place of an empty map is."""
        row, column = divmod(int(self.grid.argmax()), self.grid.shape[1])
        edge = (CORNER <= row < len(self.grid) - CORNER) or (CORNER <= column < self.grid.shape[1] - CORNER)
        return bool(self.grid.any()) and not edge

    def covered(self, boxes: list[tuple[int, int, int, int]]) -> float:
        """The part of the picture that the same boxes cover."""
        return float(self._within(boxes).mean())

    def _within(self, boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
        within = np.zeros((self.side, self.side), bool)
        for x0, y0, x1, y1 in boxes:
            within[y0:y1, x0:x1] = True
        return within


@dataclass(frozen=True)
class Reading:
    """An answer as its model reads it once more, after its prompt.

    `features`: of every frame; `budget`: visual tokens of each; `ids`: prompt and answer; `positions`: which of them
    are asked about, 1 and more.
    """

    member: Member
    features: list[Features]
    budget: int
    question: str
    ids: tuple[int, ...]
    positions: tuple[int, ...]
