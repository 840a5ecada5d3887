"""Which items of a picture a question is about: those that its words or its answer name."""

from dataclasses import fields

from fmvr.worlds.embedded.language import program, truth, truth_places, truth_things
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.program import THING, Program, Select
from fmvr.worlds.embedded.language.truth_text import numbers, prices, reading_order
from fmvr.worlds.embedded.picture import Item, Picture


def subjects(asked: Program, picture: Picture) -> list[Item]:
    """The items that a question is about, each once; none for questions about the whole picture."""
    index = Index.of(picture)
    try:
        found = _named(asked, index) + _answering(asked, index)
    except truth.Unclear:
        found = _named(asked, index)
    return [index.items[i] for i in dict.fromkeys(found)]


def _named(asked: Program, index: Index) -> list[int]:
    """Those that the question's phrases and texts mean; a kind among which one is looked for is not yet meant."""
    found: list[int] = []
    sought = isinstance(asked, (program.Extreme, program.At, program.Beside, program.Nearest, program.IsAn))
    for field in fields(asked):
        held = getattr(asked, field.name)
        if isinstance(held, Select) and not (sought and field.name != "y"):
            if isinstance(asked, (program.CountIn, program.ExistIn)):
                held = truth_things.within(asked)
            found += index.find(held)[0]
        elif field.name in ("text", "other") and isinstance(held, str):
            found += index.by_text.get(held.casefold(), ())
    return found


def _answering(asked: Program, index: Index) -> list[int]:
    """Those that the answer names."""
    one: int | None = None
    match asked:
        case program.Extreme():
            one = truth_places.extreme_of(index, asked.extreme, index.find(asked.x)[0])
        case program.At():
            return list(index.find(Select(asked.x.kind, asked.x.colour, place=asked.place))[0])
        case program.Beside():
            one = truth_places.beside(index, asked)
        case program.Nearest():
            one = truth_places.nearest(index, asked)
        case program.Between():
            one = truth_places.between(index, asked)
        case program.Within():
            return list(index.find(Select(THING, place=asked.place))[0])
        case program.Cell() | program.Taken() | program.CellKind() | program.Empty() | program.InRow() | program.Line():
            return _in_cells(asked, index)
        case program.Nth():
            found = reading_order(index, [i for i in index.written if index.items[i].noun == asked.what])
            return found[asked.n if asked.n < 0 else asked.n - 1 :][:1]
        case program.Price() | program.Priced():
            pairs = prices(index, asked.what).items()
            said = asked.text.casefold()
            return [i for pair in pairs for i in pair if said in {(index.items[j].text or "").casefold() for j in pair}]
        case program.PriceExtreme():
            name = truth.answer(asked, index.picture)
            pairs = prices(index).items()
            return [i for pair in pairs for i in pair if index.items[pair[0]].text.lower() == name]
        case program.PriceLarger():
            found = prices(index)
            return [found[w] for text in (asked.text, asked.other) for w in index.by_text.get(text, ()) if w in found]
        case program.NumberExtreme() | program.PriceValue():
            right = truth.answer(asked, index.picture)
            return [i for i in numbers(index) if index.items[i].text == right]
        case program.Numbers():
            return numbers(index)
        case program.Texts() | program.Goods():
            return list(index.written)
    return [] if one is None or one == truth_places.NOBODY else [one]


def _in_cells(asked: Program, index: Index) -> list[int]:
    """Those in the cell, row or column that is asked about; of a line, the words or numbers where only they are."""
    held = vars(asked)
    row, column = truth.check_row(index, held["row"], held.get("column"))
    if row is None and column is None:
        return []
    if row is None:
        return index.by_column.get(column, [])
    found = index.by_row.get(row, []) if column is None else index.by_cell.get((row, column), [])
    return [i for i in found if held.get("what") in (None, index.items[i].noun)]
