"""Programs drawn from a picture, about places, relations, order and size (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.language import geometry, program
from fmvr.worlds.embedded.language.draws_things import pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES, CATEGORIES_OF
from fmvr.worlds.embedded.language.program import HALVES, PLACES, SIDES, Program, Select

OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}
SIDE_NAMES = list(SIDES)
TRIES = 12


def where(index: Index, rng: Random) -> Program | None:
    clear = [x for x, i in index.references if index.places[i] and x.place is None]
    return program.Query("place", pick(rng, clear)) if clear else None


def _placed(index: Index, rng: Random) -> tuple[Select, int] | None:
    return pick(rng, [(x, i) for x, i in index.references if x.place is None])


def is_at(index: Index, rng: Random) -> Program | None:
    found = _placed(index, rng)
    if found is None:
        return None
    x, i = found
    yes = rng.random() < 0.5
    places = rng.sample((*PLACES, *HALVES), len(PLACES) + len(HALVES))
    right = [p for p in places if geometry.lies_at(index.items[i], p) is yes]
    return program.IsAt(x, right[0]) if right else None


def choose_place(index: Index, rng: Random) -> Program | None:
    found = _placed(index, rng)
    if found is None:
        return None
    two = pick(rng, [HALVES[:2], HALVES[1::-1], HALVES[2:], HALVES[:1:-1]])
    return program.IsAt(found[0], *two)


def at(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    single = [p for p, found in index.occupied.items() if len(found) == 1 and not p.endswith("half")]
    empty = [p for p, found in index.occupied.items() if not found and not p.endswith("half")]
    places = empty if not single or rng.random() < 0.1 else single
    return program.At(pick(rng, places)) if places else None


def at_kind(index: Index, rng: Random) -> Program | None:
    for place in rng.sample(PLACES, 4):
        for kind in rng.sample(list(CATEGORIES), 4):
            sure, perhaps = index.find(Select(kind, place=place))
            if len(sure) == 1 and not perhaps:
                return program.At(place, Select(kind))
    return None


def a_pair(index: Index, rng: Random) -> tuple[Select, int, Select, int] | None:
    if len(index.references) < 2:
        return None
    (x, i), (y, j) = rng.sample(index.references, 2)
    return (x, i, y, j) if i != j else None


def relation(index: Index, rng: Random) -> Program | None:
    yes, side = rng.random() < 0.5, pick(rng, SIDE_NAMES)
    for _ in range(TRIES):
        pair = a_pair(index, rng)
        if pair is None:
            continue
        x, i, y, j = pair
        holds = geometry.holds(index.items[i], side, index.items[j])
        if holds is not None:
            return program.Relate(x, side if holds == yes else OPPOSITE[side], y)
    return None


def choose_side(index: Index, rng: Random) -> Program | None:
    asked = relation(index, rng)
    return program.Either(asked.x, asked.side, OPPOSITE[asked.side], asked.y) if asked else None


def next_to(index: Index, rng: Random) -> Program | None:
    """Half of them neighbours, the rest not; on boards from cell to cell."""
    if index.picture.kind == "text":
        return None
    yes, by_item = rng.random() < 0.5, {i: x for x, i in index.references}
    if len(by_item) < 2:
        return None
    for _ in range(TRIES):
        x, i = pick(rng, index.references)
        item = index.items[i]
        if not yes:
            y, j = pick(rng, index.references)
        else:
            if item.column is not None:
                cells = [(item.row + r, item.column + c) for r, c in ((0, 1), (1, 0), (0, -1), (-1, 0))]
                near = [j for cell in cells for j in index.by_cell.get(cell, ()) if j in by_item]
            else:
                near = [j for j in by_item if j != i and geometry.next_to(item, index.items[j])]
            j = pick(rng, near)
            y = by_item.get(j)
        if y is not None and j != i and geometry.next_to(item, index.items[j]) is yes:
            return program.Relate(x, "next to", y)
    return None


def beside(index: Index, rng: Random) -> Program | None:
    y = pick(rng, index.references)
    if y is None:
        return None
    near = index.picture.kind == "scene" and rng.random() < 0.2
    return program.Beside("next to" if near else pick(rng, SIDE_NAMES), y[0])


def beside_kind(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    for _ in range(TRIES):
        y = pick(rng, index.references)
        if y is None:
            return None
        side, kind = pick(rng, SIDE_NAMES), pick(rng, list(CATEGORIES))
        if index.items[y[1]].column is not None:
            item = index.items[y[1]]
            axis, sign = SIDES[side]
            there = index.by_cell.get((item.row + sign * axis, item.column + sign * (1 - axis)), [])
            kinds = CATEGORIES_OF.get(index.items[there[0]].noun, ()) if there else ()
            if kinds:
                return program.Beside(side, y[0], Select(pick(rng, kinds)))
        elif len(index.find(Select(kind))[0]) > 1:
            return program.Beside(side, y[0], Select(kind))
    return None


def nearest(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "scene":
        return None
    y = pick(rng, index.references)
    return program.Nearest(y[0]) if y else None


def nearest_kind(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "scene":
        return None
    y = pick(rng, index.references)
    kinds = [k for k in rng.sample(list(CATEGORIES), len(CATEGORIES)) if len(index.find(Select(k))[0]) > 1]
    return program.Nearest(y[0], Select(kinds[0])) if y and kinds else None


def between(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "board":
        by_item = {i: x for x, i in index.references}
        for _ in range(TRIES):
            y, i = pick(rng, index.references) or (None, None)
            if i is None:
                return None
            item = index.items[i]
            down = rng.random() < 0.5
            cell = (item.row + 2, item.column) if down else (item.row, item.column + 2)
            middle = (item.row + 1, item.column) if down else (item.row, item.column + 1)
            there = [j for j in index.by_cell.get(cell, ()) if j in by_item]
            if there and (index.by_cell.get(middle) or rng.random() < 0.2):
                two = [y, by_item[there[0]]]
                rng.shuffle(two)
                return program.Between(*two)
        return None
    pair = a_pair(index, rng) if index.picture.kind == "scene" else None
    return program.Between(pair[0], pair[2]) if pair else None


def is_between(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "scene" or len(index.references) < 3:
        return None
    yes = rng.random() < 0.5
    for _ in range(TRIES):
        (y, i), (z, j) = rng.sample(index.references, 2)
        if i == j:
            continue
        lie = geometry.between(index.centres, i, j)
        xs = [x for x, k in index.references if k not in (i, j) and lie[k] == yes]
        if xs:
            return program.Between(y, z, pick(rng, xs))
    return None
