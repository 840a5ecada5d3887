"""Items by what they look like: where one ends, and whether it fits into the picture."""

from fmvr.worlds.embedded.draw import extent
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST
from fmvr.worlds.embedded.picture import Item
from fmvr.worlds.embedded.sparse import PLAIN
from fmvr.worlds.scenes.draw import SIDE, patch

Look = tuple[str, str | None, int | None, int, float, bool]  # noun, colour, number, size, angle, mirrored


def item_at(ground: str, look: Look, left: int, top: int) -> Item:
    """The item of a look whose box begins at `left`, `top`.

    Raises ValueError where it is too small, too large or not wholly inside the picture.
    """
    noun, colour, number, size, angle, mirrored = look
    wide, high = size_of(ground, look)
    box = (left, top, left + wide, top + high)
    if left < 0 or top < 0 or max(box) > SIDE:
        raise ValueError("An object lies outside the picture.")
    return Item(noun, colour, None if number is None else str(number), size, angle, mirrored, box)


def look_of(item: Item) -> Look:
    """What an item looks like, wherever it is."""
    return item.noun, item.colour, item.number, item.size, item.angle, item.mirrored


def size_of(ground: str, look: Look) -> tuple[int, int]:
    """Width and height, in pixels, of what a look shows on a ground. Raises ValueError for a size no scene has."""
    noun, colour, number, size, angle, mirrored = look
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"Objects measure {SMALLEST} to {LARGEST} pixels.")
    if ground != PLAIN:
        return extent(noun, colour, None if number is None else str(number), size, angle, mirrored)
    x0, y0, x1, y1 = patch(*look)[1]
    return x1 - x0, y1 - y0
