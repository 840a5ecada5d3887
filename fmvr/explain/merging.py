"""What a reducer merges: which patches a token stands for, and how much of their energy their mean keeps."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Merged:
    """One token set held against the patches that its tokens stand for, [n] each.

    Attributes:
        whole: mean energy of the patches a token holds (squared norm over the channels), weighted as in `places`.
        kept: energy of the patches' plain mean, as a share of `whole`: 1 where all are alike, 0 where they cancel out.
        given: energy of the token that the language model gets, as a share of `whole`. Without blocks, and at full
            size, it is `kept`.
    """

    whole: np.ndarray
    kept: np.ndarray
    given: np.ndarray


def merged(patches: np.ndarray, tokens: np.ndarray, places: np.ndarray) -> Merged:
    """A set's `tokens`, [n, D], and their `places`, [n, N], against the full set's tokens, [N, D]."""
    whole = places @ np.square(patches).sum(-1)  # [n]
    kept, given = np.square(places @ patches).sum(-1), np.square(tokens).sum(-1)
    some = np.where(whole > 0, whole, 1)
    return Merged(whole, np.where(whole > 0, kept / some, 1), np.where(whole > 0, given / some, 1))
