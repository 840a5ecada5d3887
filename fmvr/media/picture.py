"""Pictures as people bring them, checked once, at the entrance; the inside trusts what passed here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.Image import Transpose

from fmvr.errors import BadInput

MOST_PIXELS = 50_000_000
CHANNELS = (1, 3, 4)
RANGE = "The numbers of a picture run from 0 to 255, or from 0 to 1 where they are fractions."
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


def read_picture(source) -> Image.Image:
    """A picture as upright RGB: turned by its EXIF mark, transparency on white, 16 bits to 8, first frame.

    `source`: a file's path, a PIL picture, or an array or tensor, [H, W], [H, W, C] or [C, H, W] with 1, 3 or 4
    channels, of numbers in 0..255, or of fractions in 0..1.

    Raises BadInput for what is no picture, is broken, or is too large.
    """
    if source is None:
        raise BadInput("There is no picture yet: upload one, or take a new scene.")
    with _in_words():
        picture = _measured(source if isinstance(source, Image.Image) else _open(source))
        picture.seek(0)
        if picture.format == "JPEG":
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        # not ImageOps.exif_transpose: it writes all the other marks anew, and fails on odd ones
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
        picture = picture.copy() if turn is None else picture.transpose(turn)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = _rgb(picture).copy()
        upright.info = {}  # its marks were about the file: read again, it is not turned again
        return upright


def check_picture(path: Path) -> None:
    """Raises BadInput where the head of a picture's file says that it cannot be read; its pixels stay unread."""
    with _in_words(), _open(path) as picture:
        _measured(picture)


def path_below(folder: Path, name: str) -> str:
    """A picture's path below its folder, written in one way. Raises BadInput where it lies elsewhere, or nowhere."""
    path = os.path.relpath(os.path.join(folder, name), folder)
    if path.split(os.sep)[0] == os.pardir:
        raise BadInput(f"The picture {name} lies outside the folder of pictures.")
    if not os.path.isfile(folder / path):
        raise BadInput(f"There is no picture {name}.")
    return Path(path).as_posix()


@contextmanager
def _in_words() -> Iterator[None]:
    """What goes wrong while a picture is read, as a sentence."""
    try:
        yield
    except BadInput:
        raise
    except Image.DecompressionBombError as error:
        raise BadInput(f"This picture is too large; the most is {MOST_PIXELS / 1e6:.0f} megapixels.") from error
    except (UnidentifiedImageError, TypeError) as error:
        raise BadInput("This file is not a picture that can be read; try a PNG or JPEG.") from error
    except (OSError, SyntaxError, EOFError, ValueError, RuntimeError) as error:
        raise BadInput("This picture is broken and cannot be read to its end; try another file.") from error


def _measured(picture: Image.Image) -> Image.Image:
    """The picture itself. Raises BadInput for one with too many pixels."""
    if picture.width * picture.height > MOST_PIXELS:
        raise BadInput(
            f"This picture has {picture.width * picture.height / 1e6:.0f} megapixels; "
            f"the most that can be read is {MOST_PIXELS / 1e6:.0f}."
        )
    return picture


def _open(source) -> Image.Image:
    if hasattr(source, "__array__"):
        return _of_numbers(source)
    if not isinstance(source, str | Path):
        raise BadInput(f"A picture is a file, a PIL picture or an array of numbers, not a {type(source).__name__}.")
    if not Path(source).is_file():
        raise BadInput("There is no such picture file.")
    return Image.open(source)


def _of_numbers(source) -> Image.Image:
    """An array, or a tensor on whatever device."""
    numbers = np.asarray(source.detach().cpu() if hasattr(source, "detach") else source)
    if numbers.ndim == 3 and numbers.shape[0] in CHANNELS and numbers.shape[2] not in CHANNELS:
        numbers = numbers.transpose(1, 2, 0)
    shape = "×".join(map(str, numbers.shape))
    if numbers.ndim not in (2, 3) or numbers.ndim == 3 and numbers.shape[2] not in CHANNELS or not numbers.size:
        raise BadInput(f"A picture has height, width and 1, 3 or 4 channels; this array is {shape or 'one number'}.")
    if numbers.dtype.kind not in "buif" or not np.isfinite(numbers).all():
        raise BadInput(RANGE)
    if numbers.dtype.kind in "bf" and numbers.max() <= 1:
        numbers = numbers * np.float32(255)
    if numbers.min() < 0 or numbers.max() > 255:
        raise BadInput(RANGE)
    return Image.fromarray((numbers[..., 0] if numbers.shape[2:] == (1,) else numbers).round().astype(np.uint8))


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 or 32 bits of grey
        grey = np.asarray(picture, np.float32)
        top = 65535 if grey.max() > 255 else 255 if grey.max() > 1 else 1
        return Image.fromarray((grey.clip(0, top) / top * 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return picture.convert("RGB")
