"""Scenes unlike those of training: smaller objects, more of them, unseen combinations of colour and shape."""

from dataclasses import replace
from typing import TypeVar

from fmvr.worlds.changes import Change
from fmvr.worlds.scenes.catalog import COLOURS, TEST_ONLY_COMBINATIONS
from fmvr.worlds.scenes.draw import patch
from fmvr.worlds.scenes.scene import SPLITS, Scene, SceneObject

Thing = TypeVar("Thing")


def smaller(scene: Scene, factor: float) -> Scene:
    """Every object at a part of its size, its middle where it was."""

    def shrunk(thing: SceneObject) -> SceneObject:
        look = replace(thing, size=round(thing.size * factor)).look
        _, (x0, y0, x1, y1) = patch(*look)
        left, top = (round(middle - size / 2) for middle, size in zip(thing.centre, (x1 - x0, y1 - y0)))
        return SceneObject(*look, left - x0, top - y0, (left, top, left + x1 - x0, top + y1 - y0))

    return scene if factor == 1 else replace(scene, objects=tuple(map(shrunk, scene.objects)))


def fuller(seed: int, fewest: float) -> Scene:
    """At least so many objects, at most three more; 1: as many as in training, one to eight."""
    return Scene.from_seed(seed) if fewest == 1 else Scene.from_seed(seed, int(fewest), int(fewest) + 3)


def recombined(scene: Scene, there: float) -> Scene | None:
    """Scenes with colours and shapes never seen together in training: as they are (1), or `recoloured` (0); None where
    there are none."""
    same = recoloured(scene.objects)
    return same and (scene if there else replace(scene, objects=same))


def recoloured(things: tuple[Thing, ...]) -> tuple[Thing, ...] | None:
    """Some things, those whose colour and shape were never seen together in training in another colour, in which no
    other of their shape is. None where there are no such things, or no such colour.

    `things`: dataclasses with a `colour` and a `noun`.
    """
    pairs = {(thing.colour, thing.noun) for thing in things}
    new, taken = pairs & TEST_ONLY_COMBINATIONS, pairs | TEST_ONLY_COMBINATIONS
    free = {noun: [c for c in COLOURS if (c, noun) not in taken] for _, noun in new}
    if not new or not all(free.values()):
        return None
    return tuple(replace(one, colour=free[one.noun][0]) if (one.colour, one.noun) in new else one for one in things)


CHANGES = {
    "size": Change(
        "of the objects' size", (1, 0.75, 0.5), lambda world, place, step: smaller(world.sample("test", place), step)
    ),
    "crowd": Change("objects and more", (1, 9, 13, 17), lambda _, place, step: fuller(SPLITS["test"] + place, step)),
    "combination": Change(
        "unseen (1) or seen (0)", (0, 1), lambda world, place, step: recombined(world.sample("test", place), step)
    ),
}
