"""What pooling merges: which patches a coarse token holds, and how much of their energy their mean keeps."""

from dataclasses import dataclass

import numpy as np

from fmvr.grids import pooled


@dataclass(frozen=True)
class Merged:
    """One level of a pyramid held against the patches its tokens stand for, [s, s] each.

    Attributes:
        whole: mean energy of the patches a token holds (squared norm over the channels).
        kept: energy of the patches' plain mean, as a share of `whole`: 1 where all are alike, 0 where they cancel out.
        given: energy of the token that the language model gets, as a share of `whole`. Without blocks, and at full
            size, it is `kept`.
    """

    side: int
    whole: np.ndarray
    kept: np.ndarray
    given: np.ndarray


def merged(tokens: dict[int, np.ndarray]) -> list[Merged]:
    """Every level of one picture's tokens (grid side → [side, side, D]) against those of the finest."""
    full = tokens[max(tokens)]
    found = []
    for side, grid in tokens.items():
        whole = pooled(np.square(full).sum(-1, keepdims=True), side)[..., 0]  # [s, s]
        kept, given = np.square(pooled(full, side)).sum(-1), np.square(grid).sum(-1)
        some = np.where(whole > 0, whole, 1)
        found.append(Merged(side, whole, np.where(whole > 0, kept / some, 1), np.where(whole > 0, given / some, 1)))
    return found
