"""The bands of a picture's token pyramid as energies, level by level."""

from dataclasses import dataclass

import numpy as np
import torch

from fmvr.model import Bands, Level
from fmvr.model.modulation import split


@dataclass(frozen=True)
class BandMaps:
    """Energy of each band at each token of a level: squared norm over the channels, [s, s] float32."""

    low_average: np.ndarray
    high_average: np.ndarray
    high_max: np.ndarray
    low_max: np.ndarray

    @classmethod
    def of(cls, bands: Bands) -> "BandMaps":
        return cls(*(_energy(getattr(bands, name)) for name in cls.__dataclass_fields__))

    def energies(self) -> dict[str, float]:
        """Band → mean energy of a token."""
        return {name: float(getattr(self, name).mean()) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class LevelBands:
    """The bands of one level.

    `before` is the split of the pooled tokens; `after` the bands as the block modulates them, None where no block is.
    The energies are means over the level's tokens, before and after the block.
    """

    side: int
    before: BandMaps
    after: BandMaps | None
    pooled_energy: float
    restored_energy: float

    @classmethod
    def of(cls, level: Level) -> "LevelBands":
        return cls(
            side=level.side,
            before=BandMaps.of(split(level.pooled)),
            after=BandMaps.of(level.after) if level.after else None,
            pooled_energy=float(_energy(level.pooled).mean()),
            restored_energy=float(_energy(level.restored).mean()),
        )


def _energy(grid: torch.Tensor) -> np.ndarray:
    """[1, D, s, s] → [s, s]: squared norm over the channels."""
    return grid[0].float().square().sum(0).cpu().numpy()
