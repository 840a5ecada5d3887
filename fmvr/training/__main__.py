"""`python -m fmvr.training STAGE`: the recipe, one command a stage."""

import argparse
from pathlib import Path

import torch

from fmvr.scenes.scene import SPLITS
from fmvr.training.loop import Run, train


def tower(arguments) -> None:
    from fmvr.training.tower import DenseScenes, TowerWithDenseHead, image_processor, measure

    torch.manual_seed(arguments.seed)
    model = TowerWithDenseHead()
    data = DenseScenes(SPLITS["train"], arguments.steps * arguments.batch)
    train(model, data, _run(arguments, weight_decay=0.05, warmup=0.05))
    model.tower.save_pretrained(arguments.out / "tower")
    image_processor().save_pretrained(arguments.out / "tower")
    print(measure(model.eval(), DenseScenes(SPLITS["validation"], 200, 1, 8)))


def read(arguments) -> None:
    from fmvr.training.conversations import Collate
    from fmvr.training.language import ScenesInWords, new_language_model, new_tokenizer

    torch.manual_seed(arguments.seed)
    tokenizer = new_tokenizer()
    model = new_language_model(tokenizer)
    data = ScenesInWords(SPLITS["train"], arguments.steps * arguments.batch)
    train(model, data, _run(arguments, weight_decay=0.05), Collate(tokenizer))
    model.save_pretrained(arguments.out / "language")
    tokenizer.save_pretrained(arguments.out / "language")


def _run(arguments, **more) -> Run:
    return Run(arguments.out, arguments.steps, arguments.batch, arguments.lr, arguments.seed, **more)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.training", description=__doc__)
    stages = parser.add_subparsers(required=True)

    def stage(function, steps: int, batch: int, lr: float, help: str):
        command = stages.add_parser(function.__name__, help=help)
        command.set_defaults(function=function)
        command.add_argument("--out", type=Path, default=Path("runs") / function.__name__)
        command.add_argument("--steps", type=int, default=steps)
        command.add_argument("--batch", type=int, default=batch)
        command.add_argument("--lr", type=float, default=lr)
        command.add_argument("--seed", type=int, default=0)
        command.add_argument("--threads", type=int, default=torch.get_num_threads())
        return command

    stage(tower, 2400, 16, 1.5e-3, "the vision tower learns to see scenes")
    stage(read, 2500, 32, 1.5e-3, "the language model learns to read scenes in words")

    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.function(arguments)


if __name__ == "__main__":
    main()
