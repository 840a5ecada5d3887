"""The one training loop of all stages: transformers' Trainer, resumable, the same on CPU and GPU."""

import math
import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, default_data_collator
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import get_last_checkpoint


@dataclass(frozen=True)
class Run:
    """The settings of one stage, as the command line gives them."""

    out: Path
    steps: int
    batch: int
    lr: float
    seed: int = 0
    warmup: float = 0.03
    weight_decay: float = 0.0
    muon: bool = False  # torch's Muon for the layers' matrices
    gains: float = 1.0  # times the learning rate, for the blocks' gains; with Muon only
    save_every: int = 100


def train(model: nn.Module, data: Dataset, run: Run, collate=default_data_collator) -> list[dict]:
    """Train what requires a gradient in `model`; continues from the last whole checkpoint under `run.out`.

    Returns the log: one row of step, loss and learning rate every 20 steps.
    """
    arguments = TrainingArguments(
        output_dir=str(run.out),
        max_steps=run.steps,
        per_device_train_batch_size=run.batch,
        learning_rate=run.lr,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(run.warmup * run.steps)),
        weight_decay=run.weight_decay,
        adam_beta2=0.95,
        max_grad_norm=1.0,
        bf16=bfloat16_is_faster(),
        seed=run.seed,
        save_steps=run.save_every,
        save_total_limit=1,
        logging_steps=20,
        logging_first_step=True,
        report_to="none",
        remove_unused_columns=False,
        label_names=[],
        use_cpu=not torch.cuda.is_available(),
    )
    optimizers = (MuonWithAdamW(model, run.lr, run.weight_decay, run.gains), None) if run.muon else (None, None)
    trainer = Trainer(model, arguments, train_dataset=data, data_collator=collate, optimizers=optimizers)
    for half in run.out.glob("checkpoint-*"):
        if not (half / TRAINER_STATE_NAME).exists():  # written last
            shutil.rmtree(half)
    last = get_last_checkpoint(str(run.out)) if run.out.is_dir() else None
    trainer.train(resume_from_checkpoint=last)
    return trainer.state.log_history


@cache
def bfloat16_is_faster() -> bool:
    """Whether to train in bfloat16: always on a GPU; on a CPU where a measured product of matrices says so.

    Processors without instructions for it are ten and more times slower in it than in float32.
    """
    if torch.cuda.is_available():
        return True
    seconds = {}
    for kind in (torch.float32, torch.bfloat16):
        rows, columns = torch.ones(1024, 192, dtype=kind), torch.ones(192, 768, dtype=kind)
        taken = []
        for _ in range(8):  # the fastest of them: the first may be compiling, others interrupted
            began = time.perf_counter()
            rows @ columns
            taken.append(time.perf_counter() - began)
        seconds[kind] = min(taken)
    faster = seconds[torch.bfloat16] < 0.8 * seconds[torch.float32]  # casting costs something too
    ratio = seconds[torch.bfloat16] / seconds[torch.float32]
    print(
        f"bfloat16 takes {ratio:.2f} times as long as float32 here: training in {'bfloat16' if faster else 'float32'}."
    )
    return faster


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
