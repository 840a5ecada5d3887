"""What was answered, in files that survive a stop: a line a question, one file a process."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from fmvr.arms import current
from fmvr.worlds.folder import Problem, Row

Budgets = Mapping[str, list[int]]  # arm → its budgets, the largest first


@dataclass(frozen=True)
class Reply:
    """One arm's answer at one budget."""

    text: str
    probability: float  # of the whole answer
    first_token_s: float  # the picture already encoded
    total_s: float
    flops: float  # of the prefill, by `fmvr.cost`, at this question's length
    kv_bytes: int  # of the visual tokens


@dataclass(frozen=True)
class Answered:
    """One question about one picture or video, answered by every arm at each of its budgets."""

    image: str
    question: str
    replies: dict[str, dict[int, Reply]]  # arm → budget → reply, the arm's full budget first
    machine: str
    doubted: bool  # whether the embedded models know neither such words nor such pictures
    frames: int | None = None  # as in `Row`; a budget is that of each frame

    @property
    def budgets(self) -> list[int]:
        """Of all arms, the largest first."""
        return sorted({n for by_budget in self.replies.values() for n in by_budget}, reverse=True)


@dataclass(frozen=True)
class Refused:
    """What could not be asked, as it turned out when it was tried; `question`: None where it is the picture."""

    image: str
    question: str | None
    problem: str


class Answers:
    """The answers in a folder: all of them to read, one process's to add to."""

    def __init__(self, folder: Path, process: int = 0):
        self.folder, self._own = folder, folder / f"answers.{process}.jsonl"

    def add(self, line: Answered | Refused) -> None:
        """Write a line and leave nothing of it in a buffer."""
        with self._own.open("ab+") as file:
            if file.tell() and not _ends_a_line(file):
                file.write(b"\n")  # what a stopped run left half written stays a line of its own
            file.write(json.dumps(asdict(line)).encode() + b"\n")

    def of(self, rows: Iterable[Row], budgets: Callable[[Row], Budgets] | None = None) -> dict[Row, Answered]:
        """The answers there are to some rows, in their order; a row answered twice counts once.

        Args:
            budgets: those that are wanted of a row: other replies are left out, and so is a row that lacks one of them.
                Without it rows are as they were answered.
        """
        there = {_asked(line): line for line in self._read() if isinstance(line, Answered)}
        answers = {row: there[_asked(row)] for row in rows if _asked(row) in there}
        if budgets is None:
            return answers
        return {row: cut for row, answered in answers.items() if (cut := _cut(answered, budgets(row)))}

    def problems(self, rows: Iterable[Row]) -> list[Problem]:
        """Why rows have no answers, a picture at a time."""
        refused = {(line.image, line.question): line for line in self._read() if isinstance(line, Refused)}
        problems = {}
        for row in rows:
            for key in ((row.image, None), (row.image, row.question)):
                if key in refused:
                    where = row.image if key[1] is None else f"{row.image}, “{row.question}”"
                    problems[key] = Problem(where, refused[key].problem)
        return list(problems.values())

    def _read(self) -> Iterable[Answered | Refused]:
        for file in sorted(self.folder.glob("answers.*.jsonl")):
            for line in file.read_bytes().split(b"\n"):
                try:
                    record = json.loads(line)
                except ValueError:  # half written when a run was stopped
                    continue
                yield _answered(record) if "replies" in record else Refused(**record)


def _ends_a_line(file) -> bool:
    file.seek(-1, 2)
    return file.read(1) == b"\n"


def _answered(record: dict) -> Answered:
    replies = {
        current(arm): {int(budget): Reply(**reply) for budget, reply in by_budget.items()}
        for arm, by_budget in record["replies"].items()
    }
    return Answered(**record | {"replies": replies})


def _asked(one: Row | Answered) -> tuple:
    return one.image, one.question, one.frames


def _cut(answered: Answered, budgets: Budgets) -> Answered | None:
    """The replies of some arms at some budgets, in that order; None where one is missing."""
    try:
        replies = {arm: {n: answered.replies[arm][n] for n in wanted} for arm, wanted in budgets.items()}
    except KeyError:
        return None
    return Answered(**vars(answered) | {"replies": replies})
