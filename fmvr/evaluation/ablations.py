"""Ablations: variants of the block and of its training, from the same features, each against the base.

One command trains and measures all of them; run again, it goes on where it stopped.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from fmvr.evaluation.accuracy import AVERAGE, SEEN, UNSEEN, scores_on, unseen_wordings
from fmvr.evaluation.record import keep, shipped
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired
from fmvr.evaluation.variants import BASE, QUESTIONS, VARIANTS, Variant
from fmvr.inputs import BadInput
from fmvr.lab import CHECKPOINTS, Lab
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.training import fit
from fmvr.training.loop import Run

SPLIT = "validation"  # who chooses by this table has not looked at test scenes
Scores = dict[str, dict[int, Estimate]]  # which questions → budget → the mean over families (0..1)
Matrices = dict[int, np.ndarray]  # budget → scores, [scenes, families], NaN where not asked


@dataclass(frozen=True)
class Row:
    """One variant as the answer to one question.

    `says`: what it is, in words. `variant`: its name in VARIANTS. `scores`: of all questions (`average`), of those in
    wordings of the training, and of those in wordings kept from it.
    `against_base[which][budget]`: the variant against the base on the same questions; empty for the base itself, and
    where the base is not yet measured.
    """

    question: str
    says: str
    variant: str
    seed: int
    scores: Scores
    against_base: dict[str, dict[int, Paired]]


@dataclass(frozen=True)
class Ablations:
    """All rows. `steps`: of stage 2; `align_steps`: of stage 1; `scenes`: how many of `split` were asked about.

    `shipped`: side → the scores of the embedded pair, which was trained for longer, on the same scenes.
    `shipped_paired[which][budget]`: its model with FMVR against the one without.
    """

    align_steps: int
    steps: int
    batch: int
    scenes: int
    split: str
    base: str
    rows: list[Row]
    shipped: dict[str, Scores]
    shipped_paired: dict[str, dict[int, Paired]]

    def __str__(self) -> str:
        lines = [
            f"{self.scenes} {self.split} scenes; {self.align_steps} steps of stage 1 and {self.steps} of stage 2 a "
            "variant; percent right, and the difference to the base (*: its interval of 95 % over scenes leaves out 0)"
        ]
        heads = "".join(f"{n:>14}" for n in next(iter(self.shipped.values()))[AVERAGE])
        question = None
        for row in self.rows:
            if row.question != question:
                question = row.question
                lines += ["", f"{question:<60}{heads}"]
            against = row.against_base.get(AVERAGE, {})
            cells = (_cell(mean, against.get(n)) for n, mean in row.scores[AVERAGE].items())
            lines.append(f"{row.says[:59]:<60}" + "".join(f"{cell:>14}" for cell in cells))
        lines += ["", f"{'The embedded pair on the same scenes, against no block':<60}{heads}"]
        for side, scores in self.shipped.items():
            against = self.shipped_paired[AVERAGE] if side == "with" else {}
            cells = (_cell(mean, against.get(n)) for n, mean in scores[AVERAGE].items())
            lines.append(f"{side + ' FMVR':<60}" + "".join(f"{cell:>14}" for cell in cells))
        return "\n".join(lines)


@dataclass(frozen=True)
class Shared:
    """What all variants have in common: where they start, and how long they learn."""

    features: Path
    tower: Path
    language: Path
    align_steps: int = fit.STAGES["align"].steps
    steps: int = 400
    batch: int = fit.STAGES["tune"].batch

    def settings(self, variant: Variant) -> dict:
        """All that a trained variant depends on, as JSON."""
        digest = hashlib.sha256(np.ascontiguousarray(self.load()[[0, -1]]).tobytes())
        for part in (self.tower, self.language):
            digest.update((part / "model.safetensors").read_bytes())
        found = {
            "variant": variant.apart(),
            "stages": {name: asdict(replace(stage, help="")) for name, stage in self.stages().items()},
            "training_scenes": len(self.load()),
            "inputs": digest.hexdigest(),
        }
        return json.loads(json.dumps(found))

    def stages(self) -> dict[str, fit.Stage]:
        """Both stages of the recipe, as long as asked for."""
        steps = {"align": self.align_steps, "tune": self.steps}
        return {name: replace(stage, steps=steps[name], batch=self.batch) for name, stage in fit.STAGES.items()}

    def load(self) -> np.ndarray:
        """The tower's features of the training scenes, [N, 576, D], read from the file as they are used."""
        return np.load(self.features, mmap_mode="r+")

    def check(self) -> None:
        """Raises BadInput, naming what is missing."""
        for path, stage in ((self.features, "encode"), (self.tower, "tower"), (self.language, "read")):
            if not path.exists():
                raise BadInput(f"There is nothing at {path}; python -m fmvr.training {stage} makes it.")


