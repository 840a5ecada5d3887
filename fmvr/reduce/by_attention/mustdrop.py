"""MustDrop, its vision stage: neighbours that are alike become one, then the CLS token's attention decides.

Source: Liu et al., Multi-Stage Vision Token Dropping, arXiv 2411.10803.
"""

from math import isqrt

import torch
import torch.nn.functional as F

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Merging
from fmvr.reduce.similarity import others, top

WINDOW, ALIKE = 3, 0.8


class MustDropVision(Merging):
    """A window of 3 × 3 patches whose mean cosine, of each with each other after the tower's first layer, is at least
    0.8 becomes one token, the mean; then the n tokens with the most attention of the CLS token are kept.

    In the paper the window is merged inside the tower; here the tower is read once, so its patches are merged before
    the projector (ours). A window's attention is its patches' mean, and no more windows are merged than leave n tokens,
    the most similar first (both ours: the paper has no budget). Grids that 3 does not divide have no windows.
    """

    label, source, needs = "MustDrop, vision stage", "2411.10803", frozenset({"cls"})

    def weights(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        side, patches = isqrt(len(features.tokens)), len(features.tokens)
        places = torch.eye(patches, device=features.tokens.device)  # [N, N]
        if side % WINDOW == 0:
            windows = torch.arange(patches, device=places.device).view(side // WINDOW, WINDOW, side // WINDOW, WINDOW)
            windows = windows.transpose(1, 2).flatten(2).flatten(0, 1)  # [windows, 9]
            x = F.normalize(features.hidden[1][1:].float()[windows], dim=-1)  # [windows, 9, W]
            inside = WINDOW**2
            likeness = ((x @ x.mT).sum((1, 2)) - inside) / (inside * (inside - 1))  # [windows]
            most = min(int((likeness >= ALIKE).sum()), (patches - budget) // (inside - 1))
            merged = windows[top(likeness, most)]  # [most, 9]
            places[merged[:, :1], merged] = 1 / inside
            places = places[others(patches, merged[:, 1:].flatten())]
        return places[top(places @ features.attention(features.next_layer), budget).sort().values]
