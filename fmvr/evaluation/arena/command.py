"""`python -m fmvr.evaluation reducers`: asks every reducer; run again, it goes on where it stopped."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from fmvr.errors import BadInput
from fmvr.evaluation import own
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.measures.reducers import BUDGETS, measure
from fmvr.evaluation.record import keep
from fmvr.reduce import REDUCERS
from fmvr.worlds import WORLDS


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--samples", type=int, default=MEASURES["reducers"].samples, help="test pictures")
    parser.add_argument("--questions", type=int, default=1, help="about each, of changing families (%(default)s)")
    parser.add_argument("--budgets", type=int, nargs="+", default=list(BUDGETS), metavar="N")
    parser.add_argument("--only", nargs="+", choices=REDUCERS, metavar="NAME", help="these reducers")
    parser.add_argument("--out", type=Path, default=Path("runs/reducers"), help="where answers' marks are kept")
    parser.add_argument("--world", choices=WORLDS, help="what they are of, where not of the models' own world")
    own.add_arguments(parser)
    parser.add_argument("--write", action="store_true", help="keep the table in fmvr/evaluation/results")


def main(arguments: Namespace) -> None:
    """Run the command: print the table, and keep it with `--write`."""
    for name in ("samples", "questions"):
        if (value := vars(arguments)[name]) < 1:
            raise BadInput(f"--{name} is at least 1, not {value}.")
    models = own.chosen(arguments)
    if arguments.write and (models.model or arguments.world or arguments.only):
        raise BadInput(
            "--write keeps all reducers of the embedded models; leave it out, or --model, --world and --only."
        )
    lab = own.load(models)
    world = WORLDS[arguments.world] if arguments.world else lab.world
    result = measure(
        lab,
        world,
        arguments.samples,
        budgets=arguments.budgets,
        reducers=arguments.only,
        questions=arguments.questions,
        folder=arguments.out,
    )
    print(result)
    if arguments.write:
        keep("reducers", f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", lab, result)
