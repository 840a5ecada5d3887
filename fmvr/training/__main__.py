"""`python -m fmvr.training STAGE`: the recipe, one command a stage."""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch

from fmvr.inputs import BadInput
from fmvr.model import FORMS
from fmvr.runs import check, note
from fmvr.scenes.scene import SPLITS
from fmvr.training.fit import STAGES, Stage, fit, load, new, scenes
from fmvr.training.loop import Run, train


def tower(arguments) -> None:
    from fmvr.training.tower import DenseScenes, TowerWithDenseHead, image_processor, measure

    torch.manual_seed(arguments.seed)
    model = TowerWithDenseHead()
    data = DenseScenes(SPLITS["train"], arguments.steps * arguments.batch)
    train(model, data, _run(arguments, weight_decay=0.05, warmup=0.05, muon=True))
    model.tower.save_pretrained(arguments.out / "tower")
    image_processor().save_pretrained(arguments.out / "tower")
    print(measure(model.eval(), DenseScenes(SPLITS["validation"], 200, 1, 8)))


def read(arguments) -> None:
    from fmvr.training.conversations import Collate
    from fmvr.training.language import ReadsWords, ScenesInWords, measure, new_language_model, new_tokenizer

    torch.manual_seed(arguments.seed)
    tokenizer = new_tokenizer()
    model = new_language_model(tokenizer)
    data = ScenesInWords(SPLITS["train"], arguments.steps * arguments.batch)
    reads = ReadsWords(model, tokenizer)
    train(reads, data, _run(arguments, weight_decay=0.05, muon=True), Collate(tokenizer))
    model.save_pretrained(arguments.out / "language")
    tokenizer.save_pretrained(arguments.out / "language")
    print(measure(reads.eval(), tokenizer, SPLITS["validation"]))


def encode(arguments) -> None:
    from fmvr.training.pair import encode_scenes

    encode_scenes(arguments.tower, SPLITS["train"], arguments.steps, arguments.out / "features.npy", arguments.batch)


def align(arguments) -> None:
    _fit(arguments, STAGES["align"])


def tune(arguments) -> None:
    _fit(arguments, STAGES["tune"])


def publish(arguments) -> None:
    from fmvr.training.publish import publish as write

    write({"with": arguments.with_, "without": arguments.without})


def _fit(arguments, stage: Stage) -> None:
    """Stage 1 or 2, on scenes or on LLaVA-format data, from a checkpoint or from tower and language model."""
    from fmvr.training.pair import LlavaJson

    run = _run(arguments, muon=arguments.muon)
    form = None if arguments.form == "none" else arguments.form
    features = None if arguments.data else np.load(arguments.features, mmap_mode="r+")
    if arguments.model:
        model, processor = load(arguments.model, form)
    else:
        model, processor = new(arguments.tower, arguments.language, form, features, arguments.seed)
    data = LlavaJson(arguments.data, arguments.images, processor) if arguments.data else scenes(features, stage, run)
    fit(stage, run, model, processor, data)


def _settings(arguments) -> dict[str, str]:
    """What a stage may not change while it goes on; it may go on for longer than was planned."""
    free = ("function", "out", "steps", "threads")
    return {name: _noted(value) for name, value in vars(arguments).items() if name not in free}


def _noted(value) -> str:
    """A setting in words; a folder of weights with their digest, for they may have been trained further."""
    weights = value / "model.safetensors" if isinstance(value, Path) else None
    if weights is None or not weights.is_file():
        return str(value)
    return f"{value} {hashlib.sha256(weights.read_bytes()).hexdigest()}"


def _run(arguments, **more) -> Run:
    return Run(arguments.out, arguments.steps, arguments.batch, arguments.lr, arguments.seed, **more)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.training", description=__doc__)
    stages = parser.add_subparsers(required=True)

    def stage(function, steps: int, batch: int, lr: float | None, help: str):
        command = stages.add_parser(function.__name__, help=help)
        command.set_defaults(function=function)
        command.add_argument("--out", type=Path, default=Path("runs") / function.__name__)
        command.add_argument("--steps", type=int, default=steps)
        command.add_argument("--batch", type=int, default=batch)
        if lr is not None:
            command.add_argument("--lr", type=float, default=lr)
            command.add_argument("--seed", type=int, default=0)
        command.add_argument("--threads", type=int, default=torch.get_num_threads())
        return command

    stage(tower, 6000, 16, 3e-3, "the vision tower learns to see scenes")
    stage(read, 3500, 16, 4e-3, "the language model learns to read scenes in words")
    command = stage(encode, 10000, 16, None, "cache the frozen tower's features of the training scenes; --steps scenes")
    command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
    for function in (align, tune):
        settings = STAGES[function.__name__]
        command = stage(function, settings.steps, settings.batch, settings.lr, settings.help)
        command.add_argument("--form", choices=[*FORMS, "none"], default="residual", help="form of the block")
        command.add_argument("--model", type=Path, help="a LLaVA or FMVR-LLaVA checkpoint to start from")
        command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
        command.add_argument("--language", type=Path, default=Path("runs/read/language"))
        command.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))
        command.add_argument("--data", type=Path, help="LLaVA-format JSON instead of scenes")
        command.add_argument("--images", type=Path, default=Path(), help="where its pictures are")
        command.add_argument("--muon", action=argparse.BooleanOptionalAction, default=settings.muon)
    command = stages.add_parser("publish", help="trained models become the embedded pair")
    command.set_defaults(function=publish)
    command.add_argument("--with", dest="with_", type=Path, required=True)
    command.add_argument("--without", type=Path, required=True)
    command.add_argument("--threads", type=int, default=torch.get_num_threads())

    arguments = parser.parse_args()
    if getattr(arguments, "data", None) and not arguments.model:
        parser.error("--data needs --model: the checkpoint that is to learn from it.")
    torch.set_num_threads(arguments.threads)
    try:
        if arguments.function is not publish:
            noted, settings = arguments.out / "settings.json", _settings(arguments)
            check(noted, settings)
            note(noted, settings)
        arguments.function(arguments)
    except BadInput as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
