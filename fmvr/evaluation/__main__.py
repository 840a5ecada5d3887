"""`python -m fmvr.evaluation MEASURE`: what the shipped pair can do, one command a measurement."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from fmvr.lab import Lab

RESULTS = Path(__file__).with_name("results")


def accuracy(arguments) -> None:
    from fmvr.evaluation.accuracy import measure

    table = measure(Lab.load(arguments.model), arguments.scenes)
    print(table)
    _write(arguments, "accuracy", asdict(table))


def faithfulness(arguments) -> None:
    from fmvr.evaluation.faithfulness import measure

    rows = measure(Lab.load(arguments.model), arguments.scenes, arguments.tokens)
    for row in rows:
        print(
            f"{row.side + ' FMVR':<13} {row.visual_tokens} tokens, {row.maps} maps: {100 * row.inside:.1f} % of the "
            f"map inside the object's box, {100 * row.box:.1f} % of the picture; mean ratio {row.ratio:.1f}"
        )
    _write(arguments, "faithfulness", [asdict(row) for row in rows])


def speed(arguments) -> None:
    from fmvr.evaluation.speed import measure

    result = measure(Lab.load(arguments.model), arguments.scenes)
    print(
        f"{result.answers} answers {1000 * result.all_budgets_s:.0f} ms ({1000 * result.look_s:.0f} ms encoding); "
        f"stock generate with each model {1000 * result.stock_s:.0f} ms; ratio {result.ratio:.2f} "
        f"(medians of {result.rounds} pictures)"
    )
    _write(arguments, "speed", asdict(result) | {"ratio": result.ratio})


def card(arguments) -> None:
    from fmvr.evaluation.card import write

    write(RESULTS)


def _write(arguments, name: str, result) -> None:
    if arguments.model is None and arguments.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.evaluation", description=__doc__)
    measures = parser.add_subparsers(required=True)
    for function, scenes in ((accuracy, 2000), (faithfulness, 200), (speed, 20)):
        command = measures.add_parser(function.__name__)
        command.set_defaults(function=function)
        command.add_argument("--scenes", type=int, default=scenes)
        command.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
        command.add_argument("--write", action="store_true", help="keep the result in fmvr/evaluation/results")
        if function is faithfulness:
            command.add_argument("--tokens", type=int, default=576)
    measures.add_parser("card", help="write the model cards from the results").set_defaults(function=card)
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
