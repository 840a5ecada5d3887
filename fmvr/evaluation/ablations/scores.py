"""What trained models score on validation samples: asked once, and read back from then on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from fmvr.evaluation.asking import draw, scores_of
from fmvr.evaluation.measures.ablations import SPLIT, Matrices
from fmvr.lab import Lab
from fmvr.runs.whole import write_whole
from fmvr.worlds.world import World


@dataclass(frozen=True)
class ModelScores:
    """The scores of one model as they are kept beside it; `scores[budget]`: [samples, families], None where not asked.

    `settings`: what the model depends on: those of its training, or a digest of its weights.
    """

    settings: dict | str
    world: str
    split: str
    samples: int
    machine: str
    scores: dict[int, list[list[float | None]]]

    @property
    def matrices(self) -> Matrices:
        return {n: np.array(rows, float) for n, rows in self.scores.items()}


KEPT = TypeAdapter(ModelScores)


def ask(folder: Path, settings: dict | str, model: Path, world: World, samples: int) -> None:
    """Ask a checkpoint about `samples` of a world's SPLIT and keep its scores in `folder`."""
    lab = Lab.load(model)
    scores = scores_of(lab, world, draw(world, samples, split=SPLIT), test=True)[lab.main]
    rows = {n: matrix.tolist() for n, matrix in scores.items()}
    scores = ModelScores(settings, world.name, SPLIT, samples, lab.machine, rows)
    write_whole(folder / "scores.json", KEPT.dump_json(scores))


def read(folder: Path, settings: dict | str, world: World, samples: int) -> ModelScores | None:
    """A model's scores, where there are any for these settings."""
    path = folder / "scores.json"
    try:
        kept = KEPT.validate_json(path.read_bytes()) if path.exists() else None
    except ValidationError:  # written by something else
        return None
    wanted = (settings, world.name, SPLIT, samples)
    return kept if kept and (kept.settings, kept.world, kept.split, kept.samples) == wanted else None
