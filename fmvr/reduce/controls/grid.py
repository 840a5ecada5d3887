"""Average pooling to any grid of s × s: a control that keeps a little of everything."""

from collections.abc import Sequence
from math import isqrt

from fmvr.reduce.features import Features
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet, cells


class Grid(Reducer):
    """The mean of every cell of an s × s grid; where a cell cuts patches, each counts by its area in it."""

    label = "grid pooling"

    def budgets(self, patches: int) -> Sequence[int]:
        return [side * side for side in range(isqrt(patches), 0, -1)]

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        return TokenSet.mean(features.tokens, cells(isqrt(budget), isqrt(len(features.tokens))))
