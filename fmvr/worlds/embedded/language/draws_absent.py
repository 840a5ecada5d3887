"""Questions without a better answer: about what is not there, and what no picture says."""

from random import Random

from fmvr.worlds.embedded.catalog import NOUNS, NUMBER, SHAPES, SIGN, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.draws_cells import LISTED, is_board, unwritten
from fmvr.worlds.embedded.language.draws_places import SIDE_NAMES
from fmvr.worlds.embedded.language.draws_things import _NAMES, absent, pick
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.program import HALVES, PLACES, Program, Select
from fmvr.worlds.embedded.language.truth_text import prices
from fmvr.worlds.embedded.language.wordings_cannot import ABOUT, GENERAL


def presupposing(index: Index, rng: Random) -> Program | None:
    """A question that presupposes something that is not there."""
    kinds = ["thing", "thing", "relation"]
    if is_board(index):
        kinds += ["cell", "cell", "row of"]
    if index.picture.kind == "text":
        kinds = ["text"] * 3 + ["thing"]
    kind = pick(rng, kinds)
    x = absent(index, rng)
    if kind == "thing":
        return _of_thing(x, rng)
    if kind == "relation":
        return _of_relation(index, x, rng)
    if kind == "cell":
        rows, columns = index.picture.rows, index.picture.columns
        beyond = 1 + int(rng.random() * 6)
        look = rng.random()
        if look < 0.3:
            return program.Cell(rows + beyond, 1 + int(rng.random() * columns))
        if look < 0.6:
            return program.Cell(1 + int(rng.random() * rows), columns + beyond)
        return program.InRow(row=rows + beyond) if look < 0.8 else program.InRow(column=columns + beyond)
    if kind == "row of":
        return program.Query(pick(rng, ["row", "column", "cell"]), x)
    return _of_text(index, rng)


def _of_thing(x: Select, rng: Random) -> Program:
    coloured = x.kind in SHAPES or x.kind == SIGN
    look = rng.random()
    if x.kind == SIGN and x.text is None and look < 0.5:
        return program.Query("text", x)
    if x.colour is None and look < (0.5 if coloured else 0.35):
        return program.Query("colour", x)
    if x.colour is None and look < 0.55:
        return program.IsColour(x, pick(rng, _NAMES))
    if look < 0.65:
        return program.IsAt(x, pick(rng, (*PLACES, *HALVES)))
    return program.Query("place", x)


def _of_relation(index: Index, x: Select, rng: Random) -> Program | None:
    look = rng.random()
    there = pick(rng, index.references)
    if look < 0.3 or there is None:
        return program.Beside(pick(rng, SIDE_NAMES), x)
    if look < 0.45:
        return program.Nearest(x)
    two = [x, there[0]]
    rng.shuffle(two)
    if look < 0.85:
        return program.Relate(two[0], pick(rng, [*SIDE_NAMES, "next to"]), two[1])
    if look < 0.93:
        return program.Larger(pick(rng, ["larger", "smaller"]), *two)
    return program.Between(*two)


def _of_text(index: Index, rng: Random) -> Program | None:
    text = unwritten(index, rng)
    options = [program.Query("place", Select(NUMBER if text.isdecimal() else WORD, text=text))]
    if index.picture.ground in LISTED:
        options += [program.FindText(text), program.Line(index.picture.rows + 1 + int(rng.random() * 6))]
    if text.isalpha():
        options += [program.Price(what, text) for what in ("price", "time", "platform") if prices(index, what)] * 2
    return pick(rng, options)


def unsayable(index: Index, rng: Random, things: bool = True) -> Program:
    """What no picture says: of a thing that is there, if wanted, or of anything."""
    there = [x for x, i in index.references if index.items[i].noun in NOUNS] if things else []
    if there and rng.random() < 0.5:
        return program.Cannot(pick(rng, list(ABOUT)), pick(rng, there))
    topic = pick(rng, list(GENERAL))
    if topic != "maths":
        return program.Cannot(topic)
    n, m = (int(rng.random() * 30) + 1 for _ in range(2))
    return program.Cannot(topic, n=n, m=m) if rng.random() < 0.8 else program.Cannot(topic, n=n)
