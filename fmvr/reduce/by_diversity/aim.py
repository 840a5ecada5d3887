"""AIM, before the language model: projected tokens that are alike become one.

Source: Zhong et al., AIM: Adaptive Inference of Multi-Modal LLMs via Token Merging and Pruning, arXiv 2412.03248.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.merging import matched
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet


class AIM(Reducer):
    """Bipartite matching by the cosine of the projected tokens, at most half of them a round, until n are left; what is
    matched is averaged, each token as one, however many patches it stands for.

    The paper's pruning inside the language model is left out."""

    label, source = "AIM", "2412.03248"

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        with torch.no_grad():
            places = matched(features.tokens, budget, by_size=False)
        return TokenSet.mean(features.tokens, places)
