"""`python -m fmvr.convert SOURCE TARGET`: an original LLaVA-1.5 checkpoint, or M3's, in transformers' format."""

import sys
from argparse import ArgumentParser

from fmvr.convert.conversion import convert
from fmvr.errors import BadInput


def main() -> None:
    parser = ArgumentParser(prog="python -m fmvr.convert", description=__doc__)
    parser.add_argument("source", help="a folder such as liuhaotian/llava-v1.5-7b's or mucai/llava-v1.5-7b-m3's")
    parser.add_argument("target", help="the new folder")
    parser.add_argument("--vision", help="a CLIP's folder, for a checkpoint that holds no tower")
    parser.add_argument("--shard-gb", type=int, default=4, help="the most GB of one file of weights (%(default)s)")
    parser.add_argument("--m3", action="store_true", help="mark it as trained for all budgets, as M3 is")
    arguments = parser.parse_args()
    try:
        if arguments.shard_gb < 1:
            raise BadInput(f"--shard-gb is at least 1, not {arguments.shard_gb}.")
        convert(arguments.source, arguments.target, arguments.vision, arguments.shard_gb * 10**9, m3=arguments.m3)
    except BadInput as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
