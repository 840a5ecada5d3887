"""The first edition's scenes, the sparse end of this world: up to eight things on a plain ground."""

from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.scenes.scene import Scene, SceneObject

PLAIN = "plain"  # their ground: a gradient with a soft pattern


def sparse(seed: int) -> Picture:
    """The scene of a seed: always the same. Raises ValueError for a seed that no split holds."""
    return of_scene(Scene.from_seed(seed))


def of_scene(scene: Scene) -> Picture:
    """A scene as a picture of this world."""
    return Picture("scene", scene.seed, PLAIN, tuple(_item(thing) for thing in scene.objects))


def as_scene(picture: Picture) -> Scene:
    """The scene that a picture on the plain ground shows."""
    return Scene(picture.seed, tuple(_object(item) for item in picture.items))


def _item(o: SceneObject) -> Item:
    return Item(o.noun, o.colour, None if o.number is None else str(o.number), o.size, o.angle, o.mirrored, o.box)


def _object(item: Item) -> SceneObject:
    look = (item.noun, item.colour, item.number, item.size, item.angle, item.mirrored)
    return SceneObject.at(look, *item.box[:2])
