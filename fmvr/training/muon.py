"""Muon for matrices, AdamW for everything else, as one optimizer."""

import math

import torch
from torch import nn

from fmvr.training.precision import bfloat16_is_faster


class Muon(torch.optim.Muon):
    """torch's Muon with its matrices made orthogonal in their own precision; torch does it in bfloat16 on any CPU."""

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                momentum = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                momentum.lerp_(p.grad, 1 - group["momentum"])
                ahead = p.grad.lerp(momentum, group["momentum"]) if group["nesterov"] else momentum
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(self._orthogonal(ahead, group), alpha=-group["lr"] * 0.2 * math.sqrt(max(p.shape)))
        return closure() if closure else None

    @staticmethod
    def _orthogonal(matrix: torch.Tensor, group: dict) -> torch.Tensor:
        """Newton and Schulz's iteration: singular values go to about 1."""
        a, b, c = group["ns_coefficients"]
        x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
        x = x / x.norm().clamp(min=group["eps"])
        for _ in range(group["ns_steps"]):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        return x.T if matrix.shape[0] > matrix.shape[1] else x


class MuonWithAdamW(torch.optim.Optimizer):
    """Muon for the matrices inside transformer layers, AdamW for everything else; one learning rate for both.

    `gains`: times that learning rate, for the gains of FMVR's blocks.
    """

    def __init__(self, model: nn.Module, lr: float, weight_decay: float, gains: float = 1.0):
        trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        matrices = [p for name, p in trained if p.ndim == 2 and ".layers." in name]
        others = [p for name, p in trained if (p.ndim != 2 or ".layers." not in name) and ".gains." not in name]
        modulating = [p for name, p in trained if ".gains." in name]
        groups = [{"params": others}] + ([{"params": modulating, "lr": gains * lr}] if modulating else [])
        self.parts = [torch.optim.AdamW(groups, lr, betas=(0.9, 0.95), weight_decay=weight_decay)]
        if matrices:
            kind = torch.optim.Muon if bfloat16_is_faster() else Muon
            muon = kind(matrices, lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")
            self.parts.append(muon)
        super().__init__([p for _, p in trained], {"lr": lr})
        self._share_groups()

    def _share_groups(self) -> None:
        """A scheduler writes learning rates into our groups; they are the parts' own."""
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure=None):
        for part in self.parts:
            part.step()
        return closure() if closure else None

    def state_dict(self) -> dict:
        return {"state": {}, "param_groups": [], "parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict) -> None:
        for part, state in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._share_groups()
