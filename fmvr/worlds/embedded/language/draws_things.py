"""Programs drawn from a picture, about what is there: balanced, so that a guess without the picture gains little.

Every function takes an index and a source of chance, and gives a program or None; whether it has an answer is seen by
asking for it (see `questions`).
"""

from random import Random

from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, NUMBER, SHAPES, SIGN, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.nouns import CATEGORIES, COLOUR_OF, OTHERS
from fmvr.worlds.embedded.language.program import THING, Program, Select
from fmvr.worlds.embedded.language.truth import MOST_COUNTED

_CATEGORY_SELECTS = [Select(c) for c in CATEGORIES]
_NAMES = list(COLOURS)


def pick(rng: Random, choices):
    """One of several; None of none."""
    return choices[int(rng.random() * len(choices))] if choices else None


def absent(index: Index, rng: Random) -> Select:
    """A phrase that nothing answers to; for what has a colour or a number, often its neighbour in these."""
    if index.items and rng.random() < 0.4:
        near = pick(rng, index.items)
        x = None
        if near.noun == SIGN and rng.random() < 0.5:
            x = Select(SIGN, text=str(int(rng.random() * 100)))
        elif near.noun in SHAPES or near.noun == SIGN:
            x = Select(near.noun, pick(rng, _NAMES))
        if x is not None and not any(index.find(x)):
            return x
    for _ in range(50):
        kind = pick(rng, OTHERS if rng.random() < 0.25 else NOUNS)
        if kind not in index.by_noun and kind not in index.by_text and (kind != SIGN or index.picture.kind != "text"):
            return Select(kind)
    noun = pick(rng, list(SHAPES))
    return Select(noun, pick(rng, ["brown", "pink", "orange"]))


