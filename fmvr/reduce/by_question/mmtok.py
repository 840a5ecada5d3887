"""MMTok: the patches that cover both the question's words and the picture.

Source: Dong et al., MMTok: Multimodal Coverage Maximization for Efficient Inference of VLMs, arXiv 2508.18264.
"""

import torch

from fmvr.reduce.by_question.words import Worded
from fmvr.reduce.features import Features
from fmvr.reduce.greedy import covering
from fmvr.reduce.selecting import Selecting
from fmvr.reduce.similarity import cosine

TEXT, VISION, ALPHA = 0.02, 0.2, 0.5  # the two temperatures, and the weight of the picture


class MMTok(Worded, Selecting):
    """The n patches that maximise, greedily, the coverage Σ_rows max over the kept columns of [C; 0.5 Q].

    C = softmax(cos(T, P) / 0.02) / m, T the embeddings of the question's m tokens; Q = softmax(cos(X, X) / 0.2) / N, X
    the patches before the projector; rows add up to 1/m and 1/N.
    """

    label, source = "MMTok", "2508.18264"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        words = (cosine(self.words(question), features.tokens) / TEXT).softmax(1)  # [m, N]
        patches = (cosine(features.patches, features.patches) / VISION).softmax(1)  # [N, N]
        return covering(torch.cat([words / len(words), ALPHA * patches / len(patches)]), budget)
