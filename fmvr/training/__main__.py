"""`python -m fmvr.training STAGE`: the recipe, one command a stage."""

import argparse
import sys
from pathlib import Path

import torch

from fmvr.errors import BadInput
from fmvr.loading import checked
from fmvr.model import FORMS
from fmvr.model.pyramid import MERGE
from fmvr.runs.identity import digest
from fmvr.runs.settings import NOTED, check, note
from fmvr.training import features
from fmvr.training.fit import STAGES, Stage, described, fit, load, new, samples
from fmvr.training.loop import Run, train
from fmvr.training.products import product
from fmvr.worlds import WORLDS
from fmvr.worlds.scenes.scene import SPLITS


def tower(arguments) -> None:
    from fmvr.training.probe import probe as measured
    from fmvr.training.targets import DensePictures
    from fmvr.training.tower import TowerWithDenseHead, grown_tower, image_processor

    torch.manual_seed(arguments.seed)
    model = TowerWithDenseHead(grown_tower(arguments.start) if arguments.start else None)
    data = DensePictures(SPLITS["train"], arguments.steps * arguments.batch)
    train(model, data, _run(arguments, weight_decay=0.05, warmup=0.05, muon=True))
    model.tower.save_pretrained(arguments.out / "tower")
    image_processor().save_pretrained(arguments.out / "tower")
    print(measured(model.eval()))


def probe(arguments) -> None:
    from fmvr.training.probe import probe as measured
    from fmvr.training.tower import half_trained, image_processor

    model = half_trained(arguments.run)
    if arguments.save:
        model.tower.save_pretrained(arguments.run / "tower")
        image_processor().save_pretrained(arguments.run / "tower")
    print(measured(model, arguments.pictures))


def read(arguments) -> None:
    from fmvr.training.conversations import Collate

    torch.manual_seed(arguments.seed)
    if arguments.world == "scenes":
        from fmvr.training.language import ReadsWords, ScenesInWords, measure, new_language_model, new_tokenizer

        tokenizer, code = new_tokenizer(), None
        reads = ReadsWords(new_language_model(tokenizer), tokenizer)
        data = ScenesInWords(arguments.steps * arguments.batch)
    else:
        from fmvr.training.reading import PicturesInWords, ReadsPhrases, measure, new_language_model
        from fmvr.training.reading import tokenizer_of_the_world as new_tokenizer
        from fmvr.worlds.embedded.language.told import ids as code

        tokenizer = new_tokenizer()
        reads = ReadsPhrases(new_language_model(tokenizer), tokenizer)
        data = PicturesInWords(arguments.steps * arguments.batch)
    train(reads, data, _run(arguments, weight_decay=0.05, muon=True), Collate(tokenizer, code=code))
    reads.language.save_pretrained(arguments.out / "language")
    tokenizer.save_pretrained(arguments.out / "language")
    print(measure(reads.eval(), tokenizer))


def encode(arguments) -> None:
    tower = product(arguments.tower, "tower")
    _begin(arguments)
    features.encode(tower, WORLDS[arguments.world], arguments.steps, arguments.out / "features.npy", arguments.batch)


def align(arguments) -> None:
    _fit(arguments, STAGES["align"])


def tune(arguments) -> None:
    _fit(arguments, STAGES["tune"])


def publish(arguments) -> None:
    from fmvr.training.publish import publish as write

    write(dict(arguments.arm))


def _fit(arguments, stage: Stage) -> None:
    """Stage 1 or 2, on scenes or on data of one's own, from a checkpoint or from tower and language model."""
    if arguments.data:
        return _fit_data(arguments, stage)
    form, cache = _form(arguments), features.read(arguments.features)
    if arguments.model:
        model, processor = load(arguments.model, form)
    else:
        world = features.world_of(arguments.features)
        model, processor = new(arguments.tower, arguments.language, form, cache, arguments.seed, world=world.name)
    run = _run(arguments, muon=arguments.muon)
    fit(stage, run, model, processor, samples(cache, features.world_of(arguments.features), stage, run))


def _fit_data(arguments, stage: Stage) -> None:
    """The same on data of one's own, which is checked before any weights are read."""
    from fmvr.training.data.check import check as checked
    from fmvr.training.data.lessons import Lessons

    config, processor = described(arguments.model)
    longest = config.text_config.max_position_embeddings
    data = checked(arguments.data, arguments.images, processor, longest, arguments.skip_bad)
    print(data)
    model, processor = load(arguments.model, _form(arguments))
    fit(stage, _run(arguments, muon=arguments.muon), model, processor, Lessons(data.rows, arguments.images, processor))


