"""Training a variant: both stages from the same features, going on where a run stopped."""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from fmvr.errors import BadInput
from fmvr.evaluation.ablations.variants import Variant
from fmvr.runs.identity import digest
from fmvr.runs.settings import check, note
from fmvr.training import fit
from fmvr.training.features import world_of
from fmvr.training.loop import Run
from fmvr.training.reading import WORDS
from fmvr.training.saying import LEARNING_RATE, say
from fmvr.worlds.world import TrainingWorld


@dataclass(frozen=True)
class Shared:
    """What all variants have in common: where they start, and how long they learn.

    `align_steps`: of stage 1, in which the projector learns on descriptions; where the language model has kept the
    words of pictures told to it, to say those (`fmvr.training.saying`), for all forms of a seed at once.
    """

    features: Path
    tower: Path
    language: Path
    align_steps: int = fit.STAGES["align"].steps
    steps: int = 400
    batch: int = fit.STAGES["tune"].batch

    def settings(self, variant: Variant) -> dict:
        """All that a trained variant depends on, as JSON."""
        features = hashlib.sha256(np.ascontiguousarray(self.load()[[0, -1]]).tobytes()).hexdigest()
        settings = {
            "variant": variant.apart(),
            "stages": {name: asdict(replace(stage, help="")) for name, stage in self.stages().items()},
            "training_scenes": len(self.load()),
            "inputs": {"features": features, "tower": digest(self.tower), "language": digest(self.language)},
        }
        return json.loads(json.dumps(settings))

    def stages(self) -> dict[str, fit.Stage]:
        """Both stages of the recipe, as long as asked for."""
        steps = {"align": self.align_steps, "tune": self.steps}
        return {name: replace(stage, steps=steps[name], batch=self.batch) for name, stage in fit.STAGES.items()}

    def load(self) -> np.ndarray:
        """The tower's features of the training scenes, [N, 576, D], read from the file as they are used."""
        return np.load(self.features, mmap_mode="r+")

    @property
    def told(self) -> bool:
        """Whether stage 1 is to say what words said."""
        return (self.language / WORDS).exists()

    @property
    def world(self) -> TrainingWorld:
        """The world that the features are of: what variants learn, and are asked about."""
        return world_of(self.features)

    def check(self) -> None:
        """Raises BadInput, naming what is missing."""
        for path, stage in ((self.features, "encode"), (self.tower, "tower"), (self.language, "read")):
            if not path.exists():
                raise BadInput(f"There is nothing at {path}; python -m fmvr.training {stage} makes it.")


def train(variant: Variant, shared: Shared, folder: Path, settings: dict) -> None:
    """Both stages, to `folder / "model"`; what other settings left there is removed first."""
    noted = folder / "settings.json"
    if not noted.exists() or not _same(noted, settings):
        for name in ("model", *fit.STAGES):
            shutil.rmtree(folder / name, ignore_errors=True)
        note(noted, settings)
    if not (folder / "model").exists():
        _stages(variant, shared, folder)
    for name in fit.STAGES:
        shutil.rmtree(folder / name, ignore_errors=True)  # checkpoints are large


def _same(noted: Path, settings: dict) -> bool:
    try:
        check(noted, settings)
    except BadInput:
        return False
    return True


def _stages(variant: Variant, shared: Shared, folder: Path) -> None:
    features, world = shared.load(), shared.world

    def learn(name: str, model, processor) -> Path:
        stage = shared.stages()[name]
        run = Run(folder / name, stage.steps, stage.batch, stage.lr, variant.seed, muon=stage.muon, gains=variant.gains)
        lessons = fit.samples(features, world, stage, run)
        fit.fit(stage, run, model, processor, lessons, variant.fixes, variant.every_set)
        return run.out / "model"

    if shared.told:
        started = _said(variant.seed, shared, folder.parent)
    else:
        parts = shared.tower, shared.language, variant.form
        started = learn("align", *fit.new(*parts, features, variant.seed, variant.window, world.name))
    os.replace(learn("tune", *fit.load(started, variant.form, fmvr_window=variant.window)), folder / "model")


def _said(seed: int, shared: Shared, out: Path) -> Path:
    """The model after stage 1 of a seed, made where it is not there yet."""
    folder = out / f"say-{seed}-{shared.align_steps}"
    if not (folder / "model").exists():
        run = Run(folder, shared.align_steps, shared.batch, LEARNING_RATE, seed, warmup=0.05)
        say(run, shared.tower, shared.language, shared.load(), shared.world)
    return folder / "model"
