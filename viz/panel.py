"""The panel for a paper or a talk: the picture, every model's map on one scale, every answer, how sure each model is,
and the difference of the maps. Print size, 300 dpi.
"""

import io
import textwrap
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from fmvr.arms import arm
from viz.theme import INK, SOFT, heat
from viz.units import said

DPI = 300
CELL = 2.1  # inches: the width of a picture
HEAD, FOOT, GAP, EDGE, BAR = 0.42, 0.92, 0.2, 0.12, 0.42  # inches: above and below pictures, between, around, the scale
MEDIA = {"png": {"dpi": DPI}, "svg": {"metadata": {"Date": None}}, "pdf": {"metadata": {"CreationDate": None}}}

# Text stays text in PDF, its font inside the file; in SVG it becomes outlines, which need no font at all.
matplotlib.rcParams.update(
    {"pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "fmvr", "font.family": "DejaVu Sans"}
)


@dataclass(frozen=True)
class PanelColumn:
    """One arm's column, or the one of the difference between two."""

    arm: str | None  # its name: the colour; None for the difference
    title: str
    overlay: Image.Image  # its map over the picture
    answer: str
    below: str  # right or wrong


def panel(picture: Image.Image, question: str, columns: list[PanelColumn], scale: float, note: str) -> Figure:
    """The picture with its question, then each model's map with its answer.

    Args:
        scale: the value at the bright end of the maps' one colour scale.
        note: how the maps were made, in small print.
    """
    count = 1 + len(columns)
    width = 2 * EDGE + count * CELL + (count - 1) * GAP + BAR
    height = HEAD + CELL + FOOT + EDGE
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")

    def text(x: float, y: float, words: str, **style) -> None:
        """Words at a place in inches from the lower left corner; a $ in them is no formula."""
        figure.text(x / width, y / height, words, **{"color": INK, "va": "top", "parse_math": False} | style)

    top = EDGE + FOOT + CELL
    cells = [("The picture and the question", INK, picture, _lines(question, 34, 2), "")]
    cells += [
        (
            column.title,
            arm(column.arm).colour if column.arm else INK,
            column.overlay,
            _lines(said(column.answer), 27, 2),
            column.below,
        )
        for column in columns
    ]
    for i, (title, colour, image, words, below) in enumerate(cells):
        left = EDGE + i * (CELL + GAP)
        axes = figure.add_axes((left / width, (EDGE + FOOT) / height, CELL / width, CELL / height))
        axes.imshow(np.asarray(image), interpolation="none")
        axes.set_axis_off()
        rule = (left / width, (top + 0.05) / height), CELL / width, 0.025 / height
        figure.add_artist(Rectangle(*rule, color=colour, linewidth=0, transform=figure.transFigure))
        text(left, top + 0.13, title, size=8, weight="bold", va="bottom")
        text(left, EDGE + FOOT - 0.07, words, size=9 if i else 8, weight="bold" if i else "normal")
        text(left, EDGE + 0.42, below, size=7, color=SOFT)
    text(EDGE, EDGE + 0.02, note, size=5, color=SOFT, va="bottom", linespacing=1.3)
    bar = figure.add_axes(((width - EDGE - BAR + 0.08) / width, (EDGE + FOOT) / height, 0.09 / width, CELL / height))
    colours = ListedColormap(heat(np.linspace(0, 1, 256)) / 255)
    drawn = figure.colorbar(ScalarMappable(Normalize(0, scale or 1), colours), cax=bar, ticks=[0, scale or 1])
    drawn.ax.set_yticklabels(["0", f"{scale:.2g}"], size=6, color=SOFT)
    drawn.outline.set_visible(False)
    drawn.ax.tick_params(length=0, pad=2)
    return figure


def written(figure: Figure, medium: str) -> bytes:
    """The figure as a file's bytes; `medium` is a key of MEDIA."""
    data = io.BytesIO()
    figure.savefig(data, format=medium, **MEDIA[medium])
    return data.getvalue()


def _lines(text: str, letters: int, most: int) -> str:
    """Text broken into lines that fit a column; what is too long ends in dots."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)  # SVG cannot hold control characters
    return "\n".join(textwrap.wrap(text, letters, max_lines=most, placeholder=" …"))
