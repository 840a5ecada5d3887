"""Pictures unlike those of training: smaller things, unseen combinations of colour and shape."""

from dataclasses import replace

from fmvr.worlds.changes import Change
from fmvr.worlds.embedded.draw import extent
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.sparse import PLAIN
from fmvr.worlds.scenes.changes import recoloured


def smaller(picture: Picture, factor: float) -> Picture | None:
    """Every thing at a part of its size, its middle where it was.

    None on the plain ground, which holds no smaller ones, and where anything is written on the ground itself.
    """

    def shrunk(item: Item) -> Item:
        size = round(item.size * factor)
        w, h = extent(item.noun, item.colour, item.text, size, item.angle, item.mirrored)
        left, top = (round(middle - side / 2) for middle, side in zip(item.centre, (w, h)))
        return replace(item, size=size, box=(left, top, left + w, top + h))

    if picture.ground == PLAIN or any(item.face for item in picture.items):
        return None
    return picture if factor == 1 else replace(picture, items=tuple(map(shrunk, picture.items)))


def recombined(picture: Picture, there: float) -> Picture | None:
    """Pictures with colours and shapes never seen together in training: as they are (1), or `recoloured` (0); None
    where there are none."""
    same = recoloured(picture.items)
    return same and (picture if there else replace(picture, items=same))


CHANGES = {
    "size": Change(
        "of the things' size", (1, 0.75, 0.5), lambda world, place, step: smaller(world.sample("test", place), step)
    ),
    "combination": Change(
        "unseen (1) or seen (0)", (0, 1), lambda world, place, step: recombined(world.sample("test", place), step)
    ),
}
