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
from fmvr.evaluation.record import keep
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired
from fmvr.evaluation.variants import BASE, QUESTIONS, VARIANTS, Variant
from fmvr.inputs import BadInput
from fmvr.lab import Lab
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.training import fit
from fmvr.training.loop import Run

SPLIT = "validation"  # who chooses by this table has not looked at test scenes


@dataclass(frozen=True)
class Row:
    """One variant as the answer to one question.

    `says`: what it is, in words. `variant`: its name in VARIANTS. `scores[which][budget]`: the mean over families
    (0..1) of all questions (`average`), of those in wordings of the training, and of those in wordings kept from it.
    `against_base[which][budget]`: the variant against the base on the same questions; empty for the base itself, and
    where the base is not yet measured.
    """

    question: str
    says: str
    variant: str
    seed: int
    scores: dict[str, dict[int, Estimate]]
    against_base: dict[str, dict[int, Paired]]


@dataclass(frozen=True)
class Ablations:
    """All rows. `steps`: of stage 2; `align_steps`: of stage 1; `scenes`: how many of `split` were asked about."""

    align_steps: int
    steps: int
    batch: int
    scenes: int
    split: str
    base: str
    rows: list[Row]

    def __str__(self) -> str:
        lines = [
            f"{self.scenes} {self.split} scenes; {self.align_steps} steps of stage 1 and {self.steps} of stage 2 a "
            "variant; percent right, and the difference to the base (*: its interval of 95 % over scenes leaves out 0)"
        ]
        question = None
        for row in self.rows:
            if row.question != question:
                question = row.question
                lines += ["", f"{question:<60}" + "".join(f"{n:>14}" for n in row.scores[AVERAGE])]
            against = row.against_base.get(AVERAGE, {})
            cells = (_cell(mean, against.get(n)) for n, mean in row.scores[AVERAGE].items())
            lines.append(f"{row.says[:59]:<60}" + "".join(f"{cell:>14}" for cell in cells))
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
    """Train and measure the variants named, those without a result; the table of all that have one, and the machine."""
    shared.check()
    for name in names:
        folder, settings = out / name, shared.settings(VARIANTS[name])
        if _result(folder, settings, scenes) is None:
            print(f"{name}: {VARIANTS[name].apart() or 'the base'}", flush=True)
            train(VARIANTS[name], shared, folder, settings)
            scores, machine = scores_by_budget(folder / "model", scenes)
            found = {"settings": settings, "split": SPLIT, "scenes": scenes, "machine": machine, "scores": scores}
            _write(folder / "result.json", found)
    results = {name: _result(out / name, shared.settings(v), scenes) for name, v in VARIANTS.items()}
    results = {name: found for name, found in results.items() if found is not None}
    scores = {
        name: {int(n): np.array(rows, float) for n, rows in found["scores"].items()} for name, found in results.items()
    }
    machines = dict.fromkeys(found["machine"] for found in results.values())
    return table(shared, scenes, scores), "; ".join(machines)


def table(shared: Shared, scenes: int, scores: dict[str, dict[int, np.ndarray]]) -> Ablations:
    """Scores, variant → budget → [scenes, families], as answers to the questions."""
    resampled = Bootstrap(scenes)
    unseen = unseen_wordings(_asked_about(scenes))
    kinds = {AVERAGE: np.ones_like(unseen), SEEN: ~unseen, UNSEEN: unseen}

    def part(name: str, which: str, tokens: int) -> np.ndarray:
        return np.where(kinds[which], scores[name][tokens], np.nan)

    def row(question: str, says: str, name: str) -> Row:
        budgets = list(scores[name])
        own = {which: {n: resampled.estimate(part(name, which, n)) for n in budgets} for which in kinds}
        against = {
            which: {n: resampled.paired(part(name, which, n), part(BASE, which, n)) for n in budgets}
            for which in kinds
            if name != BASE and BASE in scores
        }
        return Row(question, says, name, VARIANTS[name].seed, own, against)

    rows = [row(q, says, name) for q, by in QUESTIONS.items() for says, name in by.items() if name in scores]
    return Ablations(shared.align_steps, shared.steps, shared.batch, scenes, SPLIT, BASE, rows)


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


def scores_by_budget(model: Path, scenes: int) -> tuple[dict[int, list], str]:
    """A checkpoint's scores on scenes of `SPLIT`, budget → [scenes, families], NaN where not asked; and the machine."""
    lab = Lab.load(model)
    found = scores_on(lab, _asked_about(scenes), test=True)
    return {n: scores.tolist() for n, scores in found[lab.main].items()}, lab.machine


def _asked_about(scenes: int) -> list[Scene]:
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


def _cell(mean: Estimate, apart: Paired | None) -> str:
    if apart is None:
        return f"{100 * mean.mean:.1f}{'':7}"
    shown = apart.difference
    return f"{100 * mean.mean:.1f}{100 * shown.mean:+6.1f}{'*' if shown.low > 0 or shown.high < 0 else ' '}"


def _result(folder: Path, settings: dict, scenes: int) -> dict | None:
    """A variant's result, where there is one for these settings."""
    path = folder / "result.json"
    found = json.loads(path.read_text()) if path.exists() else None
    wanted = {"settings": settings, "split": SPLIT, "scenes": scenes}
    return found if found and {name: found.get(name) for name in wanted} == wanted else None


def _write(path: Path, found: dict) -> None:
    """JSON, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found))
    os.replace(part, path)
