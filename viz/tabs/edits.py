"""What a visitor does to a scene by hand: an act takes the scene, gives the new one, and which object is chosen then.

What cannot be done is refused with BadInput, in a sentence.
"""

import random
from typing import NamedTuple

from fmvr.errors import BadInput
from fmvr.worlds.scenes import edit
from fmvr.worlds.scenes.catalog import SIGN, THINGS
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.reading import subjects
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS, Scene
from viz.tabs.scenes import scene_by_code
from viz.workbench import centre

NOTHING_ASKED = "The question names no object that is in this scene: ask about one, or remove one by hand."


class Edit(NamedTuple):
    """The scene after an act, and the object that is chosen in it, by its number; None for a new one."""

    scene: Scene
    chosen: int | None = None


def place(
    scene: Scene, chosen: int | None, noun: str, colour: str, number: int, size: int, row: int, column: int
) -> Edit:
    """Move the chosen object to a place of the workbench, or put a new one there."""
    x, y = centre(row, column, SIDE)
    if chosen is not None:
        return Edit(edit.move(scene, chosen, x, y), chosen)
    colour, number = None if noun in THINGS else colour, number if noun == SIGN else None
    return Edit(edit.add(scene, noun, x, y, size, colour, number))


def resize(scene: Scene, chosen: int | None, size: int) -> Edit:
    """The chosen object of another size; a new one only will be of that size."""
    return Edit(scene) if chosen is None else Edit(edit.resize(scene, chosen, size), chosen)


def remove(scene: Scene, chosen: int) -> Edit:
    return Edit(edit.remove(scene, chosen))


def take_away(scene: Scene, question: str | None) -> Edit:
    """Everything gone that a question is about."""
    things = subjects(scene, question or "")
    if not things:
        raise BadInput(NOTHING_ASKED)
    return Edit(edit.without(scene, things))


def undo(scene: Scene, last: list[str] | None) -> Edit:
    """The scene before the last edit, where there was one."""
    return Edit(before(scene, last) or scene)


def on_another_background(scene: Scene) -> Edit:
    return Edit(edit.on_background(scene, SPLITS["test"] + random.randrange(SPLIT_SIZE)))


def empty(scene: Scene) -> Edit:
    return Edit(edit.empty(scene))


def before(scene: Scene, last: list[str] | None) -> Scene | None:
    """The scene before the last edit, of which `last` are the codes before and after.

    None where it did not make this scene.
    """
    if not last or last[1] != scene.code:
        return None
    try:
        return scene_by_code(last[0])
    except BadInput:
        return None
