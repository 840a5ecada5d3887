"""Scenes edited by hand: every edit makes a new scene. What cannot be done is refused with BadInput, in a sentence.

A scene here is a `Picture` of kind `scene`, on any ground, the first edition's plain one among them.
"""

from dataclasses import replace

import numpy as np

from fmvr.errors import BadInput
from fmvr.worlds.embedded.items import Look, item_at, look_of, size_of
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.scene import MOST, overlaps, scene
from fmvr.worlds.embedded.sparse import PLAIN
from fmvr.worlds.scenes.code import MOST_OBJECTS, MOST_TURN, check_kind
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import split_of

MOST_EDITS = 100


def most_of(picture: Picture) -> int:
    """How many objects a scene on this ground can hold."""
    return MOST_OBJECTS if picture.ground == PLAIN else MOST


def add(picture: Picture, noun, x, y, size=64, colour=None, number=None, angle=0.0, mirrored=False) -> Picture:
    """One more object, in front of all others, its centre at x, y (pixels) or as near as the picture allows.

    `size` is in pixels, `angle` in degrees. Raises BadInput for what no scene can hold.
    """
    if len(picture.items) >= most_of(picture):
        raise BadInput(f"This scene is full: the most is {most_of(picture)} objects. Remove one first.")
    number = _whole(number, "number") if number is not None else None
    if not isinstance(mirrored, bool):  # a text such as "false" would count as true
        raise BadInput("mirrored has to be true or false.")
    try:
        check_kind(noun, colour, number, mirrored)
    except ValueError as error:
        raise BadInput(str(error)) from error
    turn = round(_number(angle, "angle"), 1)
    if abs(turn) > MOST_TURN / 10:
        raise BadInput(f"An angle is at most {MOST_TURN // 10} degrees, either way.")
    look = (noun, colour, number, _whole(size, "size"), turn, mirrored)
    return replace(picture, items=(*picture.items, _near(picture.ground, look, x, y)))


def move(picture: Picture, index, x, y) -> Picture:
    """An object with its centre at x, y, or as near as the picture allows."""
    return _changed(picture, index, _near(picture.ground, look_of(_object(picture, index)), x, y))


def resize(picture: Picture, index, size) -> Picture:
    """An object of another size (its side in pixels before it is turned), its centre kept where that fits."""
    item = _object(picture, index)
    look = look_of(replace(item, size=_whole(size, "size")))
    return _changed(picture, index, _near(picture.ground, look, *item.centre))


def remove(picture: Picture, index) -> Picture:
    """The scene without an object."""
    _object(picture, index)
    return replace(picture, items=(*picture.items[:index], *picture.items[index + 1 :]))


def on_background(picture: Picture, seed) -> Picture:
    """The same objects on the background of another seed."""
    seed = _whole(seed, "seed")
    try:
        split_of(seed)
    except ValueError as error:
        raise BadInput(str(error)) from error
    if picture.ground == PLAIN:
        return replace(picture, seed=seed)
    return replace(scene(seed), items=picture.items)


def empty(picture: Picture) -> Picture:
    """The background alone."""
    return replace(picture, items=())


def without(picture: Picture, things: list[Item]) -> Picture:
    """The scene without some of its objects."""
    return replace(picture, items=tuple(item for item in picture.items if item not in things))


EDITS = {edit.__name__: edit for edit in (add, move, resize, remove, on_background, empty)}


def apply(picture: Picture, edits: list) -> Picture:
    """Edits as JSON writes them, one after the other: `{"do": "move", "index": 0, "x": 100, "y": 60}`."""
    if not isinstance(edits, list) or len(edits) > MOST_EDITS:
        raise BadInput(f"Edits are a list of at most {MOST_EDITS}.")
    for step in edits:
        values = dict(step) if isinstance(step, dict) else {}
        edit = EDITS.get(str(values.pop("do", None)))
        if edit is None:
            raise BadInput(f'Every edit says what to "do": {", ".join(EDITS)}.')
        try:
            picture = edit(picture, **values)
        except TypeError as error:
            raise BadInput(f"The edit {edit.__name__!r} does not fit what was given to it.") from error
    return picture


def most_overlap(picture: Picture) -> float:
    """The largest overlap of any two objects, as a part of the smaller one's box."""
    boxes = np.array([item.box for item in picture.items]).reshape(-1, 4)
    return float(np.triu(overlaps(boxes, boxes), 1).max(initial=0))


def _near(ground: str, look: Look, x, y) -> Item:
    """The object of a look with its centre at x, y, moved into the picture where it would stick out."""
    x, y = _number(x, "x"), _number(y, "y")
    if not SMALLEST <= look[3] <= LARGEST:
        raise BadInput(f"Objects measure {SMALLEST} to {LARGEST} pixels.")
    wide, high = size_of(ground, look)
    left = min(max(round(x - wide / 2), 0), SIDE - wide)
    top = min(max(round(y - high / 2), 0), SIDE - high)
    return item_at(ground, look, left, top)


def _changed(picture: Picture, index: int, item: Item) -> Picture:
    return replace(picture, items=(*picture.items[:index], item, *picture.items[index + 1 :]))


def _object(picture: Picture, index) -> Item:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(picture.items):
        raise BadInput(f"There is no object {str(index)[:20]}: this scene has {len(picture.items)}, counted from 0.")
    return picture.items[index]


def _number(value, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise BadInput(f"{name} has to be a number.")
    return float(value)


def _whole(value, name: str) -> int:
    number = _number(value, name)
    if number != int(number):
        raise BadInput(f"{name} has to be a whole number.")
    return int(number)
