"""`python -m fmvr.evaluation report`: its options, and its steps from the folder to the page."""

import json
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from accelerate import PartialState

from fmvr.cost import cost
from fmvr.errors import BadInput
from fmvr.evaluation import own
from fmvr.evaluation.report.answers import Answers
from fmvr.evaluation.report.maps import Example, examples
from fmvr.evaluation.report.run import ask_all, budgets_of, left_out, processes
from fmvr.evaluation.report.settings import Settings, settle
from fmvr.evaluation.report.summary import Summary, summarise
from fmvr.explain.methods import METHOD
from fmvr.runs.whole import write_whole
from fmvr.worlds.folder import FRAMES, FolderWorld

HELP = "the smallest budget that keeps enough, on pictures and videos of your own: one HTML page"


@dataclass(frozen=True)
class About:
    """What was run, as the page tells it."""

    command: str
    date: str
    model: str
    form: str | None  # of the blocks; None where no arm has any
    one_model: bool  # whether the arms differ in blocks alone
    images: str
    questions: str | None
    budgets: list[int]  # of all arms, the largest first
    frames: int  # of each video
    left_out: str  # which of them are too large for the videos, in a sentence
    formula: str  # of the FLOPs
    method: str  # of the maps


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    own.add_arguments(parser)
    parser.add_argument("--images", type=Path, required=True, help="the folder of pictures and videos")
    parser.add_argument("--questions", type=Path, help="CSV or JSON with image, question and, if known, answer")
    parser.add_argument("--reducers", nargs="+", default=[], metavar="NAME", help="more ways to spend a budget")
    parser.add_argument("--budgets", nargs="+", type=int, default=[], metavar="N", help="more numbers of visual tokens")
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"of each video, evenly over its length ({FRAMES})")
    parser.add_argument("--keep", type=float, default=0.95, help="the share of the accuracy to be kept (0.95)")
    parser.add_argument("--out", type=Path, default=Path("runs/report"), help="where answers and page are kept")


def report(arguments: Namespace, page: Callable[[About, Summary, list[Example]], str]) -> None:
    """Ask, and write `index.html` and `summary.json`; ends with one sentence for what cannot be done.

    Args:
        page: draws the page as HTML.
    """
    state = processes()
    try:
        _report(arguments, page, state)
    except BadInput as error:
        sys.exit(str(error) if state.is_main_process else 1)
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on from here.")
    finally:
        state.destroy_process_group()


def _report(arguments: Namespace, page: Callable, state: PartialState) -> None:
    images, out = arguments.images, arguments.out
    if not 0 < arguments.keep <= 1:
        raise BadInput(f"--keep is a share above 0 and up to 1, such as 0.95; {arguments.keep:g} is none.")
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is no folder; give another one with --out.")
    world = FolderWorld(images, arguments.questions, arguments.frames)
    shared = state.num_processes > 1 and state.device.type == "cuda"  # a GPU for each process
    models = own.chosen(arguments)
    lab = own.load(models, str(state.device) if shared else None)
    lab = own.beside(lab, arguments.reducers, arguments.budgets)
    missing = left_out(lab, arguments.frames) if any(row.frames for row in world.rows) else ""
    settle(out, Settings.of(models, images, arguments.questions), state)
    ask_all(lab, world, out, state)
    if not state.is_main_process:
        return
    answers = Answers(out)
    answered = answers.of(world.rows, lambda row: budgets_of(lab, row.frames))
    problems = world.problems + answers.problems(row for row in world.rows if row not in answered)
    if not answered:
        raise BadInput(
            f"None of the {len(world.rows)} questions could be asked: {problems[0].where}: {problems[0].what}"
        )
    summary = summarise(answered, problems, arguments.keep)
    about = About(
        command=shlex.join(["python", "-m", "fmvr.evaluation", *sys.argv[1:]]),
        date=date.today().isoformat(),
        model=lab.called or "the embedded pair",
        form=lab.form,
        one_model=lab.one_model,
        images=str(images),
        questions=arguments.questions and str(arguments.questions),
        budgets=lab.budgets,
        frames=arguments.frames,
        left_out=missing,
        formula="; ".join(dict.fromkeys(cost(lab.shape(arm), 1).formula for arm in lab.arms)),
        method=METHOD,
    )
    write_whole(out / "summary.json", json.dumps(asdict(about) | asdict(summary), indent=1) + "\n")
    write_whole(out / "index.html", page(about, summary, examples(lab, world, summary.breaks)))
    print(summary)
    if missing:
        print(missing)
    print(f"The page: {out / 'index.html'}")
