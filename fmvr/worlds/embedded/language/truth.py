"""What is true: `answer(program, picture)`, the one right answer to a question, or None where there is not one."""

from functools import singledispatch

from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import CANNOT_TELL, absent
from fmvr.worlds.embedded.language.clip_index import ClipIndex
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.program import Program, Select
from fmvr.worlds.embedded.picture import Picture

MOST_COUNTED = 40  # more cannot be told at a glance; not asked, and without a truth


class Unclear(Exception):
    """There is no one answer; or there is, and it is this one: a thing that the question presupposes is not there."""

    def __init__(self, instead: str | None = None):
        super().__init__(instead)
        self.instead = instead


def answer(asked: Program, picture: Picture) -> str | None:
    """The right answer about a picture (or a clip, for its questions); None where it is ambiguous or too close to call.

    A question about something that is not there is answered so: `There is no red circle.`
    """
    if isinstance(asked, program.ClipProgram) != hasattr(picture, "frames"):
        return CANNOT_TELL if isinstance(asked, program.Cannot) and asked.x is None else None
    index = ClipIndex.of(picture) if isinstance(asked, program.ClipProgram) else Index.of(picture)
    try:
        return find_answer(asked, index)
    except Unclear as unclear:
        return unclear.instead


@singledispatch
def find_answer(asked: Program, index: Index) -> str | None:
    raise TypeError(f"{asked} is not about a picture.")


def the(index: Index, x: Select) -> int:
    """The one that a phrase means. Raises Unclear where there is none, or not one."""
    sure, perhaps = index.find(x)
    if x.other is not None:
        the(index, x.other)
    if not sure and not perhaps:
        bare = Select(x.kind, x.colour, x.text)
        if x.row is not None and index.picture.rows is not None and not 1 <= x.row <= index.picture.rows:
            raise Unclear(f"There is no row {x.row}.")
        if x.column is not None and index.picture.columns is not None and not 1 <= x.column <= index.picture.columns:
            raise Unclear(f"There is no column {x.column}.")
        raise Unclear(absent(bare) if not any(index.find(bare)) else None)
    if len(sure) != 1 or perhaps:
        raise Unclear
    return sure[0]


def count(index: Index, x: Select) -> int:
    """How many a phrase means. Raises Unclear where some are too close to call, or there are too many."""
    sure, perhaps = index.find(x)
    if perhaps or len(sure) > MOST_COUNTED:
        raise Unclear
    return len(sure)


def check_row(index: Index, row: int | None, column: int | None = None, word: str = "row") -> tuple:
    """Row and column, the last one (−1) by its number. Raises Unclear for those that are not there."""
    checked = []
    for value, most, name in ((row, index.picture.rows, word), (column, index.picture.columns, "column")):
        if value is not None:
            if most is None:
                raise Unclear(f"There is no {name} {value}." if value > 0 else None)
            value = most if value == -1 else value
            if not 1 <= value <= most:
                raise Unclear(f"There is no {name} {value}.")
        checked.append(value)
    return tuple(checked)
