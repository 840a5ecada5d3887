"""One's own pictures and videos with a table of questions, as a world. What cannot be used is told and passed over."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from fmvr.errors import BadInput
from fmvr.media.clip import Clip
from fmvr.media.picture import path_below, read_picture
from fmvr.media.video import ENDINGS, check_frames, is_video, read_video
from fmvr.worlds.scoring import score_open
from fmvr.worlds.world import Question, Subject

OPEN = "open"  # the one family: any question, any answer
LONGEST = 64  # tokens of an answer
FRAMES = 8  # of a video
QUESTION = "What do you see?"  # about every picture, where no table says otherwise
COLUMNS = ("image", "question", "answer")


@dataclass(frozen=True)
class Row:
    """One question about one picture, or one video."""

    image: str  # its path below the folder, with /
    question: str
    answer: str | None = None  # the right one, where it is given
    frames: int | None = None  # of a video: how many of them are looked at, or all where it has no more


@dataclass(frozen=True)
class Problem:
    """Something that was passed over: where it stands, and what is wrong with it, as a sentence."""

    where: str
    what: str


class FolderWorld:
    """One's own pictures, videos and questions, as a World; a sample is a `Row`.

    `rows`: all that can be asked, with a right answer or without; the samples are those with one, and all of them are
    for the test. `problems`: what was passed over. `frames`: of each video, evenly over its length.
    Raises BadInput where there is nothing to ask, and for a number of frames that a clip cannot have.
    """

    name = "folder"
    families = (OPEN,)

    def __init__(self, folder: str | Path, table: str | Path | None = None, frames: int = FRAMES):
        check_frames(frames)
        self.folder = Path(folder)
        self.rows, self.problems = read(self.folder, Path(table) if table else None, frames)
        self.samples = [row for row in self.rows if row.answer is not None]

    def sample(self, split: str, place: int) -> Row:
        if not 0 <= place < self.size(split):
            raise IndexError(f"There is no question {place} for the split {split} in {self.folder}.")
        return self.samples[place]

    def size(self, split: str) -> int:
        return len(self.samples) if split == "test" else 0

    def picture(self, row: Row) -> Image.Image | Clip:
        """Raises BadInput for a file that cannot be read."""
        path = self.folder / row.image
        return read_video(path, row.frames) if row.frames else read_picture(path)

    def questions(self, row: Row, test: bool = False) -> list[Question]:
        return [] if row.answer is None else [Question(OPEN, row.question, row.answer)]

    def truth(self, row: Row, text: str) -> Question | None:
        """Known for the questions of the table, about the row's picture."""
        asked = _plain(text)
        answers = (one.answer for one in self.samples if one.image == row.image and _plain(one.question) == asked)
        answer = next(answers, None)
        return None if answer is None else Question(OPEN, text, answer)

    def subjects(self, row: Row, text: str) -> list[Subject]:
        """None: nobody told where things are."""
        return []

    def score(self, family: str, answer: str, right: str) -> float:
        return score_open(answer, right)

    def longest(self, family: str) -> int:
        return LONGEST


def read(folder: Path, table: Path | None = None, frames: int = FRAMES) -> tuple[list[Row], list[Problem]]:
    """Every question, in the table's order, and what cannot be used; without a table, one question a picture.

    Raises BadInput where there is nothing to ask.
    """
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")
    if table is None:
        rows = [Row(name, QUESTION, frames=_frames(folder / name, frames)) for name in pictures(folder)]
        if not rows:
            raise BadInput(f"There is no picture in {folder}.")
        return rows, []
    rows, problems, places = [], [], {}
    for where, record in _records(table):
        try:
            row = _row(record, folder, frames)
            if (row.image, row.question) in places:
                raise BadInput(f"The same question about the same picture stands in {places[row.image, row.question]}.")
        except BadInput as error:
            problems.append(Problem(f"{table.name}, {where}", str(error)))
        else:
            places[row.image, row.question] = where
            rows.append(row)
    if not rows:
        first = f" The first problem is in {problems[0].where}: {problems[0].what}" if problems else ""
        raise BadInput(f"There is no question in {table} that can be asked.{first}")
    return rows, problems


def pictures(folder: Path) -> list[str]:
    """The paths of all pictures and videos below a folder, by the ending of their names; what is hidden is none."""
    endings = Image.registered_extensions().keys() | ENDINGS
    below = [
        path.relative_to(folder) for path in folder.rglob("*") if path.suffix.lower() in endings and path.is_file()
    ]
    return sorted(p.as_posix() for p in below if not any(part.startswith(".") for part in p.parts))


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).rstrip(" ?.!")


def _frames(path: Path, frames: int) -> int | None:
    return frames if is_video(path) else None


def _row(record: Any, folder: Path, frames: int) -> Row:
    """A record of the table as a row. Raises BadInput where it is none."""
    if isinstance(record, BadInput):
        raise record
    if not isinstance(record, dict):
        raise BadInput("This is no object with an image and a question.")
    for name in COLUMNS[:2]:
        if name not in record:
            raise BadInput(f"There is no {name} here; each row needs an image and a question.")
    values = {name: _text(name, record.get(name)) for name in COLUMNS}
    for name in COLUMNS[:2]:
        if not values[name]:
            raise BadInput(f"The {name} is empty.")
    image = path_below(folder, values["image"])
    return Row(image, values["question"], values["answer"] or None, _frames(folder / image, frames))


def _text(name: str, value: Any) -> str:
    if isinstance(value, (list, dict, bool)):
        raise BadInput(f"The {name} has to be a text.")
    text = "" if value is None else str(value).strip()
    if "\ufffd" in text:
        raise BadInput(f"The {name} is not written in UTF-8.")
    return text if name == "image" else " ".join(text.split())


def _records(table: Path) -> Iterator[tuple[str, Any]]:
    """Every record of a table with its place in words; in the place of one that cannot be read, a BadInput."""
    try:
        text = table.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise BadInput(f"There is no table of questions {table}.") from error
    if table.suffix.lower() != ".json":
        yield from _csv(text)
        return
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{table} is broken: it cannot be read as JSON ({error}).") from error
    if not isinstance(records, list):
        raise BadInput(f"{table} has to hold a list of objects, each with an image and a question.")
    yield from ((f"entry {i}", record) for i, record in enumerate(records, 1))


UNCLOSED = "A quotation mark is opened here that is not closed, so nothing after it can be read."
MISPLACED = "A text here is too long, or has a quotation mark in the middle of it; there, it has to be doubled."


def _csv(text: str) -> Iterator[tuple[str, Any]]:
    """Columns stand apart by commas, semicolons or tabs, whichever the head has most of."""
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    head, end = None, 0
    while True:
        start = end + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            cells = BadInput(UNCLOSED if "unexpected end" in str(error) else MISPLACED)
        end = lines.line_num
        where = f"line {start}" if end == start else f"lines {start} to {end}"
        if cells is None:
            return
        if isinstance(cells, BadInput):
            yield where, cells
        elif head is None:
            head = [name.strip().lower() for name in cells]
        elif len(cells) > len(head):
            apart = f"There are {len(cells)} cells here and {len(head)} columns"
            yield where, BadInput(f"{apart}; a text with a comma needs quotation marks.")
        elif any(cell.strip() for cell in cells):
            yield where, dict(zip(head, cells))
