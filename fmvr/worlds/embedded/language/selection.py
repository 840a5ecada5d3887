"""What a question selects, and the names of the relations, orders and places in which it does."""

from dataclasses import dataclass

THING = "thing"  # the kind that every thing is of

SIDES = {
    # what a relation says: (axis, sign of first centre − second centre)
    "left of": (0, -1),
    "right of": (0, 1),
    "above": (1, -1),
    "below": (1, 1),
}
EXTREMES = {"leftmost": (0, -1), "rightmost": (0, 1), "topmost": (1, -1), "lowest": (1, 1)}
SIZES = ("largest", "smallest")
PLACES = ("top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right")
HALVES = ("left half", "right half", "top half", "bottom half")


@dataclass(frozen=True)
class Select:
    """Those items of a picture that a noun phrase means: `large red circles`, `the cat in row 3`.

    `kind`: a noun, a category (`animal`) or `thing`; `text`: what is written on it; `size`: `large` or `small` beside
    the others that the rest of the phrase means; `place`: one of `PLACES` or `HALVES`; `side` of `other`: a relation.
    """

    kind: str = THING
    colour: str | None = None
    text: str | None = None
    size: str | None = None
    place: str | None = None
    row: int | None = None
    column: int | None = None
    side: str | None = None
    other: "Select | None" = None


@dataclass(frozen=True)
class Program:
    """A question. Fields that are None are not said."""
