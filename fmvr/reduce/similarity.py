"""How alike vectors are, and which of them are first."""

import torch
import torch.nn.functional as F


def cosine(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The cosine of each of some vectors, [A, D], with each of others, [B, D]: [A, B] float32."""
    return F.normalize(one.float(), dim=-1) @ F.normalize(other.float(), dim=-1).T


def top(scores: torch.Tensor, n: int) -> torch.Tensor:
    """The places of the `n` highest scores, [n], the highest first; of equal ones the earlier comes first."""
    return scores.argsort(descending=True, stable=True)[:n]


def others(n: int, taken: torch.Tensor) -> torch.Tensor:
    """The places of 0 … n − 1 that are not among those `taken`, in order."""
    return torch.ones(n, dtype=torch.bool, device=taken.device).index_fill(0, taken, False).nonzero()[:, 0]


def shares(n: int, parts: int) -> list[int]:
    """`n` things in `parts` as equal as can be, the larger ones first."""
    return [n // parts + (i < n % parts) for i in range(parts)]
