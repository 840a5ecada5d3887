"""Pictures as parts of the page itself."""

import base64
import io
from html import escape

from PIL import Image


def source(image: Image.Image, exact: bool = False) -> str:
    """A picture as an address that holds all of it; `exact` keeps thin lines and flat colours as they are."""
    data = io.BytesIO()
    image.save(data, "WEBP", quality=88, lossless=exact)
    return f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode()}"


def image_tag(image: Image.Image, alt: str, exact: bool = False) -> str:
    """A picture on the page; `exact` as in `source`."""
    return f'<img alt="{escape(alt)}" src="{source(image, exact)}">'


def stacked(behind: str, layer: Image.Image, alt: str, frame: tuple[float, float, float, float] | None = None) -> str:
    """A picture with a transparent layer over it, which the browser enlarges: no pixel is drawn twice.

    Args:
        behind: the picture's `source`.
        layer: RGBA, a pixel for each place of a map.
        frame: a place to mark (x0, y0, x1, y1 in parts of the side).
    """
    data = io.BytesIO()
    layer.save(data, "PNG")
    over = f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"
    mark = ""
    if frame:
        x0, y0, x1, y1 = (f"{100 * edge:.3f}%" for edge in frame)
        mark = f'<b style="left: {x0}; top: {y0}; right: calc(100% - {x1}); bottom: calc(100% - {y1})"></b>'
    return (
        f'<span class="stacked"><img alt="{escape(alt)}" src="{behind}"><img class="layer" alt="" src="{over}">'
        f"{mark}</span>"
    )
