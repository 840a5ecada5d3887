"""Ask every question at every budget with each model, in one process or several, and go on where it was stopped."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import torch
from accelerate import PartialState
from tqdm.auto import tqdm

from fmvr.cost import cost
from fmvr.evaluation.report.answers import Answered, Answers, Refused, Reply
from fmvr.evaluation.report.rows import Row
from fmvr.inputs import BadInput
from fmvr.lab import CHECKPOINTS, Lab, View
from fmvr.runs import check, note

LONGEST_WAIT = timedelta(days=7)  # of a process that is done for the others


@dataclass(frozen=True)
class Settings:
    """What a run may not change while it goes on: the model as it lies there, the folder, the table of questions."""

    model: str
    weights: str
    images: str
    questions: str | None

    @classmethod
    def of(cls, model: str | None, images: Path, questions: Path | None) -> "Settings":
        folder = Path(model or CHECKPOINTS).resolve()
        files = [file.stat() for file in sorted(folder.rglob("*.safetensors"))]
        last = datetime.fromtimestamp(max((file.st_mtime for file in files), default=0))
        weights = f"{sum(file.st_size for file in files)} bytes, last written {last:%Y-%m-%d %H:%M:%S}"
        return cls(str(folder), weights, str(images.resolve()), questions and str(questions.resolve()))


def processes() -> PartialState:
    """Who else works at this run: alone, or the processes of `accelerate launch`."""
    return PartialState(cpu=not torch.cuda.is_available(), timeout=LONGEST_WAIT)


def settle(out: Path, settings: Settings, state: PartialState) -> None:
    """Note the settings in `out`. Raises BadInput where a run with other ones stands there."""
    noted, now = out / "run.json", asdict(settings)
    check(noted, now)
    state.wait_for_everyone()  # all have looked before one writes
    if state.is_main_process:
        note(noted, now)
    state.wait_for_everyone()


def ask_all(lab: Lab, folder: Path, rows: list[Row], out: Path, state: PartialState) -> None:
    """Ask what is not answered yet; every process takes its share of the pictures."""
    answers = Answers(out, state.process_index)
    done = answers.of(rows)
    state.wait_for_everyone()  # all have read before any writes, so that all see the same rest
    left = defaultdict(list)
    for row in rows:
        if row not in done:
            left[row.image].append(row.question)
    mine = list(left)[state.process_index :: state.num_processes]
    name, machine = "questions", lab.machine
    if state.num_processes > 1:
        name, machine = f"{name}, process 1 of {state.num_processes}", f"{machine}, {state.num_processes} processes"
    total = sum(len(left[image]) for image in mine)
    with tqdm(total=len(done) + total, initial=len(done), desc=name, disable=not state.is_main_process) as bar:
        for image in mine:
            for line in _ask_about(lab, folder, image, left[image], machine):
                answers.add(line)
                bar.update(isinstance(line, Answered))
    state.wait_for_everyone()


def _ask_about(lab: Lab, folder: Path, image: str, questions: list[str], machine: str):
    try:
        view = lab.look(folder / image)
    except BadInput as error:
        yield Refused(image, None, str(error))
        return
    for question in questions:
        try:
            replies = {side: {n: _reply(view, question, n, side) for n in lab.budgets} for side in lab.models}
        except BadInput as error:
            yield Refused(image, question, str(error))
        else:
            yield Answered(image, question, replies, machine, bool(lab.doubts(question, view)))


def _reply(view: View, question: str, tokens: int, side: str) -> Reply:
    lab, fmvr = view.lab, side == "with"
    answer = view.ask(question, tokens, fmvr)
    spent = cost(lab.shape(fmvr), tokens, answer.text_tokens, bytes_a_number=lab.number_bytes)
    times = answer.first_token_s, answer.total_s
    return Reply(answer.text, answer.probability, *times, spent.flops, spent.kv_bytes)
