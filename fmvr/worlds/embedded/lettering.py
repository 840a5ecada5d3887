"""Words and numbers as pixels: a text in a typeface, at a height, with the centre of every letter."""

import string
from functools import cache, lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FACES = {
    # name: file that matplotlib brings along
    "plain": "DejaVuSans",
    "bold": "DejaVuSans-Bold",
    "slanted": "DejaVuSans-BoldOblique",
    "mono": "DejaVuSansMono-Bold",
    "serif": "DejaVuSerif",
    "serif bold": "DejaVuSerif-Bold",
    "book": "STIXGeneralBol",
}
NARROW = {"bold": 0.88, "slanted": 0.88, "mono": 0.9}  # widths of broad faces, in parts of their own
CHARACTERS = string.ascii_letters + string.digits
SMALLEST = 12  # pixels: letters any smaller nobody should be asked to read
SMALLEST_DIGIT = 10


@cache
def _font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{FACES[face]}.ttf"
    return ImageFont.truetype(str(path), pixels)


@cache
def _em(face: str) -> float:
    """Font size for capitals one pixel high."""
    left, top, right, bottom = _font(face, 200).getbbox("H")
    return 200 / (bottom - top)


@cache
def _advance(face: str, character: str) -> float:
    """How far the pen goes on for a letter of capitals one pixel high."""
    return _font(face, 200).getlength(character) * _em(face) / 200 * NARROW.get(face, 1.0)


def fit(texts: list[str], face: str, room: float, height: float) -> int:
    """The largest size, at most `height`, at which the longest of the texts is no wider than `room` pixels."""
    widest = max(sum(_advance(face, c) for c in text) for text in texts)
    return int(min(height, (room - 3) / widest))


@lru_cache(maxsize=20_000)
def _glyph(face: str, size: int, character: str) -> tuple[np.ndarray, int, int, float]:
    """A letter's mask ([h, w] uint8), its left and top from the pen on the base line, and how far the pen goes on."""
    narrow = NARROW.get(face, 1.0)
    font = _font(face, round(size * _em(face)))
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    image = Image.new("L", (right - left + 2, bottom - top + 2))
    ImageDraw.Draw(image).text((1 - left, 1 - top), character, 255, font, anchor="ls")
    mask = np.asarray(image)
    if narrow < 1:
        width = max(1, round(mask.shape[1] * narrow))
        mask = cv2.resize(mask, (width, mask.shape[0]), interpolation=cv2.INTER_AREA)
    return mask, round((left - 1) * narrow), top - 1, font.getlength(character) * narrow


@lru_cache(maxsize=4096)
def raster(text: str, face: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """A text's mask and its letters' centres.

    Returns the ink, [h, w] uint8 cropped to what is drawn, and [letters, 2] float32: x, y of the middle of every
    letter's ink, in pixels of the mask.
    """
    glyphs, pen = [], 2.0
    for character in text:
        mask, left, top, advance = _glyph(face, size, character)
        glyphs.append((mask, max(0, round(pen + left)), top))
        pen += advance
    above = min(top for _, _, top in glyphs)
    height = max(top + mask.shape[0] for mask, _, top in glyphs) - above
    canvas = np.zeros((height, max(x + mask.shape[1] for mask, x, _ in glyphs)), np.uint8)
    centres = np.empty((len(text), 2), np.float32)
    for i, (mask, x, top) in enumerate(glyphs):
        y = top - above
        part = canvas[y : y + mask.shape[0], x : x + mask.shape[1]]
        np.maximum(part, mask, out=part)
        centres[i] = x + mask.shape[1] / 2, y + mask.shape[0] / 2
    rows, columns = np.flatnonzero(canvas.max(1) > 76), np.flatnonzero(canvas.max(0) > 76)
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return np.ascontiguousarray(canvas[y0:y1, x0:x1]), centres - np.float32([x0, y0])


def extent(text: str, face: str, size: int) -> tuple[int, int]:
    """Width and height in pixels of a text's ink."""
    h, w = raster(text, face, size)[0].shape
    return w, h


def rise(text: str, face: str, size: int) -> int:
    """How far a text's ink reaches above the base line, in pixels: so a line's words can stand level."""
    tops = []
    for character in text:
        mask, _, top, _ = _glyph(face, size, character)
        tops.append(top + int(np.flatnonzero(mask.max(1) > 76)[0]))
    return -min(tops)
