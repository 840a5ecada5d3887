"""A picture told in words: a phrase for each item, which stands where a visual token would.

A phrase's words are looked up in a table of their own and summed, since a visual token, too, says at once what is there
and where; so their order is lost, and every digit and coordinate is a word that says which one it is.
"""

from collections.abc import Sequence

from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, NUMBER, WORD, WORDS
from fmvr.worlds.embedded.language.geometry import SIDE
from fmvr.worlds.embedded.picture import Item, Picture

CELLS = 24  # a centre is told by column and row, as fine as the patches are
MOST = 60  # items of a picture that can be told: more would be a long text
MOST_CELLS = 32  # rows or columns of boards, lines of texts
DIGITS = 4
DIGIT_NAMES = {(place, d): f"digit{place}={d}" for place in range(DIGITS) for d in range(10)}
SIZES = (16, 24, 34, 48, 68, 96)  # pixels: where a class of sizes ends

VOCABULARY = (
    *NOUNS,
    *(n for n in (WORD, NUMBER) if n not in NOUNS),
    *COLOURS,
    *(word for word in WORDS if word not in (*NOUNS, *COLOURS, WORD, NUMBER)),
    *(f"{axis}{i}" for axis in ("x", "y") for i in range(CELLS)),
    *(f"{axis}{i}" for axis in ("row", "column") for i in range(1, MOST_CELLS + 1)),
    *(f"size{i}" for i in range(len(SIZES) + 1)),
    *DIGIT_NAMES.values(),
)
IDS = {word: i + 1 for i, word in enumerate(VOCABULARY)}  # 0 is for padding


def can_be_told(picture: Picture) -> bool:
    """Whether a picture holds few enough items."""
    return 0 < len(picture.items) <= MOST


def tell(items: Sequence[Item]) -> list[str]:
    """A phrase for each of some items, its words separated by spaces.

    `circle red x3 y17 size2`; `sign blue digit0=4 digit1=7 x0 y10 size3` for 47: digits as they are read.
    Raises ValueError for more than `MOST` items.
    """
    if len(items) > MOST:
        raise ValueError(f"This picture holds {len(items)} things; at most {MOST} can be told.")
    return [" ".join(phrase(item)) for item in items]


def phrase(item: Item) -> list[str]:
    """The words of an item."""
    x, y = (min(max(int(c * CELLS / SIDE), 0), CELLS - 1) for c in item.centre)
    words = [item.noun, *([item.colour] if item.colour else []), *_text(item.text or ""), f"x{x}", f"y{y}"]
    words.append(f"size{sum(item.size > most for most in SIZES)}")
    words += [f"{axis}{n}" for axis, n in (("row", item.row), ("column", item.column)) if n and n <= MOST_CELLS]
    return words


def _text(text: str) -> list[str]:
    """A written word is itself, a number its digits."""
    if text.isdecimal():
        return [DIGIT_NAMES[place, int(d)] for place, d in enumerate(text[:DIGITS])]
    return [text.lower()] if text else []


def ids(phrases: list[str]) -> list[list[int]]:
    """The phrases' words by number, each phrase padded with 0 to the longest: [items, words]."""
    coded = [[IDS[word] for word in phrase.split()] for phrase in phrases]
    longest = max(map(len, coded), default=0)
    return [row + [0] * (longest - len(row)) for row in coded]
