"""What somebody typed, read back: the wordings of every family say which program it is and what is true."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from fmvr.worlds.embedded.language.answers import CANNOT_TELL as CANNOT
from fmvr.worlds.embedded.language.families import ALL_FAMILIES, CANNOT_TELL
from fmvr.worlds.embedded.language.family import Body, Family
from fmvr.worlds.embedded.language.grammar import Reader
from fmvr.worlds.embedded.language.parts import ENDINGS, OPENERS
from fmvr.worlds.embedded.language.phrases import read_value
from fmvr.worlds.embedded.language.plain import plain
from fmvr.worlds.embedded.language.program import Count, CountBeside, CountIn, Exist, ExistIn, Program
from fmvr.worlds.embedded.language.questions import ABSENT, Question, is_absent
from fmvr.worlds.embedded.language.spelling import corrected, vocabulary
from fmvr.worlds.embedded.language.truth import answer
from fmvr.worlds.embedded.picture import Picture


def read_question(text: str, picture: Picture) -> Question | None:
    """The question somebody typed, with its right answer; None where it cannot be read or has no one answer.

    Case, marks, spelling (`color`) and spaces make no difference; words that nobody knows are taken for known ones that
    differ in one letter, where nothing else can be read.
    """
    words = plain(text)
    mended = corrected(words)
    for tried in (words, mended) if mended != words else (words,):
        absent = None
        for family, asked in readings(tried):
            right = answer(asked, picture)
            if right is None:
                continue
            if not is_absent(right):
                return Question(family.name, text, right, "", program=asked)
            absent = absent or Question(ABSENT, text, right, "", program=asked)
        if absent:
            return absent
    return None if _is_english(words) else Question(CANNOT_TELL, text, CANNOT, "")


def _is_english(words: list[str]) -> bool:
    """Whether at least half of the words are known."""
    return bool(words) and 2 * sum(word in vocabulary() for word in words) >= len(words)


def readings(words: list[str]) -> Iterator[tuple[Family, Program]]:
    """Every program that plain words (see `plain`) can be read as, with its family."""
    reader = Reader(words, read_value)
    starts = {kind: {end for end, _ in reader.read(parts, 0)} | {0} for kind, parts in OPENERS.items()}
    finals = {kind: _rests(parts, reader) for kind, parts in ENDINGS.items()}
    seen = set()
    for family, body in _bodies():
        for start in starts[body.type]:
            if start >= len(words) or not _may_begin(body, words[start]):
                continue
            for end, bound in reader.read(body.parts, start):
                if end in finals[body.type]:
                    asked = _program(family, dict(bound))
                    if asked is not None and asked not in seen:
                        seen.add(asked)
                        yield family, asked


def _program(family: Family, said: dict) -> Program | None:
    asked = family.program(**dict(family.fixed), **said)
    if not family.asks(asked):
        return None
    return _within(asked) if isinstance(asked, (Count, Exist)) else asked


def _within(asked: Count | Exist) -> Program:
    """`How many cats in row 3 are there` is `how many cats are there in row 3`."""
    x = asked.x
    where = {name: getattr(x, name) for name in ("place", "row", "column") if getattr(x, name) is not None}
    if x.side and isinstance(asked, Count) and not where and not x.size:
        return CountBeside(replace(x, side=None, other=None), x.side, x.other)
    if len(where) != 1 or x.side or x.size:
        return asked
    bare = replace(x, place=None, row=None, column=None)
    return (CountIn if isinstance(asked, Count) else ExistIn)(bare, **where)


def _rests(parts, reader: Reader) -> set[int]:
    """Where a question may end so that only an ending follows."""
    last = len(reader.words)
    return {last} | {
        at for at in range(max(0, last - 4), last) if any(end == last for end, _ in reader.read(parts, at))
    }


@cache
def _bodies() -> list[tuple[Family, Body]]:
    return [(family, body) for family in ALL_FAMILIES for body in family.bodies]


def _may_begin(body: Body, word: str) -> bool:
    firsts = body.firsts
    return firsts is None or word in firsts
