"""What a picture holds, looked up by what a question says: made once, since many questions are asked of it."""

from collections import defaultdict
from functools import cached_property

import numpy as np

from fmvr.worlds.embedded.catalog import NUMBER, SIGN, WORD
from fmvr.worlds.embedded.language.geometry import LARGER, around, holds, lies_at
from fmvr.worlds.embedded.language.nouns import CATEGORIES, COLOUR_OF
from fmvr.worlds.embedded.language.program import HALVES, PLACES, THING, Select
from fmvr.worlds.embedded.picture import Item, Picture

Found = tuple[tuple[int, ...], tuple[int, ...]]  # who is meant; who may be meant or not


class Index:
    """A picture's items by noun, colour, category, text, row; items are named by their place in `picture.items`."""

    _made: dict[int, "Index"] = {}

    def __init__(self, picture: Picture):
        self.picture = picture
        self.items = picture.items
        self.by_noun: dict[str, list[int]] = defaultdict(list)
        self.by_text: dict[str, list[int]] = defaultdict(list)
        self.by_row: dict[int, list[int]] = defaultdict(list)
        self.by_column: dict[int, list[int]] = defaultdict(list)
        self.by_cell: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i, item in enumerate(picture.items):
            self.by_noun[item.noun].append(i)
            if item.text is not None:
                self.by_text[item.text.casefold()].append(i)
            if item.row is not None:
                self.by_row[item.row].append(i)
            if item.column is not None:
                self.by_column[item.column].append(i)
                self.by_cell[item.row, item.column].append(i)
        self.written = (*self.by_noun.get(WORD, ()), *self.by_noun.get(NUMBER, ()))
        self._found: dict[Select, Found] = {}

    @classmethod
    def of(cls, picture: Picture) -> "Index":
        """The index of a picture; the last few are remembered."""
        found = cls._made.get(id(picture))  # an index holds its picture, so no other one can have its id
        if found is None:
            if len(cls._made) >= 16:
                cls._made.pop(next(iter(cls._made)))
            found = cls._made[id(picture)] = cls(picture)
        return found

    @cached_property
    def centres(self) -> np.ndarray:
        """[n, 2] pixels."""
        return np.array([item.centre for item in self.items], float).reshape(-1, 2)

    @cached_property
    def things(self) -> tuple[int, ...]:
        """Whatever is not merely written on the ground."""
        written = set(self.written)
        return tuple(i for i in range(len(self.items)) if i not in written)

    @cached_property
    def places(self) -> list[str | None]:
        """Each item's place; None where it lies too near a border."""
        return [
            next((p for p, sure in around(item.centre).items() if sure and p in PLACES), None) for item in self.items
        ]

    def find(self, x: Select) -> Found:
        """Who a phrase means, and who may be meant but is too close to call."""
        if x not in self._found:
            self._found[x] = self._find(x)
        return self._found[x]

    def the(self, x: Select) -> int | None:
        """The one that a phrase means; None where there is none or not one."""
        sure, perhaps = self.find(x)
        return sure[0] if len(sure) == 1 and not perhaps else None

    def among(self, x: Select) -> np.ndarray | None:
        """[n] bool: who a phrase means; None where some are too close to call."""
        sure, perhaps = self.find(x)
        if perhaps:
            return None
        mask = np.zeros(len(self.items), bool)
        mask[list(sure)] = True
        return mask

    def _find(self, x: Select) -> Found:
        sure, perhaps = self._of_kind(x.kind)
        if x.colour is not None:
            plates = x.kind == SIGN and self.picture.kind == "text"  # the colour of an item is its ink's
            sure, perhaps = self._keep(sure, perhaps, lambda item: None if plates else is_coloured(item, x.colour))
        if x.text is not None:
            wanted = x.text.casefold()
            sure, perhaps = self._keep(sure, perhaps, lambda item: (item.text or "").casefold() == wanted)
        if x.row is not None:
            row = self.picture.rows if x.row == -1 else x.row
            sure, perhaps = self._keep(sure, perhaps, lambda item: item.row == row)
        if x.column is not None:
            column = self.picture.columns if x.column == -1 else x.column
            sure, perhaps = self._keep(sure, perhaps, lambda item: item.column == column)
        if x.place is not None:
            sure, perhaps = self._keep(sure, perhaps, lambda item: lies_at(item, x.place))
        if x.side is not None:
            other = self.the(x.other)
            if other is None:
                return (), sure + perhaps
            others = [i for i in sure if i != other], [i for i in perhaps if i != other]
            sure, perhaps = self._keep(*others, lambda item: holds(item, x.side, self.items[other]))
        if x.size is not None:
            sure, perhaps = self._sized(sure, perhaps, x.size)
        return tuple(sure), tuple(perhaps)

    def _of_kind(self, kind: str) -> Found:
        if kind == THING:
            return self.things, self.written
        if kind not in CATEGORIES:
            if kind == SIGN and self.picture.kind == "text":  # what a text is written on may be called a sign
                return (), self.written
            return tuple(self.by_noun.get(kind, ())), tuple(self.by_text.get(kind, ()))  # a word, not the thing
        members, disputed = CATEGORIES[kind]
        return tuple(i for noun, found in self.by_noun.items() if noun in members for i in found), tuple(
            i for noun, found in self.by_noun.items() if noun in disputed for i in found
        )

    def _keep(self, sure, perhaps, test) -> Found:
        """Those who pass a test that says True, False or None (too close to call)."""
        passed = [(i, test(self.items[i])) for i in sure]
        doubted = [i for i in perhaps if test(self.items[i]) is not False]
        return tuple(i for i, p in passed if p), (*(i for i, p in passed if p is None), *doubted)

    def _sized(self, sure, perhaps, size: str) -> Found:
        """The one that is clearly the largest or smallest of these."""
        if len(sure) < 2 or perhaps:
            return (), sure + perhaps
        order = sorted(sure, key=lambda i: self.items[i].size, reverse=size == "large")
        first, second = self.items[order[0]].size, self.items[order[1]].size
        return ((order[0],), ()) if max(first, second) >= LARGER * min(first, second) else ((), sure)

    @cached_property
    def references(self) -> list[tuple[Select, int]]:
        """A phrase for each item that a short phrase singles out: noun; colour, text or size with it; place; cell."""
        return self._references(colours=True)

    @cached_property
    def colourless(self) -> list[tuple[Select, int]]:
        """The same without colours, for questions about them."""
        return self._references(colours=False)

    @cached_property
    def unread(self) -> list[tuple[Select, int]]:
        """References to signs that do not give away what is written on them."""
        return [(x, i) for x, i in self.references if self.items[i].noun == SIGN and x.text is None]

    def _references(self, colours: bool) -> list[tuple[Select, int]]:
        found = []
        coloured, spots = defaultdict(int), defaultdict(int)
        for i, item in enumerate(self.items):
            coloured[item.noun, item.colour] += 1
            spots[item.noun, self.places[i]] += 1
        unclear = {item.noun for i, item in enumerate(self.items) if self.places[i] is None}
        board = self.picture.kind == "board"
        for i, item in enumerate(self.items):
            alone = item.text is not None and len(self.by_text[item.text.casefold()]) == 1
            if len(self.by_noun[item.noun]) == 1:
                x = Select(item.noun)
            elif alone and (item.noun in (WORD, NUMBER) or item.noun == SIGN and (i % 2 or not colours)):
                x = Select(item.noun, text=item.text.lower())
            elif colours and item.colour and coloured[item.noun, item.colour] == 1:
                x = Select(item.noun, colour=item.colour)
            elif board:
                thing = i % 2 and item.noun not in (WORD, NUMBER)
                x = Select(THING if thing else item.noun, row=item.row, column=item.column)
            elif item.noun not in unclear and spots[item.noun, self.places[i]] == 1:
                x = Select(item.noun, place=self.places[i])
            else:
                continue
            found.append((x, i))
        if self.picture.kind == "scene":
            for noun, same in self.by_noun.items():
                for size in ("large", "small"):
                    if 2 <= len(same) <= 4 and (i := self.the(Select(noun, size=size))) is not None:
                        found.append((Select(noun, size=size), i))
        return found

    @cached_property
    def phrases(self) -> dict[Select, int]:
        """How many there are of every noun, and of every noun with a colour."""
        counts: dict[Select, int] = defaultdict(int)
        for item in self.items:
            counts[Select(item.noun)] += 1
            if item.colour:
                counts[Select(item.noun, item.colour)] += 1
        return counts

    @cached_property
    def occupied(self) -> dict[str, list[int]]:
        """Who lies at each place or in each half; places that hold someone too close to call are left out."""
        found = {where: [] for where in (*PLACES, *HALVES)}
        unclear = set()
        for i, item in enumerate(self.items):
            for where, sure in around(item.centre).items():
                found[where].append(i)
                if not sure or item.noun in (WORD, NUMBER):
                    unclear.add(where)
        return {where: who for where, who in found.items() if where not in unclear}


def is_coloured(item: Item, colour: str) -> bool | None:
    """Whether an item has a colour; None where people might say so or not."""
    own = item.colour or COLOUR_OF.get(item.noun)
    if own is None:
        return None
    return own == colour or (None if colour in own.split(" and ") else False)
