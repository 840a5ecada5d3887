"""The bands of a grid of visual tokens.

Source: Pan, Dou, Li, "Frequency-Modulated Visual Restoration for Matryoshka Large Multimodal Models", arXiv 2603.11220,
Figure 3, and the code released with it. "Frequency" means the pooling splits below, not a Fourier transform.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

WINDOW = 3  # of the max pooling, in the released code


@dataclass(frozen=True)
class Bands:
    """The four bands of a grid, each [B, D, h, w].

    Average split: `low_average` (L_A, the mean over all places) + `high_average` (H_A) = X. Saliency branch.
    Max split: `high_max` (H_M, the maximum around each place) + `low_max` (L_M ≤ 0) = X. Anti-saliency branch.
    Of cells (see `split_cells`) they are P, the spread, how far the maximum lies above P, and nothing.
    """

    low_average: torch.Tensor
    high_average: torch.Tensor
    high_max: torch.Tensor
    low_max: torch.Tensor

    @property
    def each(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """All four, in this order."""
        return self.low_average, self.high_average, self.high_max, self.low_max

    def sum(self) -> torch.Tensor:
        """All four added up, [B, D, h, w]."""
        return self.low_average + self.high_average + self.high_max + self.low_max


def split(x: torch.Tensor, window: int | None = WINDOW) -> Bands:
    """Split X, [B, D, h, w]: average over the whole grid; maximum over window × window places, stride 1.

    `window` is odd, or None for the whole grid.
    """
    low_average = x.mean((-2, -1), keepdim=True).expand_as(x)
    if window is None:
        high_max = x.amax((-2, -1), keepdim=True).expand_as(x)
    else:
        high_max = F.max_pool2d(x, window, stride=1, padding=window // 2)
    return Bands(low_average, x - low_average, high_max, x - high_max)


def split_cells(x: torch.Tensor, finer: torch.Tensor) -> Bands:
    """Split P = X, [B, D, h, w], by what its mean left out of the finer grid, [B, D, k·h, k·w].

    `low_average`: P; `high_average`: the spread √(mean of squares − P² + 1e-4) over the k × k places of a cell;
    `high_max`: their maximum − P. They do not add up to X.
    """
    cell = finer.shape[-1] // x.shape[-1]
    wide, mean = finer.float(), x.float()  # a difference of squares
    spread = (F.avg_pool2d(wide.square(), cell) - mean.square()).clamp(min=0).add(1e-4).sqrt().to(x.dtype)
    return Bands(x, spread, F.max_pool2d(finer, cell) - x, torch.zeros_like(x))


def check_window(window: int | None) -> int | None:
    """The window itself. Raises ValueError for one that has no middle."""
    if window is not None and (window < 1 or window % 2 == 0):
        raise ValueError(f"The max pooling's window is an odd number, or None for the whole grid, not {window}.")
    return window
