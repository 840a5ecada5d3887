"""Pictures as parts of the page itself, and what marks an element as an arm's."""

import base64
import io

from markupsafe import Markup
from PIL import Image

from viz.templates import part
from viz.theme import arm_style

__all__ = ["arm_style", "image_tag", "layer_source", "source", "stacked"]


def source(image: Image.Image, exact: bool = False) -> str:
    """A picture as an address that holds all of it; `exact` keeps thin lines and flat colours as they are."""
    return _address(image, "webp", quality=88, lossless=exact)


def layer_source(layer: Image.Image) -> str:
    """A transparent layer, RGBA, as an address that holds all of it, every pixel as it is."""
    return _address(layer, "png")


def image_tag(image: Image.Image, alt: str, exact: bool = False) -> Markup:
    """A picture on the page; `exact` as in `source`."""
    return part("image", source(image, exact), alt)


def stacked(
    behind: str, layer: Image.Image, alt: str, frame: tuple[float, float, float, float] | None = None
) -> Markup:
    """A picture with a transparent layer over it, which the browser enlarges: no pixel is drawn twice.

    Args:
        behind: the picture's `source`.
        layer: RGBA, a pixel for each place of a map.
        frame: a place to mark (x0, y0, x1, y1 in parts of the side).
    """
    return part("stacked", behind, layer_source(layer), alt, frame)


def _address(image: Image.Image, kind: str, **options) -> str:
    data = io.BytesIO()
    image.save(data, kind.upper(), **options)
    return f"data:image/{kind};base64,{base64.b64encode(data.getvalue()).decode()}"
