"""DART: few pivots, and what is least like them.

Source: Wen et al., Stop Looking for Important Tokens in Multimodal Language Models: Duplication Matters More,
arXiv 2502.11494.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Selecting
from fmvr.reduce.similarity import cosine, shares, top

PIVOTS = 4


class DART(Selecting):
    """Pivots are the 4 patches with the largest keys; then each pivot in turn takes its equal share of the free patches
    that are least like it.

    The paper does so inside the language model, with pivots among the words, too (see `fmvr.reduce.inside.dart`). Here,
    before it: keys of the tower's layer before the features, by their Euclidean norm, and the projected tokens' cosine
    (ours)."""

    label, source = "DART", "2502.11494"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        keys = features.keys(features.layers - 1)[1:].flatten(1)  # [N, W]
        pivots = top(keys.float().norm(dim=-1), min(PIVOTS, budget))
        return with_pivots(cosine(features.tokens[pivots], features.tokens), pivots, budget)


def with_pivots(likeness: torch.Tensor, pivots: torch.Tensor, n: int) -> torch.Tensor:
    """The `n` of N patches, [n], that are pivots or least like one, each pivot taking its share in turn.

    Args:
        likeness: [pivots and others, N].
        pivots: those that are patches themselves.
    """
    free, kept = likeness.index_fill(1, pivots, torch.inf), [pivots]
    for row, share in zip(range(len(free)), shares(n - len(pivots), len(free))):
        kept.append(top(-free[row], share))
        free.index_fill_(1, kept[-1], torch.inf)
    return torch.cat(kept)
