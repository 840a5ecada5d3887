"""`python -m fmvr.evaluation MEASURE`: what the shipped pair can do, one command a measurement."""

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module

from fmvr.evaluation import ablations, card
from fmvr.evaluation.record import keep
from fmvr.evaluation.report import command as report
from fmvr.inputs import BadInput
from fmvr.lab import Lab

# Each measure is a module of this package: `measure(lab, scenes)` returns a dataclass that prints. Name → scenes.
MEASURES = {
    "accuracy": 5000,
    "wordings": 500,
    "hallucination": 1000,
    "robustness": 200,
    "faithfulness": 200,
    "bands": 500,
    "speed": 20,
}


def main() -> None:
    parser = ArgumentParser(prog="python -m fmvr.evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="measure")

    def add(name: str, run, help: str) -> ArgumentParser:
        command = commands.add_parser(name, help=help)
        command.set_defaults(run=run)
        return command

    for name, scenes in MEASURES.items():
        command = add(name, _measure, _first_line(import_module(f"fmvr.evaluation.{name}")))
        command.add_argument("--scenes", type=int, default=scenes)
        command.add_argument("--model", help="a checkpoint or a pair of your own instead of the embedded pair")
        command.add_argument("--write", action="store_true", help="keep the result in fmvr/evaluation/results")
    ablations.add_arguments(add("ablations", ablations.main, _first_line(ablations)))
    report.add_arguments(add("report", _report, report.HELP))
    add("card", lambda _: card.write(), "write the model cards from the results")
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except BadInput as problem:
        sys.exit(str(problem))


def _measure(arguments: Namespace) -> None:
    if arguments.scenes < 1:
        raise BadInput(f"--scenes is at least 1, not {arguments.scenes}.")
    if arguments.write and arguments.model:
        raise BadInput("--write keeps what was measured of the embedded pair; leave it out, or --model.")
    lab = Lab.load(arguments.model)
    result = import_module(f"fmvr.evaluation.{arguments.measure}").measure(lab, arguments.scenes)
    print(result)
    if arguments.write:
        keep(arguments.measure, f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", lab.machine, result)


def _report(arguments: Namespace) -> None:
    from viz.report import page  # this entry puts rooms together, as app.py does

    report.report(arguments, page)


def _first_line(module) -> str:
    return module.__doc__.splitlines()[0]


if __name__ == "__main__":
    main()
