"""What can be asked about a scene: nine families of questions, each with its wordings and its truth.

A family draws questions that have one right answer, balanced so that a guess without the picture gains little.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fmvr.scenes.catalog import COLOURS, NOUNS, NUMBER_WORDS, PLURAL, SHAPES, SIGN, article
from fmvr.scenes.draw import SIDE
from fmvr.scenes.scene import Scene, SceneObject

CLEAR = 20  # pixels: two centres nearer than this along an axis are not asked to be compared
EDGE = 8  # pixels: a centre nearer than this to a border of the 3×3 cells is not asked for its place
ANY = "object"  # the phrase that means every object

SIDES = {
    # what a relation says: (axis, sign of first centre − second centre)
    "left of": (0, -1),
    "right of": (0, 1),
    "above": (1, -1),
    "below": (1, 1),
}
EXTREMES = {"leftmost": (0, -1), "rightmost": (0, 1), "topmost": (1, -1), "lowest": (1, 1)}


@dataclass(frozen=True)
class Question:
    """A question about a scene and its right answer."""

    family: str
    text: str
    answer: str
    unseen_wording: bool = False  # worded as no training question is


@dataclass(frozen=True)
class Family:
    """A kind of question.

    `wordings` hold slots: {x} a phrase, {xs} its plural, {a_x} with its article, likewise y; {side}, {extreme}, {more}.
    `test_wordings` use the same words in an order kept for the test scenes. `draw` fills the slots for a scene (None
    where the scene has no such question), `answer` is the truth for filled slots (None where there is no one truth).
    """

    name: str
    wordings: tuple[str, ...]
    test_wordings: tuple[str, ...]
    draw: Callable[[Scene, np.random.Generator], dict | None]
    answer: Callable[[Scene, dict], str | None]


def _pick(rng, items):
    return items[int(rng.integers(len(items)))] if items else None


def _absent(scene: Scene, rng) -> str:
    """A phrase nothing in the scene answers to; for a coloured shape, often its neighbour in colour."""
    coloured = [o for o in scene.objects if o.colour]
    if coloured and rng.random() < 0.3:
        noun = _pick(rng, coloured).noun
        near = [f"{c} {noun}" for c in COLOURS]
        if absent := [p for p in near if not scene.matching(p)]:
            return _pick(rng, absent)
    return _pick(rng, [p for p in NOUNS if not scene.matching(p)])


def _phrases(scene: Scene) -> list[str]:
    """Every phrase that names something here, by noun alone or by colour and noun."""
    return sorted({o.noun for o in scene.objects} | {o.phrase for o in scene.objects})


def _unique(scene: Scene) -> list[tuple[str, SceneObject]]:
    """The shortest phrase for each object that a phrase singles out."""
    found = []
    for thing in scene.objects:
        for phrase in (thing.noun, thing.phrase):
            if len(scene.matching(phrase)) == 1:
                found.append((phrase, thing))
                break
    return found


def _count(scene: Scene, phrase: str) -> int:
    return len(scene.objects) if phrase == ANY else len(scene.matching(phrase))


def _the(scene: Scene, phrase: str) -> SceneObject | None:
    found = scene.matching(phrase)
    return found[0] if len(found) == 1 else None


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _draw_existence(scene, rng):
    return {"x": rng.random() < 0.5 and _pick(rng, _phrases(scene)) or _absent(scene, rng)}


def _draw_count(scene, rng):
    if rng.random() < 0.15 and len(scene.objects) < len(NUMBER_WORDS):
        return {"x": ANY}
    by_count: dict[int, list[str]] = {0: [_absent(scene, rng)]}
    for phrase in _phrases(scene):
        by_count.setdefault(_count(scene, phrase), []).append(phrase)
    counts = sorted(by_count)
    weights = np.array([0.3 if n == 0 else 0.6 if n == 1 else 2.0 for n in counts])
    return {"x": _pick(rng, by_count[int(rng.choice(counts, p=weights / weights.sum()))])}


def _answer_count(scene, slots):
    count = _count(scene, slots["x"])
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else None


def place(centre: tuple[float, float]) -> str:
    """Which of the picture's 3×3 cells a point lies in: `top left`, `top`, … `middle`."""
    column, row = (min(int(c * 3 / SIDE), 2) for c in centre)
    words = [w for w in (("top", "", "bottom")[row], ("left", "", "right")[column]) if w]
    return " ".join(words) or "middle"


def _answer_position(scene, slots):
    thing = _the(scene, slots["x"])
    if thing is None:
        return None
    return place(thing.centre)


def _draw_position(scene, rng):
    borders = (SIDE / 3, 2 * SIDE / 3)
    clear = [p for p, o in _unique(scene) if all(abs(c - b) >= EDGE for c in o.centre for b in borders)]
    return {"x": _pick(rng, clear)} if clear else None


def _holds(first: SceneObject, second: SceneObject, side: str) -> bool | None:
    axis, sign = SIDES[side]
    apart = first.centre[axis] - second.centre[axis]
    return None if apart == 0 else apart * sign > 0


