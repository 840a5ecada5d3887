"""The nine families of questions about a scene, each with its wordings and its truth.

A family draws questions that have one right answer, balanced so that a guess without the picture gains little.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fmvr.worlds.scenes.catalog import SHAPES, SIGN
from fmvr.worlds.scenes.phrases import ANY, count, missing, only, phrases_of, pick, unique
from fmvr.worlds.scenes.relations import (
    CLEAR,
    EXTREMES,
    RELATIONS,
    clear_place,
    clear_relation,
    extreme_of,
    holds,
    place,
)
from fmvr.worlds.scenes.scene import Scene
from fmvr.worlds.scoring import NUMBER_WORDS


@dataclass(frozen=True)
class Family:
    """A kind of question.

    `wordings` hold slots: {x} a phrase, {xs} its plural, {a_x} with its article, likewise y; {relation}, {extreme}
    and {more}.
    `test_wordings` use the same words in an order kept for the test scenes. `draw` fills the slots for a scene (None
    where the scene has no such question), `answer` is the truth for filled slots (None where there is no one truth).
    """

    name: str
    wordings: tuple[str, ...]
    test_wordings: tuple[str, ...]
    draw: Callable[[Scene, np.random.Generator], dict | None]
    answer: Callable[[Scene, dict], str | None]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _draw_existence(scene, rng):
    return {"x": rng.random() < 0.5 and pick(rng, phrases_of(scene)) or missing(scene, rng)}


def _draw_count(scene, rng):
    if rng.random() < 0.15 and len(scene.objects) < len(NUMBER_WORDS):
        return {"x": ANY}
    by_count: dict[int, list[str]] = {0: [missing(scene, rng)]}
    for phrase in phrases_of(scene):
        by_count.setdefault(count(scene, phrase), []).append(phrase)
    counts = sorted(by_count)
    weights = np.array([0.3 if n == 0 else 0.6 if n == 1 else 2.0 for n in counts])
    return {"x": pick(rng, by_count[int(rng.choice(counts, p=weights / weights.sum()))])}


def _answer_count(scene, slots):
    number = count(scene, slots["x"])
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else None


def _answer_position(scene, slots):
    thing = only(scene, slots["x"])
    return place(thing.centre) if thing else None


def _draw_position(scene, rng):
    clear = [p for p, o in unique(scene) if clear_place(o.centre)]
    return {"x": pick(rng, clear)} if clear else None


def _draw_relation(scene, rng):
    things, relation = unique(scene), pick(rng, list(RELATIONS))
    pairs = [(p, q) for p, a in things for q, b in things if clear_relation(a, b, relation)]
    x, y = pick(rng, pairs) or (None, None)
    return {"x": x, "y": y, "relation": relation} if x else None


def _answer_relation(scene, slots):
    x, y = only(scene, slots["x"]), only(scene, slots["y"])
    true = holds(x, y, slots["relation"]) if x and y else None
    return None if true is None else _yes(true)


def _draw_extreme(scene, rng):
    extreme = pick(rng, list(EXTREMES))
    return {"extreme": extreme} if len(scene.objects) > 1 and extreme_of(scene, extreme, CLEAR) else None


def _answer_extreme(scene, slots):
    thing = extreme_of(scene, slots["extreme"], 1)
    return thing.phrase if thing else None


def _draw_attribute(scene, rng):
    nouns = [n for n in (*SHAPES, SIGN) if len(scene.matching(n)) == 1]
    return {"x": pick(rng, nouns)} if nouns else None


def _answer_attribute(scene, slots):
    colours = {o.colour for o in scene.matching(slots["x"])}
    return colours.pop() if len(colours) == 1 else None


def _draw_reading(scene, rng):
    signs = [p for p, o in unique(scene) if o.noun == SIGN]
    return {"x": pick(rng, signs)} if signs else None


def _answer_reading(scene, slots):
    sign = only(scene, slots["x"])
    return None if sign is None or sign.number is None else str(sign.number)


def _draw_comparison(scene, rng):
    more, yes = pick(rng, ["more", "fewer"]), rng.random() < 0.6  # some pictures have no yes
    phrases = list(dict.fromkeys(o.noun for o in scene.objects))
    if rng.random() < 0.25:
        phrases.append(missing(scene, rng))
    pairs = [
        {"x": x, "y": y, "more": more}
        for x in phrases
        for y in phrases
        if x.split()[-1] != y.split()[-1] and _answer_comparison(scene, {"x": x, "y": y, "more": more}) == _yes(yes)
    ]
    return pick(rng, pairs)


def _answer_comparison(scene, slots):
    x, y = count(scene, slots["x"]), count(scene, slots["y"])
    return _yes(x > y if slots["more"] == "more" else x < y)


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "existence",
            (
                "Is there {a_x}?",
                "Is there {a_x} in the picture?",
                "Can you see {a_x}?",
                "Do you see any {xs}?",
                "Are there any {xs}?",
            ),
            ("Is {a_x} in the picture?", "Do you see {a_x}?"),
            _draw_existence,
            lambda scene, slots: _yes(count(scene, slots["x"]) > 0),
        ),
        Family(
            "count",
            (
                "How many {xs} are there?",
                "How many {xs} can you see?",
                "Count the {xs}.",
                "What is the number of {xs}?",
            ),
            ("How many {xs} are in the picture?", "How many {xs} do you see?"),
            _draw_count,
            _answer_count,
        ),
        Family(
            "position",
            ("Where is the {x}?", "Where in the picture is the {x}?", "In which part of the picture is the {x}?"),
            ("Where can you see the {x}?",),
            _draw_position,
            _answer_position,
        ),
        Family(
            "relation",
            (
                "Is the {x} {relation} the {y}?",
                "Is the {x} to the {relation} the {y}?",
                "Do you see the {x} {relation} the {y}?",
            ),
            ("Can you see the {x} {relation} the {y}?",),
            _draw_relation,
            _answer_relation,
        ),
        Family(
            "extreme",
            ("What is the {extreme} object?", "Which object is {extreme}?", "Name the {extreme} object."),
            ("Which is the {extreme} object?",),
            _draw_extreme,
            _answer_extreme,
        ),
        Family(
            "attribute",
            ("What colour is the {x}?", "What is the colour of the {x}?", "Which colour does the {x} have?"),
            ("What colour does the {x} have?",),
            _draw_attribute,
            _answer_attribute,
        ),
        Family(
            "reading",
            ("What number is on the {x}?", "Which number does the {x} show?", "Read the {x}."),
            ("What number does the {x} show?",),
            _draw_reading,
            _answer_reading,
        ),
        Family(
            "comparison",
            ("Are there {more} {xs} than {ys}?", "Do you see {more} {xs} than {ys}?"),
            ("Can you see {more} {xs} than {ys}?",),
            _draw_comparison,
            _answer_comparison,
        ),
        Family(
            "description",
            ("Describe the picture.", "What is in the picture?", "What do you see?"),
            ("What can you see?",),
            lambda scene, rng: {} if scene.objects else None,
            lambda scene, slots: scene.describe() if scene.objects else None,
        ),
    )
}
