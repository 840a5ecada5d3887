"""The sprite sheet: one picture a thing, drawn once from Debian's Noto Color Emoji.

`python -m fmvr.worlds.scenes.sprites` draws it anew; that needs the package `fonts-noto-color-emoji`.
The sheet's licence stands beside it in `SPRITES-LICENSE.txt`.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fmvr.worlds.scenes.catalog import THINGS

SHEET = Path(__file__).with_name("sprites.png")
SIDE = 112
COLUMNS = 8
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109  # the one bitmap size the font holds


def build(font: str = FONT) -> Image.Image:
    """Draw every thing of the catalogue into one RGBA sheet of `SIDE` pixel cells."""
    face = ImageFont.truetype(font, FONT_SIZE)
    sheet = Image.new("RGBA", (COLUMNS * SIDE, -(-len(THINGS) // COLUMNS) * SIDE))
    for i, (_, glyph) in enumerate(THINGS.values()):
        canvas = Image.new("RGBA", (200, 200))
        ImageDraw.Draw(canvas).text((30, 30), glyph, font=face, embedded_color=True)
        thing = canvas.crop(canvas.getbbox())
        scale = SIDE / max(thing.size)
        thing = thing.resize([max(1, round(n * scale)) for n in thing.size], Image.Resampling.LANCZOS)
        x, y = (i % COLUMNS) * SIDE, (i // COLUMNS) * SIDE
        sheet.paste(thing, (x + (SIDE - thing.width) // 2, y + (SIDE - thing.height) // 2))
    return sheet


@cache
def load() -> dict[str, np.ndarray]:
    """Noun → [SIDE, SIDE, 4] float32 RGBA in 0..1, colour premultiplied by alpha."""
    sheet = cv2.cvtColor(cv2.imread(str(SHEET), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    sprites = {}
    for i, noun in enumerate(THINGS):
        x, y = (i % COLUMNS) * SIDE, (i // COLUMNS) * SIDE
        sprite = sheet[y : y + SIDE, x : x + SIDE].astype(np.float32) / 255
        sprite[..., :3] *= sprite[..., 3:]
        sprites[noun] = sprite
    return sprites


if __name__ == "__main__":
    build().save(SHEET, optimize=True)
    print(f"{SHEET}: {len(THINGS)} things")
