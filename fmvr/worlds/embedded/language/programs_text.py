"""Questions about boards and what is written, as programs (see `program`)."""

from dataclasses import dataclass

from fmvr.worlds.embedded.language.selection import Program, Select


@dataclass(frozen=True)
class Cell(Program):
    """What is in a cell of a board, or in a line's field?"""

    row: int
    column: int


@dataclass(frozen=True)
class Empty(Program):
    """Is a cell empty? Without row and column: how many cells are? With a row: how many of its cells?"""

    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Extent(Program):
    """How many rows, lines or columns are there? `axis`: row, line, column or cell."""

    axis: str


@dataclass(frozen=True)
class InRow(Program):
    """Which things are in a row, or in a column?"""

    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Filled(Program):
    """How many cells are not empty? With `free`: is any cell empty?"""

    free: bool = False


@dataclass(frozen=True)
class Says(Program):
    """Is a text written anywhere?"""

    text: str


@dataclass(frozen=True)
class FindText(Program):
    """In which line is a text?"""

    text: str


@dataclass(frozen=True)
class Line(Program):
    """What is written in a line? With `what` (word, number): which of it?"""

    row: int
    what: str | None = None


@dataclass(frozen=True)
class Texts(Program):
    """What is written in the picture?"""


@dataclass(frozen=True)
class Price(Program):
    """Which number belongs to a word of a list? `what`: `price` (behind it), `time`, `platform` (of a departure)."""

    what: str
    text: str


@dataclass(frozen=True)
class Priced(Program):
    """Which word does a number of a list belong to? `what` as for `Price`."""

    what: str
    text: str


@dataclass(frozen=True)
class PriceExtreme(Program):
    """Which word has the largest, the smallest price?"""

    extreme: str


@dataclass(frozen=True)
class PriceLarger(Program):
    """Has one word a larger, a smaller price than another? With `which`: which of the two has?"""

    more: str
    text: str
    other: str
    which: bool = False


@dataclass(frozen=True)
class NumberExtreme(Program):
    """What is the largest, smallest number?"""

    extreme: str


@dataclass(frozen=True)
class NumberLarger(Program):
    """Is the number on x larger, smaller than that on y?"""

    more: str
    x: Select
    y: Select


@dataclass(frozen=True)
class Numbers(Program):
    """Which numbers are there?"""


@dataclass(frozen=True)
class Goods(Program):
    """Which words of a list have a number?"""


@dataclass(frozen=True)
class Listed(Program):
    """Is a word in a list?"""

    text: str


@dataclass(frozen=True)
class Nth(Program):
    """Which is the first, second, … last (−1) word or number, as one reads?"""

    what: str
    n: int


@dataclass(frozen=True)
class PriceValue(Program):
    """What is the largest, the smallest price?"""

    extreme: str
