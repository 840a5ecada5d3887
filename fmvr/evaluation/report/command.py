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

from fmvr.cost import FORMULAS
from fmvr.evaluation.report.answers import Answers
from fmvr.evaluation.report.maps import Example, examples
from fmvr.evaluation.report.rows import read
from fmvr.evaluation.report.run import Settings, ask_all, processes, settle
from fmvr.evaluation.report.summary import Summary, summarise
from fmvr.inputs import BadInput
from fmvr.lab import METHOD, Lab

HELP = "the smallest budget that keeps enough, on pictures of your own: one HTML page"


@dataclass(frozen=True)
class About:
    """What was run, as the page tells it."""

    command: str
    date: str
    model: str
    form: str | None  # of the blocks; None for a model that pools only
    images: str
    questions: str | None
    budgets: list[int]
    formula: str  # of the FLOPs
    method: str  # of the maps


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
    parser.add_argument("--images", type=Path, required=True, help="the folder of pictures")
    parser.add_argument("--questions", type=Path, help="CSV or JSON with image, question and, if known, answer")
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
    rows, problems = read(images, arguments.questions)
    lab = Lab.load(arguments.model, str(state.device) if state.device.type == "cuda" else None)
    settle(out, Settings.of(arguments.model, images, arguments.questions), state)
    ask_all(lab, images, rows, out, state)
    if not state.is_main_process:
        return
    answers = Answers(out)
    answered = answers.of(rows)
    problems += answers.problems(row for row in rows if row not in answered)
    if not answered:
        raise BadInput(f"None of the {len(rows)} questions could be asked: {problems[0].where}: {problems[0].what}")
    summary = summarise(answered, problems, arguments.keep)
    about = About(
        command=shlex.join(["python", "-m", "fmvr.evaluation", *sys.argv[1:]]),
        date=date.today().isoformat(),
        model=arguments.model or "the embedded pair",
        form=lab.form,
        images=str(images),
        questions=arguments.questions and str(arguments.questions),
        budgets=lab.budgets,
        formula=FORMULAS["multiply and add"][0],
        method=METHOD,
    )
    (out / "summary.json").write_text(json.dumps(asdict(about) | asdict(summary), indent=1) + "\n")
    drawn = page(about, summary, examples(lab, images, summary.breaks))
    (out / "index.html").write_text(drawn, encoding="utf-8", errors="backslashreplace")
    print(summary)
    print(f"The page: {out / 'index.html'}")
