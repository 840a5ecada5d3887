"""`python -m fmvr.evaluation MEASURE`: what the shipped models can do, one command a measurement."""

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module

from fmvr.errors import BadInput
from fmvr.evaluation import card, command
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.report import command as report

# What draws the report is named, not imported: this package knows nothing that draws, and loads it for this command.
PAGE = "viz.report", "page"


def main() -> None:
    parser = ArgumentParser(prog="python -m fmvr.evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="measure")

    def add(name: str, run, help: str) -> ArgumentParser:
        parser = commands.add_parser(name, help=help)
        parser.set_defaults(run=run)
        return parser

    for name, measure in MEASURES.items():
        if measure.command:
            module = import_module(measure.command)
            module.add_arguments(add(name, module.main, measure.help))
        else:
            command.add_arguments(add(name, command.main, measure.help), measure.samples)
    report.add_arguments(add("report", _report, report.HELP))
    add("card", lambda _: card.write(), "write the model cards from the results")
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except BadInput as problem:
        sys.exit(str(problem))


def _report(arguments: Namespace) -> None:
    module, function = PAGE
    report.report(arguments, getattr(import_module(module), function))


if __name__ == "__main__":
    main()
