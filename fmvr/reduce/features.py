"""Features: what tower and projector make of one frame, once; every token set is made from them."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import nn


@dataclass(frozen=True)
class Features:
    """One frame as one arm has it.

    `tokens`: the projected patches, [N, D], row by row. `hidden`: the tower's states before and after each layer up to
    the one that the projector takes, [1 + N, W] each, the CLS token first. `tower`: the network they come from.
    """

    tokens: torch.Tensor
    hidden: tuple[torch.Tensor, ...]
    tower: nn.Module

    @property
    def patches(self) -> torch.Tensor:
        """What the projector takes, [N, W]."""
        return self.hidden[-1][1:]

    @cached_property
    def cls(self) -> torch.Tensor:
        """How much the CLS token attends to each patch in the layer before the features: mean over heads, [N]."""
        return self.attention(len(self.hidden) - 2)

    def attention(self, layer: int) -> torch.Tensor:
        """The CLS token's attention to the patches in a layer of the tower, counted from 0; mean over heads, [N].

        Attention to itself is left out, so the sum is below 1.
        """
        block = self.tower.encoder.layers[layer]
        own, x = block.self_attn, block.layer_norm1(self.hidden[layer])  # [1 + N, W]
        query = own.q_proj(x[:1]).unflatten(-1, (own.num_heads, -1))  # [1, heads, W / heads]
        key = own.k_proj(x).unflatten(-1, (own.num_heads, -1))  # [1 + N, heads, W / heads]
        weights = (torch.einsum("qhd,khd->hk", query, key) * own.head_dim**-0.5).float().softmax(-1)
        return weights[:, 1:].mean(0)
