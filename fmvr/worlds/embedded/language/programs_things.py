"""Questions about what is there, as programs (see `program`)."""

from dataclasses import dataclass

from fmvr.worlds.embedded.language.selection import Program, Select


@dataclass(frozen=True)
class Exist(Program):
    """Is there one?"""

    x: Select


@dataclass(frozen=True)
class Count(Program):
    """How many are there?"""

    x: Select


@dataclass(frozen=True)
class ExistIn(Program):
    """Is there one at a place, in a row, in a column?"""

    x: Select
    place: str | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class CountIn(Program):
    """How many are there at a place, in a row, in a column?"""

    x: Select
    place: str | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Query(Program):
    """What is true of the one that `x` means: `what` is colour, text, place, row, column or cell."""

    what: str
    x: Select


@dataclass(frozen=True)
class Compare(Program):
    """Are there more, fewer, as many x than y? With `which`: of which are there more?"""

    more: str
    x: Select
    y: Select
    which: bool = False


@dataclass(frozen=True)
class IsColour(Program):
    """Is x of a colour? With `other`: of which of the two?"""

    x: Select
    colour: str
    other: str | None = None


@dataclass(frozen=True)
class IsAn(Program):
    """Is the thing that y means an x? With z: is it an x or a z?"""

    y: Select
    x: Select
    z: Select | None = None


@dataclass(frozen=True)
class Which(Program):
    """Which things of a category are there?"""

    x: Select


@dataclass(frozen=True)
class SameColour(Program):
    """Are x and y of one colour?"""

    x: Select
    y: Select


@dataclass(frozen=True)
class Describe(Program):
    """What is in the picture?"""


@dataclass(frozen=True)
class Ground(Program):
    """What do the things stand on?"""


@dataclass(frozen=True)
class Frame(Program):
    """What kind of board or text is it?"""


@dataclass(frozen=True)
class Both(Program):
    """Are there x and y? With `either`: is there one of them?"""

    x: Select
    y: Select
    either: bool = False


@dataclass(frozen=True)
class Kinds(Program):
    """How many kinds of x are there?"""

    x: Select


@dataclass(frozen=True)
class Coloured(Program):
    """Which of x is of a colour?"""

    x: Select
    colour: str


@dataclass(frozen=True)
class IsGround(Program):
    """Is it this ground, or this kind of board or text?"""

    ground: str


@dataclass(frozen=True)
class Cannot(Program):
    """What no picture of this world says, by topic (see `wordings_cannot`); `x`: what it is asked about."""

    topic: str
    x: Select | None = None
    n: int | None = None
    m: int | None = None
