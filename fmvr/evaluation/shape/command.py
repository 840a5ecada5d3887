"""`python -m fmvr.evaluation speed`: of the embedded models; with `--shape 7b`, of that shape with random weights."""

from argparse import ArgumentParser, Namespace

from fmvr.cost import LLAVA_7B, LLAVA_13B
from fmvr.errors import BadInput
from fmvr.evaluation import command
from fmvr.evaluation.measures import MEASURES

SHAPES = {"7b": LLAVA_7B, "13b": LLAVA_13B}


def add_arguments(parser: ArgumentParser) -> None:
    command.add_arguments(parser, MEASURES["speed"].samples)
    parser.add_argument("--shape", choices=SHAPES, help="of LLaVA-1.5 in this size, with random weights")
    parser.add_argument("--layers", type=int, help="measure so many of its layers, and scale up (without a GPU: 1)")
    parser.add_argument("--memory", action="store_true", help="measure memory, not time: two layers, scaled up")
    parser.add_argument("--rounds", type=int, default=3, help="of each time; the fastest counts (%(default)s)")


def main(arguments: Namespace) -> None:
    if not arguments.shape:
        command.main(arguments)
        return
    shape = SHAPES[arguments.shape]
    if arguments.memory:
        from fmvr.evaluation.shape.memory import measure_memory

        print(measure_memory(shape))
        return
    from fmvr.evaluation.shape.measure import measure

    for name, most in (("layers", shape.layers), ("rounds", 100)):
        if (value := getattr(arguments, name)) is not None and not 1 <= value <= most:
            raise BadInput(f"--{name} is 1 to {most}, not {value}.")
    print(measure(shape, arguments.layers, arguments.rounds))
