"""Stages 1 and 2, for the commands and for the ablations alike: where a model starts, and what a stage does to it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

from fmvr import loading
from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor, budgets
from fmvr.model.forms import FORMS, Gain
from fmvr.model.pyramid import form_settings
from fmvr.model.splits import WINDOW
from fmvr.training.conversations import Collate, EverySet
from fmvr.training.features import CachedSamples
from fmvr.training.loop import Run, Weights, train
from fmvr.training.pair import OnFeatures, join
from fmvr.training.products import product
from fmvr.worlds.world import TrainingWorld


@dataclass(frozen=True)
class Stage:
    """A stage and its settings for the embedded world.

    `trained`: a key of PARTS. `describe`: it learns on descriptions instead of questions. `begins`: share of the steps
    at its beginning that take the second largest token set alone. The others: see Run.
    """

    help: str
    trained: str
    describe: bool
    steps: int
    lr: float
    muon: bool
    batch: int = 16
    begins: float = 0.0


STAGES = {
    "align": Stage(
        "stage 1: the projector learns on descriptions; or on --data, what --train names",
        "connector",
        True,
        80,
        1e-3,
        False,
    ),
    "tune": Stage(
        "stage 2: projector, blocks and language model learn on questions", "all", False, 3000, 3e-3, True, begins=0.25
    ),
}


def new(
    tower: Path,
    language: Path,
    form: str | None,
    features: np.ndarray,
    seed: int,
    window: int | None = WINDOW,
    world: str | None = None,
):
    """Model and processor from a trained tower and a trained language model (see join).

    Raises BadInput where one of them is not there.
    """
    sample = torch.from_numpy(features[:64])
    return join(product(tower, "tower"), product(language, "read"), form, sample, seed, window, world)


def load(directory: Path, form: str | None, **settings):
    """Model and processor of a LLaVA or FMVR-LLaVA checkpoint, with blocks of a form, and other settings changed.

    In float32, whatever it is kept in: the steps of training are too small for half precision. Raises BadInput where
    there is none.
    """
    return loading.load(directory, dtype=torch.float32, **form_settings(form), **settings)


def samples(features: np.ndarray, world: TrainingWorld, stage: Stage, run: Run, look: bool = True) -> CachedSamples:
    """Conversations about a world's training samples, whose features these are, as many as the run takes."""
    return CachedSamples(features, world, run.steps * run.batch, stage.describe, look=look)


def fit(
    stage: Stage,
    run: Run,
    model: FMVRLlavaForConditionalGeneration,
    processor: FMVRLlavaProcessor,
    data: Dataset,
    fixed: Callable[[int, Gain], bool] = lambda level, gain: False,
    every_set: bool = False,
) -> None:
    """Train the model and write it to `run.out / "model"`; goes on where it stopped.

    Args:
        fixed: whether a gain of the block at a grid side stays as it is.
        every_set: each step takes the mean over all token sets instead of one drawn set.
    """
    learner = OnFeatures(model, stage.trained)
    for level, block in model.model.pyramid.blocks.items():
        for name, gain in FORMS[block.form].gains.items():
            block.gains[name].requires_grad_(not fixed(int(level), gain))
    model.config.fmvr_budgets = sets = budgets(model.config.token_grid_side)
    begins = int(stage.begins * run.steps) * run.batch
    one = Collate(processor.tokenizer, sets, run.seed, begins=begins)
    collate = EverySet(processor.tokenizer, sets) if every_set else one

    def keep(weights: Weights) -> None:
        own = {name.removeprefix("model."): weight for name, weight in weights.items()}
        write(model, processor, run.out / "model", own)

    train(learner, data, run, collate, keep)


def write(
    model: FMVRLlavaForConditionalGeneration,
    processor: FMVRLlavaProcessor,
    folder: Path,
    weights: Weights | None = None,
) -> None:
    """Write a model, with its own weights or those given, and its processor to a folder, in the place of one there."""
    for old in folder.glob("model*.safetensors*"):
        old.unlink()  # one file of an earlier model would be read before the shards of this one
    model.save_pretrained(folder, state_dict=weights)
    processor.save_pretrained(folder)
