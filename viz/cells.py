"""Cells of a grid that lies over a picture: where they are, and frames around them."""

from PIL import Image, ImageDraw

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels


def box_of(place: tuple[int, int], cell: float, reach: int = 0) -> Box:
    """The box of a row and a column, and of the cells up to `reach` around it; `cell` is a cell's side in pixels."""
    row, column = place
    return ((column - reach) * cell, (row - reach) * cell, (column + reach + 1) * cell, (row + reach + 1) * cell)


def framed(image: Image.Image, box: Box) -> Image.Image:
    """A copy of the picture with a frame inside a box: white within black, so that it is seen on any colour."""
    copy, line = image.copy(), max(image.width // 160, 1)
    x0, y0, x1, y1 = (min(max(edge, 0), image.width) for edge in box)
    for grow, colour in ((1, "#000000"), (0, "#ffffff")):
        ImageDraw.Draw(copy).rectangle((x0 - grow, y0 - grow, x1 - 1 + grow, y1 - 1 + grow), outline=colour, width=line)
    return copy
