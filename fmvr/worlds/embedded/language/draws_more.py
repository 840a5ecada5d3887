"""Programs drawn from a picture, about several things, halves, grounds, lists of numbers (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.catalog import COLOURS, NUMBER, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import MOST_KINDS
from fmvr.worlds.embedded.language.draws_cells import is_board, unwritten
from fmvr.worlds.embedded.language.draws_places import SIDE_NAMES
from fmvr.worlds.embedded.language.draws_things import absent, pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES
from fmvr.worlds.embedded.language.parts import GROUNDS
from fmvr.worlds.embedded.language.program import HALVES, THING, Program, Select
from fmvr.worlds.embedded.language.truth_text import numbers, prices


def both(index: Index, rng: Random) -> Program | None:
    """Half of them there; of the rest, one is mostly there."""
    there = [x for x in index.phrases if x.kind not in (WORD, NUMBER)]
    if len(there) < 2:
        return None
    x, y = rng.sample(there, 2)
    if rng.random() < 0.5:
        y = absent(index, rng)
    two = [x, y] if rng.random() < 0.9 else [absent(index, rng), y]
    rng.shuffle(two)
    return program.Both(*two) if two[0].kind != two[1].kind else None


def either_one(index: Index, rng: Random) -> Program | None:
    """Half of them there: one of the two."""
    if index.picture.kind == "text":
        return None
    x, y = absent(index, rng), absent(index, rng)
    if rng.random() < 0.5:
        y = pick(rng, [x for x in index.phrases if x.kind not in (WORD, NUMBER)]) or y
    two = [x, y]
    rng.shuffle(two)
    return program.Both(*two, either=True) if x.kind != y.kind else None


def kinds(index: Index, rng: Random) -> Program | None:
    found = [c for c in CATEGORIES if index.find(Select(c))[0]]
    return program.Kinds(Select(pick(rng, found))) if found else None


def coloured(index: Index, rng: Random) -> Program | None:
    """The one shape of a colour."""
    for colour in rng.sample(list(COLOURS), len(COLOURS)):
        sure, perhaps = index.find(Select("shape", colour))
        if len(sure) == 1 and not perhaps:
            return program.Coloured(Select("shape"), colour)
    return None


def of_colour(index: Index, rng: Random) -> Program | None:
    if index.written:
        return None
    options = [Select(THING, colour) for colour in rng.sample(list(COLOURS), len(COLOURS))]
    options = [x for x in options if index.find(x)[0] and not index.find(x)[1]]
    return program.Which(options[0]) if options else None


def count_beside(index: Index, rng: Random) -> Program | None:
    """How many of a kind are at a side of something; mostly some."""
    y = pick(rng, index.references) if index.picture.kind != "text" else None
    if y is None:
        return None
    options = [Select(noun) for noun, found in index.by_noun.items() if len(found) > 1] + [
        Select(c) for c in CATEGORIES if len(index.find(Select(c))[0]) > 1
    ]
    for _ in range(6):
        x, side = pick(rng, options), pick(rng, SIDE_NAMES)
        if x is None:
            return None
        sure, perhaps = index.find(Select(x.kind, side=side, other=y[0]))
        if not perhaps and (sure or rng.random() < 0.2):
            return program.CountBeside(x, side, y[0])
    return None


def within(index: Index, rng: Random) -> Program | None:
    """What is in a half that holds a few things."""
    found = [h for h in HALVES if 0 < len(index.occupied.get(h, ())) <= MOST_KINDS]
    return program.Within(pick(rng, found)) if found else None


def is_ground(index: Index, rng: Random) -> Program | None:
    own = index.picture.ground
    if own not in GROUNDS:
        return None
    return program.IsGround(own if rng.random() < 0.5 else pick(rng, [g for g in GROUNDS if g != own]))


def filled(index: Index, rng: Random) -> Program | None:
    return program.Filled() if is_board(index) else None


def any_free(index: Index, rng: Random) -> Program | None:
    return program.Filled(free=True) if is_board(index) else None


def size_of_board(index: Index, rng: Random) -> Program | None:
    return program.Extent("size") if is_board(index) else None


def all_numbers(index: Index, rng: Random) -> Program | None:
    return program.Numbers() if numbers(index) else None


def nth(index: Index, rng: Random) -> Program | None:
    if index.picture.ground not in ("sign", "price list", "departure board", "notice"):
        return None
    what = pick(rng, [WORD, NUMBER])
    there = len(index.by_noun.get(what, ()))
    return program.Nth(what, -1 if rng.random() < 0.3 else 1 + int(rng.random() * min(there, 4))) if there else None


def goods(index: Index, rng: Random) -> Program | None:
    return program.Goods() if prices(index) else None


def listed(index: Index, rng: Random) -> Program | None:
    found = prices(index)
    if not found:
        return None
    if rng.random() < 0.5:
        return program.Listed(index.items[pick(rng, list(found))].text.lower())
    text = unwritten(index, rng)
    return program.Listed(text) if text.isalpha() else None


def price_value(index: Index, rng: Random) -> Program | None:
    return program.PriceValue(pick(rng, ["largest", "smallest"])) if len(prices(index)) > 1 else None
