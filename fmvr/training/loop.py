"""The one training loop of all stages: transformers' Trainer, resumable, the same on CPU and GPU."""

import shutil
from dataclasses import dataclass
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
        bf16=True,
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
            muon = torch.optim.Muon(matrices, lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw")
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
