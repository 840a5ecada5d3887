"""Grids of tokens or features as arrays, [s, s, D]: averaged, measured, compared with their pixels."""

import numpy as np


def pooled(grid: np.ndarray, side: int) -> np.ndarray:
    """The grid averaged down to [side, side, D]; `side` divides its own."""
    each = len(grid) // side
    return grid.reshape(side, each, side, each, -1).mean((1, 3))


def apart(grid: np.ndarray) -> np.ndarray:
    """How far each token lies from the mean of all, squared: [s, s]."""
    return np.square(grid - grid.mean((0, 1))).sum(-1)


def variety(grid: np.ndarray) -> float:
    """How much the tokens of a grid differ: their mean squared distance from their mean, 0 for a single one."""
    return float(apart(grid).mean())


def around(place: tuple[int, int], side: int, reach: int = 1) -> np.ndarray:
    """A place of a grid and its neighbours up to `reach` away: [side, side] bool."""
    places, (row, column) = np.zeros((side, side), bool), place
    places[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1] = True
    return places


def touched(boxes: list[tuple[int, int, int, int]], side: int, pixels: int) -> np.ndarray:
    """The places of a grid, [side, side] bool, that boxes (x0, y0, x1, y1 in a picture `pixels` wide) reach into."""
    places = np.zeros((side, side), bool)
    for box in boxes:
        x0, y0, x1, y1 = (edge * side / pixels for edge in box)
        places[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))] = True
    return places


def elsewhere(places: np.ndarray) -> np.ndarray:
    """As many places of the same shape, moved by half the grid to where they meet the others least."""
    half = len(places) // 2
    moved = [np.roll(places, by, (0, 1)) for by in ((half, half), (half, 0), (0, half))]
    return min(moved, key=lambda one: int((one & places).sum()))


def patches(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture, [H, W, 3], cut into a grid: [side, side, numbers of a patch] float32."""
    cell = len(picture) // side
    cut = picture[: cell * side, : cell * side].astype(np.float32).reshape(side, cell, side, cell, -1)
    return cut.swapaxes(1, 2).reshape(side, side, -1)


def twins(cut: np.ndarray, far: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two patches with the most similar pixels among those at least `far` places apart; of equals, the farthest."""
    side = len(cut)
    rows = cut.reshape(side * side, -1)
    sizes = np.square(rows).sum(-1)
    differ = np.maximum(sizes[:, None] + sizes - 2 * rows @ rows.T, 0)  # [N, N] squared distances
    at = np.stack(np.divmod(np.arange(side * side), side), -1)
    gap = np.sqrt(np.square(at[:, None] - at).sum(-1))
    differ[gap < far] = np.inf
    best = np.where(differ <= differ.min() * 1.001 + 1, gap, -1)  # 1: less than the rounding of the distances
    first, second = divmod(int(best.argmax()), side * side)
    return divmod(first, side), divmod(second, side)


def distance(grid: np.ndarray, one: tuple[int, int], other: tuple[int, int]) -> float:
    """How far two tokens lie apart, as a share of the root mean square distance of any two of the grid."""
    usual = np.sqrt(2 * variety(grid))
    return float(np.linalg.norm(grid[one] - grid[other]) / usual) if usual else 0.0
