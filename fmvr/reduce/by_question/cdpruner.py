"""CDPruner: patches that are unlike each other, given what the question is about.

Source: Zhang et al., Beyond Attention or Similarity: Maximizing Conditional Diversity for Token Pruning in MLLMs,
arXiv 2506.10967.
"""

import torch

from fmvr.loading.text_tower import TextTower
from fmvr.reduce.features import Features
from fmvr.reduce.greedy import determinantal
from fmvr.reduce.selecting import Selecting
from fmvr.reduce.similarity import cosine


class CDPruner(Selecting):
    """L = diag(r) cos(P, P) diag(r); the n patches with the largest determinant, greedily.

    r: min–max over the patches of the mean over the question's segments of −cos(e_i, t), plus 10⁻⁶; e_i and t are a
    patch and a segment in CLIP's joint space. The sign is the paper's.
    """

    label, source, needs = "CDPruner", "2506.10967", frozenset({"question", "text tower"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.clip = TextTower.of(model, self.label)

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        r = -cosine(self.clip.texts(question), self.clip.patches(features)).mean(0)  # [N]
        r = (r - r.min()) / (r.max() - r.min()).clamp(min=1e-6) + 1e-6
        return determinantal(r[:, None] * cosine(features.tokens, features.tokens) * r, budget)
