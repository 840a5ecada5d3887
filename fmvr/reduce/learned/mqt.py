"""Matryoshka query transformer: learned queries, of which the first n are the set of n.

Source: Hu et al., Matryoshka Query Transformer for Large Vision-Language Models, arXiv 2405.19315.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from fmvr.reduce.learned.learned import Learned
from fmvr.reduce.learned.network import Network, Reduced

QUERIES = 256
HEADS = 8
PEAK = 10.0  # logit of a look at its point
PLASTIC = 1.32471795724  # x³ = x + 1: steps of its inverses spread points evenly over a square


class QueryTransformer(Network):
    """One layer of cross-attention: softmax(Q Kᵀ / √d) V, V the projected patches, K their features and places.

    With `m` drawn anew each step, the first m queries learn together (m = 2, 4 … 256, as in the paper).

    Ours: how it starts. Query k looks at the k-th point of an evenly spread sequence, as wide as k such looks tile the
    picture, and takes the mean of what is there; so it begins near pooling, and the features enter K as it learns.
    """

    file = "mqt"

    def __init__(self, config):
        super().__init__(config)
        width, tower = config.text_config.hidden_size, config.vision_config.hidden_size
        self.heads = next(heads for heads in range(HEADS, 0, -1) if width % (4 * heads) == 0)
        self.projector = LlavaMultiModalProjector(config)
        self.norm = nn.LayerNorm(tower)
        self.key = nn.Linear(tower, width, bias=False)
        self.value, self.out = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.queries = nn.Parameter(first_queries(min(QUERIES, self.side**2), width, self.heads))
        nn.init.zeros_(self.key.weight)
        for same in (self.value, self.out):
            nn.init.eye_(same.weight)

    @property
    def lessons(self) -> list[int]:
        return list(range(2, len(self.queries) + 1, 2))

    def forward(self, patches: torch.Tensor, budget: int) -> Reduced:
        line = (torch.arange(self.side, device=patches.device) + 0.5) / self.side
        points = torch.cartesian_prod(line, line)  # [N, 2]: row, column
        keys = self.key(self.norm(patches)) + places_of(points, self.queries.shape[1], self.heads).to(patches)
        values = self.value(self.projector(patches))  # [B, N, D]
        query, key, value = (self._heads(x) for x in (self.queries[None, :budget], keys, values))
        attention = (query @ key.mT * query.shape[-1] ** -0.5).float().softmax(-1)  # [B, heads, n, N]
        tokens = self.out((attention.to(value) @ value).transpose(1, 2).flatten(2))
        return Reduced(tokens, attention.mean(1))

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        """[B, n, D] → [B, heads, n, D / heads]"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def places_of(points: torch.Tensor, width: int, heads: int, blur: torch.Tensor | float = 0.0) -> torch.Tensor:
    """Sines and cosines of points in the unit square, [n, 2] → [n, width], all frequencies in every head.

    `blur`: with which deviation the frequencies fade, so that the product of a faded place with another one is a look.
    """
    number = width // heads // 4
    frequency = torch.pi * torch.arange(1, number + 1, device=points.device)  # half waves along a side
    angle = points[..., None] * frequency  # [n, 2, number]
    fade = torch.exp(-((frequency * blur) ** 2) / 2)  # a Gaussian, in frequencies
    own = torch.cat([angle.sin() * fade, angle.cos() * fade], -1).flatten(1)  # [n, 4 · number]
    return F.pad(own, (0, width // heads - own.shape[1])).repeat(1, heads)


def first_queries(count: int, width: int, heads: int) -> torch.Tensor:
    """Query k, counted from 1, looks at a point as wide as k such looks tile the picture; the first one everywhere."""
    k = torch.arange(count)[:, None] + 1
    points = (0.5 + (k - 1) * torch.tensor([1 / PLASTIC, 1 / PLASTIC**2])) % 1
    blur = 0.3 / k**0.5
    looks = places_of(points, width, heads, blur[..., None])
    height = (looks * places_of(points, width, heads)).sum(1, keepdim=True) / heads  # of its logit, at its point
    return PEAK * (1 - 1 / k) * looks * (width / heads) ** 0.5 / height.clamp(min=1e-6)


class MQT(Learned):
    """The first n of at most 256 queries; `places` is their attention, mean over heads."""

    label, source, network = "MQT", "2405.19315", QueryTransformer

    def budgets(self, patches: int) -> Sequence[int]:
        return range(len(self.learnt.queries), 0, -1)
