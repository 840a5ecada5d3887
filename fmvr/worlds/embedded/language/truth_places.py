"""What is true of places, relations, order and size."""

from dataclasses import replace

from fmvr.worlds.embedded.language import geometry, program
from fmvr.worlds.embedded.language.answers import NOTHING, absent, named, yes
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.program import EXTREMES, THING, Select
from fmvr.worlds.embedded.language.truth import find_answer, the
from fmvr.worlds.embedded.language.truth_cells import items_listed


@find_answer.register
def _(asked: program.At, index):
    sure, perhaps = index.find(_at(asked.x, asked.place))
    if perhaps or len(sure) > 1:
        return None
    return named(index.items[sure[0]]) if sure else NOTHING if asked.x.kind == THING else None


def _at(x: Select, place: str) -> Select:
    return Select(x.kind, x.colour, place=place)


@find_answer.register
def _(asked: program.Relate, index):
    x, y = the(index, asked.x), the(index, asked.y)
    return None if x == y else yes(geometry.holds(index.items[x], asked.side, index.items[y]))


@find_answer.register
def _(asked: program.Beside, index):
    return _name(index, beside(index, asked), asked.x)


@find_answer.register
def _(asked: program.Nearest, index):
    return _name(index, nearest(index, asked), asked.x)


@find_answer.register
def _(asked: program.Between, index):
    found = between(index, asked)
    if asked.x is None:
        return _name(index, found, Select())
    x = the(index, asked.x)
    return None if found is None else yes(found == x)


def _name(index: Index, found: int | None, x: Select) -> str | None:
    """What an item is; where there is none (−1), that there is nothing, unless a kind was asked for."""
    if found is None or found == NOBODY and x != Select():
        return None
    return NOTHING if found == NOBODY else named(index.items[found])


NOBODY = -1
IN_LINES = ("price list", "departure board", "notice", "sign")  # texts whose lines are lines


def beside(index: Index, asked: program.Beside) -> int | None:
    """Who stands at a side of y: on a board in the next cell. NOBODY, or None where it is not clear who is meant."""
    y = the(index, asked.y)
    item = index.items[y]
    if asked.side == "next to":
        found = nearest(index, program.Nearest(asked.y, asked.x)) if item.row is None else None
        return found if found is not None and geometry.next_to(item, index.items[found]) else None
    if item.row is not None:
        axis, sign = program.SIDES[asked.side]
        if index.picture.kind == "text" and (index.picture.ground not in IN_LINES or axis and item.column > 1):
            return None
        found = index.by_cell.get((item.row + sign * axis, item.column + sign * (1 - axis)), [])
        if asked.x != Select() and not set(found) & set(index.find(asked.x)[0]):
            return None
        return found[0] if found else NOBODY
    among = index.among(asked.x)
    if among is None:
        return None
    among[y] = False
    return geometry.beside(index.centres, y, asked.side, among)


def nearest(index: Index, asked: program.Nearest) -> int | None:
    """Who of x's kind is nearest to y; None where that is not clear."""
    y, among = the(index, asked.y), index.among(asked.x)
    return None if among is None else geometry.nearest(index.centres, y, among)


def between(index: Index, asked: program.Between) -> int | None:
    """Who stands between y and z, or whether x does: x itself or NOBODY; None where that is not clear."""
    y, z = the(index, asked.y), the(index, asked.z)
    if y == z or index.items[y].row is not None and not _in_line(index.items[y], index.items[z]):
        return None
    lies = geometry.between(index.centres, y, z)
    if asked.x is not None:
        x = the(index, asked.x)
        return None if x in (y, z) or lies[x] == -1 else x if lies[x] else NOBODY
    inside = (lies == 1).nonzero()[0]
    if (lies == -1).any() or len(inside) > 1:
        return None
    return int(inside[0]) if len(inside) else NOBODY


def _in_line(y, z) -> bool:
    """Whether two cells lie in one row or column with exactly one cell between them."""
    return {abs(y.row - z.row), abs(y.column - z.column)} == {0, 2}


@find_answer.register
def _(asked: program.Extreme, index):
    sure, perhaps = index.find(asked.x)
    if not sure and not perhaps:
        return None if asked.x == Select() else absent(asked.x)
    found = None if perhaps else extreme_of(index, asked.extreme, sure)
    return None if found is None else named(index.items[found])


def extreme_of(index: Index, extreme: str, found) -> int | None:
    """Who of several is the leftmost, … largest; None where a second one is too near to it."""
    if len(found) < 2:
        return found[0] if found else None
    if extreme in EXTREMES:
        axis, sign = EXTREMES[extreme]
        order = sorted(found, key=lambda i: -sign * index.items[i].centre[axis])
        first, second = (index.items[i].centre[axis] for i in order[:2])
        return order[0] if abs(first - second) >= geometry.CLEAR else None
    order = sorted(found, key=lambda i: index.items[i].size, reverse=extreme == "largest")
    first, second = (index.items[i].size for i in order[:2])
    return order[0] if max(first, second) >= geometry.LARGER * min(first, second) else None


@find_answer.register
def _(asked: program.Larger, index):
    x, y = index.items[the(index, asked.x)], index.items[the(index, asked.y)]
    if max(x.size, y.size) < geometry.LARGER * min(x.size, y.size):
        return None
    if asked.which:
        return named(x if (x.size > y.size) == (asked.more == "larger") else y)
    return yes((x.size > y.size) == (asked.more == "larger"))


@find_answer.register
def _(asked: program.IsAt, index):
    item = index.items[the(index, asked.x)]
    first = geometry.lies_at(item, asked.place)
    if asked.other is None:
        return yes(first)
    second = geometry.lies_at(item, asked.other)
    return None if first is None or second is None or first == second else asked.place if first else asked.other


@find_answer.register
def _(asked: program.Either, index):
    x, y = (index.items[the(index, s)] for s in (asked.x, asked.y))
    first, second = geometry.holds(x, asked.side, y), geometry.holds(x, asked.other, y)
    return (
        None
        if first is None or second is None or first == second
        else (asked.side if first else asked.other).removesuffix(" of")
    )


@find_answer.register
def _(asked: program.CountBeside, index):
    the(index, asked.y)
    return find_answer(program.Count(replace(asked.x, side=asked.side, other=asked.y)), index)


@find_answer.register
def _(asked: program.Within, index):
    sure, perhaps = index.find(Select(THING, place=asked.place))
    return None if perhaps else items_listed(index, sure) or NOTHING
