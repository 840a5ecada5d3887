"""Pictures of no world: parts of a dozen photographs, and drawings made here. What is a model to say of those?"""

from collections.abc import Callable, Iterator
from math import cos, pi, sin
from random import Random

import cv2
import numpy as np
from PIL import Image

from fmvr.worlds.photographs import PhotographWorld

SIDE = 336
OF_A_KIND = 4  # drawings
WHITE, BLACK = (255, 255, 255), (20, 20, 20)
CORNERS = (0, 0), (1, 0), (0, 1), (1, 1)  # of a photograph, two thirds of its side

Canvas = np.ndarray


def photographs() -> Iterator[tuple[str, Image.Image]]:
    """Every photograph whole, and its four corners: 60 pictures with their names."""
    world = PhotographWorld()
    for name, photograph in world.photographs.items():
        whole = world.picture(photograph)
        third = whole.width // 3
        yield name, whole
        for x, y in CORNERS:
            yield name, whole.crop((x * third, y * third, (x + 2) * third, (y + 2) * third))


def drawings() -> Iterator[tuple[str, Image.Image]]:
    """`OF_A_KIND` drawings of every kind, with its name."""
    for name, draw in DRAWINGS.items():
        for seed in range(OF_A_KIND):
            yield name, Image.fromarray(draw(Random(f"{name} {seed}")).astype(np.uint8))


def _plain(colour=WHITE) -> Canvas:
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def _colour(rng: Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def _point(rng: Random) -> tuple[int, int]:
    return rng.randrange(SIDE), rng.randrange(SIDE)


def _curves(rng: Random) -> Canvas:
    """A plot of three curves between two axes."""
    canvas, x = _plain(), np.arange(36, 320)
    cv2.line(canvas, (36, 20), (36, 300), BLACK, 1)
    cv2.line(canvas, (36, 300), (320, 300), BLACK, 1)
    for _ in range(3):
        y = 160 + 90 * np.sin(x / rng.uniform(20, 70) + rng.random() * 6) * rng.random() + rng.uniform(-40, 40)
        cv2.polylines(canvas, [np.stack([x, y], 1).astype(np.int32)], False, _colour(rng), 2, cv2.LINE_AA)
    return canvas


def _bars(rng: Random) -> Canvas:
    """A chart of bars."""
    canvas = _plain()
    for i in range(8):
        cv2.rectangle(canvas, (30 + 36 * i, 300 - rng.randrange(20, 260)), (56 + 36 * i, 300), _colour(rng), -1)
    return canvas


def _pencil(rng: Random) -> Canvas:
    """A sketch: a house, a tree, a sun, in uncertain lines."""
    canvas = _plain((248, 246, 240))

    def stroke(*points):
        bent = [(x + rng.randrange(-4, 5), y + rng.randrange(-4, 5)) for x, y in points]
        cv2.polylines(canvas, [np.array(bent, np.int32)], False, (70, 70, 80), 2, cv2.LINE_AA)

    x = rng.randrange(40, 120)
    stroke((x, 290), (x, 180), (x + 110, 180), (x + 110, 290), (x, 290))
    stroke((x - 10, 182), (x + 55, 110), (x + 120, 182))
    stroke((x + 40, 290), (x + 40, 230), (x + 70, 230), (x + 70, 290))
    stroke((270, 290), (272, 220))
    cv2.circle(canvas, (270, 190), rng.randrange(24, 44), (70, 70, 80), 2, cv2.LINE_AA)
    cv2.circle(canvas, (rng.randrange(40, 300), 50), 22, (70, 70, 80), 2, cv2.LINE_AA)
    return canvas


def _scribble(rng: Random) -> Canvas:
    canvas = _plain()
    points = np.array([_point(rng) for _ in range(60)], np.int32)
    cv2.polylines(canvas, [points], False, _colour(rng), 2, cv2.LINE_AA)
    return canvas


def _gradient(rng: Random) -> Canvas:
    across = np.linspace(0, 1, SIDE)[None, :, None]
    down = np.linspace(0, 1, SIDE)[:, None, None]
    one, two, three = (np.array(_colour(rng)) for _ in range(3))
    return (one * (1 - across) + two * across) * (1 - down / 2) + three * down / 2


def _noise(rng: Random) -> Canvas:
    side = rng.choice([21, 84, 336])
    made = np.random.default_rng(rng.randrange(2**32)).integers(0, 256, (side, side, 3)).astype(np.uint8)
    return cv2.resize(made, (SIDE, SIDE))


def _stripes(rng: Random) -> Canvas:
    wide, turn = rng.randrange(6, 40), rng.random() * pi
    y, x = np.mgrid[:SIDE, :SIDE]
    lit = ((x * cos(turn) + y * sin(turn)) // wide).astype(int) % 2
    return np.where(lit[..., None] == 1, _colour(rng), _colour(rng))


def _page(rng: Random) -> Canvas:
    """A page of running text, small."""
    canvas, letters = _plain(), "abcdefghijklmnopqrstuvwxyz"
    for y in range(24, 330, 16):
        line = " ".join("".join(rng.choices(letters, k=rng.randrange(2, 9))) for _ in range(9))
        cv2.putText(canvas, line[:46], (14, y), cv2.FONT_HERSHEY_SIMPLEX, 0.38, BLACK, 1, cv2.LINE_AA)
    return canvas


def _code(rng: Random) -> Canvas:
    """Black and white squares, as in a matrix code."""
    cells = np.array([[rng.random() < 0.5 for _ in range(28)] for _ in range(28)], np.uint8) * 255
    return cv2.cvtColor(cv2.resize(cells, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST), cv2.COLOR_GRAY2RGB)


def _abstract(rng: Random) -> Canvas:
    """Triangles over each other."""
    canvas = _plain(_colour(rng))
    for _ in range(30):
        cv2.fillPoly(canvas, [np.array([_point(rng) for _ in range(3)], np.int32)], _colour(rng), cv2.LINE_AA)
    return canvas


def _spiral(rng: Random) -> Canvas:
    canvas, tight = _plain(_colour(rng)), rng.uniform(1.5, 5)
    turns = np.arange(0, 32 * pi, 0.05)
    points = np.stack([168 + tight * turns * np.cos(turns), 168 + tight * turns * np.sin(turns)], 1)
    cv2.polylines(canvas, [points.astype(np.int32)], False, _colour(rng), 2, cv2.LINE_AA)
    return canvas


def _night(rng: Random) -> Canvas:
    """Stars over hills."""
    canvas = _plain((8, 10, 30))
    for _ in range(160):
        cv2.circle(canvas, _point(rng), rng.choice([0, 0, 1]), (230, 230, 210), -1)
    hills = [(x, int(260 + 30 * sin(x / rng.uniform(30, 40)))) for x in range(0, SIDE + 8, 8)]
    cv2.fillPoly(canvas, [np.array([*hills, (SIDE, SIDE), (0, SIDE)], np.int32)], (20, 40, 30))
    return canvas


DRAWINGS: dict[str, Callable[[Random], Canvas]] = {
    "plot": _curves,
    "bar chart": _bars,
    "pencil sketch": _pencil,
    "scribble": _scribble,
    "gradient": _gradient,
    "noise": _noise,
    "stripes": _stripes,
    "page of text": _page,
    "matrix code": _code,
    "abstract": _abstract,
    "spiral": _spiral,
    "night": _night,
}
