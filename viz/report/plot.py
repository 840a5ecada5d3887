"""Shares against the budget, drawn by matplotlib as SVG for a page: its text stays text, its greys are the page's."""

import io
from dataclasses import dataclass
from math import ceil, floor, log
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fmvr.arms import arm
from viz.units import token_count

MARKS = {
    "square": "s",
    "circle": "o",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "pentagon": "p",
    "cross": "P",
    "x": "X",
}  # as Plotly calls them
MARK, APART, FONT = 9, 11, 13  # pixels: width of a mark, between arms at one budget, height of the text
LEFT, RIGHT, TOP, BOTTOM = 50, 14, 8, 28  # pixels around the axes
CLASSES = ("grid", "needed", "curve", "interval", "mark", "mark open")  # of parts, for the page's style sheet
STYLE = {"svg.fonttype": "none", "font.family": "DejaVu Sans"}  # of which only the widths count: the page has its own
WITHOUT_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", LINK)


@dataclass(frozen=True)
class Size:
    """Of a plot, in pixels; the page scales it a little. `name`: its class."""

    name: str
    width: int
    height: int


WIDE, NARROW = Size("wide", 980, 316), Size("narrow", 360, 270)


@dataclass(frozen=True)
class Point:
    """One arm at one budget: a share of 1, its interval, and whether it keeps enough."""

    arm: str
    tokens: int
    mean: float
    low: float
    high: float
    keeps: bool


@matplotlib.rc_context(STYLE)
def plot(points: list[Point], needed: dict[str, float], title: str, size: Size = WIDE) -> Markup:
    """The figure; where too little is kept, marks are open.

    Args:
        needed: arm → the share that is enough, as a line of its own.
        title: what a reader hears who does not see it.
    """
    figure = Figure(figsize=(size.width / 72, size.height / 72))  # a point is a pixel
    inner = size.width - LEFT - RIGHT, size.height - TOP - BOTTOM
    axes = figure.add_axes(
        (LEFT / size.width, BOTTOM / size.height, inner[0] / size.width, inner[1] / size.height), frame_on=False
    )
    bottom, top, step = _scale([share for p in points for share in (p.low, p.high)] + list(needed.values()))
    percents, budgets = range(bottom, top + 1, step), sorted({point.tokens for point in points})
    edge = max(0.04 * inner[0], APART * (len(needed) - 1) / 2 + MARK)
    pixel = (log(budgets[-1] / budgets[0]) or 1) / (inner[0] - 2 * edge)  # of the axis
    axes.set_xlim(log(budgets[0]) - edge * pixel, log(budgets[-1]) + edge * pixel)
    axes.set_ylim(bottom, top)
    axes.set_xticks([log(n) for n in budgets], map(str, budgets))
    axes.set_yticks(percents, [f"{percent} %" for percent in percents])
    axes.tick_params(length=0, pad=8, labelsize=FONT)
    for percent in percents:
        axes.axhline(percent, linewidth=1, clip_on=False, gid="grid")
    words = []
    for i, name in enumerate(needed):
        own = sorted((point for point in points if point.arm == name), key=lambda point: point.tokens)
        _draw(axes, own, needed[name], APART * pixel * (i - (len(needed) - 1) / 2))
        words += [f"{arm(name).label}, {token_count(p.tokens)}: {100 * p.mean:.1f} %" for p in own]
    return _part_of_a_page(figure, title, size, words)


def _draw(axes: Axes, points: list[Point], needed: float, shift: float) -> None:
    """One arm's curve, `shift` aside from its budgets, so that arms stand side by side."""
    shown = arm(points[0].arm)
    style = {"color": shown.colour, "clip_on": False}
    across, shares = [log(p.tokens) + shift for p in points], [100 * p.mean for p in points]
    axes.axhline(100 * needed, linewidth=1.5, dashes=(1.3, 2.7), gid="needed", **style)
    axes.vlines(
        across, [100 * p.low for p in points], [100 * p.high for p in points], linewidth=1.5, gid="interval", **style
    )
    axes.plot(across, shares, linewidth=2.5, gid="curve", **style)
    for x, y, point in zip(across, shares, points):
        style |= {"markerfacecolor": shown.colour if point.keeps else "white", "markeredgewidth": 2.5}
        axes.plot(x, y, MARKS.get(shown.mark, "s"), ms=MARK, gid="mark" if point.keeps else "mark open", **style)


def _part_of_a_page(figure: Figure, title: str, size: Size, words: list[str]) -> Markup:
    """The figure as an element of a page; `words`: of its marks, in the order in which they were drawn."""
    drawn = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": f"{title} {size.name}"}):  # what has to have an id, has its own
        figure.savefig(drawn, format="svg", transparent=True, metadata=WITHOUT_METADATA)
    root, words_left = ElementTree.fromstring(drawn.getvalue()), iter(words)
    root.remove(root.find(f"{{{SVG}}}defs"))  # a style for everything there is, the page's own elements too
    for length in ("width", "height", "version"):
        del root.attrib[length]
    root.attrib |= {"class": f"plot {size.name}", "role": "img", "aria-label": title}
    for group in root.iter(f"{{{SVG}}}g"):  # ids would stand twice on a page of several plots: classes do not mind
        name = group.attrib.pop("id", None)
        if name in CLASSES:
            group.set("class", name)
        if name in ("mark", "mark open"):
            ElementTree.SubElement(group, f"{{{SVG}}}title").text = next(words_left)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _scale(shares: list[float]) -> tuple[int, int, int]:
    """The ends of the axis and the step of its marks, in percent."""
    low, high = 10 * floor(10 * min(shares)), 10 * ceil(10 * max(shares) - 1e-9)
    low = max(min(low, high - 20), 0)
    high = max(high, low + 20)
    return (low, high, 10) if high - low <= 50 else (20 * (low // 20), 20 * ceil(high / 20), 20)
