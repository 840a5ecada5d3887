"""CATP, its first stage: patches that stand for the picture and are like the question.

Source: Li et al., CATP: Contextually Adaptive Token Pruning for Efficient and Enhanced Multimodal In-Context Learning,
arXiv 2508.07871.
"""

import torch

from fmvr.reduce.by_question.words import Worded
from fmvr.reduce.features import Features
from fmvr.reduce.greedy import covering
from fmvr.reduce.selecting import Selecting
from fmvr.reduce.similarity import cosine

ALIGNMENT = 0.7


class CATP(Worded, Selecting):
    """Greedily, the set Y of n patches with the largest Σ_x max_{y ∈ Y} s(y, x) + 0.7 Σ_{y ∈ Y} s(y, t), where
    s = (1 + cos) / 2 and t is the mean embedding of the question's tokens.

    The second stage, in the language model's first layers, is for prompts with several pictures and is left out."""

    label, source = "CATP", "2508.07871"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        mean = self.words(question).mean(0, keepdim=True)
        alike = (1 + cosine(features.tokens, features.tokens)) / 2  # [N, N]
        return covering(alike, budget, ALIGNMENT * (1 + cosine(mean, features.tokens)[0]) / 2)
