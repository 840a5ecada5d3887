"""The entrance: pictures and questions as people bring them, checked once; the inside trusts what passed here."""

from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.Image import Transpose

MOST_PIXELS = 50_000_000
MOST_LETTERS = 300
LONGEST_SIDE = 2048  # larger pictures are scaled down at once; the model looks at 336 pixels


TURNS = {  # EXIF's mark of how the camera was held → what sets the picture upright
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


class BadInput(ValueError):
    """Something a person gave cannot be used; the message is one sentence for that person."""


def read_picture(source: str | Path | Image.Image | np.ndarray | None) -> Image.Image:
    """A picture as upright RGB: turned by its EXIF mark, transparency on white, 16 bits to 8, first frame.

    Raises BadInput for what is no picture, is broken, or is too large.
    """
    if source is None:
        raise BadInput("There is no picture yet: upload one, or take a new scene.")
    try:
        picture = source if isinstance(source, Image.Image) else _open(source)
        if picture.width * picture.height > MOST_PIXELS:
            raise BadInput(
                f"This picture has {picture.width * picture.height / 1e6:.0f} megapixels; "
                f"the most that can be read is {MOST_PIXELS / 1e6:.0f}."
            )
        picture.seek(0)
        if picture.format == "JPEG":
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        # not ImageOps.exif_transpose: it writes all the other marks anew, and fails on odd ones
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
        picture = picture.copy() if turn is None else picture.transpose(turn)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _rgb(picture)
    except BadInput:
        raise
    except Image.DecompressionBombError as error:
        raise BadInput(f"This picture is too large; the most is {MOST_PIXELS / 1e6:.0f} megapixels.") from error
    except (UnidentifiedImageError, TypeError) as error:
        raise BadInput("This file is not a picture that can be read; try a PNG or JPEG.") from error
    except (OSError, SyntaxError, EOFError, ValueError, RuntimeError) as error:
        raise BadInput("This picture is broken and cannot be read to its end; try another file.") from error


def _open(source) -> Image.Image:
    if isinstance(source, np.ndarray):
        return Image.fromarray(source)
    if not Path(source).is_file():
        raise BadInput("There is no such picture file.")
    return Image.open(source)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 or 32 bits of grey
        grey = np.asarray(picture, np.float32)
        top = 65535 if grey.max() > 255 else 255 if grey.max() > 1 else 1
        return Image.fromarray((grey.clip(0, top) / top * 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return picture.convert("RGB")


def read_question(text: str | None, reserved: tuple[str, ...] = ("<image>",)) -> str:
    """A question in one line. Raises BadInput where it is empty, endless, or holds one of the `reserved` marks."""
    question = " ".join((text or "").encode("utf-8", "replace").decode().split())  # half a surrogate pair is no letter
    if not question:
        raise BadInput("There is no question yet: type one, or pick a suggestion.")
    if len(question) > MOST_LETTERS:
        raise BadInput(f"This question has {len(question)} characters; the most is {MOST_LETTERS}.")
    for mark in reserved:
        if mark in question:
            raise BadInput(f"A question cannot contain {mark}: that mark is the model's own; leave it out.")
    return question