def measure(shared: Shared, out: Path, names: Iterable[str] = VARIANTS, scenes: int = 300) -> tuple[Ablations, str]:
    """Train and measure the variants named, those without a result, and measure the embedded pair.

    Returns the table of all that have a result, and the machine.
    """
    shared.check()
    for name in names:
        folder, settings = out / name, shared.settings(VARIANTS[name])
        if _result(folder, settings, scenes) is None:
            print(f"{name}: {VARIANTS[name].apart() or 'the base'}", flush=True)
            train(VARIANTS[name], shared, folder, settings)
            _measure(folder, settings, folder / "model", scenes)
    trained = {name: _result(out / name, shared.settings(v), scenes) for name, v in VARIANTS.items()}
    trained = {name: found for name, found in trained.items() if found is not None}
    embedded = {}
    for side, weights in shipped().items():
        folder = out / "shipped" / side
        if _result(folder, weights, scenes) is None:
            print(f"the embedded model {side} FMVR", flush=True)
            _measure(folder, weights, CHECKPOINTS / side, scenes)
        embedded[side] = _result(folder, weights, scenes)
    machines = dict.fromkeys(found["machine"] for found in (trained | embedded).values())
    return table(shared, scenes, _scores(trained), _scores(embedded)), "; ".join(machines)


def table(shared: Shared, scenes: int, trained: dict[str, Matrices], embedded: dict[str, Matrices]) -> Ablations:
    """The variants' scores as answers to the questions, and those of the embedded pair, by side, beside them."""
    resampled = Bootstrap(scenes)
    unseen = unseen_wordings(asked_about(scenes))
    kinds = {AVERAGE: np.ones_like(unseen), SEEN: ~unseen, UNSEEN: unseen}

    def means(scores: Matrices) -> Scores:
        return {
            which: {n: resampled.estimate(np.where(asked, found, np.nan)) for n, found in scores.items()}
            for which, asked in kinds.items()
        }

    def paired(first: Matrices, second: Matrices) -> dict[str, dict[int, Paired]]:
        return {
            which: {
                n: resampled.paired(*(np.where(asked, found, np.nan) for found in (first[n], second[n]))) for n in first
            }
            for which, asked in kinds.items()
        }

    def row(question: str, says: str, name: str) -> Row:
        against = paired(trained[name], trained[BASE]) if name != BASE and BASE in trained else {}
        return Row(question, says, name, VARIANTS[name].seed, means(trained[name]), against)

    return Ablations(
        align_steps=shared.align_steps,
        steps=shared.steps,
        batch=shared.batch,
        scenes=scenes,
        split=SPLIT,
        base=BASE,
        rows=[row(q, says, name) for q, by in QUESTIONS.items() for says, name in by.items() if name in trained],
        shipped={side: means(scores) for side, scores in embedded.items()},
        shipped_paired=paired(embedded["with"], embedded["without"]),
    )


