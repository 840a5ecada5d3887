"""What is in a picture and what is not, for questions about it, drawn as POPE draws it (arXiv 2305.10355).

POPE's `popular` and co-occurring negatives tell nothing here: every noun is as common as every other, and things are
drawn independently.
"""

from collections import Counter
from collections.abc import Callable

from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, SHAPES, SIGN, TEST_ONLY_COMBINATIONS
from fmvr.worlds.embedded.picture import Picture


def present(picture: Picture) -> Counter:
    """Things, shapes and signs by their phrases; what is merely written does not count."""
    return Counter(item.phrase for item in picture.items if item.face is None)


def any_absent(picture: Picture) -> list[str]:
    """Any noun that names nothing in the picture."""
    there = {item.noun for item in picture.items}
    return [noun for noun in NOUNS if noun not in there]


def nearly_present(picture: Picture) -> list[str]:
    """A shape or a sign of the picture in another colour, another shape in a colour of the picture."""
    coloured = {(item.noun, item.colour) for item in picture.items if item.colour and item.face is None}
    near = {(noun, colour) for noun, _ in coloured for colour in COLOURS}
    near |= {(noun, colour) for _, colour in coloured for noun in (*SHAPES, SIGN)}
    untrained = {(noun, colour) for colour, noun in TEST_ONLY_COMBINATIONS}
    return sorted(f"{colour} {noun}" for noun, colour in near - untrained - coloured)


NEGATIVES: dict[str, Callable[[Picture], list[str]]] = {"random": any_absent, "adversarial": nearly_present}