def _form(arguments) -> str | None:
    return None if arguments.form == "none" else arguments.form


def _settings(arguments) -> dict[str, str]:
    """What a stage may not change while it goes on; it may go on for longer than was planned."""
    free = ("function", "out", "steps", "threads")
    return {name: _noted(value) for name, value in vars(arguments).items() if name not in free}


def _noted(value) -> str:
    """A setting in words; a folder of weights with their digest, for they may have been trained further."""
    weights = isinstance(value, Path) and any(value.glob("*.safetensors"))
    return f"{value} {digest(value)}" if weights else str(value)


def _begin(arguments) -> None:
    """Note the settings of a run, whose inputs have been read and found whole."""
    note(arguments.out / NOTED, arguments.settings)


def _run(arguments, **more) -> Run:
    """The run that begins now."""
    _begin(arguments)
    return Run(arguments.out, arguments.steps, arguments.batch, arguments.lr, arguments.seed, **more)


def _arm(text: str) -> tuple[str, Path]:
    """`NAME=DIR` as a pair."""
    name, equals, folder = text.partition("=")
    if not name or not folder:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the kind NAME=DIR, such as fmvr=runs/tune/model")
    return name, Path(folder)


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

    command = stage(tower, 7600, 16, 3e-3, "the vision tower learns to see scenes, boards and texts")
    command.add_argument("--start", type=Path, help="a tower's or a LLaVA checkpoint's folder: grow its tower")
    command = stage(read, 3500, 16, 4e-3, "the language model learns to read pictures told in words")
    command.add_argument("--world", choices=WORLDS, default="scenes")
    command = stage(
        encode, 10000, 16, None, "cache the frozen tower's features of the training pictures; --steps of them"
    )
    command.add_argument("--world", choices=WORLDS, default="scenes")
    command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
    for function in (align, tune):
        settings = STAGES[function.__name__]
        command = stage(function, settings.steps, settings.batch, settings.lr, settings.help)
        forms, meaning = [*FORMS, MERGE, "none"], "form of the block; merge: a learned map in the place of every mean"
        command.add_argument("--form", choices=forms, default="residual", help=meaning)
        command.add_argument("--model", type=Path, help="a LLaVA or FMVR-LLaVA checkpoint to start from")
        command.add_argument("--tower", type=Path, default=Path("runs/tower/tower"))
        command.add_argument("--language", type=Path, default=Path("runs/read/language"))
        command.add_argument("--features", type=Path, default=Path("runs/encode/features.npy"))
        command.add_argument(
            "--data",
            type=Path,
            help="conversations in LLaVA's or ShareGPT's format instead of scenes: a JSON list, or .jsonl",
        )
        command.add_argument("--images", type=Path, default=Path(), help="where its pictures are")
        command.add_argument("--skip-bad", action="store_true", help="leave out rows that cannot be trained on")
        command.add_argument("--muon", action=argparse.BooleanOptionalAction, default=settings.muon)
    command = stages.add_parser("probe", help="what a tower has learnt so far, by kind and size")
    command.set_defaults(function=probe)
    command.add_argument("--run", type=Path, default=Path("runs/tower"), help="the --out of `tower`")
    command.add_argument("--pictures", type=int, default=100, help="validation pictures of every kind")
    command.add_argument("--save", action="store_true", help="write the tower as it is now to RUN/tower")
    command.add_argument("--threads", type=int, default=torch.get_num_threads())
    command = stages.add_parser("publish", help="trained models become the embedded arms")
    command.set_defaults(function=publish)
    command.add_argument("--arm", type=_arm, action="append", required=True, metavar="NAME=DIR", help="once for each")
    command.add_argument("--threads", type=int, default=torch.get_num_threads())

    arguments = parser.parse_args()
    if getattr(arguments, "data", None) and not arguments.model:
        parser.error("--data needs --model: the checkpoint that is to learn from it.")
    torch.set_num_threads(arguments.threads)
    try:
        if arguments.function not in (probe, publish):
            if getattr(arguments, "model", None):
                checked(arguments.model)  # before its weights are read for their digest
            arguments.settings = _settings(arguments)
            usual = _settings(parser.parse_args([arguments.function.__name__]))
            check(arguments.out / NOTED, arguments.settings, usual)
        arguments.function(arguments)
    except BadInput as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
