"""The bands of a picture's token pyramid as energies, and its Fourier spectrum, level by level."""

from dataclasses import dataclass

import numpy as np
import torch

from fmvr.model import Bands, Level


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
    `pooled` and `restored` are the energy of each token before and after the block, [s, s] float32.
    """

    side: int
    before: BandMaps
    after: BandMaps | None
    pooled: np.ndarray
    restored: np.ndarray

    @classmethod
    def of(cls, level: Level) -> "LevelBands":
        return cls(
            side=level.side,
            before=BandMaps.of(level.before),
            after=BandMaps.of(level.after) if level.after else None,
            pooled=_energy(level.pooled),
            restored=_energy(level.restored),
        )

    @property
    def pooled_energy(self) -> float:
        """Mean energy of a token before the block."""
        return float(self.pooled.mean())

    @property
    def restored_energy(self) -> float:
        """Mean energy of a token after it."""
        return float(self.restored.mean())


@dataclass(frozen=True)
class Spectrum:
    """The radial Fourier power spectrum of one level's token grid, [s // 2 + 1] float32: entry k belongs to k waves
    across the picture. Not what "frequency" means in FMVR; only at k = 0 do the two meet (see `radial_power`).

    `before` is of the pooled tokens; `after` of what the block makes of them, None where no block is.
    """

    side: int
    before: np.ndarray
    after: np.ndarray | None

    @classmethod
    def of(cls, level: Level) -> "Spectrum":
        after = radial_power(level.restored) if level.after else None
        return cls(level.side, radial_power(level.pooled), after)


def radial_power(grid: torch.Tensor) -> np.ndarray:
    """[1, D, s, s] → [s // 2 + 1]: mean power of the waves of k cycles a picture in any direction, channels averaged.

    |FFT|² / s⁴, so that k = 0 is the energy of L_A over D. Rings stop at the finest wave a grid can hold along its
    rows; what only its diagonals hold is left out.
    """
    side = grid.shape[-1]
    power = np.abs(np.fft.fft2(grid[0].float().cpu().numpy())) ** 2 / side**4  # [D, s, s]
    cycles = np.fft.fftfreq(side, 1 / side)
    ring = np.rint(np.hypot(cycles[:, None], cycles[None]))  # [s, s]
    return np.array([power.mean(0)[ring == k].mean() for k in range(side // 2 + 1)], np.float32)


def _energy(grid: torch.Tensor) -> np.ndarray:
    """[1, D, s, s] → [s, s]: squared norm over the channels."""
    return grid[0].float().square().sum(0).cpu().numpy()
