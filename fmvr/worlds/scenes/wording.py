"""Wordings: texts with slots, and how a phrase fills them."""

from fmvr.worlds.scenes.catalog import PLURAL, SINGULAR, article
from fmvr.worlds.scenes.phrases import ANY
from fmvr.worlds.scenes.relations import RELATIONS


def fill(wording: str, slots: dict) -> str:
    """A wording with its slots filled."""
    forms = dict(slots)
    for name in ("x", "y"):
        if name in slots:
            forms[f"a_{name}"] = f"{article(slots[name])} {slots[name]}"
            forms[f"{name}s"] = plural(slots[name])
    return wording.format(**forms)


def fits(wording: str, slots: dict) -> bool:
    """`to the` goes before `left of`, not before `above`."""
    return "to the {relation}" not in wording or RELATIONS[slots["relation"]][0] == 0


def plural(phrase: str) -> str:
    """`red circle` → `red circles`."""
    *colour, noun = phrase.split()
    return " ".join([*colour, PLURAL.get(noun, noun + "s")])


def singular(phrase: str) -> str:
    """`red circles` → `red circle`."""
    *colour, noun = phrase.split()
    return " ".join([*colour, ANY if noun == ANY + "s" else SINGULAR.get(noun, noun)])
