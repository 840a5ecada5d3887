"""Questions about a picture: a program drawn from it, said in one of many ways, with its right answer."""

import re
from dataclasses import dataclass
from random import Random
from zlib import crc32

from fmvr.worlds.embedded.language import draws_clips, foreign
from fmvr.worlds.embedded.language.answers import CANNOT_TELL as CANNOT
from fmvr.worlds.embedded.language.answers import NOTHING
from fmvr.worlds.embedded.language.clip_index import ClipIndex
from fmvr.worlds.embedded.language.draws_absent import presupposing, unsayable
from fmvr.worlds.embedded.language.families import CANNOT_TELL, CLIP_FAMILIES, FAMILIES, family_of
from fmvr.worlds.embedded.language.family import Body, Family
from fmvr.worlds.embedded.language.grammar import Slot, say
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.noise import joined, typed
from fmvr.worlds.embedded.language.parts import ASKS, ENDINGS, OPENERS
from fmvr.worlds.embedded.language.phrases import value
from fmvr.worlds.embedded.language.program import Program, Select
from fmvr.worlds.embedded.language.truth import answer
from fmvr.worlds.embedded.picture import Picture

OFTEN = {"question": 0.58, "clause": 0.1, "command": 0.08, "noun": 0.08, "terse": 0.16}  # types of wording
KEEN = 4.0  # times as likely as others kept parts are, where one is looked for


@dataclass(frozen=True)
class Question:
    """A question about a picture, and its right answer.

    `family`: what kind of question; `absent` and `cannot tell` for those without a better answer. `wording`: the parts
    that its words are made of, its slots named. `unseen`: whether a part, or the combination of what stands before the
    question with the question, is one that training never says. `program`: what it asks; None where nothing is asked.
    """

    family: str
    text: str
    answer: str
    wording: str
    unseen: bool = False
    program: Program | None = None


class _First(Random):
    """Draws the first of everything, and of what is weighted the first of the heaviest."""

    def random(self) -> float:
        return 0.0

    def choice(self, seq):
        return seq[0]

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        weights = weights or [1.0] * len(population)
        return [population[weights.index(max(weights))]] * k


@dataclass(frozen=True)
class Phrased:
    """A program in words: the text as typed, the wording's parts, whether training never says it so."""

    text: str
    wording: str
    unseen: bool


def is_kept(family: str, opener: str, body: str) -> bool:
    """Whether a combination is kept for the test, of parts that are not.

    A tenth of all that have something before the question; of what cannot be told, a tenth of the questions, too.
    """
    kept = bool(opener) and crc32(f"{opener}|{body}".encode()) % 10 == 0
    return kept or family == CANNOT_TELL and crc32(body.encode()) % 10 == 0


def phrase(asked: Program, rng: Random, split: str = "train", careful: bool = False) -> Phrased:
    """A program in words. Raises ValueError for a program that no family asks.

    In `test`, half of the questions hold a part or combination that training never says, where the family has one; in
    `train` and `validation` none does. `careful`: in the first wording of all, as one would print it.
    """
    family = family_of(asked)
    if family is None:
        raise ValueError(f"Nobody can ask {asked}.")
    if careful:
        words, mark, wording, _ = _worded(family, asked, _First(), 0.0)
        text = re.sub(r"\bi\b", "I", joined(words))
        return Phrased(text[:1].upper() + text[1:] + mark, wording, False)
    keen = KEEN if split == "test" and rng.random() < 0.5 else 0.0
    for _ in range(12 if keen else 100):
        words, mark, wording, unseen = _worded(family, asked, rng, keen)
        if unseen == (keen > 0):
            break
    return Phrased(typed(joined(words), mark, rng, _texts(asked)), wording, unseen)


def _worded(family: Family, asked: Program, rng: Random, keen: float) -> tuple[list[str], str, str, bool]:
    """Words, final mark, wording, and whether it is unseen."""
    said = family.fields_of(asked)
    sayable: dict[str, list[Body]] = {}
    for body in family.by_fields[said]:
        if (keen or not body.kept) and body.can_say(asked):
            sayable.setdefault(body.type, []).append(body)
    kind = rng.choices(list(sayable), [OFTEN[k] for k in sayable])[0]
    body, kept = say(sayable[kind][int(rng.random() * len(sayable[kind]))].parts, rng, keen)
    plain = kind in ("question", "terse", "command") and rng.random() < 0.7
    opener, first = ([], False) if plain else say(OPENERS[kind], rng, keen)
    if kind == "noun" and rng.random() < 0.1:
        opener, first = [], False
    ending, last = ([], False) if rng.random() < 0.85 else say(ENDINGS[kind], rng, keen)
    unseen = kept or first or last or is_kept(family.name, " ".join(opener), " ".join(map(str, body)))
    words = []
    for part in body:
        if isinstance(part, Slot):
            inner, held = value(part.form, getattr(asked, part.name), rng, keen)
            unseen, words = unseen or held, words + inner
        else:
            words.append(part)
    wording = " | ".join(" ".join(map(str, part)) for part in (opener, body, ending))
    return [*opener, *words, *ending], _mark(kind, opener), wording, unseen


