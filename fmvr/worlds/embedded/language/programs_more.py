"""More questions, as programs (see `program`): those that name a number, and those that list."""

from dataclasses import dataclass

from fmvr.worlds.embedded.language.selection import Program, Select


@dataclass(frozen=True)
class IsCount(Program):
    """Are there so many x? `how`: exactly, more than, fewer than."""

    how: str
    n: int
    x: Select


@dataclass(frozen=True)
class IsNumber(Program):
    """Does x show this number?"""

    x: Select
    text: str


@dataclass(frozen=True)
class IsPrice(Program):
    """Has a word of a list this price?"""

    text: str
    number: str


@dataclass(frozen=True)
class Nearer(Program):
    """Is x nearer to z than y? With `which`: which of the two is?"""

    x: Select
    y: Select
    z: Select
    which: bool = False


@dataclass(frozen=True)
class IsIn(Program):
    """Is x in a row, in a column?"""

    x: Select
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Taken(Program):
    """Is there anything in a cell?"""

    row: int
    column: int


@dataclass(frozen=True)
class CellKind(Program):
    """Which x is in a cell?"""

    x: Select
    row: int
    column: int


@dataclass(frozen=True)
class WhichIn(Program):
    """Which x are at a place, in a row, in a column?"""

    x: Select
    place: str | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class BesideAll(Program):
    """Which things are left of, … y?"""

    side: str
    y: Select
