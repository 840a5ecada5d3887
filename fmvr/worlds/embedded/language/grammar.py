"""The notation in which wordings are written down, and what is done with it: say, count, read back.

`(a|b)` is a choice of parts, `[a]` a part that may be left out, `<name>` a rule's parts, `{x:the}` a slot with the form
that its value takes; `~` before a part keeps it for the test. Words are written as they are said, commas and all.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from fmvr.worlds.embedded.language.plain import plain

_TOKEN = re.compile(r"[()|\[\]~]|<[^>]+>|\{[^}]+\}|[^\s()|\[\]~<>{}]+")


@dataclass(frozen=True)
class Slot:
    """Where a program's value stands: the program's field, and the form in which it is said."""

    name: str
    form: str

    def __str__(self) -> str:
        return f"{{{self.name}:{self.form}}}"


@dataclass(frozen=True)
class Choice:
    """One of several parts; `kept[i]` marks those that training never says."""

    options: tuple["Parts", ...]
    kept: tuple[bool, ...]


Node = str | Slot | Choice
Parts = tuple[Node, ...]


def parse(text: str, rules: dict[str, Parts]) -> Parts:
    """Wordings in the notation above. Raises ValueError for wrong brackets, KeyError for an unknown rule."""
    tokens = _TOKEN.findall(text)
    parts, end = _alternatives(tokens, 0, rules)
    if end != len(tokens):
        raise ValueError(f"A bracket too many in: {text}")
    return parts


def _alternatives(tokens: list[str], at: int, rules) -> tuple[Parts, int]:
    options, kept, nodes, marked = [], [], [], False
    while at < len(tokens) and tokens[at] not in ")]":
        token = tokens[at]
        at += 1
        if token == "~":
            marked = True
        elif token == "|":
            options, kept, nodes, marked = [*options, tuple(nodes)], [*kept, marked], [], False
        elif token in "([":
            inner, at = _alternatives(tokens, at, rules)
            if at == len(tokens):
                raise ValueError(f"A bracket is not closed in: {' '.join(tokens)}")
            nodes += _either((), inner) if token == "[" else inner
            at += 1
        elif token[0] == "<":
            nodes += rules[token[1:-1]]
        elif token[0] == "{":
            name, _, form = token[1:-1].partition(":")
            nodes.append(Slot(name, form or name))
        else:
            nodes.append(token)
    if not options and not marked:
        return tuple(nodes), at
    return (Choice((*options, tuple(nodes)), (*kept, marked)),), at


def _either(first: Parts, second: Parts) -> Parts:
    """A choice between a part and another, which may be a choice itself."""
    if len(second) == 1 and isinstance(second[0], Choice):
        n = len(second[0].options)  # left out as often as said
        return (Choice((first,) * n + second[0].options, (False,) * n + second[0].kept),)
    return (Choice((first, second), (False, False)),)


def say(parts: Parts, rng: Random, keen: float = 0.0) -> tuple[list[str | Slot], bool]:
    """One way through the choices: its words and slots, and whether a part of it is kept for the test.

    `keen`: how many times as likely as another a kept part is; 0 says none.
    """
    words: list[str | Slot] = []
    kept = False
    for node in parts:
        if not isinstance(node, Choice):
            words.append(node)
            continue
        if any(node.kept):
            weights = [keen if k else 1.0 for k in node.kept]
            i = rng.choices(range(len(weights)), weights)[0]
        else:
            i = int(rng.random() * len(node.options))
        inner, held = say(node.options[i], rng, keen)
        words += inner
        kept = kept or held or node.kept[i]
    return words, kept


def wordings(parts: Parts) -> Iterator[tuple[str, bool]]:
    """Every way through the choices, as one text with its slots' names, and whether it holds a kept part."""
    ways = []
    for node in parts:
        if isinstance(node, Choice):
            found: dict[str, bool] = {}
            for option, held in zip(node.options, node.kept):
                for text, inner in wordings(option):
                    found[text] = found.get(text, True) and (held or inner)
            ways.append(list(found.items()))
        else:
            ways.append([(str(node), False)])
    for way in product(*ways):
        yield " ".join(text for text, _ in way if text), any(held for _, held in way)


