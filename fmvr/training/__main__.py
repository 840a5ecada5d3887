"""`python -m fmvr.training STAGE`: the recipe, one command a stage."""

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import torch
from accelerate import PartialState
from transformers import AutoTokenizer

from fmvr.errors import BadInput
from fmvr.loading import checked
from fmvr.model.pyramid import MERGE
from fmvr.runs.identity import digest
from fmvr.runs.settings import NOTED, check, note
from fmvr.training import features
from fmvr.training.fit import STAGES, fit, load, new, samples
from fmvr.training.loop import Run, train
from fmvr.training.options import DTYPES, NEW, parse
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
    print(measured(model.eval().cpu()))


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

        if arguments.start:
            tokenizer = AutoTokenizer.from_pretrained(arguments.start)
            reads = ReadsPhrases.load(arguments.start, tokenizer, arguments.layers)
        else:
            tokenizer = new_tokenizer()
            reads = ReadsPhrases(new_language_model(tokenizer), tokenizer)
        pictures = arguments.steps * arguments.batch * PartialState().num_processes
        data = PicturesInWords(pictures, grown=arguments.start is not None, clips=arguments.start is not None)
    train(reads, data, _run(arguments, weight_decay=0.05, muon=True), Collate(tokenizer, code=code))
    reads.language.save_pretrained(arguments.out / "language")
    tokenizer.save_pretrained(arguments.out / "language")
    if arguments.world != "scenes":
        reads.save_words(arguments.out / "language")
    print(measure(reads.eval(), tokenizer, **({"clips": 100} if arguments.start else {})))


def encode(arguments) -> None:
    tower = product(arguments.tower, "tower")
    _begin(arguments)
    path = arguments.out / "features.npy"
    features.encode(tower, WORLDS[arguments.world], arguments.steps, path, arguments.batch, arguments.workers)


def say(arguments) -> None:
    from fmvr.training.reading import words_of
    from fmvr.training.saying import say as learn_to_say

    words_of(arguments.language)  # before anything is noted
    cache, world = features.read(arguments.features), features.world_of(arguments.features)
    learn_to_say(_run(arguments, warmup=0.05), arguments.tower, arguments.language, cache, world)


def learn(arguments) -> None:
    """Stage 1 or 2, on a world's cached features: from a checkpoint, or from tower and language model."""
    form, cache = _form(arguments), features.read(arguments.features)
    stage = replace(STAGES[arguments.stage], begins=arguments.begins)
    if arguments.model:
        model, processor = load(arguments.model, form)
    else:
        world = features.world_of(arguments.features)
        model, processor = new(arguments.tower, arguments.language, form, cache, arguments.seed, world=world.name)
    run = _run(arguments, muon=arguments.muon, **_pace(arguments))
    data = samples(cache, features.world_of(arguments.features), stage, run)
    if arguments.clips:
        clips = samples(features.read(arguments.clips), features.world_of(arguments.clips), stage, run)
        data = features.WithClips(data, clips, run.batch)
    fit(stage, run, model, processor, data)


def learn_own(arguments) -> None:
    """The same on data of one's own, which is checked before any weights are read."""
    from fmvr.training.own import Own

    own = Own(form=_form(arguments), **{n: vars(arguments)[n] for n in Own.__dataclass_fields__ if n != "form"})
    PartialState().print(own.rows)
    if arguments.epochs:
        arguments.steps = own.steps(arguments.epochs, arguments.batch, arguments.accumulate)
    own.fit(_run(arguments, muon=arguments.muon, **_pace(arguments)))
    PartialState().print(f"What has learnt is in {arguments.out}.")


def reducer(arguments) -> None:
    from fmvr.training.reducer import learn as learn_to_reduce

    model, processor = load(arguments.model, None)
    cache, world = features.read(arguments.features), features.world_of(arguments.features)
    run = _run(arguments, warmup=0.05)
    data = samples(cache, world, STAGES["tune"], run, look=False)
    learn_to_reduce(run, arguments.network, arguments.model, model, processor.tokenizer, data)


def publish(arguments) -> None:
    from fmvr.training.publish import publish as write

    write(dict(arguments.arm))


def _form(arguments) -> str | None:
    return None if arguments.form == "none" else arguments.form


def _form_of(model: Path) -> str:
    """The form of a checkpoint's blocks, or that of new ones."""
    config = checked(model).config
    return config.fmvr_form or (MERGE if config.fmvr_merge else NEW)


def _look(arguments) -> None:
    """Check the checkpoints that a stage starts from, before their weights are read for their digest."""
    from fmvr.training.reading import words_of
    from fmvr.training.tower import is_tower

    if arguments.stage == "read":
        if arguments.start:
            words_of(arguments.start)
        return
    model, start = (getattr(arguments, name, None) for name in ("model", "start"))
    for folder in filter(None, (model, start)):
        if folder == model or not is_tower(folder):
            checked(folder)


def _pace(arguments) -> dict:
    names = ("warmup", "accumulate", "keep")
    return {name: vars(arguments)[name] for name in names} | {"bfloat16": DTYPES[arguments.dtype]}


def _settings(arguments: Namespace) -> dict[str, str]:
    """What a stage may not change while it goes on; it may go on for longer than was planned."""
    free = ("stage", "out", "steps", "epochs", "threads", "save_every", "keep", "workers", "gradient_checkpointing")
    return {name: _noted(value) for name, value in vars(arguments).items() if name not in free}


def _noted(value) -> str:
    """A setting in words; a folder of weights with their digest, for they may have been trained further."""
    weights = isinstance(value, Path) and any(value.glob("*.safetensors"))
    return f"{value} {digest(value)}" if weights else str(value)


def _begin(arguments) -> None:
    """Note the settings of a run, whose inputs have been read and found whole."""
    if PartialState().is_main_process:
        note(arguments.out / NOTED, arguments.settings)


def _run(arguments, **more) -> Run:
    """The run that begins now."""
    _begin(arguments)
    more |= {"save_every": arguments.save_every, "workers": arguments.workers}
    return Run(arguments.out, arguments.steps, arguments.batch, arguments.lr, arguments.seed, **more)


COMMANDS = {
    "tower": tower,
    "probe": probe,
    "read": read,
    "encode": encode,
    "say": say,
    "reducer": reducer,
    "publish": publish,
}


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    command = COMMANDS.get(arguments.stage) or (learn_own if arguments.data else learn)
    try:
        if command not in (probe, publish):
            _look(arguments)
            if getattr(arguments, "data", None):
                arguments.form = arguments.form or _form_of(arguments.model)
            arguments.settings = _settings(arguments)
            check(arguments.out / NOTED, arguments.settings, _settings(parse([arguments.stage])))
        command(arguments)
    except BadInput as problem:
        sys.exit(str(problem) if PartialState().is_main_process else 1)


if __name__ == "__main__":
    main()
