"""The command line of the recipe: its stages, and what may be chosen of each."""

import argparse
from pathlib import Path

import torch

from fmvr.arms import PAIR
from fmvr.loading import CHECKPOINTS
from fmvr.model import FORMS
from fmvr.model.pyramid import MERGE
from fmvr.training import saying
from fmvr.training.fit import STAGES
from fmvr.training.parts import PARTS
from fmvr.training.reducer import NETWORKS
from fmvr.worlds import WORLDS

NEW = "residual"  # form of blocks where there were none
OWN_LR = {"align": 1e-3, "tune": 2e-5}  # LLaVA-1.5's, for a model and data of one's own
DTYPES = {"auto": None, "float32": False, "bfloat16": True}  # → whether to compute in bfloat16


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The options of one stage, `stage` among them, with all that depends on others filled in."""
    parser = argparse.ArgumentParser(prog="python -m fmvr.training", description="The recipe, one command a stage.")
    stages = parser.add_subparsers(required=True, dest="stage")
    tower = _stage(stages, "tower", 7600, 3e-3, "the vision tower learns to see scenes, boards and texts")
    tower.add_argument("--start", type=Path, help="a tower's or a LLaVA checkpoint's folder: grow its tower")
    read = _stage(stages, "read", 5500, 4e-3, "the language model learns to read pictures told in words")
    encode = _stage(
        stages, "encode", 10000, None, "cache the frozen tower's features of the training pictures; --steps of them"
    )
    say = _stage(
        stages,
        "say",
        saying.STEPS,
        saying.LEARNING_RATE,
        "the projector learns to say of every patch what words said of it",
    )
    read.add_argument("--start", type=Path, help="the folder of a reading model that goes on learning")
    read.add_argument("--layers", type=int, help="that it grows to; else as many as it has")
    for command in (read, encode):
        command.add_argument("--world", choices=WORLDS, default="embedded")
    encode.add_argument("--tower", type=Path, default=Path("runs/tower/tower"), help="or a LLaVA checkpoint's folder")
    _inputs(say)
    reducer = _stage(stages, "reducer", 500, 1e-3, "a reducer's own weights learn on a model that stays as it is")
    reducer.add_argument("--network", choices=NETWORKS, default="pixel-shuffle")
    reducer.add_argument("--model", type=Path, default=CHECKPOINTS / PAIR[0], help="where they are written, too")
    reducer.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))
    for name, settings in STAGES.items():
        command = _stage(stages, name, None, None, settings.help)
        _start(command)
        _own(command.add_argument_group("a model and data of one's own"))
        _pace(command.add_argument_group("the run"))
    probe = stages.add_parser("probe", help="what a tower has learnt so far, by kind and size")
    probe.add_argument("--run", type=Path, default=Path("runs/tower"), help="the --out of `tower`")
    probe.add_argument("--pictures", type=int, default=100, help="validation pictures of every kind")
    probe.add_argument("--save", action="store_true", help="write the tower as it is now to RUN/tower")
    publish = stages.add_parser("publish", help="trained models become the embedded arms")
    publish.add_argument(
        "--arm",
        type=_arm,
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="once for each; none: world.json alone",
    )
    for command in (probe, publish):
        command.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args(words)
    for name in ("steps", "batch", "accumulate", "save_every", "keep", "rank", "max_length", "layers"):
        if (value := getattr(options, name, None)) is not None and value < 1:
            parser.error(f"--{name.replace('_', '-')} is 1 or more, not {value}.")
    if getattr(options, "workers", 0) < 0:
        parser.error(f"--workers is 0 or more, not {options.workers}.")
    if options.stage in STAGES:
        _complete(parser, options)
    if options.stage == "read" and options.start and options.world != "embedded":
        parser.error("--start goes on with a reading model of the embedded world; leave out --world.")
    if options.stage == "read" and options.layers is not None and not options.start:
        parser.error("--layers needs --start: the reading model that grows.")
    return options


def _stage(stages, name: str, steps: int | None, lr: float | None, help: str) -> argparse.ArgumentParser:
    command = stages.add_parser(name, help=help)
    command.add_argument("--out", type=Path, default=Path("runs") / name)
    command.add_argument("--steps", type=int, default=steps)
    command.add_argument("--batch", type=int, default=16, help="examples a pass, of each process")
    if name != "encode":
        command.add_argument("--lr", type=float, default=lr)
        command.add_argument("--seed", type=int, default=0)
        command.add_argument("--save-every", type=int, default=100, help="steps from one checkpoint to the next")
    command.add_argument("--workers", type=int, default=0, help="processes that make or read data")
    command.add_argument("--threads", type=int, default=torch.get_num_threads())
    return command


def _start(command) -> None:
    """Where stages 1 and 2 begin."""
    meaning = "of the block; merge: a learned map in the place of every mean; else residual, or that of one's own model"
    command.add_argument("--form", choices=[*FORMS, MERGE, "none"], help=meaning)
    command.add_argument("--model", type=Path, help="a LLaVA or FMVR-LLaVA checkpoint to start from")
    _inputs(command)
    command.add_argument("--clips", type=Path, help="features of clips: one batch of seven is about those")
    meaning = "share of the steps, the first ones, that take the second largest token set alone"
    command.add_argument("--begins", type=float, metavar="SHARE", help=meaning)
    command.add_argument("--muon", action=argparse.BooleanOptionalAction, help="for the matrices of layers")


def _inputs(command) -> None:
    command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
    command.add_argument("--language", type=Path, default=Path("runs/read/language"))
    command.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))


def _own(group) -> None:
    meaning = "conversations in LLaVA's or ShareGPT's format instead of scenes: a JSON list, or .jsonl"
    group.add_argument("--data", type=Path, help=meaning)
    group.add_argument("--images", type=Path, default=Path(), help="where its pictures are")
    group.add_argument("--skip-bad", action="store_true", help="leave out rows that cannot be trained on")
    group.add_argument("--max-length", type=int, help="tokens of a row at most; else as many as the model reads")
    group.add_argument("--train", choices=PARTS, help="what learns; blocks and lora are written apart from the model")
    group.add_argument("--lora", type=Path, help="an adapter that goes into --model first, or is gone on with")
    group.add_argument("--rank", type=int, default=64, help="of a new adapter")
    group.add_argument("--gradient-checkpointing", action="store_true", help="less memory, more time")


def _pace(group) -> None:
    group.add_argument("--epochs", type=float, help="times that the data are gone over, in the place of --steps")
    group.add_argument("--warmup", type=float, default=0.03, help="share of the steps in which the rate rises")
    group.add_argument("--accumulate", type=int, default=1, help="passes a step")
    group.add_argument("--dtype", choices=DTYPES, default="auto", help="to compute in; auto: bfloat16 where it is fast")
    group.add_argument("--keep", type=int, default=1, help="checkpoints")


def _complete(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Fill in what is usual for a stage: on the embedded world, or on a model and data of one's own."""
    stage, own = STAGES[options.stage], options.data is not None
    if own and not options.model:
        parser.error("--data needs --model: the checkpoint that is to learn from it.")
    for name in ("train", "lora", "max_length", "epochs"):
        if getattr(options, name) is not None and not own:
            parser.error(f"--{name.replace('_', '-')} needs --data: conversations of one's own.")
    if options.epochs is not None and options.steps is not None:
        parser.error("Give --steps or --epochs, not both.")
    if options.begins is not None and not 0 <= options.begins <= 1:
        parser.error(f"--begins is a share, 0 to 1, not {options.begins:g}.")
    usual = {"lr": OWN_LR[options.stage] if own else stage.lr, "muon": stage.muon and not own, "train": stage.trained}
    usual |= {} if own else {"form": NEW, "begins": stage.begins}
    usual |= {"epochs": 1.0} if own and options.steps is None else {"steps": stage.steps}
    for name, value in usual.items():
        if getattr(options, name) is None:
            setattr(options, name, value)


def _arm(text: str) -> tuple[str, Path]:
    """`NAME=DIR` as a pair."""
    name, equals, folder = text.partition("=")
    if not name or not folder:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the kind NAME=DIR, such as fmvr=runs/tune/model")
    return name, Path(folder)
