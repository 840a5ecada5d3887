"""Questions about clips, as programs (see `program`)."""

from dataclasses import dataclass

from fmvr.worlds.embedded.language.selection import Program, Select


@dataclass(frozen=True)
class ClipProgram(Program):
    """A question about a clip. `what`, in those that follow: enter, leave, move or change; frames count from 1."""


@dataclass(frozen=True)
class Happened(ClipProgram):
    """What entered, left, moved, changed?"""

    what: str


@dataclass(frozen=True)
class Story(ClipProgram):
    """What happened, in order?"""


@dataclass(frozen=True)
class Did(ClipProgram):
    """Did x enter, leave, move, change?"""

    x: Select
    what: str


@dataclass(frozen=True)
class Way(ClipProgram):
    """Which way did x move?"""

    x: Select


@dataclass(frozen=True)
class Became(ClipProgram):
    """What did x become?"""

    x: Select


@dataclass(frozen=True)
class InFrame(ClipProgram):
    """Which is the first frame that x has entered, moved, changed in? The last one before it left?"""

    x: Select
    what: str


@dataclass(frozen=True)
class First(ClipProgram):
    """What entered, left, moved, changed first, or last? `extreme`: first, last."""

    extreme: str
    what: str


@dataclass(frozen=True)
class Earlier(ClipProgram):
    """Did x enter, leave, move, change before y did? With `which`: which of the two was first?"""

    x: Select
    what: str
    y: Select
    which: bool = False


@dataclass(frozen=True)
class Frames(ClipProgram):
    """How many frames are there?"""


@dataclass(frozen=True)
class CountEvents(ClipProgram):
    """How many things entered, left, moved, changed?"""

    what: str


@dataclass(frozen=True)
class CountEver(ClipProgram):
    """How many of a kind are there in all frames together?"""

    x: Select


@dataclass(frozen=True)
class ExistFrame(ClipProgram):
    """Is there one in a frame? −1 is the last frame."""

    x: Select
    frame: int


@dataclass(frozen=True)
class CountFrame(ClipProgram):
    """How many are there in a frame? −1 is the last frame."""

    x: Select
    frame: int
