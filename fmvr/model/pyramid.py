"""The pyramid: the tokens of one picture as nested sets, 576 → 144 → 36 → 9 → 1, a block a level or none.

Source: arXiv 2603.11220 (FMVR), with the sets of arXiv 2405.17430 (M3, which is the pyramid without blocks).
"""

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from fmvr.model.forms import FORMS
from fmvr.model.modulation import FrequencyModulation
from fmvr.model.splits import WINDOW, Bands, check_window, split


def levels(side: int) -> list[int]:
    """The grid sides of all token sets: halved down to 3, then 1. Raises ValueError where that cannot be done."""
    sides = [side]
    while sides[-1] > 3 and sides[-1] % 2 == 0:
        sides.append(sides[-1] // 2)
    if sides[-1] != 3:
        raise ValueError(
            f"A {side}×{side} token grid cannot be halved down to 3×3; grids of side 3, 6, 12, 24, 48 … can."
        )
    return [*sides, 1]


def budgets(side: int) -> list[int]:
    """The token budgets of a grid, largest first: 576, 144, 36, 9, 1 for side 24."""
    return [s * s for s in levels(side)]


def check_budget(visual_tokens: int, side: int) -> int:
    """The budget itself. Raises ValueError, naming those that exist, for one that does not."""
    if visual_tokens not in budgets(side):
        exist = ", ".join(map(str, budgets(side)))
        raise ValueError(f"There is no set of {visual_tokens} visual tokens; the token budgets are {exist}.")
    return visual_tokens


@dataclass(frozen=True)
class Knobs:
    """What may be turned at trained blocks: a factor on all gains of a branch, and levels whose block is bypassed.

    At 1, 1 and no level the blocks are as trained; a model with other knobs is an ablation, not the model without FMVR.
    """

    average: float = 1.0
    max: float = 1.0
    bypassed: tuple[int, ...] = ()  # grid sides


@dataclass(frozen=True)
class Level:
    """One level of the pyramid: its grid before and after the block, both [B, D, s, s].

    `before` and `after` are the bands before and after the block; `after` is None where no block stands: at the first
    level, and at the last one but for forms that are `of_cells`.
    """

    side: int
    pooled: torch.Tensor
    restored: torch.Tensor
    before: Bands
    after: Bands | None = None


MERGE = "merge"  # beside FORMS: no blocks, but a learned map in the place of every mean


def form_settings(form: str | None) -> dict[str, Any]:
    """What a model's configuration says of a form, MERGE, or None for pooling only."""
    return {"fmvr_form": None if form == MERGE else form, "fmvr_merge": form == MERGE}


class Merge(nn.Module):
    """A learned map of the k × k places of a cell, side by side, to one: k²·D → D, the mean at first.

    Pixel shuffle as in InternVL (arXiv 2404.16821), a map a level: a control that may learn anything linear.
    """

    def __init__(self, dim: int, cell: int):
        super().__init__()
        self.cell = cell
        self.linear = nn.Linear(cell**2 * dim, dim, bias=False)
        with torch.no_grad():
            self.linear.weight.copy_(self.mean())

    def mean(self) -> torch.Tensor:
        """The weight, [D, D·k²], that is the mean over a cell."""
        return torch.eye(self.linear.out_features).repeat_interleave(self.cell**2, 1) / self.cell**2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, D, k·s, k·s] → [B, D, s, s]."""
        return self.linear(F.pixel_unshuffle(x, self.cell).movedim(1, -1)).movedim(-1, 1)


class TokenPyramid(nn.Module):
    """All token sets of a picture in one pass.

    Args:
        dim: channels D of the visual tokens.
        side: side of the full grid (24 for LLaVA-1.5).
        form: form of the blocks, or None for pooling only (M3).
        window: of the blocks' max pooling (see split).
        merge: whether a learned map stands in the place of every mean (see Merge).
    """

    def __init__(
        self,
        dim: int,
        side: int = 24,
        form: str | None = "residual",
        window: int | None = WINDOW,
        merge: bool = False,
    ):
        super().__init__()
        self.side, self.window = side, check_window(window)
        sides = levels(side)
        cells = {str(low): high // low for high, low in pairwise(sides)}
        end = len(sides) if form in FORMS and FORMS[form].of_cells else -1  # no block at full size
        self.blocks = nn.ModuleDict(
            {str(s): FrequencyModulation(dim, form, window) for s in sides[1:end]} if form else {}
        )
        self.merges = nn.ModuleDict({s: Merge(dim, cell) for s, cell in cells.items()} if merge else {})

    def grid(self, tokens: torch.Tensor) -> torch.Tensor:
        """[B, N, D] → [B, D, s, s]. Raises ValueError where N is not the pyramid's full set."""
        if tokens.shape[1] != self.side**2:
            raise ValueError(f"The pyramid takes {self.side**2} visual tokens a picture, not {tokens.shape[1]}.")
        return tokens.transpose(1, 2).unflatten(2, (self.side, self.side))

    def _pooled(self, x: torch.Tensor, side: int) -> torch.Tensor:
        """A grid of `side` from the next finer one."""
        if str(side) in self.merges:
            return self.merges[str(side)](x)
        return F.avg_pool2d(x, x.shape[-1] // side)

    def trace(self, tokens: torch.Tensor) -> list[Level]:
        """Every level of `tokens`, [B, N, D], with the bands of its block."""
        x = self.grid(tokens)  # [B, D, 24, 24]
        found = [Level(self.side, x, x, split(x, self.window))]
        for side in levels(self.side)[1:]:
            pooled = self._pooled(x, side)  # [B, D, s, s]
            if str(side) in self.blocks:
                before, after = self.blocks[str(side)].modulate(pooled, x)
                x = after.sum()
            else:
                before, after, x = split(pooled, self.window), None, pooled
            found.append(Level(side, pooled, x, before, after))
        return found

    def turned(self, knobs: Knobs) -> "TokenPyramid":
        """The same pyramid with its knobs turned; this one stays as it is."""
        other = deepcopy(self)
        for side in set(other.blocks) & {str(side) for side in knobs.bypassed}:
            del other.blocks[side]
        with torch.no_grad():
            for block in other.blocks.values():
                for name, gain in FORMS[block.form].gains.items():
                    block.gains[name].mul_(knobs.average if gain.branch == "average" else knobs.max)
        return other

    def forward(self, tokens: torch.Tensor) -> dict[int, torch.Tensor]:
        """[B, N, D] → budget → token set [B, budget, D]."""
        x = self.grid(tokens)
        sets = {self.side**2: tokens}
        for side in levels(self.side)[1:]:
            finer, x = x, self._pooled(x, side)  # [B, D, s, s]
            if str(side) in self.blocks:
                x = self.blocks[str(side)](x, finer)
            sets[side * side] = x.flatten(2).transpose(1, 2)  # [B, s·s, D]
        return sets
