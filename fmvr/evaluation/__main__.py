"""`python -m fmvr.evaluation MEASURE`: what the shipped models can do, one command a measurement."""

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module

from fmvr.errors import BadInput
from fmvr.evaluation import card
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.record import keep
from fmvr.evaluation.report import command as report
from fmvr.lab import Lab
from fmvr.worlds import WORLDS

# What draws the report is named, not imported: this package knows nothing that draws, and loads it for this command.
PAGE = "viz.report", "page"


def main() -> None:
    parser = ArgumentParser(prog="python -m fmvr.evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="measure")

    def add(name: str, run, help: str) -> ArgumentParser:
        command = commands.add_parser(name, help=help)
        command.set_defaults(run=run)
        return command

    for name, measure in MEASURES.items():
        if measure.command:
            module = import_module(measure.command)
            module.add_arguments(add(name, module.main, measure.help))
        else:
            _add_arguments(add(name, _measure, measure.help), measure.samples)
    report.add_arguments(add("report", _report, report.HELP))
    add("card", lambda _: card.write(), "write the model cards from the results")
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except BadInput as problem:
        sys.exit(str(problem))


def _add_arguments(command: ArgumentParser, samples: int) -> None:
    command.add_argument("--samples", "--scenes", type=int, default=samples, help="how many of the test samples")
    command.add_argument("--world", choices=WORLDS, help="what they are of, where not of the models' own world")
    command.add_argument("--model", help="a checkpoint of your own, or several in a folder, instead of the embedded")
    command.add_argument("--write", action="store_true", help="keep the result in fmvr/evaluation/results")


def _measure(arguments: Namespace) -> None:
    if arguments.samples < 1:
        raise BadInput(f"--samples is at least 1, not {arguments.samples}.")
    if arguments.write and (arguments.model or arguments.world):
        raise BadInput("--write keeps what was measured of the embedded models; leave it out, or --model and --world.")
    lab = Lab.load(arguments.model)
    world = WORLDS[arguments.world] if arguments.world else lab.world
    result = MEASURES[arguments.measure].run(lab, world, arguments.samples)
    print(result)
    if arguments.write:
        keep(arguments.measure, f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", lab, result)


def _report(arguments: Namespace) -> None:
    module, function = PAGE
    report.report(arguments, getattr(import_module(module), function))


if __name__ == "__main__":
    main()
