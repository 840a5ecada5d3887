"""Questions that somebody typed: the families' wordings, read backwards, say what is asked and what is true."""

import re
from collections.abc import Iterator

from fmvr.worlds.scenes.catalog import COLOURS, NOUNS, SINGULAR
from fmvr.worlds.scenes.families import FAMILIES, Family
from fmvr.worlds.scenes.phrases import ANY
from fmvr.worlds.scenes.relations import EXTREMES, RELATIONS, extreme_of
from fmvr.worlds.scenes.scene import Scene, SceneObject
from fmvr.worlds.scenes.wording import singular
from fmvr.worlds.world import Question


def _pattern(wording: str) -> re.Pattern:
    colour = f"(?:(?:{'|'.join(COLOURS)}) )?"
    one = f"{colour}(?:{'|'.join([*NOUNS, ANY])})"
    many = f"{colour}(?:{'|'.join([*SINGULAR, ANY + 's'])})"
    slots = {
        "relation": f"(?P<relation>{'|'.join(RELATIONS)})",
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
        phrases = [slots[name] for name in ("x", "y") if slots.get(name, ANY) != ANY]
        return [thing for phrase in phrases for thing in scene.matching(phrase)]
    return []


def _readings(text: str) -> Iterator[tuple[Family, dict]]:
    """The families, each with its slots filled, that a typed question can be read as."""
    plain = re.sub(r"\s+", " ", text).strip(" ?.!").lower().replace("color", "colour")
    for family, pattern in _PATTERNS:
        if match := pattern.fullmatch(plain):
            yield family, {k: singular(v) if k in "xy" else v for k, v in match.groupdict().items()}