def _mark(kind: str, opener: list[str]) -> str:
    if kind == "question" or kind == "terse":
        return "?"
    return "?" if opener and opener[0].split("'")[0] in ASKS else "."


def _texts(asked: Program) -> frozenset[str]:
    """What is written in the picture according to the question: it must be typed as it is."""
    found = set()
    for held in vars(asked).values():
        if isinstance(held, Select):
            found |= {held.text} | ({held.other.text} if held.other else set())
    found |= {vars(asked).get("text"), vars(asked).get("other")}
    return frozenset(t.lower() for t in found if isinstance(t, str))


def draw(picture: Picture, family: str, rng: Random) -> tuple[Program, str] | None:
    """A program of a family that has one right answer about a picture, and the answer; None where there is none.

    Raises KeyError for a family that is not there.
    """
    clip = hasattr(picture, "frames")
    index = ClipIndex.of(picture) if clip else Index.of(picture)
    make = (CLIP_DRAWS if clip else DRAWS)[family]
    for attempt in range(6):
        asked = make(index, rng)
        if asked is None and family != ABSENT:
            return None
        right = answer(asked, picture) if asked else None
        if right == NOTHING and attempt < 5 and rng.random() < 0.75:  # it would be too often right
            continue
        if right is not None and is_absent(right) == (family == ABSENT):
            return asked, right
    return None


def is_absent(right: str) -> bool:
    """Whether an answer says that something presupposed is not there."""
    return right.startswith("There is no ")


def ask(picture: Picture, family: str, rng: Random, split: str = "train", careful: bool = False) -> Question | None:
    """Draw one question of a family (one of `DRAWS`); None where the picture has none. `careful` as in `phrase`."""
    if family == CANNOT_TELL and not careful and rng.random() < 0.25:
        return _unreadable(rng, split)
    drawn = draw(picture, family, rng)
    if drawn is None:
        return None
    asked, right = drawn
    said = phrase(asked, rng, split, careful)
    return Question(family, said.text, right, said.wording, said.unseen, asked)


def _unreadable(rng: Random, split: str) -> Question:
    """A sentence of another language, or none of any."""
    keen = KEEN if split == "test" and rng.random() < 0.5 else 0.0
    if rng.random() < 0.3:
        return Question(CANNOT_TELL, foreign.gibberish(rng), CANNOT, "gibberish")
    text, wording, unseen = foreign.sentence(rng, keen)
    return Question(CANNOT_TELL, typed(text, "?", rng), CANNOT, wording, unseen)


ABSENT = "absent"
DRAWS = {name: family.draw for name, family in FAMILIES.items()} | {ABSENT: presupposing, CANNOT_TELL: unsayable}
CLIP_DRAWS = {name: family.draw for name, family in CLIP_FAMILIES.items()} | {
    ABSENT: draws_clips.presupposing,
    CANNOT_TELL: lambda index, rng: unsayable(index.frame(1), rng, things=False),
}
# How often a family is asked beside the others; 1 where nothing is said: the lookups that all others rest on, and what
# is learned last, more often than the rest.
WEIGHTS = {
    "existence": 3.0,
    "count": 3.0,
    "colour": 2.0,
    "where": 2.0,
    "what is there": 2.0,
    "relation": 2.5,
    "more or fewer": 2.0,
    "cell": 4.0,
    "row and column": 2.0,
    "number on a sign": 3.0,
    "word at a place": 3.0,
    "line": 3.0,
    "word in a line": 2.0,
    "price": 4.0,
    "time": 2.5,
    "platform": 2.5,
    "extreme": 2.0,
    "what is beside": 2.0,
    "description": 0.7,
    "count of all": 0.7,
    "text": 2.0,
    "background": 0.25,
    "kind of picture": 0.25,
    "rows and columns": 0.7,
    "any empty cell": 0.15,
    "size of a board": 0.5,
    ABSENT: 4.0,
    CANNOT_TELL: 4.0,
}
CLIP_WEIGHTS = {ABSENT: 1.5, CANNOT_TELL: 1.0, "frames": 0.3, "what happened": 1.5}

BASIC = ("existence", "colour", "where", "count", "number on a sign")  # of pictures: what is asked before all others


def converse(picture: Picture, rng: Random, questions: int, split: str = "train", plain: float = 0.0) -> list[Question]:
    """Up to `questions` different questions about a picture or a clip, of mixed families.

    `plain`: the share of those that are of the `BASIC` families, in their first wording.
    """
    clip = hasattr(picture, "frames")
    names = list(CLIP_DRAWS if clip else DRAWS)
    weights = [(CLIP_WEIGHTS if clip else WEIGHTS).get(name, 1.0) for name in names]
    asked: dict[str, Question] = {}
    for _ in range(6 * questions):
        if len(asked) == questions:
            break
        careful = rng.random() < plain
        family = rng.choice(BASIC) if careful else rng.choices(names, weights)[0]
        question = ask(picture, family, rng, split, careful)
        if question is not None:
            asked.setdefault(question.text, question)
    return list(asked.values())
