"""`python -m fmvr.evaluation ablations`: trains and measures all variants; run again, it goes on where it stopped."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch

from fmvr.errors import BadInput
from fmvr.evaluation import shipped
from fmvr.evaluation.ablations import scores
from fmvr.evaluation.ablations.training import Shared, train
from fmvr.evaluation.ablations.variants import VARIANTS
from fmvr.evaluation.measures.ablations import Ablations, table
from fmvr.evaluation.record import keep
from fmvr.lab import Lab
from fmvr.training import fit, saying


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))
    parser.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
    parser.add_argument("--language", type=Path, default=Path("runs/read/language"))
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"))
    parser.add_argument(
        "--align-steps", type=int, help=f"of stage 1; else {fit.STAGES['align'].steps}, or {saying.STEPS} to say words"
    )
    parser.add_argument("--steps", type=int, default=Shared.steps, help="of stage 2")
    parser.add_argument("--samples", "--scenes", type=int, default=300, help="validation scenes")
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--write", action="store_true", help="keep the table in fmvr/evaluation/results")


def main(arguments: Namespace) -> None:
    """Run the command: print the table, and keep it with `--write`."""
    if arguments.samples < 1 or arguments.steps < 1:
        raise BadInput("--samples and --steps are at least 1.")
    torch.set_num_threads(arguments.threads)
    shared = Shared(arguments.features, arguments.tower, arguments.language, steps=arguments.steps)
    first = arguments.align_steps or (saying.STEPS if shared.told else shared.align_steps)
    shared = replace(shared, align_steps=first)
    result, machine = measure(shared, arguments.out, arguments.only, arguments.samples)
    print(result)
    if arguments.write:
        keep("ablations", f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", Lab.load(), result, machine)


def measure(shared: Shared, out: Path, names: Iterable[str] = VARIANTS, samples: int = 300) -> tuple[Ablations, str]:
    """Train and measure the variants named, those without a result, and measure the embedded arms.

    Returns the table of all that have a result, and the machine.
    """
    shared.check()
    world = shared.world
    for name in names:
        folder, settings = out / name, shared.settings(VARIANTS[name])
        if scores.read(folder, settings, world, samples) is None:
            print(f"{name}: {VARIANTS[name].apart() or 'the base'}", flush=True)
            train(VARIANTS[name], shared, folder, settings)
            scores.ask(folder, settings, folder / "model", world, samples)
    trained = {name: scores.read(out / name, shared.settings(v), world, samples) for name, v in VARIANTS.items()}
    trained = {name: own for name, own in trained.items() if own is not None}
    embedded = {}
    for arm, weights in shipped.weights().items():
        folder = out / "shipped" / arm
        if scores.read(folder, weights, world, samples) is None:
            print(f"the embedded model {arm}", flush=True)
            scores.ask(folder, weights, shipped.folders()[arm], world, samples)
        embedded[arm] = scores.read(folder, weights, world, samples)
    machines = dict.fromkeys(own.machine for own in (trained | embedded).values())
    lengths = {"align_steps": shared.align_steps, "steps": shared.steps, "batch": shared.batch}
    matrices = ({name: own.matrices for name, own in part.items()} for part in (trained, embedded))
    return table(world, samples, *matrices, **lengths), "; ".join(machines)
