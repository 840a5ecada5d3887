"""ToMe: tokens whose keys are alike become one.

Source: Bolya et al., Token Merging: Your ViT But Faster, arXiv 2210.09461.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.merging import matched
from fmvr.reduce.selecting import Merging


class ToMe(Merging):
    """Bipartite soft matching by the cosine of the keys, mean over heads, of the layer before the features; a merged
    token is the mean of all the patches that it stands for.

    The paper merges a few tokens in every layer of the tower. Here it is read once, and merging goes on after it, at
    most half of the tokens a round, until n are left (ours).
    """

    label, source = "ToMe", "2210.09461"

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        return matched(features.keys(features.layers - 1)[1:].mean(1), budget, by_size=True)
