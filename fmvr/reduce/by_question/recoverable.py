"""Recoverable Compression: what the CLS token attends to, what the question recovers, and clusters of the rest.

Source: Chen et al., Recoverable Compression: A Multimodal Vision Token Recovery Mechanism Guided by Text Information,
arXiv 2409.01179.
"""

import torch

from fmvr.loading.text_tower import TextTower
from fmvr.reduce.by_attention.prumerge import leftover, with_neighbours
from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Merging
from fmvr.reduce.similarity import cosine, top

SEEN, ASKED = 1 / 2, 1 / 4  # of the budget: kept for the CLS token's sake, recovered for the question's


class Recoverable(Merging):
    """Kept as they are: the patches with the most attention of the CLS token, and, of the rest, those most like the
    question in CLIP's joint space. Then, of the rest by attention, centres of clusters, each with Σ_j c_j x_j over the
    32 patches most like it by keys and question, and one token more of all that is left: as in PruMerge.

    How many of each the paper finds by outlier detection in every picture; with a budget n they are shares of n − 1,
    and the question's part in a cluster is the cosine, unweighted (both ours). Order: by place; that of
    the rest is the last.
    """

    label, source = "Recoverable Compression", "2409.01179"
    needs = frozenset({"cls", "question", "text tower"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.clip = TextTower.of(model, self.label)

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        attention = features.attention(features.next_layer)
        asked = cosine(self.clip.texts(question), self.clip.patches(features)).mean(0)  # [N]
        seen = top(attention, round(SEEN * (budget - 1)))
        recovered = top(asked.index_fill(0, seen, -torch.inf), round(ASKED * (budget - 1)))
        whole = torch.cat([seen, recovered])
        centres = top(attention.index_fill(0, whole, -torch.inf), budget - 1 - len(whole))
        kept = torch.cat([whole, centres])
        keys = features.keys(features.next_layer)[1:].flatten(1)
        clusters = with_neighbours(
            attention.index_fill(0, whole, 0), keys, centres, asked.index_fill(0, whole, -torch.inf)
        )
        rows = torch.cat([torch.eye(len(attention), device=attention.device)[whole], clusters])
        return torch.cat([rows[kept.argsort()], leftover(attention, kept)])
