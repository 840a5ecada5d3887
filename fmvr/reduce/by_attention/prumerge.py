"""PruMerge+: what the CLS token attends to and a uniform grid, each with what its neighbours hold.

Source: Shang et al., LLaVA-PruMerge: Adaptive Token Reduction for Efficient Large Multimodal Models, arXiv 2403.15388.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Merging
from fmvr.reduce.similarity import cosine, others, top

NEIGHBOURS = 32
SHARE = 1 / 4  # of the kept patches, by attention; the others are the grid


class PruMergePlus(Merging):
    """A = softmax(q kᵀ / √W) over all heads side by side, c = A[CLS]; layer: the one that would read the features.

    Kept are the top of c and, of the rest, every k-th; to each is added Σ_j c_j x_j over the 32 patches whose keys are
    most like its own, not normalised. One token more is Σ_j c_j x_j over all patches not kept, the last of the set.

    The paper finds for each picture how many stand out; published budgets keep 13 and every 11th for 64, 40 and every
    6th for 128. For any budget n, ours: a quarter of n − 1 by attention, the rest in equal steps.
    """

    label, source, needs = "PruMerge+", "2403.15388", frozenset({"cls"})

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        query = features.queries(features.next_layer, slice(1)).flatten(1).float()  # [1, W]
        key = features.keys(features.next_layer).flatten(1).float()  # [1 + N, W]
        attention = (query @ key.T * query.shape[-1] ** -0.5).softmax(-1)[0, 1:]  # [N]
        kept = spread(attention, budget - 1)
        return torch.cat([with_neighbours(attention, key[1:], kept), leftover(attention, kept)])


def spread(scores: torch.Tensor, n: int) -> torch.Tensor:
    """The top quarter of `n` by score, and of the other patches as many as are missing, in equal steps: [n], sorted."""
    first = top(scores, round(SHARE * n))
    rest = others(len(scores), first)
    steps = torch.arange(n - len(first), device=scores.device) * len(rest) // max(1, n - len(first))
    return torch.cat([first, rest[steps]]).sort().values


def with_neighbours(
    scores: torch.Tensor, keys: torch.Tensor, centres: torch.Tensor, bonus: torch.Tensor | float = 0.0
) -> torch.Tensor:
    """Weights, [n, N], of 1 for every centre and of its score for each of the patches most like it.

    `bonus`: [N], added to the likeness.
    """
    likeness = cosine(keys[centres], keys) + bonus  # [n, N]
    likeness[torch.arange(len(centres)), centres] = -torch.inf
    near = likeness.argsort(dim=1, descending=True, stable=True)[:, : min(NEIGHBOURS, len(keys) - 1)]
    weights = torch.zeros_like(likeness).scatter(1, near, scores[near])
    weights[torch.arange(len(centres)), centres] = 1
    return weights


def leftover(scores: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """The weights, [1, N], of the token of all that is not kept; where all is, of all."""
    left = scores.index_fill(0, kept, 0)
    return (left if left.any() else scores)[None]
