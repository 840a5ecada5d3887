"""Phrases, `cat`, `red circle`, and the objects of a scene that they mean."""

import numpy as np

from fmvr.worlds.scenes.catalog import COLOURS, NOUNS
from fmvr.worlds.scenes.scene import Scene, SceneObject

ANY = "object"  # the phrase that means every object


def pick(rng: np.random.Generator, items):
    """One of several; None of none."""
    return items[int(rng.integers(len(items)))] if items else None


def phrases_of(scene: Scene) -> list[str]:
    """Every phrase that names something here, by noun alone or by colour and noun."""
    return sorted({o.noun for o in scene.objects} | {o.phrase for o in scene.objects})


def unique(scene: Scene) -> list[tuple[str, SceneObject]]:
    """The shortest phrase for each object that a phrase singles out."""
    pairs = []
    for thing in scene.objects:
        for phrase in (thing.noun, thing.phrase):
            if len(scene.matching(phrase)) == 1:
                pairs.append((phrase, thing))
                break
    return pairs


def missing(scene: Scene, rng: np.random.Generator) -> str:
    """A phrase nothing in the scene answers to; for a coloured shape, often its neighbour in colour."""
    coloured = [o for o in scene.objects if o.colour]
    if coloured and rng.random() < 0.3:
        noun = pick(rng, coloured).noun
        near = [f"{c} {noun}" for c in COLOURS]
        if absent := [p for p in near if not scene.matching(p)]:
            return pick(rng, absent)
    return pick(rng, [p for p in NOUNS if not scene.matching(p)])


def count(scene: Scene, phrase: str) -> int:
    """How many objects a phrase means."""
    return len(scene.objects) if phrase == ANY else len(scene.matching(phrase))


def only(scene: Scene, phrase: str) -> SceneObject | None:
    """The one object a phrase means; None where it means none, or several."""
    things = scene.matching(phrase)
    return things[0] if len(things) == 1 else None
