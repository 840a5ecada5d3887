"""What a visitor does to a scene by hand: an act takes the scene, gives the new one, and which object is chosen then.

What cannot be done is refused with BadInput, in a sentence.
"""

import random
from typing import NamedTuple

from fmvr.errors import BadInput
from fmvr.worlds.embedded import code as codes
from fmvr.worlds.embedded import edit
from fmvr.worlds.embedded.catalog import SIGN, THINGS
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS
from fmvr.worlds.world import Subject
from viz.workbench import centre

NOTHING_ASKED = "The question names no object that is in this scene: ask about one, or remove one by hand."


class Edit(NamedTuple):
    """The scene after an act, and the object that is chosen in it, by its number; None for a new one."""

    scene: Picture
    chosen: int | None = None


def place(
    scene: Picture, chosen: int | None, noun: str, colour: str, number: int, size: int, row: int, column: int
) -> Edit:
    """Move the chosen object to a place of the workbench, or put a new one there."""
    x, y = centre(row, column, SIDE)
    if chosen is not None:
        return Edit(edit.move(scene, chosen, x, y), chosen)
    colour, number = None if noun in THINGS else colour, number if noun == SIGN else None
    return Edit(edit.add(scene, noun, x, y, size, colour, number))


def resize(scene: Picture, chosen: int | None, size: int) -> Edit:
    """The chosen object of another size; a new one only will be of that size."""
    return Edit(scene) if chosen is None else Edit(edit.resize(scene, chosen, size), chosen)


def remove(scene: Picture, chosen: int) -> Edit:
    return Edit(edit.remove(scene, chosen))


def take_away(scene: Picture, things: list[Subject]) -> Edit:
    """Everything gone that a question is about."""
    if not things:
        raise BadInput(NOTHING_ASKED)
    boxes = {thing.box for thing in things}
    return Edit(edit.without(scene, [item for item in scene.items if item.box in boxes]))


def undo(scene: Picture, last: list[str] | None) -> Edit:
    """The scene before the last edit, where there was one."""
    return Edit(before(scene, last) or scene)


def on_another_background(scene: Picture) -> Edit:
    return Edit(edit.on_background(scene, SPLITS["test"] + random.randrange(SPLIT_SIZE)))


def empty(scene: Picture) -> Edit:
    return Edit(edit.empty(scene))


def before(scene: Picture, last: list[str] | None) -> Picture | None:
    """The scene before the last edit, of which `last` are the codes before and after.

    None where it did not make this scene.
    """
    if not last or last[1] != codes.write(scene):
        return None
    try:
        return codes.read(last[0])
    except ValueError:
        return None
