"""The block: split a grid of visual tokens into bands, modulate each, restore the grid.

Source: Pan, Dou, Li, "Frequency-Modulated Visual Restoration for Matryoshka Large Multimodal Models", arXiv 2603.11220,
Figure 3, and the code released with it. "Frequency" means the pooling splits below, not a Fourier transform.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

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


# A form says what multiplies each band; the sum of the four products is the block's output. Every equation below is
# the published one with X written as L_A + H_A or as H_M + L_M where it stands alone.


def _paper(x, bands, gain) -> Bands:
    """Figure 3: no residual connection."""
    return Bands(
        torch.zeros_like(x),
        (gain["average_high"] + x) * bands.high_average,
        torch.zeros_like(x),
        (gain["max_low"] + x) * bands.low_max,
    )


def _released(x, bands, gain) -> Bands:
    """The released code."""
    average, max_ = (
        {name: gain[f"{branch}_{name}"] for name in ("low", "high", "a", "b")} for branch in ("average", "max")
    )
    return Bands(
        (average["low"] + average["b"] + 2) * bands.low_average,
        (1 + average["high"] + average["a"] * x + average["b"] + 2) * bands.high_average,
        (1 + max_["high"] + max_["a"] * x + max_["b"]) * bands.high_max,
        (max_["low"] + max_["b"]) * bands.low_max,
    )


def _residual(x, bands, gain) -> Bands:
    """Ours: changes nothing until it is trained."""
    return Bands(
        bands.low_average,
        (1 + gain["average_high"] + gain["average_a"] * x) * bands.high_average,
        torch.zeros_like(x),
        (gain["max_low"] + gain["max_a"] * x) * bands.low_max,
    )


def _finer(x, bands, gain) -> Bands:
    """Ours: gives back what lies in a cell beside its mean; changes nothing until it is trained."""
    return Bands(
        bands.low_average,
        gain["average_spread"] * bands.high_average,
        gain["max_rise"] * bands.high_max,
        bands.low_max,
    )


@dataclass(frozen=True)
class Gain:
    """One learned number a channel of a block.

    `first`: its value before training. `branch`: `average` or `max`. `band`: the kind of band that it multiplies,
    `low`, `high`, or `all` for the tokens themselves. `symbol`, and what it `acts_on`, are for people: `_` before an
    index set low, `^` before one set high.
    """

    first: float
    branch: str
    band: str
    symbol: str
    acts_on: str


@dataclass(frozen=True)
class Form:
    """An equation of the block, with its gains by the names of their parameters.

    `equation` and `origin`, whose it is, are for people: `_` before an index, W, a, b, w for gains. `of_cells`: its
    bands are those of the finer grid's cells, so that one token has some, too; else those of the grid itself.
    """

    equation: str
    origin: str
    modulate: Callable[[torch.Tensor, Bands, dict[str, torch.Tensor]], Bands]
    gains: dict[str, Gain]
    of_cells: bool = False


FORMS = {
    "paper": Form(
        "(W_A + X) ⊙ H_A + (W_M + X) ⊙ L_M",
        "the equation that the paper prints",
        _paper,
        {
            "average_high": Gain(0.0, "average", "high", "W_A", "H_A"),
            "max_low": Gain(0.0, "max", "low", "W_M", "L_M"),
        },
    ),
    "released": Form(
        "w_low ⊙ low + (1 + w_high) ⊙ high + a ⊙ X ⊙ high + b ⊙ X for each branch; + 2X",
        "the equation of the code that the paper's authors released",
        _released,
        {
            "average_low": Gain(0.0, "average", "low", "W_A^low", "L_A"),
            "average_high": Gain(0.0, "average", "high", "W_A^high", "H_A"),
            "average_a": Gain(0.0, "average", "high", "a_A", "X ⊙ H_A"),
            "average_b": Gain(1.0, "average", "all", "b_A", "X"),
            "max_low": Gain(0.0, "max", "low", "W_M^low", "L_M"),
            "max_high": Gain(0.0, "max", "high", "W_M^high", "H_M"),
            "max_a": Gain(0.0, "max", "high", "a_M", "X ⊙ H_M"),
            "max_b": Gain(1.0, "max", "all", "b_M", "X"),
        },
    ),
    "residual": Form(
        "X + (W_A + a_A ⊙ X) ⊙ H_A + (W_M + a_M ⊙ X) ⊙ L_M",
        "a variant of ours, which starts as no change",
        _residual,
        {
            "average_high": Gain(0.0, "average", "high", "W_A", "H_A"),
            "average_a": Gain(0.0, "average", "high", "a_A", "X ⊙ H_A"),
            "max_low": Gain(0.0, "max", "low", "W_M", "L_M"),
            "max_a": Gain(0.0, "max", "low", "a_M", "X ⊙ L_M"),
        },
    ),
    "finer": Form(
        "P + g_max ⊙ (max − P) + g_std ⊙ √(mean of squares − P² + 10^-4), over the cell of the finer grid with mean P",
        "a variant of ours, which takes its bands from the finer grid and starts as no change",
        _finer,
        {
            "average_spread": Gain(0.0, "average", "high", "g_std", "the cell’s spread"),
            "max_rise": Gain(0.0, "max", "high", "g_max", "the cell’s maximum − P"),
        },
        of_cells=True,
    ),
}


class Gains(nn.Module):
    """The gains of one block, [D] each, as parameters of their own module: transformers and accelerate look there."""

    def __init__(self, dim: int, form: str):
        super().__init__()
        self.form = form
        for name, gain in FORMS[form].gains.items():
            self.register_parameter(name, nn.Parameter(torch.full((dim,), gain.first)))

    def __getitem__(self, name: str) -> nn.Parameter:
        return self.get_parameter(name)

    def forward(self, dtype: torch.dtype) -> dict[str, torch.Tensor]:
        """Gain name → [D, 1, 1]."""
        return {name: value[:, None, None].to(dtype) for name, value in self.named_parameters()}


class FrequencyModulation(nn.Module):
    """FMVR at one level: learned gains, one number per channel.

    Args:
        dim: channels D of the visual tokens.
        form: `paper`, `released`, `residual` or `finer` (see FORMS).
        window: of the max pooling (see split).
    """

    def __init__(self, dim: int, form: str = "residual", window: int | None = WINDOW):
        super().__init__()
        if form not in FORMS:
            raise ValueError(f"There is no form {form!r} of the block; the forms are {', '.join(FORMS)}.")
        self.form, self.window = form, check_window(window)
        self.gains = Gains(dim, form)

    def modulate(self, x: torch.Tensor, finer: torch.Tensor | None = None) -> tuple[Bands, Bands]:
        """The bands of X, [B, D, h, w], before and after modulation.

        `finer`, [B, D, k·h, k·w], is the grid that X was pooled from: forms that are `of_cells` need it.
        """
        form = FORMS[self.form]
        if form.of_cells and finer is None:
            raise ValueError(f"Form {self.form} needs the finer grid.")
        bands = split_cells(x, finer) if form.of_cells else split(x, self.window)
        return bands, form.modulate(x, bands, self.gains(x.dtype))

    def forward(self, x: torch.Tensor, finer: torch.Tensor | None = None) -> torch.Tensor:
        """[B, D, h, w] → the same shape: the sum of the modulated bands. `finer`: see `modulate`."""
        return self.modulate(x, finer)[1].sum()

    @classmethod
    def from_released_state_dict(cls, state_dict: dict[str, torch.Tensor]) -> "FrequencyModulation":
        """A block of form `released` from the authors' parameters for one block.

        Args:
            state_dict: `gap.low_weight`, `gap.high_weight`, `gap.a`, `gap.b` and the same under `mp.`, each with D
                elements; the five further branches that the authors' forward never calls are passed over.
        """
        theirs = {"low": "low_weight", "high": "high_weight", "a": "a", "b": "b"}
        names = {f"{ours}_{n}": f"{t}.{theirs[n]}" for ours, t in (("average", "gap"), ("max", "mp")) for n in theirs}
        if missing := [name for name in names.values() if name not in state_dict]:
            raise ValueError(f"These are not the parameters of one released block: {', '.join(missing)} missing.")
        block = cls(state_dict["gap.a"].numel(), "released")
        block.load_state_dict({f"gains.{ours}": state_dict[name].flatten() for ours, name in names.items()})
        return block
