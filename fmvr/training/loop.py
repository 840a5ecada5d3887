"""The one training loop of all stages: transformers' Trainer, resumable, the same on CPU and GPU."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, default_data_collator
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
    save_every: int = 100
    beta2: float = 0.95


def train(model: nn.Module, data: Dataset, run: Run, collate=default_data_collator) -> list[dict]:
    """Train what requires a gradient in `model`; continues from the last checkpoint under `run.out`.

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
        adam_beta2=run.beta2,
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
    trainer = Trainer(model=model, args=arguments, train_dataset=data, data_collator=collate)
    last = get_last_checkpoint(str(run.out)) if run.out.is_dir() else None
    trainer.train(resume_from_checkpoint=last)
    return trainer.state.log_history
