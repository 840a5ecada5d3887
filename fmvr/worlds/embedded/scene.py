"""Scenes: one to forty things, shapes and signs, large and small, on a ground, overlapping a little."""

import numpy as np

from fmvr.worlds.embedded.catalog import SIGN, THINGS
from fmvr.worlds.embedded.draw import extent
from fmvr.worlds.embedded.grounds import GROUNDS
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST, SMALLEST_SIGN, kinds, pick
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import MOST_OVERLAP, split_of

MOST = 40
TRIES = 32  # places looked at for one thing, before it is made smaller
UPRIGHT = (SIGN, "square", "diamond")  # a turned square is a diamond


def scene(seed: int) -> Picture:
    """The scene of a seed: always the same. Raises ValueError for a seed that no split holds."""
    split = split_of(seed)
    rng = np.random.default_rng([seed, 1])
    fewest, most = ((1, 8), (9, 20), (21, MOST))[int(rng.choice(3, p=(0.25, 0.35, 0.4)))]
    count = int(rng.integers(fewest, most + 1))
    usual = SIDE * (0.42 / count) ** 0.5  # things of this side cover 42 % of the picture
    small, large = max(SMALLEST, 0.5 * usual), min(LARGEST, max(1.5 * usual, 30))
    items, boxes = [], np.zeros((0, 4))
    for noun, colour, text in kinds(rng, split, count):
        least = SMALLEST_SIGN if noun == SIGN else SMALLEST
        size = max(least, small) * (large / max(least, small)) ** rng.random()
        turn = 8 if noun in UPRIGHT else 30
        angle, mirrored = round(float(rng.uniform(-turn, turn)), 1), bool(noun in THINGS and rng.random() < 0.5)
        item = place(rng, (noun, colour, text), size, least, angle, mirrored, boxes)
        if item is not None:
            items.append(item)
            boxes = np.append(boxes, [item.box], 0)
    return Picture("scene", seed, pick(rng, list(GROUNDS)), tuple(items))


def place(rng, kind, size: float, least: int, angle: float, mirrored: bool, boxes: np.ndarray) -> Item | None:
    """Find room for an item among `boxes` ([n, 4]); it may overlap each a little. None where there is none."""
    for _ in range(4):
        size = max(round(size), least)
        w, h = extent(*kind, size, angle, mirrored)
        corner = (rng.random((TRIES, 2)) * (SIDE - w + 1, SIDE - h + 1)).astype(int)
        tried = np.concatenate([corner, corner + (w, h)], 1)  # [tries, 4]
        free = np.flatnonzero((overlaps(tried, boxes) < MOST_OVERLAP).all(1))
        if len(free):
            return Item(*kind, size, angle, mirrored, tuple(int(v) for v in tried[free[0]]))
        size *= 0.75
    return None


def overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Boxes [n, 4] and [m, 4] → shared areas as parts of the smaller box, [n, m]."""
    a, b = first[:, None], second[None]
    shared = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0).prod(-1)
    area = lambda boxes: (boxes[..., 2:] - boxes[..., :2]).prod(-1)  # noqa: E731
    return shared / np.minimum(area(a), area(b))
