"""The command of a measure: on how many samples, of which world, of which models; and whether its result is kept."""

import sys
from argparse import ArgumentParser, Namespace

from fmvr.errors import BadInput
from fmvr.evaluation import own
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.record import keep
from fmvr.worlds import WORLDS


def add_arguments(command: ArgumentParser, samples: int) -> None:
    command.add_argument("--samples", "--scenes", type=int, default=samples, help="how many of the test samples")
    command.add_argument("--world", choices=WORLDS, help="what they are of, where not of the models' own world")
    own.add_arguments(command)
    command.add_argument("--write", action="store_true", help="keep the result in fmvr/evaluation/results")


def main(arguments: Namespace) -> None:
    if arguments.samples < 1:
        raise BadInput(f"--samples is at least 1, not {arguments.samples}.")
    models = own.chosen(arguments)
    if arguments.write and (models.model or arguments.world):
        raise BadInput("--write keeps what was measured of the embedded models; leave it out, or --model and --world.")
    lab = own.load(models)
    world = WORLDS[arguments.world] if arguments.world else lab.world
    result = MEASURES[arguments.measure].run(lab, world, arguments.samples)
    print(result)
    if arguments.write:
        keep(arguments.measure, f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", lab, result)
