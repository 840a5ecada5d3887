"""How right an answer is."""

import re
from collections import Counter

from fmvr.worlds.embedded.language.answers import CANNOT_TELL, NOTHING
from fmvr.worlds.embedded.language.nouns import LONGEST, MEANINGS, words
from fmvr.worlds.embedded.language.plain import plain

LISTS = {
    "description",
    "list of a kind",
    "content of a row",
    "content of a half",
    "list within",
    "all beside",
    "all of a colour",
    "numbers",
    "what is listed",
    "what did so",
}
READ = {  # answers that are read off the picture: a puppy is not a dog there
    "number on a sign",
    "word at a place",
    "the word",
    "line",
    "word in a line",
    "text",
    "price",
    "time",
    "platform",
    "priced",
    "train at a time",
    "cheapest",
    "largest number",
    "word in order",
    "highest price",
    "which is cheaper",
}
_UNITS = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_NUMBERS = {word: n for n, word in enumerate(_UNITS)} | _TENS | {"none": 0}
_SAME = {
    "upper": "top",
    "lower": "bottom",
    "bigger": "larger",
    "biggest": "largest",
    "under": "below",
    "beneath": "below",
    "underneath": "below",
    "over": "above",
    "gray": "grey",
    "hand": "",
}
_IDLE = {"a", "an", "the", "of", "in", "at", "on", "to"}
_OPENINGS = (
    "it is",
    "its",
    "it says",
    "that is",
    "this is",
    "there is",
    "there are",
    "they are",
    "the answer is",
    "i see",
    "i count",
)
_UNKNOWING = (
    "i cannot tell", "i cant tell", "i can not tell", "cannot tell", "cant tell", "i do not know", "i dont know",
    "unknown", "it cannot be told", "the picture does not say",
)  # fmt: skip
_DENIALS = (
    "there is no",
    "there are no",
    "there isnt a",
    "there isnt an",
    "there isnt any",
    "there arent any",
    "i see no",
    "no",
)
_YES = {"yes": "yes", "yeah": "yes", "yep": "yes", "no": "no", "nope": "no", "not": "no"}


def score(family: str, given: str, right: str) -> float:
    """How right an answer is, 0 to 1: 1 or 0 for the same in other words; for lists, the F1 of what they name.

    As in visual question answering, case, articles and marks do not count, and 5 is five; a puppy is a dog, and a yes
    or no may be followed by more. `There is no cat.` is right by what it says is not there.
    """
    if right == CANNOT_TELL:
        return float(_opens(given, _UNKNOWING) is not None)
    if right in ("yes", "no"):
        words = plain(given)
        return float(bool(words) and _YES.get(words[0]) == right)
    if right == "0" and _opens(given, _DENIALS):
        return 1.0
    denied = _opens(right, _DENIALS)
    if denied is not None:
        said = _opens(given, _DENIALS)
        return float(said is not None and _same_things(said, denied))
    if family in LISTS:
        return _f1(named_in(given), named_in(right))
    if family in READ:
        return float(_bare(given) == _bare(right))
    return float(_same(canonical(given), canonical(right)))


def _opens(text: str, openings: tuple[str, ...]) -> list[str] | None:
    """What follows one of some openings; None where a text opens with none of them."""
    words = plain(text)
    for opening in openings:
        first = opening.split()
        if words[: len(first)] == first:
            return words[len(first) :]
    return None


def _same_things(said: list[str], denied: list[str]) -> bool:
    """Whether two denials name the same; places that one of them adds do not count."""
    first, second = canonical(" ".join(said)), canonical(" ".join(denied))
    return bool(second) and first[: len(second)] == second


def _bare(text: str) -> list[str]:
    """The words of an answer that is read off, without what may stand before it."""
    words = _opens(text, _OPENINGS)
    words = plain(text) if words is None else words
    if len(words) > 1 and words[0] in ("line", "row", "platform", "track", "number", "the"):
        words = words[1:]
    return _with_digits(words)


def canonical(text: str) -> list[str]:
    """The words of an answer, as the answers of this world would put them."""
    words = _opens(text, _OPENINGS)
    words = plain(text) if words is None else words
    words = [_SAME.get(w, w) for w in words if w not in _IDLE]
    found, at = [], 0
    while at < len(words):
        for long in range(min(LONGEST, len(words) - at), 0, -1):
            meanings = MEANINGS.get(tuple(words[at : at + long]))
            if meanings:
                found.append(meanings[0][0])
                at += long
                break
        else:
            if words[at]:
                found.append(words[at])
            at += 1
    return _with_digits(found)


def _with_digits(words: list[str]) -> list[str]:
    """Number words as digits: `twenty one` is 21."""
    found: list[str] = []
    for word in words:
        n = _NUMBERS.get(word)
        if n is not None and 0 < n < 10 and found and found[-1] in ("20", "30", "40", "50", "60", "70", "80", "90"):
            found[-1] = str(int(found[-1]) + n)
        elif n is not None:
            found.append(str(n))
        else:
            found.append(word.lstrip("0") or "0" if word.isdecimal() else word)
    return found


def _same(given: list[str], right: list[str]) -> bool:
    if given == right:
        return True
    if right[:1] == ["row"] and len(right) == 4:  # row 3, column 2
        digits = [w for w in given if w.isdecimal()]
        swapped = given[:1] == ["column"]
        return digits == ([right[3], right[1]] if swapped else [right[1], right[3]])
    if right == [NOTHING]:
        return given[:1] in (["empty"], ["0"]) or given[:2] in (["it", "empty"], ["not", "anything"])
    if len(right) == 1 and right[0].isdecimal():
        return [w for w in given if w.isdecimal()] == right and len(given) <= 3
    if "with" in right and given == right[: right.index("with")]:  # a blue sign, for the one with 47
        return True
    if right[-1:] == ["half"]:
        return given in (right[:-1], [right[0], "side"])
    if set(right) <= set(_PLACE_WORDS):
        return _place(given) == _place(right)
    return "and" in right and sorted(given) == sorted(right)  # black and white


_PLACE_WORDS = ("top", "bottom", "left", "right", "middle", "center", "centre")


def _place(words: list[str]) -> frozenset[str] | None:
    """A place without order: the middle of a side is the side."""
    if not set(words) <= {*_PLACE_WORDS, "corner", "side", "picture", "image"}:
        return None
    found = {w for w in words if w in ("top", "bottom", "left", "right")}
    return frozenset(found or {"middle"})


def _f1(named: Counter, there: Counter) -> float:
    shared = (named & there).total()
    return 2 * shared / (named.total() + there.total()) if shared else 0.0


def named_in(description: str) -> Counter:
    """What a list or description names, as a multiset: `a cat, two dogs, and a bee.`"""
    named: Counter = Counter()
    text = description.strip().rstrip(".!").lower()
    for part in re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s+with\s+|\s+as well as\s+", text):
        words = canonical(part)
        if not words or words == ["more"]:
            continue
        n = int(words.pop(0)) if words[0].isdecimal() and len(words) > 1 and len(words[0]) < 4 else 1
        named[" ".join(words)] += n
    return named
