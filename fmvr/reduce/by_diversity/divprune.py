"""DivPrune: the patches that lie farthest apart.

Source: Alvar et al., DivPrune: Diversity-based Visual Token Pruning for Large Multimodal Models, arXiv 2503.02175.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.greedy import farthest
from fmvr.reduce.selecting import Selecting
from fmvr.reduce.similarity import cosine


class DivPrune(Selecting):
    """Max–min diversity of d(i, j) = 1 − cos(P_i, P_j): first the patch whose nearest neighbour is farthest, then
    again and again argmax_i min_{s ∈ S} d(i, s)."""

    label, source = "DivPrune", "2503.02175"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        return farthest(1 - cosine(features.tokens, features.tokens), budget)