def _draw_relation(scene, rng):
    unique, side = _unique(scene), _pick(rng, list(SIDES))
    axis = SIDES[side][0]
    pairs = [
        (p, q) for p, a in unique for q, b in unique if a is not b and abs(a.centre[axis] - b.centre[axis]) >= CLEAR
    ]
    x, y = _pick(rng, pairs) or (None, None)
    return {"x": x, "y": y, "side": side} if x else None


def _answer_relation(scene, slots):
    x, y = _the(scene, slots["x"]), _the(scene, slots["y"])
    holds = _holds(x, y, slots["side"]) if x and y else None
    return None if holds is None else _yes(holds)


def extreme_of(scene: Scene, extreme: str, clear: float) -> SceneObject | None:
    """The leftmost, … object; None where another one is nearer than `clear` pixels to being it."""
    axis, sign = EXTREMES[extreme]
    order = sorted(scene.objects, key=lambda o: -sign * o.centre[axis])
    if not order or len(order) > 1 and abs(order[0].centre[axis] - order[1].centre[axis]) < clear:
        return None
    return order[0]


def _draw_extreme(scene, rng):
    extreme = _pick(rng, list(EXTREMES))
    return {"extreme": extreme} if len(scene.objects) > 1 and extreme_of(scene, extreme, CLEAR) else None


def _answer_extreme(scene, slots):
    thing = extreme_of(scene, slots["extreme"], 1)
    return thing.phrase if thing else None


def _draw_attribute(scene, rng):
    nouns = [n for n in (*SHAPES, SIGN) if len(scene.matching(n)) == 1]
    return {"x": _pick(rng, nouns)} if nouns else None


def _answer_attribute(scene, slots):
    colours = {o.colour for o in scene.matching(slots["x"])}
    return colours.pop() if len(colours) == 1 else None


def _draw_reading(scene, rng):
    signs = [p for p, o in _unique(scene) if o.noun == SIGN]
    return {"x": _pick(rng, signs)} if signs else None


def _answer_reading(scene, slots):
    sign = _the(scene, slots["x"])
    return None if sign is None or sign.number is None else str(sign.number)


def _draw_comparison(scene, rng):
    more, yes = _pick(rng, ["more", "fewer"]), rng.random() < 0.6  # some pictures have no yes
    phrases = list(dict.fromkeys(o.noun for o in scene.objects))
    if rng.random() < 0.25:
        phrases.append(_absent(scene, rng))
    pairs = [
        {"x": x, "y": y, "more": more}
        for x in phrases
        for y in phrases
        if x.split()[-1] != y.split()[-1] and _answer_comparison(scene, {"x": x, "y": y, "more": more}) == _yes(yes)
    ]
    return _pick(rng, pairs)


def _answer_comparison(scene, slots):
    x, y = _count(scene, slots["x"]), _count(scene, slots["y"])
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
            lambda scene, slots: _yes(_count(scene, slots["x"]) > 0),
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
            ("Is the {x} {side} the {y}?", "Is the {x} to the {side} the {y}?", "Do you see the {x} {side} the {y}?"),
            ("Can you see the {x} {side} the {y}?",),
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


def ask(scene: Scene, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
    """Draw one question of a family; None where the scene has none. `test` allows wordings kept for the test."""
    kind = FAMILIES[family]
    slots = kind.draw(scene, rng)
    if slots is None:
        return None
    wordings = [w for w in kind.wordings if _fits(w, slots)]
    unseen = bool(test and rng.random() < 0.3)
    wording = _pick(rng, list(kind.test_wordings) if unseen else wordings)
    text = fill(wording, slots)
    if rng.random() < 0.3:  # people type so
        text = text.rstrip("?.") if rng.random() < 0.5 else text.lower()
    if rng.random() < 0.3:
        text = text.replace("colour", "color")
    return Question(family, text, kind.answer(scene, slots), unseen)


def ask_in_every_wording(scene: Scene, family: str, rng: np.random.Generator) -> dict[str, Question]:
    """One question of a family in each wording that fits it: wording → question; empty where the scene has none."""
    kind = FAMILIES[family]
    slots = kind.draw(scene, rng)
    if slots is None:
        return {}
    answer = kind.answer(scene, slots)
    return {
        wording: Question(family, fill(wording, slots), answer, wording in kind.test_wordings)
        for wording in (*kind.wordings, *kind.test_wordings)
        if _fits(wording, slots)
    }


def ask_all(scene: Scene, seed: int = 0, test: bool = False) -> list[Question]:
    """One question of every family the scene has a question for; the same for the same seed."""
    rng = np.random.default_rng([scene.seed, seed])
    return [q for family in FAMILIES if (q := ask(scene, family, rng, test))]


def _fits(wording: str, slots: dict) -> bool:
    """`to the` goes before `left of`, not before `above`."""
    return "to the {side}" not in wording or SIDES[slots["side"]][0] == 0


def _plural(phrase: str) -> str:
    *colour, noun = phrase.split()
    return " ".join([*colour, PLURAL.get(noun, noun + "s")])


def fill(wording: str, slots: dict) -> str:
    """A wording with its slots filled."""
    forms = dict(slots)
    for name in ("x", "y"):
        if name in slots:
            forms[f"a_{name}"] = f"{article(slots[name])} {slots[name]}"
            forms[f"{name}s"] = _plural(slots[name])
    return wording.format(**forms)
