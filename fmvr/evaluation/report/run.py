"""Ask every question of every arm at each of its budgets, in one process or several; go on where it was stopped."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import torch
from accelerate import PartialState
from tqdm.auto import tqdm

from fmvr.cost import cost
from fmvr.errors import BadInput
from fmvr.evaluation.report.answers import Answered, Answers, Refused, Reply
from fmvr.lab import Lab
from fmvr.view import View
from fmvr.worlds.folder import FolderWorld, Row

LONGEST_WAIT = timedelta(days=7)  # of a process that is done for the others


def processes() -> PartialState:
    """Who else works at this run: alone, or the processes of `accelerate launch`."""
    return PartialState(cpu=not torch.cuda.is_available(), timeout=LONGEST_WAIT)


def budgets_of(lab: Lab) -> dict[str, list[int]]:
    """Arm → its budgets, the largest first."""
    return {arm: lab.budgets_of(arm) for arm in lab.arms}


def ask_all(lab: Lab, world: FolderWorld, out: Path, state: PartialState) -> None:
    """Ask what is not answered yet; every process takes its share of the pictures."""
    answers = Answers(out, state.process_index)
    done = answers.of(world.rows, budgets_of(lab))
    state.wait_for_everyone()  # all have read before any writes, so that all see the same rest
    rest = defaultdict(list)
    for row in world.rows:
        if row not in done:
            rest[row.image].append(row)
    own = list(rest)[state.process_index :: state.num_processes]
    name, machine = "questions", lab.machine
    if state.num_processes > 1:
        name, machine = f"{name}, process 1 of {state.num_processes}", f"{machine}, {state.num_processes} processes"
    total = sum(len(rest[image]) for image in own)
    with tqdm(total=len(done) + total, initial=len(done), desc=name, disable=not state.is_main_process) as bar:
        for image in own:
            for line in _ask_about(lab, world.folder / image, rest[image], machine):
                answers.add(line)
                bar.update(isinstance(line, Answered))
    state.wait_for_everyone()


def _ask_about(lab: Lab, picture: Path, rows: list[Row], machine: str) -> Iterator[Answered | Refused]:
    """The lines of the questions about one picture."""
    try:
        view = lab.look(picture)
    except BadInput as error:
        yield Refused(rows[0].image, None, str(error))
        return
    for row in rows:
        try:
            replies = {
                arm: {n: _reply(lab, view, row.question, n, arm) for n in budgets}
                for arm, budgets in budgets_of(lab).items()
            }
        except BadInput as error:
            yield Refused(row.image, row.question, str(error))
        else:
            yield Answered(row.image, row.question, replies, machine, bool(lab.doubts(row.question, view)))


def _reply(lab: Lab, view: View, question: str, tokens: int, arm: str) -> Reply:
    answer = view.ask(question, tokens, arm)
    spent = cost(lab.shape(arm), tokens, answer.text_tokens, bytes_a_number=lab.number_bytes)
    times = answer.first_token_s, answer.total_s
    return Reply(answer.text, answer.probability, *times, spent.flops, spent.kv_bytes)
