"""The block: split a grid of visual tokens into bands, modulate each, restore the grid.

Source: Pan, Dou, Li, "Frequency-Modulated Visual Restoration for Matryoshka Large Multimodal Models", arXiv 2603.11220,
Figure 3, and the code released with it.
"""

import torch
from torch import nn

from fmvr.model.forms import FORMS, Factors
from fmvr.model.splits import WINDOW, Bands, check_window, split, split_cells


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
        bands, factors = self._split(x, finer)
        after = [torch.zeros_like(x) if by is None else by * band for by, band in zip(factors, bands.each)]
        return bands, Bands(*after)

    def forward(self, x: torch.Tensor, finer: torch.Tensor | None = None) -> torch.Tensor:
        """[B, D, h, w] → the same shape: the sum of the modulated bands, none of them kept. `finer`: see `modulate`."""
        bands, factors = self._split(x, finer)
        total = None
        for by, band in zip(factors, bands.each):
            if by is not None:  # as few passes over the tokens as there can be
                total = by * band if total is None else torch.addcmul(total, by, band)
        return total

    def _split(self, x: torch.Tensor, finer: torch.Tensor | None) -> tuple[Bands, Factors]:
        form = FORMS[self.form]
        if form.of_cells and finer is None:
            raise ValueError(f"Form {self.form} needs the finer grid.")
        bands = split_cells(x, finer) if form.of_cells else split(x, self.window)
        return bands, form.factors(x, self.gains(x.dtype))

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
