"""The one training loop of all stages: transformers' Trainer, resumable, the same on CPU and GPU, and on many."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate.utils import save_fsdp_optimizer
from safetensors.torch import load_file, save_file
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict, set_model_state_dict
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, default_data_collator
from transformers.trainer import SCHEDULER_NAME, TRAINER_STATE_NAME
from transformers.trainer_utils import get_last_checkpoint
from transformers.utils import SAFE_WEIGHTS_NAME

from fmvr.errors import BadInput
from fmvr.training.muon import MuonWithAdamW
from fmvr.training.precision import bfloat16_is_faster

Weights = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Run:
    """The settings of one stage, as the command line gives them.

    `batch`: examples a process and pass; a step is one of `accumulate` passes. `warmup`: share of the steps.
    """

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
    keep: int = 1  # checkpoints
    accumulate: int = 1
    workers: int = 0  # processes that read data
    bfloat16: bool | None = None  # None: where it is faster

    @property
    def in_bfloat16(self) -> bool:
        """Whether the run computes in bfloat16."""
        return bfloat16_is_faster() if self.bfloat16 is None else self.bfloat16


class Loop(Trainer):
    """transformers' Trainer; its checkpoints hold what is trained, whole, however it is spread over processes."""

    def weights(self, frozen: bool = False) -> Weights:
        """What is trained, gathered on the first process; the others get nothing. `frozen`: and all that is not."""
        if self.is_deepspeed_enabled:
            return self.accelerator.get_state_dict(self.deepspeed)
        options = StateDictOptions(full_state_dict=True, cpu_offload=True, ignore_frozen_params=not frozen)
        return get_model_state_dict(self.model, options=options)

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        weights = self.weights()
        if self.args.should_save:
            os.makedirs(output_dir, exist_ok=True)
            save_file(weights, os.path.join(output_dir, SAFE_WEIGHTS_NAME))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        weights = load_file(os.path.join(resume_from_checkpoint, SAFE_WEIGHTS_NAME))
        set_model_state_dict(self.model, weights, options=StateDictOptions(full_state_dict=True, strict=False))

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if not self.is_fsdp_enabled:
            return super()._save_optimizer_and_scheduler(output_dir)
        plugin = (
            self.accelerator.state.fsdp_plugin
        )  # the Trainer would write the model, frozen parts and all, once more
        save_fsdp_optimizer(plugin, self.accelerator, self.optimizer, self.model, output_dir)
        if self.args.should_save:
            torch.save(self.lr_scheduler.state_dict(), os.path.join(output_dir, SCHEDULER_NAME))


def train(
    model: nn.Module,
    data: Dataset,
    run: Run,
    collate=default_data_collator,
    write: Callable[[Weights], None] | None = None,
    whole: bool = True,
) -> list[dict]:
    """Train what requires a gradient in `model`; continues from the last whole checkpoint under `run.out`.

    Args:
        data: drawn in random order, but for one whose `in_order` is true.
        write: called at the end, on the first process, with the weights: all, or those that were trained (`whole`).

    Returns the log: one row of step, loss and learning rate every 20 steps. Raises BadInput for data that cannot be
    read.
    """
    arguments = TrainingArguments(
        output_dir=str(run.out),
        max_steps=run.steps,
        per_device_train_batch_size=run.batch,
        gradient_accumulation_steps=run.accumulate,
        learning_rate=run.lr,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(run.warmup * run.steps)),
        weight_decay=run.weight_decay,
        adam_beta2=0.95,
        max_grad_norm=1.0,
        bf16=run.in_bfloat16,
        seed=run.seed,
        save_steps=run.save_every,
        save_total_limit=run.keep,
        logging_steps=20,
        logging_first_step=True,
        report_to="none",
        remove_unused_columns=False,
        label_names=[],
        train_sampling_strategy="sequential" if getattr(data, "in_order", False) else "random",
        dataloader_num_workers=run.workers,
        use_cpu=not torch.cuda.is_available(),
    )
    arguments._n_gpu = min(arguments.n_gpu, 1)  # a process trains on one GPU; accelerate starts one for each
    optimizers = (MuonWithAdamW(model, run.lr, run.weight_decay, run.gains), None) if run.muon else (None, None)
    loop = Loop(model, arguments, train_dataset=data, data_collator=collate, optimizers=optimizers)
    with loop.accelerator.main_process_first():
        for half in run.out.glob("checkpoint-*"):
            if not (half / TRAINER_STATE_NAME).exists():  # written last
                shutil.rmtree(half)
    last = get_last_checkpoint(str(run.out)) if run.out.is_dir() else None
    try:
        loop.train(resume_from_checkpoint=last)
    except BadInput as problem:  # from a worker it comes with its traceback
        raise BadInput(str(problem).rpartition("BadInput: ")[2].strip()) from problem
    if write:
        weights = loop.weights(frozen=whole)
        if loop.args.should_save:
            write(weights)
        loop.accelerator.wait_for_everyone()
    return loop.state.log_history
