"""Questions that somebody typed: the families' wordings, read backwards, say what is asked and what is true."""

import re
from collections.abc import Iterator

from fmvr.scenes.catalog import COLOURS, NOUNS, SINGULAR
from fmvr.scenes.questions import ANY, EXTREMES, FAMILIES, SIDES, Family, Question, extreme_of
from fmvr.scenes.scene import Scene, SceneObject


def _pattern(wording: str) -> re.Pattern:
    colour = f"(?:(?:{'|'.join(COLOURS)}) )?"
    one = f"{colour}(?:{'|'.join([*NOUNS, ANY])})"
    many = f"{colour}(?:{'|'.join([*SINGULAR, ANY + 's'])})"
    slots = {
        "side": f"(?P<side>{'|'.join(SIDES)})",
        "extreme": f"(?P<extreme>{'|'.join(EXTREMES)})",
        "more": "(?P<more>more|fewer)",
    }
    for name in ("x", "y"):
        slots |= {name: f"(?P<{name}>{one})", f"a_{name}": f"an? (?P<{name}>{one})", f"{name}s": f"(?P<{name}>{many})"}
    plain = wording.rstrip("?.").lower()
    return re.compile(re.sub(r"\{(\w+)\}", lambda m: slots[m[1]], plain))


_PATTERNS = [(family, _pattern(w)) for family in FAMILIES.values() for w in (*family.wordings, *family.test_wordings)]


def truth(scene: Scene, text: str) -> Question | None:
    """The question somebody typed, with its right answer; None where the scene cannot say.

    Case, spaces, the final mark and `color` make no difference.
    """
    for family, slots in _readings(text):
        answer = family.answer(scene, slots)
        return Question(family.name, text, answer) if answer is not None else None
    return None


def subjects(scene: Scene, text: str) -> list[SceneObject]:
    """The scene's objects that a question is about, as far as its words or its answer name them."""
    for family, slots in _readings(text):
        if family.name == "extreme":
            thing = extreme_of(scene, slots["extreme"], 1)
            return [thing] if thing else []
        named = [slots[name] for name in ("x", "y") if slots.get(name, ANY) != ANY]
        return [thing for phrase in named for thing in scene.matching(phrase)]
    return []


def _readings(text: str) -> Iterator[tuple[Family, dict]]:
    """The families, each with its slots filled, that a typed question can be read as."""
    plain = re.sub(r"\s+", " ", text).strip(" ?.!").lower().replace("color", "colour")
    for family, pattern in _PATTERNS:
        if match := pattern.fullmatch(plain):
            yield family, {k: singular(v) if k in "xy" else v for k, v in match.groupdict().items()}


def singular(phrase: str) -> str:
    """`red circles` → `red circle`."""
    *colour, noun = phrase.split()
    return " ".join([*colour, ANY if noun == ANY + "s" else SINGULAR.get(noun, noun)])
