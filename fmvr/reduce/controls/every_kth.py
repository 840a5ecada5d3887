"""Every k-th patch: a control that knows nothing of the picture."""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Selecting


class EveryKth(Selecting):
    """Patches in equal steps, row by row: ⌊i N / n⌋."""

    label = "every k-th"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        return torch.arange(budget, device=features.tokens.device) * len(features.tokens) // budget
