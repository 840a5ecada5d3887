"""What is true of questions that name a number, and of those that list."""

from dataclasses import replace

import numpy as np

from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import NOTHING, listed, named, yes
from fmvr.worlds.embedded.language.geometry import NEARER
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import PLURAL
from fmvr.worlds.embedded.language.program import Select
from fmvr.worlds.embedded.language.truth import check_row, count, find_answer, the
from fmvr.worlds.embedded.language.truth_text import find_text, prices


@find_answer.register
def _(asked: program.IsCount, index):
    n = count(index, asked.x)
    return yes({"exactly": n == asked.n, "more than": n > asked.n, "fewer than": n < asked.n}[asked.how])


@find_answer.register
def _(asked: program.IsNumber, index):
    text = index.items[the(index, asked.x)].text
    return None if text is None else yes(text == asked.text)


@find_answer.register
def _(asked: program.IsPrice, index):
    found = prices(index)
    word = find_text(index, asked.text) if found else None
    return yes(index.items[found[word]].text == asked.number) if word in found else None


@find_answer.register
def _(asked: program.Nearer, index):
    x, y, z = (the(index, s) for s in (asked.x, asked.y, asked.z))
    first, second = (float(np.hypot(*(index.centres[i] - index.centres[z]))) for i in (x, y))
    if len({x, y, z}) < 3 or max(first, second) < NEARER * min(first, second):
        return None
    return named(index.items[x if first < second else y]) if asked.which else yes(first < second)


@find_answer.register
def _(asked: program.IsIn, index):
    row, column = check_row(index, asked.row, asked.column)
    item = index.items[the(index, asked.x)]
    return yes(item.row == row if row is not None else item.column == column)


@find_answer.register
def _(asked: program.Taken, index):
    if index.picture.kind != "board":
        return None
    return yes(check_row(index, asked.row, asked.column) in index.by_cell)


@find_answer.register
def _(asked: program.CellKind, index):
    row, column = check_row(index, asked.row, asked.column)
    sure, perhaps = index.find(replace(asked.x, row=row, column=column))
    return named(index.items[sure[0]]) if len(sure) == 1 and not perhaps else None


@find_answer.register
def _(asked: program.WhichIn, index):
    row, column = check_row(index, asked.row, asked.column)
    return _listed(index, replace(asked.x, place=asked.place, row=row, column=column))


@find_answer.register
def _(asked: program.BesideAll, index):
    the(index, asked.y)
    return _listed(index, Select(side=asked.side, other=asked.y))


def _listed(index: Index, x: Select) -> str | None:
    sure, perhaps = index.find(x)
    if perhaps:
        return None
    if not sure:
        return NOTHING if x.kind == "thing" else f"There are no {PLURAL[x.kind]}."
    return listed(index.items[i].phrase for i in sure)
