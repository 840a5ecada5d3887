"""The scenes that can be edited by hand, whichever of the project's worlds they come from.

All else on the page asks the lab's world (see `samples`).
"""

import random
from typing import Any

from fmvr.errors import BadInput
from fmvr.worlds import World
from fmvr.worlds.embedded import code as codes
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.sparse import of_scene
from fmvr.worlds.embedded.world import EmbeddedWorld
from fmvr.worlds.photographs import PhotographWorld
from fmvr.worlds.scenes.scene import Scene
from fmvr.worlds.scenes.world import SceneWorld
from viz.tabs.samples import ENDLESS, SPLIT, Specimen, specimen_at, specimen_by_code

WORLDS_OF_SCENES = frozenset({SceneWorld.name, EmbeddedWorld.name, PhotographWorld.name})
NO_SCENE = "This picture is no scene, so nothing in it can be moved: take a new scene, or an empty one."


def scene_of(specimen: Specimen | None) -> Picture:
    """What a specimen shows, as a scene to edit. Raises BadInput where it is none."""
    sample: Any = specimen and specimen.sample
    picture = of_scene(sample) if isinstance(sample, Scene) else sample
    if not isinstance(picture, Picture) or picture.kind != "scene":
        raise BadInput(NO_SCENE)
    return picture


def specimen_of(world: World, picture: Picture) -> Specimen:
    """An edited scene as a specimen of a world that has codes."""
    return specimen_by_code(world, codes.write(picture))


def new_scene(world: World) -> Specimen:
    """Any scene of the test split; of a world of photographs, of the scenes beside them."""
    drawn = getattr(world, "scenes", world)
    place = random.randrange(drawn.size(SPLIT) or ENDLESS)
    while not is_scene(specimen := specimen_at(drawn, place)):
        place = (place + 1) % (drawn.size(SPLIT) or ENDLESS)
    return specimen


def is_scene(specimen: Specimen | None) -> bool:
    """Whether it can be edited."""
    try:
        return bool(scene_of(specimen))
    except BadInput:
        return False
