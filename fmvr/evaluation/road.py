"""ROAD: what an answer loses when the places that a map marks are taken away from the tower's features.

Rong et al., A Consistent and Efficient Evaluation Strategy for Attribution Methods, arXiv 2202.00449.
"""

from collections.abc import Sequence

import numpy as np
import torch
from pytorch_grad_cam.metrics.road import ROADCombined
from torch import nn

from fmvr.answering.answer import Answer
from fmvr.answering.likelihood import token_log_probabilities
from fmvr.explain.maps import Map
from fmvr.view import View

REMOVED = (20, 40, 60, 80)  # percentiles at which places are taken away


class Road(nn.Module):
    """ROAD on one answer: the tower's features as a picture in, the probability of the answer out."""

    def __init__(self, view: View, answer: Answer):
        super().__init__()
        self.wrapped = view.from_layer(answer)
        self.hidden = self.wrapped.hidden  # [1, 1 + N, W]

    @torch.inference_mode()
    def forward(self, features: torch.Tensor) -> torch.Tensor:  # [1, W, 24, 24] → [1]
        hidden = torch.cat([self.hidden[:, :1], features.flatten(2).transpose(1, 2)], 1)
        return token_log_probabilities(self.wrapped(hidden), self.wrapped.tokens).sum().exp()[None]

    def of(self, heat: Map, removed: Sequence[int] = REMOVED) -> float:
        """ROAD combined of a map. Places go by their rank, equal ones in random order."""
        side = len(heat.grid)
        features = self.hidden[:, 1:].transpose(1, 2).unflatten(2, (side, side)).float().clone()
        ranks, chance = np.empty(heat.grid.size), np.random.default_rng(0).random(heat.grid.size)
        ranks[np.lexsort((chance, heat.grid.ravel()))] = np.linspace(0, 1, heat.grid.size)
        score = ROADCombined(list(removed))(features, ranks.reshape(1, side, side), [lambda chance: chance], self)
        return float(score[0])
