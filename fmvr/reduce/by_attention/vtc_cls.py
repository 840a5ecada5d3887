"""VTC-CLS: what the CLS token attends to, over several layers of the tower.

Source: Wang et al., [CLS] Token Tells Everything Needed for Training-free Efficient MLLMs, arXiv 2412.05819.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Scoring

LAYERS = 7, 23  # the last 7 of the 23 layers before LLaVA-1.5's features


class VTCCLS(Scoring):
    """S = Σ_l a_l, a_l the CLS token's attention to the patches in layer l, mean over heads; the top of S is kept.

    l runs over the last layers before the features: 16 to 22 of CLIP-L's, and as large a share, rounded up, of a tower
    with fewer (the share is ours).
    """

    label, source, needs = "VTC-CLS", "2412.05819", frozenset({"cls"})

    def scores(self, features: Features, question: str | None) -> torch.Tensor:
        few, of = LAYERS
        first = features.layers - -(-features.layers * few // of)
        return sum(features.attention(layer) for layer in range(first, features.layers))
