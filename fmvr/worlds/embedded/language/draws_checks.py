"""Programs drawn from a picture that name a number, or list (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.catalog import NUMBER, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import MOST_KINDS
from fmvr.worlds.embedded.language.draws_cells import a_column, a_row, cell, empty, is_board
from fmvr.worlds.embedded.language.draws_places import SIDE_NAMES
from fmvr.worlds.embedded.language.draws_things import pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES, CATEGORIES_OF
from fmvr.worlds.embedded.language.program import Program, Select
from fmvr.worlds.embedded.language.truth_text import prices

HOW = ("exactly", "more than", "fewer than")


def is_count(index: Index, rng: Random) -> Program | None:
    counts = [(x, n) for x, n in index.phrases.items() if n <= 40]
    if not counts:
        return None
    x, n = pick(rng, [c for c in counts if c[1] > 1] or counts) if rng.random() < 0.8 else pick(rng, counts)
    how, yes = pick(rng, HOW), rng.random() < 0.5
    off = 1 + int(rng.random() * max(2, n // 3))
    if how == "exactly":
        m = n if yes else n + rng.choice((-1, 1)) * off
    else:
        m = n - off if (how == "more than") == yes else n + int(rng.random() * off) + (how == "fewer than")
    return program.IsCount(how, m, x) if m > 1 else None


def is_number(index: Index, rng: Random) -> Program | None:
    found = pick(rng, index.unread)
    if found is None:
        return None
    own = index.items[found[1]].text
    if not own.isdecimal():
        return None
    others = [index.items[i].text for _, i in index.unread if index.items[i].text != own]
    other = pick(rng, others) if others and rng.random() < 0.5 else str(int(rng.random() * 100))
    return program.IsNumber(found[0], own if rng.random() < 0.5 else other)


def is_price(index: Index, rng: Random) -> Program | None:
    found = prices(index)
    if not found:
        return None
    word = pick(rng, list(found))
    number = found[word] if rng.random() < 0.5 else pick(rng, list(found.values()))
    return program.IsPrice(index.items[word].text.lower(), index.items[number].text)


def nearer(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "scene" or len(index.references) < 3:
        return None
    (x, i), (y, j), (z, k) = rng.sample(index.references, 3)
    return program.Nearer(x, y, z) if len({i, j, k}) == 3 else None


def which_nearer(index: Index, rng: Random) -> Program | None:
    asked = nearer(index, rng)
    return program.Nearer(asked.x, asked.y, asked.z, which=True) if asked else None


def is_in(index: Index, rng: Random) -> Program | None:
    found = pick(rng, [(x, i) for x, i in index.references if x.row is None]) if is_board(index) else None
    if found is None:
        return None
    x, item = found[0], index.items[found[1]]
    if rng.random() < 0.5:
        return program.IsIn(x, row=item.row if rng.random() < 0.5 else a_row(index, rng))
    return program.IsIn(x, column=item.column if rng.random() < 0.5 else a_column(index, rng))


def taken(index: Index, rng: Random) -> Program | None:
    asked = empty(index, rng)
    return program.Taken(asked.row, asked.column) if asked else None


def cell_kind(index: Index, rng: Random) -> Program | None:
    asked = cell(index, rng)
    found = index.by_cell.get((asked.row, asked.column), ()) if asked else ()
    kinds = CATEGORIES_OF.get(index.items[found[0]].noun, ()) if found else ()
    return program.CellKind(Select(pick(rng, kinds)), asked.row, asked.column) if kinds else None


def which_in(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    spots = [{"row": a_row(index, rng)}, {"column": a_column(index, rng)}] if is_board(index) else []
    spots += [{"place": place} for place in rng.sample(list(index.occupied), min(3, len(index.occupied)))]
    for spot in rng.sample(spots, len(spots)):
        for kind in rng.sample(list(CATEGORIES), 4):
            sure, perhaps = index.find(Select(kind, **spot))
            if sure and not perhaps:
                return program.WhichIn(Select(kind), **spot)
    return None


def beside_all(index: Index, rng: Random) -> Program | None:
    """What is at a side of something, where that is not too much."""
    if index.picture.kind == "text" or any(i.noun in (WORD, NUMBER) for i in index.items):
        return None
    for _ in range(6):
        y, side = pick(rng, index.references), pick(rng, SIDE_NAMES)
        if y is None:
            return None
        sure, perhaps = index.find(Select(side=side, other=y[0]))
        if not perhaps and 0 < len({index.items[i].phrase for i in sure}) <= MOST_KINDS:
            return program.BesideAll(side, y[0])
    return None
