"""VFlowOpt, before the language model: attention that a patch receives and the entropy of its pixels.

Source: Yang et al., VFlowOpt: A Token Pruning Framework for LMMs with Visual Information Flow-Guided Optimization,
arXiv 2508.05211.
"""

from math import isqrt, log

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Merging
from fmvr.reduce.similarity import top

ALPHA = 1.0  # the weight of the entropy
SHADES = 256


class VFlowOpt(Merging):
    """I = A + α softmax(H): A, the attention that a patch receives from all patches in the layer before the features,
    mean over heads; H = −Σ p log₂ p over the 256 grey values of its pixels. The n − 1 highest are kept, and the others
    are recycled as one token more, the last of the set: their mean, weighted with I.

    α, the number of recycled tokens and the stages inside the language model are what the paper tunes for each model:
    α = 1, one token and no further stage are ours. Grey values are the pixels as the tower takes them, from the
    picture's darkest to its lightest (ours).
    """

    label, source, needs = "VFlowOpt", "2508.05211", frozenset({"cls", "pixels"})

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        last = features.layers - 1
        query, key = features.queries(last)[1:], features.keys(last)  # [N, heads, w], [1 + N, heads, w]
        attention = (torch.einsum("qhd,khd->hqk", query, key) * query.shape[-1] ** -0.5).float().softmax(-1)
        scores = attention.mean((0, 1))[1:] + ALPHA * entropy(features).softmax(0)  # [N]
        kept = top(scores, budget - 1).sort().values
        left = scores.index_fill(0, kept, 0)
        return torch.cat([torch.eye(len(scores), device=scores.device)[kept], left[None] / left.sum()])


def entropy(features: Features) -> torch.Tensor:
    """The entropy of every patch's grey values in bits, [N]."""
    side = isqrt(len(features.tokens))
    grey = features.pixels.float().mean(0)  # [H, H]
    grey = ((grey - grey.min()) / (grey.max() - grey.min()).clamp(min=1e-6) * (SHADES - 1)).round().long()
    size = len(grey) // side
    patches = grey.unfold(0, size, size).unfold(1, size, size).flatten(2).flatten(0, 1)  # [N, pixels]
    counts = torch.zeros(len(patches), SHADES, device=grey.device)
    counts.scatter_add_(1, patches, torch.ones_like(patches, dtype=counts.dtype))
    return torch.special.entr(counts / patches.shape[1]).sum(1) / log(2)
