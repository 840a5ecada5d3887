"""Drawing: a picture's items over its ground."""

from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np

from fmvr.worlds.embedded import lettering
from fmvr.worlds.embedded.catalog import COLOURS, SIGN
from fmvr.worlds.embedded.frames import FRAMES, frame
from fmvr.worlds.embedded.grounds import GROUNDS, ground
from fmvr.worlds.embedded.panels import paint
from fmvr.worlds.embedded.picture import Box, Item, Picture
from fmvr.worlds.embedded.sparse import PLAIN, as_scene
from fmvr.worlds.scenes.draw import DARK_BOARDS, SIDE, patch

MARGIN = 6  # pixels around a thing, for its shadow
SHADOW = 0.38  # how dark
BEHIND_TEXTS = list(GROUNDS)
MASTER = 112  # a sign is drawn at this size, then made smaller


@cache
def _blank(colour: str) -> tuple[np.ndarray, tuple[int, int, int]]:
    """A sign with nothing on it yet, [112, 112, 4] float32 RGBA, premultiplied, 0..1, and what its ink is, 0..255."""
    ink = (250, 250, 250) if colour in DARK_BOARDS else (20, 20, 20)
    scale = 4
    n = MASTER * scale
    rim, masks = n // 24, np.zeros((2, n, n), np.uint8)
    _rounded(masks[0], (4, int(n * 0.12), n - 4, int(n * 0.88)), n // 12)
    _rounded(masks[1], (4 + rim, int(n * 0.12) + rim, n - 4 - rim, int(n * 0.88) - rim), n // 18)
    masks = [cv2.resize(mask, (MASTER,) * 2, interpolation=cv2.INTER_AREA) for mask in masks]
    alpha, core = (mask.astype(np.float32)[..., None] / 255 for mask in masks)
    light = np.linspace(1.06, 0.92, MASTER, dtype=np.float32)[:, None, None]
    board = np.float32(ink) * (alpha - core).clip(0) + np.float32(COLOURS[colour]) * light * core
    return np.concatenate([board / 255, alpha], -1).clip(0, 1), ink


@lru_cache(maxsize=512)
def _sign(colour: str, number: str) -> np.ndarray:
    """[112, 112, 4] float32 RGBA of a board with a number on it, premultiplied, 0..1."""
    board, ink = _blank(colour)
    board = board.copy()
    size = lettering.fit([number], "bold", 0.8 * MASTER, 54)
    mask, _ = lettering.raster(number, "bold", size)
    h, w = mask.shape
    y, x = (MASTER - h) // 2, (MASTER - w) // 2
    part, cover = board[y : y + h, x : x + w, :3], mask[..., None].astype(np.float32) / 255
    part += (np.float32(ink) / 255 - part) * cover
    return board


def _rounded(mask: np.ndarray, box: Box, radius: int) -> None:
    x0, y0, x1, y1 = box
    cv2.rectangle(mask, (x0 + radius, y0), (x1 - radius, y1), 255, -1)
    cv2.rectangle(mask, (x0, y0 + radius), (x1, y1 - radius), 255, -1)
    for x in (x0 + radius, x1 - radius):
        for y in (y0 + radius, y1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1)


@lru_cache(maxsize=2000)
def _master(noun: str, colour: str | None, text: str | None, side: int) -> np.ndarray:
    """[side, side, 4] float32 RGBA of a thing, shape or sign standing upright, premultiplied, 0..1."""
    if side < MASTER:
        return cv2.resize(_master(noun, colour, text, MASTER), (side, side), interpolation=cv2.INTER_AREA)
    return _sign(colour, text) if noun == SIGN else patch(noun, colour, None, MASTER, 0.0, False)[0]


@dataclass(frozen=True)
class Look:
    """A thing, shape or sign as it is drawn, n pixels a side, with a shadow to the bottom right.

    `paint`: [n, n, 3] float32, what is added (0..255); `keep`: [n, n, 3] float32, the part of the ground that stays
    (0..1); `there`: [n, n] bool, where the thing itself is; `box`: what is visible of it, in pixels of these.
    """

    paint: np.ndarray
    keep: np.ndarray
    there: np.ndarray
    box: Box


@lru_cache(maxsize=3000)
def look(noun: str, colour: str | None, text: str | None, size: int, angle: float, mirrored: bool) -> Look:
    """How an item looks at its size and angle."""
    side = MASTER // 2 if size <= MASTER // 2 else MASTER
    thing = cv2.resize(_master(noun, colour, text, side), (size, size), interpolation=cv2.INTER_AREA)
    if mirrored:
        thing = cv2.flip(thing, 1)
    n, m = size + 2 * MARGIN, MARGIN
    if angle:
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        n = int(np.ceil(size * (abs(cos) + abs(sin)))) + 2 * MARGIN
        turn = cv2.getRotationMatrix2D((size / 2 - 0.5, size / 2 - 0.5), angle, 1.0)
        turn[:, 2] += (n - size) / 2
        thing = cv2.warpAffine(thing, turn, (n, n), flags=cv2.INTER_LINEAR)
    else:
        thing = cv2.copyMakeBorder(thing, m, m, m, m, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    alpha = cv2.extractChannel(thing, 3)
    depth = 1 if size < 32 else 2 if size < 64 else 3
    keep = 1 - alpha
    keep[depth:, depth:] *= 1 - SHADOW * cv2.blur(alpha, (2 * depth + 1,) * 2)[:-depth, :-depth]
    box = cv2.boundingRect((alpha > 0.3).view(np.uint8))
    paint = cv2.cvtColor(thing, cv2.COLOR_RGBA2RGB)
    paint *= 255
    box = box[0], box[1], box[0] + box[2], box[1] + box[3]
    return Look(paint, cv2.merge([keep, keep, keep]), alpha > 0.5, box)


def extent(noun, colour, text, size, angle, mirrored) -> tuple[int, int]:
    """Width and height of an item's box."""
    x0, y0, x1, y1 = look(noun, colour, text, size, angle, mirrored).box
    return x1 - x0, y1 - y0


def _draw(picture: np.ndarray, owner: np.ndarray, item: Item, i: int) -> None:
    shape = look(item.noun, item.colour, item.text, item.size, item.angle, item.mirrored)
    x, y, n = item.box[0] - shape.box[0], item.box[1] - shape.box[1], len(shape.there)
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + n, SIDE), min(y + n, SIDE)
    part = slice(top - y, bottom - y), slice(left - x, right - x)
    flat = slice(top - y, bottom - y), slice(3 * (left - x), 3 * (right - x))
    under = picture.reshape(SIDE, -1)[top:bottom, 3 * left : 3 * right]  # rows of all channels: three times as fast
    under *= shape.keep.reshape(n, -1)[flat]
    under += shape.paint.reshape(n, -1)[flat]
    owner[top:bottom, left:right][shape.there[part]] = i


def _write(picture: np.ndarray, owner: np.ndarray, item: Item, i: int) -> None:
    mask, _ = lettering.raster(item.text, item.face, item.size)
    x0, y0, x1, y1 = item.box
    part = picture[y0:y1, x0:x1]
    part += (np.float32(COLOURS[item.colour]) - part) * (mask[..., None] * np.float32(1 / 255))
    owner[y0:y1, x0:x1] = i


def _empty(picture: Picture) -> np.ndarray:
    if picture.ground in FRAMES:
        return frame(picture)
    behind = BEHIND_TEXTS[picture.seed % len(BEHIND_TEXTS)] if picture.kind == "text" else picture.ground
    return ground(behind, picture.seed)


def pixels(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """The picture, [336, 336, 3] uint8 RGB, and its owner map, [336, 336] int16.

    The map says which item is seen at each pixel (its index, −1 for the ground); a word's whole box is its own.
    """
    if picture.ground == PLAIN:
        drawn, owner = as_scene(picture).pixels()
        return drawn, owner.astype(np.int16)
    drawn = np.ascontiguousarray(_empty(picture))
    for panel in picture.panels:
        paint(drawn, panel)
    owner = np.full((SIDE, SIDE), -1, np.int16)
    for i, item in enumerate(picture.items):
        (_write if item.face else _draw)(drawn, owner, item, i)
    return (np.clip(drawn, 0, 255) + 0.5).astype(np.uint8), owner


def letters(item: Item) -> list[tuple[str, float, float]]:
    """A written item's characters, each with its middle (x, y) in the picture's pixels."""
    _, centres = lettering.raster(item.text, item.face, item.size)
    x0, y0, _, _ = item.box
    return [(c, x0 + float(x), y0 + float(y)) for c, (x, y) in zip(item.text, centres)]
