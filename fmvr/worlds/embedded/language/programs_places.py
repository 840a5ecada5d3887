"""Questions about places, relations, order and size, as programs (see `program`)."""

from dataclasses import dataclass

from fmvr.worlds.embedded.language.selection import Program, Select


@dataclass(frozen=True)
class At(Program):
    """What, of x's kind, is at a place?"""

    place: str
    x: Select = Select()


@dataclass(frozen=True)
class Relate(Program):
    """Is x left of, … next to y?"""

    x: Select
    side: str
    y: Select


@dataclass(frozen=True)
class Beside(Program):
    """What, of x's kind, is left of, … y?"""

    side: str
    y: Select
    x: Select = Select()


@dataclass(frozen=True)
class Nearest(Program):
    """What, of x's kind, is nearest to y?"""

    y: Select
    x: Select = Select()


@dataclass(frozen=True)
class Between(Program):
    """What is between y and z? With x: is x there?"""

    y: Select
    z: Select
    x: Select | None = None


@dataclass(frozen=True)
class Extreme(Program):
    """What is the leftmost, … largest of those that x means?"""

    extreme: str
    x: Select = Select()


@dataclass(frozen=True)
class Larger(Program):
    """Is x larger, smaller than y? With `which`: which of the two is?"""

    more: str
    x: Select
    y: Select
    which: bool = False


@dataclass(frozen=True)
class IsAt(Program):
    """Is x at a place? With `other`: at which of the two?"""

    x: Select
    place: str
    other: str | None = None


@dataclass(frozen=True)
class Either(Program):
    """Is x at the side of y or at the `other` one?"""

    x: Select
    side: str
    other: str
    y: Select


@dataclass(frozen=True)
class CountBeside(Program):
    """How many x are left of, … y?"""

    x: Select
    side: str
    y: Select


@dataclass(frozen=True)
class Within(Program):
    """Which things are in a half of the picture?"""

    place: str
