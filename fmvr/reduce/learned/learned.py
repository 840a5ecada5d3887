"""What reducers with weights of their own have in common."""

from typing import ClassVar

from fmvr.reduce.features import Features
from fmvr.reduce.learned.network import Network, network_of, weights_of
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet


class Learned(Reducer):
    """The sets of a network. It learns on a model that stays as it is, language model and tower: what it costs to be
    read by a language model that knows pooled tokens alone is part of its score (ours; papers train both).
    """

    network: ClassVar[type[Network]]
    needs = frozenset({"weights"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.weights = weights_of(self.network, model, self.label)
        self.learnt = network_of(self.network, model, self.weights)

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        if budget == len(features.tokens):
            return TokenSet.whole(features.tokens)
        patches = features.patches[None]
        reduced = self.learnt.to(patches)(patches, budget)
        return TokenSet(reduced.tokens[0], reduced.places[0])
