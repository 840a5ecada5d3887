"""What every reducer is: a way from features to a token set."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

from fmvr.reduce.features import Features
from fmvr.reduce.tokenset import TokenSet


class Reducer:
    """Made for one model and its processor, whose parts it may use: `SomeReducer(model, processor)`.

    `label`: how a table calls it. `source`: where it was published, an arXiv number, or nothing. `needs`: what it looks
    at besides the projected tokens: `cls` (the tower's attention), `pixels`, `question`, `text tower` (of the CLIP that
    the vision tower is from), `language model` (its layers: see `fmvr.reduce.inside`), `weights` (of its own, that have
    learnt on this model: see `fmvr.reduce.learned`). Raises BadInput, when it is
    made, for a model that lacks what it needs.
    """

    label: ClassVar[str] = ""
    source: ClassVar[str] = ""
    needs: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, model, processor):
        pass

    def budgets(self, patches: int) -> Sequence[int]:
        """The token budgets it can make of so many patches, the largest first: any number, where it says no other."""
        return range(patches, 0, -1)

    def entering(self, budget: int, patches: int) -> int:
        """How many tokens of a frame enter the language model: the budget, but where it drops tokens itself."""
        return budget

    def inside(self, model, ids, asked: int, budget: int, frames: int) -> AbstractContextManager:
        """While this lasts, what is done to a prompt inside the language model: nothing."""
        return nullcontext()

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        """The set of a budget, one of `budgets`."""
        raise NotImplementedError
