"""Stages 1 and 2 on a model and data of one's own: what is checked first, what learns, what is written."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from accelerate import PartialState
from accelerate.utils import parse_flag_from_env

from fmvr import blocks, lora
from fmvr.errors import BadInput
from fmvr.loading import Checkpoint, Folder, checked, load
from fmvr.model import FORMS, budgets
from fmvr.model.pyramid import form_settings
from fmvr.runs.identity import digest
from fmvr.training.conversations import Collate
from fmvr.training.data.check import Data, check
from fmvr.training.data.lessons import Lessons
from fmvr.training.loop import Run, Weights, train
from fmvr.training.pair import OnFeatures
from fmvr.training.parts import APART, hold


@dataclass(frozen=True)
class Own:
    """A model, data, and what the data are to teach.

    Args:
        model: a LLaVA or FMVR-LLaVA checkpoint; lora: an adapter that goes into it first, or None.
        data, images: see `fmvr.training.data`; skip_bad: bad rows are left out.
        max_length: tokens that a row may have; None for as many as the model reads.
        form: of the blocks, MERGE, or None for pooling only.
        train: a key of PARTS; rank: of a new adapter.
        gradient_checkpointing: layers are computed again for their gradients, not remembered.
    """

    model: Path
    lora: Path | None
    data: Path
    images: Path
    skip_bad: bool
    max_length: int | None
    form: str | None
    train: str
    rank: int
    gradient_checkpointing: bool

    @cached_property
    def folder(self) -> Folder:
        """The checkpoint, without its weights. Raises BadInput where it cannot be trained like this."""
        if self.train.startswith("blocks"):
            if self.form not in FORMS:
                raise BadInput(f"--train {self.train} needs blocks: --form is one of {', '.join(FORMS)}.")
            plain = checked(self.model).config
            if plain.fmvr_form or plain.fmvr_merge:
                raise BadInput(f"The model in {self.model} has blocks already; --train blocks is for one without.")
        if self.lora:
            lora.check_adapter(self.lora)
        return checked(self.model, **form_settings(self.form))

    @cached_property
    def rows(self) -> Data:
        """The data, checked. Raises BadInput for rows that cannot be trained on."""
        context = self.folder.config.text_config.max_position_embeddings
        if (self.max_length or 0) > context:
            raise BadInput(f"--max-length {self.max_length} is more than the {context} tokens that the model reads.")
        return check(self.data, self.images, self.folder.processor, self.max_length or context, self.skip_bad)

    def steps(self, epochs: float, batch: int, accumulate: int) -> int:
        """Steps that go over the rows so many times, with as many processes as there are."""
        passes = math.ceil(len(self.rows.rows) / (batch * PartialState().num_processes))
        return max(1, round(epochs * math.ceil(passes / accumulate)))

    def fit(self, run: Run) -> None:
        """Train, and write what has learnt to `run.out`; goes on where it stopped."""
        torch.manual_seed(run.seed)
        model, processor = self._load()
        if self.lora and self.train != "lora":
            model = lora.merged(model, self.lora)
        learner = OnFeatures(model, self.train)
        adapter = lora.adapted(model, self.rank, self.lora) if self.train == "lora" else None
        hold(model, torch.bfloat16 if run.in_bfloat16 else torch.float32)
        if self.gradient_checkpointing:
            model.activation_checkpointing_enable()
        model.config.fmvr_budgets = sets = budgets(model.config.token_grid_side)
        if self.train == "blocks":
            sets = sets[1:]  # no block is applied to the full one
        data = Lessons(self.rows.rows, self.images, processor)
        collate = Collate(processor.tokenizer, sets, run.seed)
        if adapter:
            write = _adapter(adapter, run.out / "adapter", sets)
        elif self.train in APART:
            write = self._blocks(model, run)
        else:
            write = self._model(model, run.out / "model")
        train(learner, data, run, collate, write, whole=False)

    def _load(self) -> Checkpoint:
        """In the precision in which the checkpoint is stored, so that what learns begins as it is."""
        sharded = any(parse_flag_from_env(f"ACCELERATE_USE_{kind}") for kind in ("FSDP", "DEEPSPEED"))
        loaded = load(self.model, "cpu" if sharded else None, self.folder.precision, **form_settings(self.form))
        pyramid = loaded.model.model.pyramid
        if any(gain.is_meta for gain in pyramid.parameters()):  # new ones, which the first process will hand out
            pyramid.to_empty(device="cpu")
        return loaded

    def _model(self, model, out: Path) -> Callable[[Weights], None]:
        """The whole model, in the precision in which the checkpoint is stored; what was frozen as it lies there."""

        def write(weights: Weights) -> None:
            stored = load(self.model, "cpu", self.folder.precision, **form_settings(self.form)).model
            stored = lora.merged(stored, self.lora) if self.lora else stored
            own = {name.removeprefix("model."): weight.to(self.folder.precision) for name, weight in weights.items()}
            stored.load_state_dict(own, strict=False, assign=True)
            stored.config.fmvr_budgets = model.config.fmvr_budgets
            stored.save_pretrained(out)
            self.folder.processor.save_pretrained(out)

        return write

    def _blocks(self, model, run: Run) -> Callable[[Weights], None]:
        """Blocks, and the projector where it is trained, with their card."""

        def write(weights: Weights) -> None:
            base = blocks.Base(self.model.resolve().name, digest(self.model))
            lesson = blocks.Lesson(self.data.name, len(self.rows.rows), run.steps)
            own = {name.removeprefix("model.model."): weight for name, weight in weights.items()}
            blocks.Blocks(blocks.Card.of(model.config, base, lesson), own).write(run.out / blocks.FILE)

        return write


def _adapter(adapter, out: Path, sets: list[int]) -> Callable[[Weights], None]:
    """The adapter, in peft's format, with the budgets that it was trained for."""

    def write(weights: Weights) -> None:
        own = {f"base_model.{name}": weight for name, weight in weights.items()}
        adapter.save_pretrained(out, state_dict=own, save_embedding_layers=False)
        (out / "README.md").unlink(missing_ok=True)  # a form that nobody has filled in
        lora.note_budgets(out, sets)

    return write
