"""Places: which patches every token of a set stands for, [n, N]; of arrays alone.

A place chosen on a picture is a patch, whatever the set: the token that holds it is asked for here.
"""

from math import isqrt

import numpy as np

from viz.units import token_count

Patch = tuple[int, int]  # row and column of the finest grid


def holders(places: np.ndarray) -> np.ndarray:
    """The token in which each patch weighs most, [F, F]; −1 for a patch that no token holds. `places`: [n, F²]."""
    side = isqrt(places.shape[1])
    return np.where(places.max(0) > 0, places.argmax(0), -1).reshape(side, side)


def token_at(places: np.ndarray, patch: Patch) -> int | None:
    """The token that holds a patch; None where none does."""
    token = int(holders(places)[tuple(patch)])
    return None if token < 0 else token


def patches_of(places: np.ndarray, token: int) -> np.ndarray:
    """Which patches a token stands for, if only in part: [F, F] of bool."""
    side = isqrt(places.shape[1])
    return (places[token] > 0).reshape(side, side)


def grid_side(places: np.ndarray) -> int | None:
    """Tokens along a side where the set is a square grid of equal cells, row by row; None for any other."""
    side, full = isqrt(len(places)), isqrt(places.shape[1])
    if side * side != len(places) or full % side:
        return None
    along = np.arange(full) * side // full
    return side if np.array_equal(holders(places), side * along[:, None] + along) else None


def set_name(places: np.ndarray) -> str:
    """`6×6` for a square grid, `7 tokens` for any other set."""
    side = grid_side(places)
    return f"{side}×{side}" if side else token_count(len(places))
