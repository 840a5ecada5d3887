"""What is true of what is there: existence, counts, colours, kinds, descriptions, grounds."""

from dataclasses import replace

from fmvr.worlds.embedded.language import geometry, program
from fmvr.worlds.embedded.language.answers import CANNOT_TELL, NO, listed, many, named, yes
from fmvr.worlds.embedded.language.index import Index, is_coloured
from fmvr.worlds.embedded.language.nouns import COLOUR_OF, PLURAL, article
from fmvr.worlds.embedded.language.program import Select
from fmvr.worlds.embedded.language.truth import check_row, count, find_answer, the


@find_answer.register
def _(asked: program.Exist, index):
    sure, perhaps = index.find(asked.x)
    return yes(True) if sure else None if perhaps else NO


@find_answer.register
def _(asked: program.Count, index):
    check_row(index, asked.x.row, asked.x.column)
    return str(count(index, asked.x))


def within(asked) -> Select:
    """The phrase of a count or existence within a place, row or column as one selection."""
    return replace(asked.x, place=asked.place, row=asked.row, column=asked.column)


@find_answer.register
def _(asked: program.CountIn, index):
    return find_answer(program.Count(within(asked)), index)


@find_answer.register
def _(asked: program.ExistIn, index):
    check_row(index, asked.row, asked.column)
    return find_answer(program.Exist(within(asked)), index)


@find_answer.register
def _(asked: program.Query, index):
    item = index.items[the(index, asked.x)]
    if asked.what == "colour":
        return item.colour or COLOUR_OF.get(item.noun)
    if asked.what == "text":
        return item.text.lower() if item.text is not None else CANNOT_TELL
    if asked.what == "place":
        return geometry.place(item.centre) if geometry.is_clear(item.centre) else None
    if item.row is None or index.picture.kind == "text" and asked.what != "row":
        return None
    if asked.what == "cell":
        return f"row {item.row}, column {item.column}"
    return str(item.row if asked.what == "row" else item.column)


@find_answer.register
def _(asked: program.Compare, index):
    x, y = count(index, asked.x), count(index, asked.y)
    if asked.which:
        return None if x == y else many(asked.x if (x > y) == (asked.more == "more") else asked.y)
    return yes({"more": x > y, "fewer": x < y, "as many": x == y}[asked.more])


@find_answer.register
def _(asked: program.IsColour, index):
    item = index.items[the(index, asked.x)]
    if asked.other is None:
        return yes(is_coloured(item, asked.colour))
    right = [c for c in (asked.colour, asked.other) if is_coloured(item, c)]
    return right[0] if len(right) == 1 else None


@find_answer.register
def _(asked: program.IsAn, index):
    y = the(index, asked.y)
    x = _is_one(index, y, asked.x)
    if asked.z is None:
        return yes(x)
    z = _is_one(index, y, asked.z)
    return None if x is None or z is None or x == z else _a(asked.x if x else asked.z)


def _is_one(index: Index, item: int, x: Select) -> bool | None:
    sure, perhaps = index.find(x)
    return True if item in sure else None if item in perhaps else False


def _a(x: Select) -> str:
    phrase = f"{x.colour} {x.kind}" if x.colour else x.kind
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


@find_answer.register
def _(asked: program.Which, index):
    sure, perhaps = index.find(asked.x)
    if perhaps:
        return None
    return listed(index.items[i].phrase for i in sure) if sure else f"There are no {PLURAL[asked.x.kind]}."


@find_answer.register
def _(asked: program.SameColour, index):
    x, y = index.items[the(index, asked.x)], index.items[the(index, asked.y)]
    first, second = (i.colour or COLOUR_OF.get(i.noun) for i in (x, y))
    return None if x is y or first is None or second is None else yes(first == second)


@find_answer.register
def _(asked: program.Describe, index):
    if index.things:
        return listed(index.items[i].phrase for i in sorted(index.things, key=lambda i: -index.items[i].size)) + "."
    if not index.items:
        return None
    return f"{_frame(index)} with {listed(index.items[i].noun for i in index.written)}."


@find_answer.register
def _(asked: program.Ground, index):
    return index.picture.ground if index.picture.kind == "scene" else None


def _frame(index: Index) -> str:
    ground = index.picture.ground
    return ground if ground in ("labels", "number plates") else f"{article(ground)} {ground}"


@find_answer.register
def _(asked: program.Frame, index):
    return _frame(index) if index.picture.kind != "scene" else None


@find_answer.register
def _(asked: program.Both, index):
    found = [find_answer(program.Exist(x), index) for x in (asked.x, asked.y)]
    sure = "yes" if asked.either else NO
    return sure if sure in found else None if None in found else found[0]


@find_answer.register
def _(asked: program.Kinds, index):
    sure, perhaps = index.find(asked.x)
    return None if perhaps else str(len({index.items[i].noun for i in sure}))


@find_answer.register
def _(asked: program.Coloured, index):
    sure, perhaps = index.find(replace(asked.x, colour=asked.colour))
    return named(index.items[sure[0]]) if len(sure) == 1 and not perhaps else None


@find_answer.register
def _(asked: program.IsGround, index):
    own = index.picture.ground
    if asked.ground != own and {asked.ground, own} <= {"wall", "brick wall"} | {"sky", "night sky"}:
        return None
    return yes(asked.ground == own)


@find_answer.register
def _(asked: program.Cannot, index):
    if asked.x is not None and not any(index.find(asked.x)):
        the(index, asked.x)  # which is not there
    return CANNOT_TELL
