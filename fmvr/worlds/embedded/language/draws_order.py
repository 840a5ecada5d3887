"""Programs drawn from a picture, about order, size and kind (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.catalog import NOUNS
from fmvr.worlds.embedded.language import geometry, program
from fmvr.worlds.embedded.language.draws_places import TRIES, a_pair
from fmvr.worlds.embedded.language.draws_things import absent, pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES, CATEGORIES_OF
from fmvr.worlds.embedded.language.program import EXTREMES, SIZES, THING, Program, Select
from fmvr.worlds.embedded.language.truth_places import extreme_of


def extreme(index: Index, rng: Random) -> Program | None:
    if index.written or len(index.things) < 2:
        return None
    extremes = list(EXTREMES) + (list(SIZES) if index.picture.kind == "scene" else [])
    for name in rng.sample(extremes, len(extremes)):
        if extreme_of(index, name, index.things) is not None:
            return program.Extreme(name)
    return None


def extreme_kind(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    extremes = list(EXTREMES) + (list(SIZES) if index.picture.kind == "scene" else [])
    kinds = [Select(c) for c in CATEGORIES] + [Select(n) for n in ("sign",) if n in index.by_noun]
    for _ in range(TRIES):
        x, name = pick(rng, kinds), pick(rng, extremes)
        sure, perhaps = index.find(x)
        if len(sure) > 1 and not perhaps and extreme_of(index, name, sure) is not None:
            return program.Extreme(name, x)
    return None


def larger(index: Index, rng: Random) -> Program | None:
    if index.picture.kind != "scene":
        return None
    yes, more = rng.random() < 0.5, pick(rng, ["larger", "larger", "smaller"])
    for _ in range(TRIES):
        pair = a_pair(index, rng)
        if pair is None or pair[0].size or pair[2].size:
            continue
        x, i, y, j = pair
        first, second = index.items[i].size, index.items[j].size
        if max(first, second) >= geometry.LARGER * min(first, second):
            return program.Larger(more, *((x, y) if ((first > second) == (more == "larger")) == yes else (y, x)))
    return None


def which_larger(index: Index, rng: Random) -> Program | None:
    asked = larger(index, rng)
    return program.Larger(asked.more, asked.x, asked.y, which=True) if asked else None


def _spot(index: Index, rng: Random) -> tuple[Select, int] | None:
    """A thing called so, and where it is."""
    if index.picture.kind == "board":
        i = pick(rng, index.things)
        return None if i is None else (Select(THING, row=index.items[i].row, column=index.items[i].column), i)
    single = [(p, found[0]) for p, found in index.occupied.items() if len(found) == 1 and not p.endswith("half")]
    found = pick(rng, single)
    return found and (Select(THING, place=found[0]), found[1])


def is_an(index: Index, rng: Random) -> Program | None:
    found = _spot(index, rng)
    if found is None:
        return None
    y, i = found
    item, yes = index.items[i], rng.random() < 0.5
    if rng.random() < 0.3:
        kinds = [k for k in CATEGORIES if (k in CATEGORIES_OF.get(item.noun, ())) == yes]
        return program.IsAn(y, Select(pick(rng, kinds))) if kinds else None
    coloured = item.colour if rng.random() < 0.5 else None
    return program.IsAn(y, Select(item.noun, coloured) if yes else _other(index, rng, item))


def _other(index: Index, rng: Random, item) -> Select:
    """What an item might be taken for: another noun, often one that is there too."""
    noun = pick(rng, list(index.by_noun)) if rng.random() < 0.5 else pick(rng, NOUNS)
    return Select(noun) if noun != item.noun else absent(index, rng)


def choose_an(index: Index, rng: Random) -> Program | None:
    found = _spot(index, rng)
    if found is None:
        return None
    y, i = found
    two = [Select(index.items[i].noun), _other(index, rng, index.items[i])]
    rng.shuffle(two)
    return program.IsAn(y, *two) if two[0].kind != two[1].kind else None