def existence(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text" and rng.random() < 0.7:  # a text holds no things: the answer would be no
        return None
    yes = rng.random() < 0.5
    if not yes:
        return program.Exist(absent(index, rng))
    sayable = [x for x in index.phrases if x.kind not in (WORD, NUMBER)]
    x = pick(rng, sayable)
    if x and x.kind == SIGN and rng.random() < 0.4:
        x = Select(SIGN, text=index.items[pick(rng, index.by_noun[SIGN])].text)
    return program.Exist(x) if x else None


def _wanted(rng: Random, choices, test):
    """One of several that passes a test, tried in random order."""
    for choice in rng.sample(choices, len(choices)):
        if test(choice):
            return choice
    return None


def category_existence(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text" and rng.random() < 0.7:
        return None
    yes = rng.random() < 0.4
    x = _wanted(rng, _CATEGORY_SELECTS, lambda x: bool(index.find(x)[0]) == yes)
    return program.Exist(x) if x else None


def _by_count(counts: list[tuple[int, Select]], rng: Random) -> Select | None:
    """One of several, such that every count comes about as often, small ones a little less."""
    classes: dict[int, list[Select]] = {}
    for n, x in counts:
        if n <= MOST_COUNTED:
            classes.setdefault(n, []).append(x)
    if not classes:
        return None
    n = rng.choices(list(classes), [0.3 if n == 0 else 0.6 if n == 1 else 2.0 + 0.1 * n for n in classes])[0]
    return pick(rng, classes[n])


def count(index: Index, rng: Random) -> Program | None:
    x = _by_count([(0, absent(index, rng)), *((n, x) for x, n in index.phrases.items())], rng)
    return program.Count(x) if x else None


def category_count(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    selects = [*_CATEGORY_SELECTS, *(Select("shape", c) for c in rng.sample(_NAMES, 3))]
    if rng.random() < 0.2:
        selects.append(Select(THING, pick(rng, _NAMES)))
    found = [(index.find(x), x) for x in selects]
    x = _by_count([(len(sure), x) for (sure, perhaps), x in found if not perhaps], rng)
    return program.Count(x) if x else None


def count_all(index: Index, rng: Random) -> Program | None:
    if index.written or not 1 <= len(index.things) <= MOST_COUNTED:
        return None
    return program.Count(Select())


def colour(index: Index, rng: Random) -> Program | None:
    drawn = [x for x, i in index.colourless if index.items[i].colour]
    if not drawn or rng.random() < 0.12:
        drawn = [x for x, i in index.references if index.items[i].noun in COLOUR_OF] or drawn
    x = pick(rng, drawn)
    return program.Query("colour", x) if x else None


def is_colour(index: Index, rng: Random) -> Program | None:
    asked = colour(index, rng)
    if asked is None:
        return None
    item = index.items[index.the(asked.x)]
    own = item.colour or COLOUR_OF[item.noun]
    return program.IsColour(asked.x, own if rng.random() < 0.5 else pick(rng, [c for c in _NAMES if c != own]))


def choose_colour(index: Index, rng: Random) -> Program | None:
    asked = is_colour(index, rng)
    if asked is None:
        return None
    item = index.items[index.the(asked.x)]
    own = item.colour or COLOUR_OF[item.noun]
    two = [own, asked.colour if asked.colour != own else pick(rng, [c for c in _NAMES if c != own])]
    rng.shuffle(two)
    return program.IsColour(asked.x, *two)


def same_colour(index: Index, rng: Random) -> Program | None:
    drawn = [(x, index.items[i].colour, i) for x, i in index.colourless if index.items[i].colour]
    if len(drawn) < 2:
        return None
    same = rng.random() < 0.5
    for _ in range(20):
        (x, first, i), (y, second, j) = rng.sample(drawn, 2)
        if (first == second) == same and i != j:
            return program.SameColour(x, y)
    return None


def which(index: Index, rng: Random) -> Program | None:
    if index.picture.kind == "text":
        return None
    wanted = rng.random() < 0.85
    for x in rng.sample(_CATEGORY_SELECTS, len(_CATEGORY_SELECTS)):
        sure, perhaps = index.find(x)
        if not perhaps and bool(sure) == wanted:
            return program.Which(x)
    return None


def _countable(index: Index, rng: Random) -> list[tuple[Select, int]]:
    nouns = [(Select(n), len(found)) for n, found in index.by_noun.items() if len(found) <= MOST_COUNTED]
    nouns += [(x, n) for x, n in index.phrases.items() if x.colour and n <= MOST_COUNTED][:6]
    nouns += [(x, len(index.find(x)[0])) for x in rng.sample(_CATEGORY_SELECTS, 3) if not index.find(x)[1]]
    if rng.random() < 0.4:
        nouns.append((absent(index, rng), 0))
    return nouns


def _two(index: Index, rng: Random, wanted) -> tuple[Select, Select] | None:
    """Two phrases whose counts pass a test."""
    counts = _countable(index, rng)
    if len(counts) < 2:
        return None
    for _ in range(30):
        (x, n), (y, m) = rng.sample(counts, 2)
        if wanted(n, m) and (x.kind != y.kind or x.colour and y.colour) and x != y and n + m > 0:
            if y.kind in CATEGORIES and x.kind in CATEGORIES[y.kind][0]:
                continue
            if x.kind in CATEGORIES and y.kind in CATEGORIES[x.kind][0]:
                continue
            return x, y
    return None


def compare(index: Index, rng: Random) -> Program | None:
    more = pick(rng, ["more", "fewer"])
    yes = rng.random() < 0.5
    two = _two(index, rng, lambda n, m: ((n > m) if more == "more" else (n < m)) == yes)
    return program.Compare(more, *two) if two else None


def as_many(index: Index, rng: Random) -> Program | None:
    yes = rng.random() < 0.6
    two = _two(index, rng, lambda n, m: (n == m) == yes)
    return program.Compare("as many", *two) if two else None


def which_more(index: Index, rng: Random) -> Program | None:
    two = _two(index, rng, lambda n, m: n != m)
    return program.Compare(pick(rng, ["more", "more", "fewer"]), *two, which=True) if two else None


def describe(index: Index, rng: Random) -> Program | None:
    return program.Describe()


def ground(index: Index, rng: Random) -> Program | None:
    return program.Ground() if index.picture.kind == "scene" else None


def frame(index: Index, rng: Random) -> Program | None:
    return program.Frame() if index.picture.kind != "scene" else None
