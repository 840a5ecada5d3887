"""The scene to be edited: its picture as one large button whose places can be chosen."""

from PIL import Image

from viz.cells import framed
from viz.tags import image_tag

PLACES = 48  # a side


def workbench(picture: Image.Image, names: list[str], chosen: int | None, box: tuple | None) -> str:
    """The picture as HTML; a place chosen on it is an event of `fmvr.places` in viz/page.js.

    Args:
        names: what the scene's objects are and where, in words.
        chosen: which of them a click moves; None where a click places a new one.
        box: where the chosen object is, x0, y0, x1, y1 in pixels.
    """
    act = "put a new object there" if chosen is None else f"move there: {names[chosen]}"
    alt = f"The scene: {', '.join(names) or 'nothing on a plain background'}. Choose a place to {act}"
    column, row = (PLACES // 2, PLACES // 2) if box is None else _place(box, picture.width)
    style = f"--places: {PLACES}; --row: {row}; --column: {column}"
    drawn = image_tag(framed(picture, box) if box else picture, alt, exact=True)
    return (
        f'<button type="button" class="map" data-places="{PLACES}" data-at="{row},{column}" style="{style}">'
        f"{drawn}<i></i></button>"
    )


def centre(row: int, column: int, side: int) -> tuple[float, float]:
    """The x and y, in pixels of a picture `side` wide, of a place's middle."""
    return (column + 0.5) * side / PLACES, (row + 0.5) * side / PLACES


def _place(box, side: int) -> tuple[int, int]:
    x0, y0, x1, y1 = box
    return int((x0 + x1) / 2 * PLACES / side), int((y0 + y1) / 2 * PLACES / side)
