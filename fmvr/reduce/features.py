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
    `pixels`: what the tower saw, [3, H, H], normalised; None where nobody has them.
    """

    tokens: torch.Tensor
    hidden: tuple[torch.Tensor, ...]
    tower: nn.Module
    pixels: torch.Tensor | None = None

    @property
    def patches(self) -> torch.Tensor:
        """What the projector takes, [N, W]."""
        return self.hidden[-1][1:]

    @property
    def layers(self) -> int:
        """How many of the tower's layers lie before the features."""
        return len(self.hidden) - 1

    @property
    def next_layer(self) -> int:
        """The tower's layer that would read the features, counted from 0; the last one where there is none."""
        return min(self.layers, len(self.tower.encoder.layers) - 1)

    @cached_property
    def cls(self) -> torch.Tensor:
        """How much the CLS token attends to each patch in the layer before the features: mean over heads, [N]."""
        return self.attention(self.layers - 1)

    def attention(self, layer: int) -> torch.Tensor:
        """The CLS token's attention to the patches in a layer of the tower, counted from 0; mean over heads, [N].

        Attention to itself is left out, so the sum is below 1.
        """
        query, key = self.queries(layer, slice(1)), self.keys(layer)
        weights = (torch.einsum("qhd,khd->hk", query, key) * query.shape[-1] ** -0.5).float().softmax(-1)
        return weights[:, 1:].mean(0)

    def queries(self, layer: int, rows: slice = slice(None)) -> torch.Tensor:
        """The queries of some tokens in a layer of the tower, counted from 0: [1 + N, heads, W / heads]."""
        return self._heads(layer, "q_proj", rows)

    def keys(self, layer: int) -> torch.Tensor:
        """The keys of all tokens in a layer of the tower, counted from 0: [1 + N, heads, W / heads]."""
        return self._heads(layer, "k_proj")

    def _heads(self, layer: int, part: str, rows: slice = slice(None)) -> torch.Tensor:
        block = self.tower.encoder.layers[layer]
        x = block.layer_norm1(self.hidden[layer][rows])  # [1 + N, W]
        return getattr(block.self_attn, part)(x).unflatten(-1, (block.self_attn.num_heads, -1))
