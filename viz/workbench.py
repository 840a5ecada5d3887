"""The scene to be edited: its picture as one large button whose places can be chosen."""

from markupsafe import Markup
from PIL import Image

from viz.cells import framed
from viz.tags import source
from viz.templates import render

PLACES = 48  # along a side


def workbench(picture: Image.Image, names: list[str], chosen: int | None, box: tuple | None) -> Markup:
    """The picture; a place chosen on it is an event of `fmvr.places` in viz/page.js.

    Args:
        names: what the scene's objects are and where, in words.
        chosen: which of them a click moves; None where a click places a new one.
        box: where the chosen object is, x0, y0, x1, y1 in pixels.
    """
    act = "put a new object there" if chosen is None else f"move there: {names[chosen]}"
    row, column = (PLACES // 2, PLACES // 2) if box is None else _place(box, picture.width)
    return render(
        "workbench.html",
        address=source(framed(picture, box) if box else picture, exact=True),
        alt=f"The scene: {', '.join(names) or 'nothing on a plain background'}. Choose a place to {act}",
        places=PLACES,
        row=row,
        column=column,
    )


def centre(row: int, column: int, side: int) -> tuple[float, float]:
    """The x and y, in pixels of a picture `side` wide, of a place's middle."""
    return (column + 0.5) * side / PLACES, (row + 0.5) * side / PLACES


def _place(box: tuple[float, float, float, float], side: int) -> tuple[int, int]:
    """The row and column of the middle of a box, in a picture `side` pixels wide."""
    x0, y0, x1, y1 = box
    return int((y0 + y1) / 2 * PLACES / side), int((x0 + x1) / 2 * PLACES / side)
