"""What is true of what is written: words, lines, prices, departures, numbers."""

from fmvr.worlds.embedded.catalog import NUMBER, SIGN, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import CANNOT_TELL, MOST_KINDS, MOST_WORDS, joined, yes
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.program import SIZES
from fmvr.worlds.embedded.language.truth import Unclear, check_row, find_answer, the

STEPS = {"price": 1, "time": -1, "platform": 1}  # from a word's field to that of its number
LISTS = {"price": "price list", "time": "departure board", "platform": "departure board"}


def find_text(index: Index, text: str) -> int:
    """Who says a text. Raises Unclear where nobody does or several do."""
    found = index.by_text.get(text.casefold(), [])
    if len(found) != 1:
        raise Unclear(None if found else f"There is no {text.lower()}.")
    return found[0]


def prices(index: Index, what: str = "price") -> dict[int, int]:
    """A list's words, each with its number: item → item."""
    if index.picture.ground != LISTS[what]:
        return {}
    found = {}
    for word in index.by_noun.get(WORD, ()):
        item = index.items[word]
        there = index.by_cell.get((item.row, item.column + STEPS[what]), [])
        if len(there) == 1 and index.items[there[0]].noun == NUMBER:
            found[word] = there[0]
    return found


@find_answer.register
def _(asked: program.Says, index):
    return yes(asked.text.casefold() in index.by_text)


@find_answer.register
def _(asked: program.FindText, index):
    item = index.items[find_text(index, asked.text)]
    return str(item.row) if item.row is not None else None


@find_answer.register
def _(asked: program.Line, index):
    if index.picture.kind != "text":
        return None
    row, _ = check_row(index, asked.row, word="line")
    found = sorted(index.by_row.get(row, []), key=lambda i: index.items[i].column)
    if asked.what is not None:
        found = [i for i in found if index.items[i].noun == asked.what]
        return index.items[found[0]].text.lower() if len(found) == 1 else None
    return _read(index, found)


def _read(index: Index, found) -> str | None:
    return " ".join(index.items[i].text.lower() for i in found) if 0 < len(found) <= MOST_WORDS else None


@find_answer.register
def _(asked: program.Texts, index):
    if index.picture.kind != "text":
        return None if index.by_text else CANNOT_TELL
    return _read(index, reading_order(index, index.written))


@find_answer.register
def _(asked: program.Price, index):
    found = prices(index, asked.what)
    if not found:
        return None
    word = find_text(index, asked.text)
    return index.items[found[word]].text if word in found else None


@find_answer.register
def _(asked: program.Priced, index):
    found = prices(index, asked.what)
    words = [w for w, n in found.items() if index.items[n].text == asked.text]
    if not found:
        return None
    if not words:
        return None if asked.text in index.by_text else f"There is no {asked.text}."
    return index.items[words[0]].text.lower() if len(words) == 1 else None


@find_answer.register
def _(asked: program.PriceExtreme, index):
    found = prices(index)
    word = _extreme(list(found), lambda w: int(index.items[found[w]].text), asked.extreme)
    return None if word is None else index.items[word].text.lower()


def _extreme(found: list[int], value, extreme: str) -> int | None:
    """The one with the largest or smallest value; None where there is none, or several share it."""
    order = sorted(found, key=value, reverse=extreme == SIZES[0])
    if not order or len(order) > 1 and value(order[0]) == value(order[1]):
        return None
    return order[0]


@find_answer.register
def _(asked: program.PriceLarger, index):
    found = prices(index)
    words = [find_text(index, text) for text in (asked.text, asked.other)]
    if not all(w in found for w in words):
        return None
    first, second = (int(index.items[found[w]].text) for w in words)
    if first == second:
        return None
    more = (first > second) == (asked.more == "larger")
    return (asked.text if more else asked.other) if asked.which else yes(more)


@find_answer.register
def _(asked: program.PriceValue, index):
    found = [int(index.items[n].text) for n in prices(index).values()]
    return str((max if asked.extreme == "largest" else min)(found)) if found else None


@find_answer.register
def _(asked: program.Goods, index):
    found = list(prices(index))
    return joined([index.items[i].text.lower() for i in found]) if 0 < len(found) <= MOST_KINDS else None


@find_answer.register
def _(asked: program.Listed, index):
    if index.picture.ground not in ("price list", "departure board"):
        return None
    return yes(asked.text.casefold() in index.by_text)


@find_answer.register
def _(asked: program.Nth, index):
    found = reading_order(index, [i for i in index.written if index.items[i].noun == asked.what])
    if index.picture.kind != "text" or asked.n > len(found) or not found:
        return None
    return index.items[found[asked.n if asked.n < 0 else asked.n - 1]].text.lower()


@find_answer.register
def _(asked: program.Numbers, index):
    found = numbers(index)
    return joined([index.items[i].text for i in found]) if 0 < len(found) <= MOST_KINDS else None


def reading_order(index: Index, found) -> list[int]:
    return sorted(found, key=lambda i: (index.items[i].row, index.items[i].column))


def numbers(index: Index) -> list[int]:
    """Every item that shows a number."""
    return [i for n in (NUMBER, SIGN) for i in index.by_noun.get(n, ()) if (index.items[i].text or "").isdecimal()]


@find_answer.register
def _(asked: program.NumberExtreme, index):
    item = _extreme(numbers(index), lambda i: int(index.items[i].text), asked.extreme)
    return None if item is None else index.items[item].text


@find_answer.register
def _(asked: program.NumberLarger, index):
    x, y = (index.items[the(index, s)].text for s in (asked.x, asked.y))
    if not (x or "").isdecimal() or not (y or "").isdecimal() or int(x) == int(y):
        return None
    return yes((int(x) > int(y)) == (asked.more == "larger"))
