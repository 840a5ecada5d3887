"""The forms of the block: what multiplies each band.

Source: Pan, Dou, Li, "Frequency-Modulated Visual Restoration for Matryoshka Large Multimodal Models", arXiv 2603.11220,
Figure 3, and the code released with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch

# A form says what multiplies each band; the sum of the products is the block's output. Every equation below is the
# published one with X written as L_A + H_A or as H_M + L_M where it stands alone.


class Factors(NamedTuple):
    """What multiplies each of `Bands`: numbers that fit its shape; None for a band that is left out."""

    low_average: torch.Tensor | float | None = None
    high_average: torch.Tensor | float | None = None
    high_max: torch.Tensor | float | None = None
    low_max: torch.Tensor | float | None = None


def _paper(x, gain) -> Factors:
    """Figure 3: no residual connection."""
    return Factors(high_average=gain["average_high"] + x, low_max=gain["max_low"] + x)


def _released(x, gain) -> Factors:
    """The released code."""
    average, max_ = (
        {name: gain[f"{branch}_{name}"] for name in ("low", "high", "a", "b")} for branch in ("average", "max")
    )
    return Factors(
        average["low"] + average["b"] + 2,
        torch.addcmul(1 + average["high"] + average["b"] + 2, average["a"], x),
        torch.addcmul(1 + max_["high"] + max_["b"], max_["a"], x),
        max_["low"] + max_["b"],
    )


def _residual(x, gain) -> Factors:
    """Ours: changes nothing until it is trained."""
    return Factors(
        low_average=1.0,
        high_average=torch.addcmul(1 + gain["average_high"], gain["average_a"], x),
        low_max=torch.addcmul(gain["max_low"], gain["max_a"], x),
    )


def _finer(x, gain) -> Factors:
    """Ours: gives back what lies in a cell beside its mean; changes nothing until it is trained."""
    return Factors(1.0, gain["average_spread"], gain["max_rise"])


def _scaled(x, gain) -> Factors:
    """A control: larger tokens and nothing more."""
    return Factors(gain["average_b"], gain["average_b"])


def _normalised(x, gain) -> Factors:
    """A control: every token brought to one size."""
    by = gain["average_b"] * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6)
    return Factors(by, by)


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
    factors: Callable[[torch.Tensor, dict[str, torch.Tensor]], Factors]
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
    "scaled": Form(
        "b ⊙ X, b = 4 at first",
        "a control of ours, which makes tokens larger and does nothing else",
        _scaled,
        {"average_b": Gain(4.0, "average", "all", "b", "X")},
    ),
    "normalised": Form(
        "b ⊙ X / √(mean of X² over the channels + 10^-6)",
        "a control of ours, which brings every token to one size and does nothing else",
        _normalised,
        {"average_b": Gain(1.0, "average", "all", "b", "X")},
    ),
}