def slots(parts: Parts) -> frozenset[str]:
    """The fields that every way through the choices says: slots stand outside choices, or in each option alike."""
    found: set[str] = set()
    for node in parts:
        if isinstance(node, Slot):
            found.add(node.name)
        elif isinstance(node, Choice):
            found |= frozenset.intersection(*map(slots, node.options))
    return frozenset(found)


def all_slots(parts: Parts) -> frozenset[Slot]:
    """Every slot that some way through the choices says."""
    found: set[Slot] = set()
    for node in parts:
        if isinstance(node, Slot):
            found.add(node)
        elif isinstance(node, Choice):
            found |= frozenset().union(*map(all_slots, node.options))
    return frozenset(found)


def tally(parts: Parts) -> tuple[int, int]:
    """How many parts stand in the choices, and how many of them are kept for the test."""
    total = kept = 0
    for node in parts:
        if isinstance(node, Choice):
            real = {option: held for option, held in zip(node.options, node.kept) if option}
            total, kept = total + len(real), kept + sum(real.values())
            for option in node.options:
                inner = tally(option)
                total, kept = total + inner[0], kept + inner[1]
    return total, kept


Bindings = tuple[tuple[str, object], ...]
SlotReader = Callable[[str, "Reader", int], Iterator[tuple[object, int]]]


class Reader:
    """Reads plain words (see `plain`) as parts; what was read once at a word is remembered.

    `slot(form, reader, at)` yields the values that a slot's form can hold at a word, each with where it ends.
    """

    def __init__(self, words: list[str], slot: SlotReader):
        self.words, self._slot = words, slot
        self._values: dict[tuple[str, int], list[tuple[object, int]]] = {}
        self._choices: dict[tuple[int, int], list[tuple[int, Bindings]]] = {}

    def values(self, form: str, at: int) -> list[tuple[object, int]]:
        """What a slot's form can hold at a word, and where each ends."""
        key = form, at
        if key not in self._values:
            self._values[key] = list(self._slot(form, self, at)) if at < len(self.words) else []
        return self._values[key]

    def read(self, parts: Parts, at: int, first: int = 0) -> Iterator[tuple[int, Bindings]]:
        """Every way in which the words from `at` can be read as `parts[first:]`: where it ends, what the slots hold."""
        while first < len(parts) and isinstance(parts[first], str):
            said = _plain(parts[first])
            if self.words[at : at + len(said)] != said:
                return
            at, first = at + len(said), first + 1
        if first == len(parts):
            yield at, ()
            return
        node = parts[first]
        if isinstance(node, Slot):
            ways = [(end, ((node.name, value),)) for value, end in self.values(node.form, at)]
        else:
            ways = self._read_choice(node, at)
        for end, bound in ways:
            for last, rest in self.read(parts, end, first + 1):
                yield last, (*bound, *rest)

    def _read_choice(self, node: Choice, at: int) -> list[tuple[int, Bindings]]:
        key = id(node), at
        if key not in self._choices:
            ways = (way for option in node.options for way in self.read(option, at))
            self._choices[key] = list(dict.fromkeys(ways))
        return self._choices[key]


_plain = cache(plain)  # for the words of the notation


def first_words(parts: Parts) -> frozenset[str] | None:
    """The plain words that parts can begin with; None where they can begin with anything."""
    found: set[str] = set()
    for node in parts:
        if isinstance(node, Slot):
            return None
        if isinstance(node, str):
            if words := plain(node):
                return frozenset(found | {words[0]})
            continue
        options = [first_words(option) if option else frozenset() for option in node.options]
        if any(o is None for o in options):
            return None
        found |= frozenset().union(*options)
        if all(option and _is_said(option) for option in node.options):
            return frozenset(found)
    return None if not found else frozenset(found)


def _is_said(parts) -> bool:
    """Whether something is said however the choices fall."""
    return any(
        (isinstance(n, str) and bool(plain(n)))
        or isinstance(n, Slot)
        or (isinstance(n, Choice) and all(_is_said(o) for o in n.options))
        for n in parts
    )
