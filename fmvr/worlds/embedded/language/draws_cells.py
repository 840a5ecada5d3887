"""Programs drawn from a board or a text: rows, columns, cells, lines, prices, numbers (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.catalog import NUMBER, WORD, WORDS
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.draws_things import absent, pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES
from fmvr.worlds.embedded.language.program import PLACES, Program, Select
from fmvr.worlds.embedded.language.truth_text import numbers, prices

LISTED = ("price list", "departure board", "notice", "sign")  # grounds whose lines are lines


def is_board(index: Index) -> bool:
    return index.picture.kind == "board"


def a_row(index: Index, rng: Random) -> int:
    return _last(1 + int(rng.random() * index.picture.rows), index.picture.rows, rng)


def a_column(index: Index, rng: Random) -> int:
    return _last(1 + int(rng.random() * index.picture.columns), index.picture.columns, rng)


def _last(number: int, most: int, rng: Random) -> int:
    """The last row or column is sometimes called so: −1."""
    return -1 if number == most and rng.random() < 0.3 else number


def cell(index: Index, rng: Random) -> Program | None:
    """What is in a cell; one in ten is empty."""
    if not is_board(index):
        return None
    if rng.random() < 0.1 or not index.by_cell:
        return program.Cell(a_row(index, rng), a_column(index, rng))
    return program.Cell(*pick(rng, list(index.by_cell)))


def _located(index: Index, rng: Random) -> Select | None:
    return pick(rng, [x for x, _ in index.references if x.row is None]) if is_board(index) else None


def row(index: Index, rng: Random) -> Program | None:
    x = _located(index, rng)
    return program.Query("row", x) if x else None


def column(index: Index, rng: Random) -> Program | None:
    x = _located(index, rng)
    return program.Query("column", x) if x else None


def find_cell(index: Index, rng: Random) -> Program | None:
    x = _located(index, rng)
    return program.Query("cell", x) if x else None


def empty(index: Index, rng: Random) -> Program | None:
    if not is_board(index):
        return None
    if rng.random() < 0.5 and index.by_cell:
        return program.Empty(*pick(rng, list(index.by_cell)))
    for _ in range(30):
        found = 1 + int(rng.random() * index.picture.rows), 1 + int(rng.random() * index.picture.columns)
        if found not in index.by_cell:
            return program.Empty(*found)
    return None


def empty_count(index: Index, rng: Random) -> Program | None:
    return program.Empty() if is_board(index) else None


def empty_in(index: Index, rng: Random) -> Program | None:
    if not is_board(index):
        return None
    return program.Empty(row=a_row(index, rng)) if rng.random() < 0.5 else program.Empty(column=a_column(index, rng))


def extent(index: Index, rng: Random) -> Program | None:
    if is_board(index):
        return program.Extent(pick(rng, ["row", "column", "cell"] if index.picture.rows < 7 else ["row", "column"]))
    return program.Extent("line") if index.picture.ground in LISTED else None


def in_row(index: Index, rng: Random) -> Program | None:
    if not is_board(index):
        return None
    return program.InRow(row=a_row(index, rng)) if rng.random() < 0.5 else program.InRow(column=a_column(index, rng))


def _spot(index: Index, rng: Random) -> dict:
    """A row, column or place."""
    if is_board(index) and rng.random() < 0.7:
        return {"row": a_row(index, rng)} if rng.random() < 0.5 else {"column": a_column(index, rng)}
    return {"place": pick(rng, list(index.occupied)) or "left half"}


def count_in(index: Index, rng: Random) -> Program | None:
    spot = _spot(index, rng)
    if index.picture.kind == "text":
        return None
    options = []
    for _ in range(5):
        x = _some(index, rng)
        sure, perhaps = index.find(Select(x.kind, x.colour, **spot))
        if not perhaps:
            options.append((len(sure), x))
    more = [o for o in options if o[0] > 1] or [o for o in options if o[0]]
    found = pick(rng, more if more and rng.random() < 0.8 else options)
    return program.CountIn(found[1], **spot) if found else None


def _some(index: Index, rng: Random) -> Select:
    look = rng.random()
    if look < 0.3:
        return Select(pick(rng, list(CATEGORIES)))
    if look < 0.4 and not index.written or not index.items:
        return Select()
    item = pick(rng, index.items)
    return Select(item.noun, item.colour if rng.random() < 0.4 else None)


def exist_in(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    yes, spot = rng.random() < 0.5, _spot(index, rng)
    for _ in range(10):
        x = absent(index, rng) if not yes and rng.random() < 0.2 else _some(index, rng)
        sure, perhaps = index.find(Select(x.kind, x.colour, x.text, **spot))
        if x != Select() and not perhaps and bool(sure) == yes:
            return program.ExistIn(x, **spot)
    return None


def on(index: Index, rng: Random) -> Program | None:
    x = pick(rng, index.unread)
    return program.Query("text", x[0]) if x else None


def word_at(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "text":
        return None
    for place in rng.sample(PLACES, 5):
        for kind in rng.sample((WORD, NUMBER), 2):
            sure, perhaps = index.find(Select(kind, place=place))
            if len(sure) == 1 and not perhaps:
                return program.At(place, Select(kind))
    return None


def coloured_word(index: Index, rng: Random) -> Program | None:
    found = [x for x, n in index.phrases.items() if n == 1 and x.kind in (WORD, NUMBER)]
    return program.Query("text", pick(rng, found)) if found and index.picture.kind == "text" else None


def line(index: Index, rng: Random) -> Program | None:
    return program.Line(_line(index, rng)) if index.picture.ground in LISTED else None


def _line(index: Index, rng: Random) -> int:
    return _last(pick(rng, list(index.by_row)), index.picture.rows, rng)


def line_word(index: Index, rng: Random) -> Program | None:
    if index.picture.ground not in LISTED:
        return None
    return program.Line(_line(index, rng), pick(rng, [WORD, NUMBER]))


def texts(index: Index, rng: Random) -> Program | None:
    return program.Texts() if index.picture.kind == "text" and len(index.items) <= 6 else None


def says(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "text":
        return None
    if rng.random() < 0.5 and index.by_text:
        return program.Says(pick(rng, list(index.by_text)))
    return program.Says(unwritten(index, rng))


def unwritten(index: Index, rng: Random) -> str:
    for _ in range(50):
        text = str(int(10 ** (1 + 3 * rng.random()))) if rng.random() < 0.2 else pick(rng, WORDS)
        if text not in index.by_text:
            return text
    raise ValueError("Every word is written.")


def find_text(index: Index, rng: Random) -> Program | None:
    if index.picture.ground not in LISTED:
        return None
    found = [text for text, who in index.by_text.items() if len(who) == 1]
    return program.FindText(pick(rng, found)) if found else None


def price(index: Index, rng: Random, what: str = "price") -> Program | None:
    word = pick(rng, list(prices(index, what)))
    return None if word is None else program.Price(what, index.items[word].text.lower())


def time(index: Index, rng: Random) -> Program | None:
    return price(index, rng, "time")


def platform(index: Index, rng: Random) -> Program | None:
    return price(index, rng, "platform")


def priced(index: Index, rng: Random, what: str = "price") -> Program | None:
    number = pick(rng, list(prices(index, what).values()))
    return None if number is None else program.Priced(what, index.items[number].text)


def train_at(index: Index, rng: Random) -> Program | None:
    return priced(index, rng, "time")


def which_priced(index: Index, rng: Random) -> Program | None:
    asked = price_larger(index, rng)
    return program.PriceLarger(asked.more, asked.text, asked.other, which=True) if asked else None


def price_extreme(index: Index, rng: Random) -> Program | None:
    return program.PriceExtreme(pick(rng, ["largest", "smallest"])) if len(prices(index)) > 1 else None


def price_larger(index: Index, rng: Random) -> Program | None:
    found = prices(index)
    if len(found) < 2:
        return None
    x, y = rng.sample(list(found), 2)
    return program.PriceLarger(pick(rng, ["larger", "smaller"]), *(index.items[i].text.lower() for i in (x, y)))


def number_extreme(index: Index, rng: Random) -> Program | None:
    return program.NumberExtreme(pick(rng, ["largest", "smallest"])) if len(numbers(index)) > 1 else None


def number_larger(index: Index, rng: Random) -> Program | None:
    signs = [(x, i) for x, i in index.unread]
    if len(signs) < 2:
        return None
    (x, i), (y, j) = rng.sample(signs, 2)
    return program.NumberLarger(pick(rng, ["larger", "smaller"]), x, y) if i != j else None