def train(variant: Variant, shared: Shared, folder: Path, settings: dict) -> None:
    """Both stages, to `folder / "model"`; what other settings left there is removed first."""
    kept = folder / "settings.json"
    if not kept.exists() or json.loads(kept.read_text()) != settings:
        for name in ("model", *fit.STAGES):
            shutil.rmtree(folder / name, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        _write(kept, settings)
    if not (folder / "model").exists():
        _stages(variant, shared, folder)
    for name in fit.STAGES:
        shutil.rmtree(folder / name, ignore_errors=True)  # checkpoints are large


def _stages(variant: Variant, shared: Shared, folder: Path) -> None:
    features = shared.load()
    for name, stage in shared.stages().items():
        run = Run(folder / name, stage.steps, stage.batch, stage.lr, variant.seed, muon=stage.muon, gains=variant.gains)
        if name == "align":
            start = fit.new(shared.tower, shared.language, variant.form, features, variant.seed, variant.window)
        else:
            start = fit.load(folder / "align" / "model", variant.form)
        fit.fit(stage, run, *start, fit.scenes(features, stage, run), variant.fixes, variant.every_set)
    os.replace(folder / "tune" / "model", folder / "model")


def asked_about(scenes: int) -> list[Scene]:
    """The scenes that every model is asked about."""
    return [Scene.from_seed(SPLITS[SPLIT] + i) for i in range(scenes)]


def add_arguments(command) -> None:
    """The command's options, on an argparse parser."""
    command.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))
    command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
    command.add_argument("--language", type=Path, default=Path("runs/read/language"))
    command.add_argument("--out", type=Path, default=Path("runs/ablations"))
    command.add_argument("--align-steps", type=int, default=Shared.align_steps, help="of stage 1")
    command.add_argument("--steps", type=int, default=Shared.steps, help="of stage 2")
    command.add_argument("--scenes", type=int, default=300, help="validation scenes")
    command.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME")
    command.add_argument("--threads", type=int, default=torch.get_num_threads())
    command.add_argument("--write", action="store_true", help="keep the table in fmvr/evaluation/results")


def main(arguments) -> None:
    """Run the command: print the table, and keep it with `--write`."""
    if arguments.scenes < 1 or arguments.steps < 1:
        raise BadInput("--scenes and --steps are at least 1.")
    torch.set_num_threads(arguments.threads)
    shared = Shared(arguments.features, arguments.tower, arguments.language, arguments.align_steps, arguments.steps)
    found, machine = measure(shared, arguments.out, arguments.only, arguments.scenes)
    print(found)
    if arguments.write:
        keep("ablations", f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", machine, found)


def _measure(folder: Path, settings: dict | str, model: Path, scenes: int) -> None:
    """Ask a checkpoint about scenes of `SPLIT` and keep its scores in `folder`."""
    lab = Lab.load(model)
    found = scores_on(lab, asked_about(scenes), test=True)[lab.main]
    scores = {n: matrix.tolist() for n, matrix in found.items()}
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"settings": settings, "split": SPLIT, "scenes": scenes, "machine": lab.machine, "scores": scores}
    _write(folder / "result.json", kept)


def _scores(results: dict[str, dict]) -> dict[str, Matrices]:
    """The scores of kept results."""
    return {
        name: {int(n): np.array(rows, float) for n, rows in found["scores"].items()} for name, found in results.items()
    }


def _cell(mean: Estimate, apart: Paired | None) -> str:
    if apart is None:
        return f"{100 * mean.mean:.1f}{'':7}"
    shown = apart.difference
    return f"{100 * mean.mean:.1f}{100 * shown.mean:+6.1f}{'*' if shown.low > 0 or shown.high < 0 else ' '}"


def _result(folder: Path, settings: dict | str, scenes: int) -> dict | None:
    """A model's result, where there is one for these settings."""
    path = folder / "result.json"
    found = json.loads(path.read_text()) if path.exists() else None
    wanted = {"settings": settings, "split": SPLIT, "scenes": scenes}
    return found if found and {name: found.get(name) for name in wanted} == wanted else None


def _write(path: Path, found: dict) -> None:
    """JSON, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found))
    os.replace(part, path)
