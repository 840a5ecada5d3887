"""Where things lie to one another, with margins: what is too close to call is neither true nor false."""

from functools import lru_cache

import numpy as np

from fmvr.worlds.embedded.language.program import SIDES
from fmvr.worlds.embedded.picture import Item

SIDE = 336  # pixels of a picture's side
CLEAR = 20  # pixels: two centres nearer than this along an axis are not compared
EDGE = 8  # pixels: a centre nearer than this to a border of the 3×3 cells or halves is at neither side of it
LARGER = 1.3  # times: two sizes nearer than this are not compared
NEARER = 1.25  # times, and CLEAR / 2 pixels: how much nearer than the next the nearest one is


def place(centre: tuple[float, float]) -> str:
    """Which of the picture's 3×3 cells a point lies in: `top left`, `top`, … `middle`."""
    column, row = (min(int(c * 3 / SIDE), 2) for c in centre)
    words = [w for w in (("top", "", "bottom")[row], ("left", "", "right")[column]) if w]
    return " ".join(words) or "middle"


@lru_cache(maxsize=4096)
def around(centre: tuple[float, float]) -> dict[str, bool | None]:
    """The places and halves that a point lies in: True; None for those that it may lie in, being near a border."""
    near = {axis: [] for axis in "xy"}
    for axis, c in zip("xy", centre):
        near[axis] = sorted({min(max(int((c + d) * 3 / SIDE), 0), 2) for d in (-EDGE, 0, EDGE)})
    found = {
        place(((2 * column + 1) * SIDE / 6, (2 * row + 1) * SIDE / 6)): True
        for row in near["y"]
        for column in near["x"]
    }
    if len(found) > 1:
        found = dict.fromkeys(found, None)
    for half, side in _HALF_SIDES.items():
        axis, sign = SIDES[side]
        apart = (centre[axis] - SIDE / 2) * sign
        if apart > -EDGE:
            found[f"{half} half"] = True if apart >= EDGE else None
    return found


def is_clear(centre: tuple[float, float]) -> bool:
    """Whether a point lies clearly in one of the 3×3 cells."""
    return around(centre).get(place(centre)) is True


def lies_at(item: Item, where: str) -> bool | None:
    """Whether an item lies at a place or in a half; None where that is too close to call."""
    return around(item.centre).get(where, False)


_HALF_SIDES = {"left": "left of", "right": "right of", "top": "above", "bottom": "below"}


def holds(first: Item, side: str, second: Item) -> bool | None:
    """Whether one item is left of, right of, above, below, next to another; None where that is too close to call."""
    if side == "next to":
        return next_to(first, second)
    axis, sign = SIDES[side]
    apart = (first.centre[axis] - second.centre[axis]) * sign
    return None if abs(apart) < CLEAR else apart > 0


def gap(a: Item, b: Item) -> float:
    """The pixels between two boxes; 0 where they touch."""
    across = max(a.box[0] - b.box[2], b.box[0] - a.box[2], 0)
    down = max(a.box[1] - b.box[3], b.box[1] - a.box[3], 0)
    return float(np.hypot(across, down))


def next_to(a: Item, b: Item) -> bool | None:
    """Whether two items are neighbours: cells that share a side; in a scene, boxes nearer than half their size."""
    if a.row is not None and b.row is not None:
        steps = abs(a.row - b.row), abs(a.column - b.column)
        return None if steps == (1, 1) else sum(steps) == 1
    size = (max(a.box[2] - a.box[0], a.box[3] - a.box[1]) + max(b.box[2] - b.box[0], b.box[3] - b.box[1])) / 2
    apart = gap(a, b)
    return True if apart <= 0.5 * size else False if apart >= 1.5 * size else None


def beside(centres: np.ndarray, item: int, side: str, among: np.ndarray) -> int | None:
    """The nearest item that lies straight to a side of another: within some 40 degrees of that direction.

    Args:
        centres: [n, 2] pixels. among: [n] bool, who may be meant.
    Returns:
        its index; −1 where nobody lies anywhere on that side; None where it is not clear who is meant.
    """
    axis, sign = SIDES[side]
    along = (centres[:, axis] - centres[item, axis]) * sign
    across = np.abs(centres[:, 1 - axis] - centres[item, 1 - axis])
    if not (along[among] > 0).any():
        return -1
    perhaps = among & (along > CLEAR / 2) & (across <= 1.25 * along)
    far = np.hypot(along, across)
    order = np.argsort(np.where(perhaps, far, np.inf))
    first = int(order[0])
    if not perhaps[first] or along[first] < CLEAR or across[first] > 0.8 * along[first]:
        return None
    return first if len(order) == 1 or _nearer(far[first], far[order[1]], perhaps[order[1]]) else None


def nearest(centres: np.ndarray, item: int, among: np.ndarray) -> int | None:
    """The index of the item nearest to another; None where two are about as near. Arguments as for `beside`."""
    far = np.where(among, np.hypot(*(centres - centres[item]).T), np.inf)
    far[item] = np.inf
    if not np.isfinite(far).any():
        return None
    order = np.argsort(far)[:2]
    return int(order[0]) if _nearer(far[order[0]], far[order[1]], np.isfinite(far[order[1]])) else None


def _nearer(first: float, second: float, is_there: bool) -> bool:
    return not is_there or second >= first * NEARER and second >= first + CLEAR / 2


def between(centres: np.ndarray, first: int, second: int) -> np.ndarray:
    """How each item lies between two others: 1 clearly, 0 clearly not, −1 too close to call. Returns [n] int."""
    start, way = centres[first], centres[second] - centres[first]
    length = float(np.hypot(*way))
    if length < 3 * CLEAR:
        return np.full(len(centres), -1)
    off = centres - start
    along = off @ way / length**2
    across = np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / length
    wide = max(0.15 * length, CLEAR)
    inside = (along >= 0.2) & (along <= 0.8) & (across <= wide)
    outside = (along < 0.05) | (along > 0.95) | (across > 1.8 * wide)
    found = np.where(inside, 1, np.where(outside, 0, -1))
    found[[first, second]] = 0
    return found
