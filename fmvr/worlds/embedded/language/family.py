"""A family of questions: which program it asks, and the bodies of its wordings."""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache, cached_property
from random import Random

from fmvr.worlds.embedded.language.grammar import Parts, Slot, all_slots, first_words, parse, slots, wordings
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.parts import ENDINGS, FORMS, OPENERS, RULES
from fmvr.worlds.embedded.language.program import Program

Bodies = dict[str, list[str]]


@dataclass(frozen=True)
class Body:
    """One way to word a family: its type (see `wordings_things`), its parts, the slots and fields that it says.

    `kept`: whether training never says it. `firsts`: the words that it can begin with; None for any.
    """

    type: str
    parts: Parts
    slots: tuple[Slot, ...]
    fields: frozenset[str]
    kept: bool
    firsts: frozenset[str] | None

    def can_say(self, asked: Program) -> bool:
        """Whether the slots' forms can say what a program's fields hold."""
        return all(_fits(s.form, getattr(asked, s.name)) for s in self.slots)


@dataclass(frozen=True)
class Family:
    """A kind of question: programs of one class with some fields fixed.

    `draw`: a program from a picture, or None. `holds`: which programs of the class are this family's.
    """

    name: str
    program: type[Program]
    wordings: Bodies
    draw: Callable[[Index, Random], Program | None] | None
    fixed: tuple[tuple[str, object], ...] = ()
    holds: Callable[[Program], bool] = lambda asked: True

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        found = []
        for kind, texts in self.wordings.items():
            for text in dict.fromkeys(texts):
                parts = parse(text, RULES)
                said = tuple(sorted(all_slots(parts), key=str))
                if slots(parts) != {slot.name for slot in said}:
                    raise ValueError(f"Parts of one wording ask different things: {text}")
                found.append(Body(kind, parts, said, slots(parts), text.startswith("~"), first_words(parts)))
        return tuple(found)

    @cached_property
    def by_fields(self) -> dict[frozenset[str], list[Body]]:
        """The bodies by the fields that they say."""
        found: dict[frozenset[str], list[Body]] = {}
        for body in self.bodies:
            found.setdefault(body.fields, []).append(body)
        return found

    @cached_property
    def _free(self) -> tuple[tuple[str, object], ...]:
        """The fields that are not fixed, with their defaults."""
        known = {name for name, _ in self.fixed}
        return tuple((name, default) for name, default in _fields(self.program) if name not in known)

    def fields_of(self, asked: Program) -> frozenset[str]:
        """The fields that a wording of a program says: those that are not fixed, nor as they are by default."""
        return frozenset(f for f, default in self._free if getattr(asked, f) != default)

    def asks(self, asked: Program) -> bool:
        """Whether a program is of this family."""
        return (
            type(asked) is self.program
            and all(getattr(asked, name) == value for name, value in self.fixed)
            and self.holds(asked)
            and self.fields_of(asked) in self.by_fields
        )

    def every_wording(self) -> Iterator[tuple[str, bool]]:
        """Every wording with its slots' names, without what stands before and behind, and whether it is kept."""
        for body in self.bodies:
            yield from wordings(body.parts)

    def count_wordings(self) -> tuple[int, int]:
        """How many wordings there are: of the question itself, and with all that may stand before and behind."""
        alone: dict[str, set[str]] = {}
        for body in self.bodies:
            alone.setdefault(body.type, set()).update(text for text, _ in wordings(body.parts))
        around = {t: len(set(wordings(OPENERS[t]))) * len(set(wordings(ENDINGS[t]))) for t in alone}
        return len(set().union(*alone.values())), sum(len(found) * around[t] for t, found in alone.items())


def _fits(form: str, held) -> bool:
    """Whether a form can say a value."""
    if form in FORMS:
        return held in FORMS[form]
    if form in ("whose", "name"):
        return replace(held, colour=None) == type(held)(held.kind)
    if form == "hue":
        return held == type(held)(colour=held.colour) and held.colour is not None
    return held.isdecimal() == (form == "number") if form in ("word", "number") else True


@cache
def _fields(kind: type[Program]) -> tuple[tuple[str, object], ...]:
    return tuple((f.name, None if f.default is MISSING else f.default) for f in fields(kind))


def spread(wordings: Bodies, **ways: list[str]) -> Bodies:
    """Bodies with `<name>` replaced by each way to say it: one body for each, since each says other fields."""
    ((name, said),) = ways.items()
    mark = f"<{name}>"
    return {
        kind: [body.replace(mark, way) for body in bodies for way in (said if mark in body else [""])]
        for kind, bodies in wordings.items()
    }


def located(wordings: Bodies) -> Bodies:
    """Bodies that say a place, a row or a column too, behind or before."""
    ways = [
        "(at|in) the {place:somewhere}",
        "on the {place:half}",
        "at the {place:end}",
        "in {row:row}",
        "in {column:column}",
    ]
    behind = {kind: [f"{body} {way}" for body in bodies for way in ways] for kind, bodies in wordings.items()}
    before = [f"{way} , {body}" for body in wordings["question"] for way in ways[:1] + ways[2:]]
    return behind | {"question": behind["question"] + before}
