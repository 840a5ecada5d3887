"""The nested sets of the pyramid, with FMVR's blocks and without them (M3).

Sources: arXiv 2603.11220 and arXiv 2405.17430; see `fmvr.model.pyramid`.
"""

from collections.abc import Sequence
from copy import copy
from math import isqrt

from fmvr.model.pyramid import Knobs, Level, TokenPyramid, budgets
from fmvr.reduce.features import Features
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet, cells


class FMVR(Reducer):
    """Average pooling, a trained block at every level that has one."""

    label, source = "FMVR", "2603.11220"

    def __init__(self, model, processor):
        self.pyramid: TokenPyramid = model.model.pyramid

    def budgets(self, patches: int) -> Sequence[int]:
        return budgets(isqrt(patches))

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        tokens = self.pyramid(features.tokens[None])[budget][0]
        return TokenSet(tokens, cells(isqrt(budget), self.pyramid.side).to(tokens))

    def trace(self, features: Features) -> list[Level]:
        """Every level of a frame, with its bands."""
        return self.pyramid.trace(features.tokens[None])

    def turned(self, knobs: Knobs) -> "FMVR":
        """The same with the knobs of its blocks turned."""
        other = copy(self)
        other.pyramid = self.pyramid.turned(knobs)
        return other


class Pooling(FMVR):
    """Average pooling alone, whatever blocks the model has."""

    label, source = "average pooling (M3)", "2405.17430"

    def __init__(self, model, processor):
        config = model.config
        self.pyramid = TokenPyramid(config.text_config.hidden_size, config.token_grid_side, form=None)
