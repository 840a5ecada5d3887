"""Bipartite matching: tokens that are alike become one, until so many are left."""

import torch

from fmvr.reduce.similarity import cosine, others, top


def matched(metric: torch.Tensor, n: int, by_size: bool) -> torch.Tensor:
    """Merge N tokens to `n`: the weight of every one in every merged one, [n, N], rows adding up to 1.

    In rounds: those in even places are held against those in odd places, and the most similar pairs are merged, a half
    at most, into the one in the odd place, which keeps its place.

    Args:
        metric: [N, W], what similarity is measured of; a merged token's is the mean, as its weights say.
        by_size: whether a token that stands for many patches counts as many in the mean, or as one.
    """
    weights = torch.eye(len(metric), device=metric.device)  # [now, N]
    size = torch.ones(len(metric), device=metric.device)
    while (now := len(weights)) > n:
        likeness = cosine((weights @ metric.float())[::2], (weights @ metric.float())[1::2])  # [even, odd]
        best, partner = likeness.max(1)
        given = 2 * top(best, min(now // 2, now - n))  # places of those that go
        taker = 2 * partner[given // 2] + 1  # places of those that they go to
        counted = size if by_size else torch.ones_like(size)
        total = (counted[:, None] * weights).index_add(0, taker, counted[given, None] * weights[given])
        counts = counted.index_add(0, taker, counted[given])
        size = size.index_add(0, taker, size[given])
        stays = others(now, given)
        weights, size = (total / counts[:, None])[stays], size[stays]
    return weights
