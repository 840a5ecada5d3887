"""Reducers that keep some patches as they are, in their order."""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.similarity import top
from fmvr.reduce.tokenset import TokenSet


class Selecting(Reducer):
    """Keeps as many patches as the budget says."""

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        """Which patches are kept, [budget], in any order."""
        raise NotImplementedError

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        if budget == len(features.tokens):
            return TokenSet.whole(features.tokens)
        with torch.no_grad():
            kept = self.select(features, budget, question).sort().values
        return TokenSet.kept(features.tokens, kept)


class Scoring(Selecting):
    """Keeps the patches with the highest scores, each by itself; of equal ones the earlier."""

    def scores(self, features: Features, question: str | None) -> torch.Tensor:
        """Of every patch, [N]."""
        raise NotImplementedError

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        return top(self.scores(features, question), budget)


class Merging(Reducer):
    """Merges patches before the projector, which then takes the merged ones."""

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.projector = model.model.multi_modal_projector

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        """The weight of every patch in every token, [budget, N], at least 0."""
        raise NotImplementedError

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        if budget == len(features.tokens):
            return TokenSet.whole(features.tokens)
        with torch.no_grad():
            weights = self.weights(features, budget, question).to(features.patches)
        return TokenSet(self.projector(weights @ features.patches), weights / weights.sum(1, keepdim=True))
