"""What a link to the page shows where it is shared: the page's own title, description and picture, not Gradio's.

The Open Graph protocol (ogp.me); services that show previews read the page's head and run no scripts.
"""

import io
import re

from matplotlib.figure import Figure
from PIL import Image

from viz.templates import render
from viz.theme import INK, SOFT

TITLE = "FMVR Lab"
DESCRIPTION = (
    "Give a vision–language model fewer visual tokens of a picture, see what its answers lose, and what "
    "frequency-modulated restoration gives back."
)
PICTURE = "preview.png"
WIDTH, HEIGHT, DPI = 12.0, 6.3, 100  # inches; 1,200 × 630 pixels, as previews are shown
EDGE, GAP = 0.6, 0.25  # inches
DETAIL = 14  # pixels of a patch's side: as many tokens hold the detail of so many patches
OWN = re.compile(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>")


def dissolving(picture: Image.Image, sides: list[int]) -> bytes:
    """The picture at the detail that each grid of tokens leaves, finest first, under the page's title; a PNG file."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    side = (WIDTH - 2 * EDGE - (len(sides) - 1) * GAP) / len(sides)
    figure.text(EDGE / WIDTH, 0.8, TITLE, size=44, weight="bold", color=INK)
    figure.text(EDGE / WIDTH, 0.68, "Fewer visual tokens: what is lost, what comes back", size=24, color=SOFT)
    for i, cells in enumerate(sides):
        left = EDGE + i * (side + GAP)
        axes = figure.add_axes((left / WIDTH, 0.2, side / WIDTH, side / HEIGHT))
        seen = picture.convert("RGB").resize((DETAIL * cells, DETAIL * cells), Image.Resampling.BOX)
        axes.imshow(seen, interpolation="nearest")
        axes.set_axis_off()
        figure.text((left + side / 2) / WIDTH, 0.1, f"{cells**2}", size=24, color=INK, ha="center")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def head(html: str, picture: str, page: str) -> str:
    """A page's HTML with our preview in the place of any other."""
    own = render("preview_head.html", title=TITLE, description=DESCRIPTION, picture=picture, page=page)
    return OWN.sub("", html).replace("<head>", f"<head>{own}", 1)
