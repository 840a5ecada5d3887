"""Scenes unlike those of training: smaller objects, more of them, unseen combinations of colour and shape."""

from dataclasses import replace

from fmvr.worlds.changes import Change
from fmvr.worlds.scenes.catalog import COLOURS, TEST_ONLY_COMBINATIONS
from fmvr.worlds.scenes.draw import patch
from fmvr.worlds.scenes.scene import SPLITS, Scene, SceneObject


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
    """Scenes with colours and shapes never seen together in training: as they are (1), or those objects in another
    colour (0), in which no other object of their shape is. None where there are none, or no such colour."""
    new = [thing for thing in scene.objects if (thing.colour, thing.noun) in TEST_ONLY_COMBINATIONS]
    taken = {(thing.colour, thing.noun) for thing in scene.objects} | TEST_ONLY_COMBINATIONS
    free = {noun: [c for c in COLOURS if (c, noun) not in taken] for noun in {thing.noun for thing in new}}
    if not new or not all(free.values()):
        return None
    same = [replace(thing, colour=free[thing.noun][0]) if thing in new else thing for thing in scene.objects]
    return scene if there else replace(scene, objects=tuple(same))


CHANGES = {
    "size": Change(
        "of the objects' size", (1, 0.75, 0.5), lambda world, place, step: smaller(world.sample("test", place), step)
    ),
    "crowd": Change("objects and more", (1, 9, 13, 17), lambda _, place, step: fuller(SPLITS["test"] + place, step)),
    "combination": Change(
        "unseen (1) or seen (0)", (0, 1), lambda world, place, step: recombined(world.sample("test", place), step)
    ),
}
