"""A token set: what a reducer makes of a frame at a budget, and which patches every token stands for."""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

import numpy as np
import torch


@dataclass(frozen=True)
class TokenSet:
    """`tokens`: [n, D]. `places`: [n, N], the weight of every patch in every token; rows add up to 1."""

    tokens: torch.Tensor
    places: torch.Tensor

    @classmethod
    def kept(cls, tokens: torch.Tensor, indices: torch.Tensor) -> "TokenSet":
        """Some of a frame's tokens, [N, D], as they are. `indices`: [n]."""
        places = tokens.new_zeros(len(indices), len(tokens))
        places[torch.arange(len(indices)), indices] = 1
        return cls(tokens[indices], places)

    @classmethod
    def whole(cls, tokens: torch.Tensor) -> "TokenSet":
        """All of a frame's tokens, [N, D]: what every budget of as many as there are is."""
        return cls.kept(tokens, torch.arange(len(tokens)))

    @classmethod
    def mean(cls, tokens: torch.Tensor, places: torch.Tensor) -> "TokenSet":
        """Means of a frame's tokens, [N, D], with the weights of `places`."""
        places = places.to(tokens)
        return cls(places @ tokens, places)

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def side(self) -> int | None:
        """Tokens along a side where the set is a square grid of equal cells, row by row; None for any other."""
        side, patches = isqrt(len(self)), self.places.shape[1]
        if side * side != len(self) or isqrt(patches) % side:
            return None
        return side if torch.equal(self.places.cpu(), cells(side, isqrt(patches))) else None

    @property
    def indices(self) -> list[int] | None:
        """The patches that are kept as they are, where every token is one of them; None where any is merged."""
        whole = self.places == 1
        return whole.nonzero()[:, 1].tolist() if bool(whole.any(1).all()) else None

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Tokens and places as float32 arrays."""
        return self.tokens.float().cpu().numpy(), self.places.float().cpu().numpy()


@lru_cache(64)
def cells(side: int, full: int) -> torch.Tensor:
    """The places of a square grid of `side` over one of `full`, [side², full²]: by area, where cells cut patches."""
    edge, patch = torch.arange(side + 1) * full / side, torch.arange(full)
    along = torch.minimum(edge[1:, None], patch + 1) - torch.maximum(edge[:-1, None], patch)  # what they share
    along = along.clamp(min=0) * side / full  # [side, full]
    return torch.kron(along, along)
