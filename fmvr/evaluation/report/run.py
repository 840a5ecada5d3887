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
from fmvr.member import Member
from fmvr.view import View
from fmvr.worlds.folder import LONGEST, FolderWorld, Row

TEXT = 64  # tokens of a question, for which there has to be room beside a clip
LONGEST_WAIT = timedelta(days=7)  # of a process that is done for the others


def processes() -> PartialState:
    """Who else works at this run: alone, or the processes of `accelerate launch`."""
    return PartialState(cpu=not torch.cuda.is_available(), timeout=LONGEST_WAIT)


def budgets_of(lab: Lab, frames: int | None = None) -> dict[str, list[int]]:
    """Arm → its budgets, the largest first: all of them for pictures; for videos of so many frames those that fit into
    what the language model reads, with a question and its answer. An arm without any is left out.
    """
    fitting = {arm: [n for n in lab.budgets_of(arm) if _fits(lab.member(arm), frames, n)] for arm in lab.arms}
    return {arm: budgets for arm, budgets in fitting.items() if budgets}


def left_out(lab: Lab, frames: int) -> str:
    """Which budgets do not fit at so many frames, in one sentence; nothing where all do.

    Raises BadInput where none does.
    """
    fitting, missing = budgets_of(lab, frames), {}  # missing: budgets → labels of the arms
    if not fitting:
        raise BadInput(f"Of {frames} frames no model reads even the smallest token set: give fewer with --frames.")
    for arm in lab.arms:
        if without := [str(n) for n in lab.budgets_of(arm) if n not in fitting.get(arm, [])]:
            missing.setdefault(" or ".join(without), []).append(lab.arms[arm].label)
    alike = list(missing.values()) == [[one.label for one in lab.arms.values()]]
    told = (f"of {those} tokens" + ("" if alike else f" ({', '.join(of)})") for those, of in missing.items())
    return f"Left out: {frames} frames {', or '.join(told)} are more than a model reads." if missing else ""


def _fits(member: Member, frames: int | None, tokens: int) -> bool:
    """Whether a clip has room in what a language model reads; a mark stands between its frames."""
    return frames is None or frames * (member.entering(tokens) + 1) + TEXT + LONGEST <= member.context


def ask_all(lab: Lab, world: FolderWorld, out: Path, state: PartialState) -> None:
    """Ask what is not answered yet; every process takes its share of the pictures."""
    answers = Answers(out, state.process_index)
    done = answers.of(world.rows, lambda row: budgets_of(lab, row.frames))
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
            for line in _ask_about(lab, world, rest[image], machine):
                answers.add(line)
                bar.update(isinstance(line, Answered))
    state.wait_for_everyone()


def _ask_about(lab: Lab, world: FolderWorld, rows: list[Row], machine: str) -> Iterator[Answered | Refused]:
    """The lines of the questions about one picture or video."""
    try:
        view = lab.look(world.picture(rows[0]))
    except BadInput as error:
        yield Refused(rows[0].image, None, str(error))
        return
    for row in rows:
        try:
            replies = {
                arm: {n: _reply(lab, view, row.question, n, arm) for n in budgets}
                for arm, budgets in budgets_of(lab, row.frames).items()
            }
        except BadInput as error:
            yield Refused(row.image, row.question, str(error))
        else:
            doubted = bool(lab.doubts(row.question, view))
            yield Answered(row.image, row.question, replies, machine, doubted, row.frames)


def _reply(lab: Lab, view: View, question: str, tokens: int, arm: str) -> Reply:
    answer = view.ask(question, tokens, arm)
    spent = cost(lab.shape(arm), answer.all_visual_tokens, answer.text_tokens, bytes_a_number=lab.number_bytes)
    times = answer.first_token_s, answer.total_s
    return Reply(answer.text, answer.probability, *times, spent.flops, spent.kv_bytes)
