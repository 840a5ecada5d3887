"""Drawing: an object becomes an RGBA patch, patches and a background become a picture."""

from functools import cache, lru_cache

import cv2
import numpy as np

from fmvr.worlds.scenes import sprites
from fmvr.worlds.scenes.catalog import COLOURS, SIGN, THINGS

SIDE = 336  # LLaVA-1.5's picture: 24×24 patches of 14 pixels
DARK_BOARDS = {"red", "green", "blue", "purple", "black"}


@cache
def _shape(noun: str, colour: str) -> np.ndarray:
    """[112, 112, 4] float32 RGBA of a coloured shape, premultiplied."""
    side, scale = sprites.SIDE, 4
    mask = np.zeros((side * scale, side * scale), np.uint8)
    n, c = side * scale, side * scale // 2
    if noun == "circle":
        cv2.circle(mask, (c, c), c - 8, 255, -1)
    elif noun == "ring":
        cv2.circle(mask, (c, c), c - 8 - n // 10, 255, n // 5)
    else:
        corners = {
            "square": [(0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92)],
            "triangle": [(0.5, 0.04), (0.98, 0.92), (0.02, 0.92)],
            "diamond": [(0.5, 0), (0.88, 0.5), (0.5, 1), (0.12, 0.5)],
        }[noun]
        cv2.fillPoly(mask, [np.array([(x * n, y * n) for x, y in corners], np.int32)], 255)
    alpha = cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    # A slightly darker rim keeps a white shape visible on a pale background.
    core = cv2.erode(alpha, np.ones((7, 7)))[..., None] * 0.35 + 0.65
    return np.concatenate([np.array(COLOURS[colour], np.float32) / 255 * core * alpha, alpha], -1)


@lru_cache(maxsize=256)
def _sign(colour: str, number: int) -> np.ndarray:
    """[112, 112, 4] float32 RGBA of a board with a number on it, premultiplied."""
    side, scale = sprites.SIDE, 4
    n = side * scale
    board = np.zeros((n, n, 4), np.uint8)
    top, bottom = int(n * 0.12), int(n * 0.88)
    ink = (250, 250, 250) if colour in DARK_BOARDS else (20, 20, 20)
    cv2.rectangle(board, (4, top), (n - 4, bottom), (*ink, 255), -1)
    rim = n // 28
    cv2.rectangle(board, (4 + rim, top + rim), (n - 4 - rim, bottom - rim), (*COLOURS[colour], 255), -1)
    text, face, thick = str(number), cv2.FONT_HERSHEY_SIMPLEX, n // 16
    (w, h), _ = cv2.getTextSize(text, face, 1, 1)
    size = min(n * 0.8 / w, n * 0.5 / h)
    origin = (int((n - w * size) / 2), int((n + h * size) / 2))
    cv2.putText(board, text, origin, face, size, (*ink, 255), thick, cv2.LINE_AA)
    small = cv2.resize(board, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return small


def _sprite(noun: str, colour: str | None, number: int | None) -> np.ndarray:
    if noun in THINGS:
        return sprites.load()[noun]
    return _sign(colour, number) if noun == SIGN else _shape(noun, colour)


@lru_cache(maxsize=64)
def patch(
    noun: str, colour: str | None, number: int | None, size: int, angle: float, mirrored: bool
) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """One object at its size and angle.

    Returns the patch, [n, n, 4] float32 RGBA in 0..1 with premultiplied colour, and the box (x0, y0, x1, y1) of
    what is visible in it, in patch pixels.
    """
    sprite = cv2.resize(_sprite(noun, colour, number), (size, size), interpolation=cv2.INTER_AREA)
    if mirrored:
        sprite = sprite[:, ::-1]
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    n = int(np.ceil(size * (abs(cos) + abs(sin))))
    turn = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), angle, 1.0)
    turn[:, 2] += (n - size) / 2
    turned = cv2.warpAffine(np.ascontiguousarray(sprite), turn, (n, n), flags=cv2.INTER_LINEAR)
    ys, xs = np.where(turned[..., 3] > 0.3)
    return turned, (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)


def background(seed: int) -> np.ndarray:
    """[336, 336, 3] float32 in 0..1: a gradient, with soft clouds, stripes, checks or speckles over it."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    first, second = rng.uniform(0.35, 0.95, (2, 3)).astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    t = np.clip(0.5 + (x - 0.5) * np.float32(np.cos(angle)) + (y - 0.5) * np.float32(np.sin(angle)), 0, 1)
    kind = rng.choice(["gradient", "clouds", "stripes", "checks", "speckles"])
    if kind == "clouds":
        grid = rng.random((int(rng.integers(4, 14)),) * 2, dtype=np.float32)
        t = 0.4 * t + 0.6 * np.clip(cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), 0, 1)
    elif kind == "stripes":
        turn = rng.uniform(0, np.pi)
        wave = np.sin((x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))) * np.float32(rng.uniform(20, 90)))
        t = 0.6 * t + 0.2 * (wave + 1)
    elif kind == "checks":
        n = int(rng.integers(4, 16))
        t = 0.7 * t + 0.3 * (((x * n).astype(int) + (y * n).astype(int)) % 2)
    picture = first + (second - first) * t[..., None].astype(np.float32)
    if kind == "speckles":
        picture += rng.normal(0, rng.uniform(0.02, 0.08), (SIDE, SIDE, 1)).astype(np.float32)
    return np.clip(picture, 0, 1)


def compose(objects, background_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `objects` in order over a background.

    Returns the picture, [336, 336, 3] uint8 RGB, and the owner map, [336, 336] int8: which object is seen at each
    pixel (its index, or −1 for the background).
    """
    picture = background(background_seed)
    owner = np.full((SIDE, SIDE), -1, np.int8)
    for i, thing in enumerate(objects):
        rgba, _ = patch(*thing.look)
        x, y, n = thing.x, thing.y, len(rgba)
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + n, SIDE), min(y + n, SIDE)
        part = rgba[y0 - y : y1 - y, x0 - x : x1 - x]
        alpha = part[..., 3:]
        picture[y0:y1, x0:x1] = picture[y0:y1, x0:x1] * (1 - alpha) + part[..., :3]
        owner[y0:y1, x0:x1][alpha[..., 0] > 0.5] = i
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), owner
