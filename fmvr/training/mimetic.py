"""Initial values that let small transformers learn quickly: attention starts as looking at similar tokens.

Source: Trockman, Kolter, "Mimetic Initialization of Self-Attention Layers", arXiv 2305.09828.
"""

import torch
from torch import nn


@torch.no_grad()
def look_at_likeness(query: nn.Linear, key: nn.Linear, value: nn.Linear, out: nn.Linear, config) -> None:
    """Set one attention layer so that query · key is near the identity and out · value near its negative."""
    width, heads = config.hidden_size, config.num_attention_heads
    size = width // heads
    for h in range(heads):
        u, s, v = torch.linalg.svd(_near_identity(width, 0.7))
        query.weight[h * size : (h + 1) * size] = (u[:, :size] * s[:size].sqrt()).T
        key.weight[h * size : (h + 1) * size] = v[:size] * s[:size, None].sqrt()
    u, s, v = torch.linalg.svd(_near_identity(width, -0.4))
    out.weight.copy_(u * s.sqrt())
    value.weight.copy_(v * s[:, None].sqrt())


def _near_identity(width: int, scale: float) -> torch.Tensor:
    return scale * torch.eye(width) + abs(scale) * torch.randn(width, width) / width**0.5
