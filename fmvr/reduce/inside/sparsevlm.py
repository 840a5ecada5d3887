"""SparseVLM: words that look at the picture rate its tokens, and what is dropped is merged.

Source: Zhang et al., SparseVLM: Visual Token Sparsification for Efficient Vision-Language Model Inference,
arXiv 2410.04417.
"""

import torch

from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.similarity import others, top

RECYCLED, CLUSTERS = 0.3, 0.1  # of the dropped tokens, those merged; of these, how many clusters
NEAREST = 5


class SparseVLM(Dropping):
    """After layers 2, 6 and 15. Raters are the words whose share of softmax(H_v H_qᵀ), mean over the visual tokens, is
    at least the mean one, H_v and H_q what entered the language model; a token's score is the raters' mean attention.
    The best rated 30 % of what is dropped are clustered by density peaks, a cluster to every ten, and each cluster is
    the sum of its states, in the place of its centre.

    The paper finds how many to drop from the attention's rank; here the budget says so. Density is taken over the 5
    nearest (both ours).
    """

    label, source, after = "SparseVLM", "2410.04417", (2, 6, 15)

    def scores(self, seen: Seen) -> torch.Tensor:
        shares = (seen.first_visual.float() @ seen.first_text.float().T).softmax(1).mean(0)  # [m]
        return seen.attention[shares >= shares.mean()].mean(0)

    def choose(self, seen: Seen, n: int) -> tuple[torch.Tensor, torch.Tensor]:
        scores, states = self.scores(seen), seen.visual.clone()
        merged = min(round(CLUSTERS * RECYCLED * (len(scores) - n)), n - 1)
        kept = top(scores, n - merged)
        if merged:
            dropped = others(len(scores), kept)
            dropped = dropped[top(scores[dropped], max(merged, round(RECYCLED * len(dropped))))]
            centres, owner = peaks(seen.visual[dropped], merged)
            states[dropped[centres]] = torch.zeros_like(states[:merged]).index_add(0, owner, seen.visual[dropped])
            kept = torch.cat([kept, dropped[centres]])
        kept = kept.sort().values
        return kept, states[kept]


def peaks(x: torch.Tensor, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Clusters by density peaks (Rodriguez and Laio, Science 344, 2014), with the density of nearest neighbours.

    ρ_i = exp(−mean of the squared distances to the nearest), δ_i the distance to the nearest denser one (the densest:
    to the farthest); centres are the top of ρ δ, and all others belong to the nearest centre. Distances are in √D.

    Returns: the centres of `x`, [M, D], as places, [n], and the cluster of each, [M].
    """
    apart = torch.cdist(x.float(), x.float()) / x.shape[1] ** 0.5  # [M, M]
    near = apart.sort(1).values[:, 1 : NEAREST + 1]
    density = torch.exp(-near.square().mean(1)) if near.shape[1] else torch.ones(len(x), device=x.device)
    denser = density[None] > density[:, None]  # [i, j]: j is denser than i
    delta = apart.masked_fill(~denser, torch.inf).amin(1)
    delta = torch.where(denser.any(1), delta, apart.amax(1))
    centres = top(density * delta, n)
    owner = apart[:, centres].argmin(1)
    owner[centres] = torch.arange(n, device=x.device)
    return centres, owner
