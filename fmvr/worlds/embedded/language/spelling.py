"""Words that nobody knows, taken for the known ones that they were meant to be."""

from functools import cache

from fmvr.worlds.embedded.catalog import WORDS
from fmvr.worlds.embedded.language.families import ALL_FAMILIES
from fmvr.worlds.embedded.language.grammar import Choice
from fmvr.worlds.embedded.language.nouns import MEANINGS
from fmvr.worlds.embedded.language.parts import AXES, ENDINGS, FORMS, LAST, NUMBERS, OPENERS, ORDINALS
from fmvr.worlds.embedded.language.phrases import BEHIND
from fmvr.worlds.embedded.language.plain import plain


def words_of(parts) -> set[str]:
    """Every plain word of some parts."""
    found: set[str] = set()
    for node in parts:
        if isinstance(node, str):
            found |= set(plain(node))
        elif isinstance(node, Choice):
            for option in node.options:
                found |= words_of(option)
    return found


@cache
def vocabulary() -> frozenset[str]:
    """Every plain word that the grammar can say, and those that are written in pictures."""
    found = {*WORDS, *NUMBERS, *ORDINALS, *(word for way in MEANINGS for word in way)}
    for family in ALL_FAMILIES:
        for body in family.bodies:
            found |= words_of(body.parts)
    for table in (*FORMS.values(), AXES, OPENERS, ENDINGS, BEHIND, LAST):
        for parts in table.values():
            found |= words_of(parts)
    return frozenset(found)


def corrected(words: list[str]) -> list[str]:
    """The words, with each unknown one of four letters and more replaced by a known one that it nearly is."""
    return [word if word in vocabulary() or len(word) < 3 or not word.isalpha() else _nearest(word) for word in words]


@cache
def _edits() -> dict[str, list[str]]:
    """What is left of a known word with one letter taken out: to the words."""
    found: dict[str, list[str]] = {}
    for word in sorted(vocabulary()):
        if len(word) > 3 and word.isalpha():
            for short in _shorter(word):
                found.setdefault(short, []).append(word)
    return found


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _nearest(word: str) -> str:
    """A known word that is one letter more, less or other, or has two swapped; the word itself where there is none."""
    known, edits = vocabulary(), _edits()
    swapped = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
    near = [w for w in (*swapped, *sorted(_shorter(word))) if w in known and len(w) > 2]
    near += edits.get(word, [])
    near += [w for short in sorted(_shorter(word)) for w in edits.get(short, []) if len(w) == len(word)]
    return near[0] if near else word
