"""`python -m fmvr.evaluation MEASURE`: what the shipped pair can do, one command a measurement."""

import argparse
import sys
from importlib import import_module

from fmvr.evaluation.record import keep
from fmvr.lab import Lab

# Each measure is a module of this package: `measure(lab, scenes)` returns a dataclass that prints. Name → scenes.
MEASURES = {"accuracy": 2000, "hallucination": 1000, "robustness": 200, "faithfulness": 200, "bands": 500, "speed": 20}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="measure")
    for name, scenes in MEASURES.items():
        module = import_module(f"fmvr.evaluation.{name}")
        command = commands.add_parser(name, help=module.__doc__.splitlines()[0])
        command.add_argument("--scenes", type=int, default=scenes)
        command.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
        command.add_argument("--write", action="store_true", help="keep the result in fmvr/evaluation/results")
    ablations = import_module("fmvr.evaluation.ablations")
    ablations.add_arguments(commands.add_parser("ablations", help=ablations.__doc__.splitlines()[0]))
    report = import_module("fmvr.evaluation.report.command")
    report.options(commands.add_parser("report", help=report.HELP))
    commands.add_parser("card", help="write the model cards from the results")
    arguments = parser.parse_args()
    if arguments.measure == "card":
        import_module("fmvr.evaluation.card").write()
        return
    if arguments.measure == "ablations":
        ablations.main(arguments)
        return
    if arguments.measure == "report":
        from viz.report import page  # this entry puts rooms together, as app.py does

        report.report(arguments, page)
        return
    lab = Lab.load(arguments.model)
    result = import_module(f"fmvr.evaluation.{arguments.measure}").measure(lab, arguments.scenes)
    print(result)
    if arguments.write and arguments.model is None:
        keep(arguments.measure, f"python -m fmvr.evaluation {' '.join(sys.argv[1:])}", lab.machine, result)


if __name__ == "__main__":
    main()
