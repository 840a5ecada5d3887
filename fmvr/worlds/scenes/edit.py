"""Scenes edited by hand: every edit makes a new scene. What cannot be done is refused with BadInput, in a sentence."""

from dataclasses import replace

from fmvr.errors import BadInput
from fmvr.worlds.scenes import draw
from fmvr.worlds.scenes.code import MOST_OBJECTS, MOST_TURN, check_kind
from fmvr.worlds.scenes.scene import LARGEST, SMALLEST, Scene, SceneObject, overlap, split_of

MOST_EDITS = 100


def add(scene: Scene, noun, x, y, size=64, colour=None, number=None, angle=0.0, mirrored=False) -> Scene:
    """One more object, in front of all others, its centre at x, y (pixels) or as near as the picture allows.

    `size` is in pixels, `angle` in degrees. Raises BadInput for what no scene can hold.
    """
    if len(scene.objects) >= MOST_OBJECTS:
        raise BadInput(f"This scene is full: the most is {MOST_OBJECTS} objects. Remove one first.")
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
    return replace(scene, objects=(*scene.objects, _near(look, x, y)))


def move(scene: Scene, index, x, y) -> Scene:
    """An object with its centre at x, y, or as near as the picture allows."""
    return _changed(scene, index, _near(_object(scene, index).look, x, y))


def resize(scene: Scene, index, size) -> Scene:
    """An object of another size (its side in pixels before it is turned), its centre kept where that fits."""
    thing = _object(scene, index)
    return _changed(scene, index, _near(replace(thing, size=_whole(size, "size")).look, *thing.centre))


def remove(scene: Scene, index) -> Scene:
    """The scene without an object."""
    _object(scene, index)
    return replace(scene, objects=(*scene.objects[:index], *scene.objects[index + 1 :]))


def on_background(scene: Scene, seed) -> Scene:
    """The same objects on the background of another seed."""
    seed = _whole(seed, "seed")
    try:
        split_of(seed)
    except ValueError as error:
        raise BadInput(str(error)) from error
    return replace(scene, seed=seed)


def empty(scene: Scene) -> Scene:
    """The background alone."""
    return replace(scene, objects=())


def without(scene: Scene, things: list[SceneObject]) -> Scene:
    """The scene without some of its objects."""
    return replace(scene, objects=tuple(o for o in scene.objects if o not in things))


EDITS = {edit.__name__: edit for edit in (add, move, resize, remove, on_background, empty)}


def apply(scene: Scene, edits: list) -> Scene:
    """Edits as JSON writes them, one after the other: `{"do": "move", "index": 0, "x": 100, "y": 60}`."""
    if not isinstance(edits, list) or len(edits) > MOST_EDITS:
        raise BadInput(f"Edits are a list of at most {MOST_EDITS}.")
    for step in edits:
        values = dict(step) if isinstance(step, dict) else {}
        edit = EDITS.get(str(values.pop("do", None)))
        if edit is None:
            raise BadInput(f'Every edit says what to "do": {", ".join(EDITS)}.')
        try:
            scene = edit(scene, **values)
        except TypeError as error:
            raise BadInput(f"The edit {edit.__name__!r} does not fit what was given to it.") from error
    return scene


def most_overlap(scene: Scene) -> float:
    """The largest overlap of any two objects, as a part of the smaller one's box."""
    boxes = [o.box for o in scene.objects]
    return max((overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i]), default=0.0)


def _near(look: tuple, x, y) -> SceneObject:
    """The object of a look with its centre at x, y, moved into the picture where it would stick out."""
    x, y = _number(x, "x"), _number(y, "y")
    if not SMALLEST <= look[3] <= LARGEST:
        raise BadInput(f"Objects measure {SMALLEST} to {LARGEST} pixels.")
    _, (x0, y0, x1, y1) = draw.patch(*look)
    wide, high = x1 - x0, y1 - y0
    left = min(max(round(x - wide / 2), 0), draw.SIDE - wide)
    top = min(max(round(y - high / 2), 0), draw.SIDE - high)
    return SceneObject.at(look, left, top)


def _changed(scene: Scene, index: int, thing: SceneObject) -> Scene:
    return replace(scene, objects=(*scene.objects[:index], thing, *scene.objects[index + 1 :]))


def _object(scene: Scene, index) -> SceneObject:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(scene.objects):
        raise BadInput(f"There is no object {str(index)[:20]}: this scene has {len(scene.objects)}, counted from 0.")
    return scene.objects[index]


def _number(value, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise BadInput(f"{name} has to be a number.")
    return float(value)


def _whole(value, name: str) -> int:
    number = _number(value, name)
    if number != int(number):
        raise BadInput(f"{name} has to be a whole number.")
    return int(number)
