"""A picture of one's own as it travels inside a link."""

import io

from PIL import Image, UnidentifiedImageError

from fmvr.errors import BadInput

MOST_BYTES = 24_000
SIDE = 336  # pixels: no picture in a link needs more than the model sees


def packed(picture: Image.Image) -> bytes:
    """A picture as the model sees it, small enough for a link: WebP, without loss where that fits."""
    for settings in ({"lossless": True}, *({"quality": quality} for quality in range(95, -1, -5))):
        data = io.BytesIO()
        picture.convert("RGB").save(data, "WEBP", method=4, **settings)
        if data.tell() <= MOST_BYTES:
            break
    return data.getvalue()


def unpacked(data: bytes) -> Image.Image:
    """The picture of a link. Raises BadInput where it is none, or is larger than `packed` makes them."""
    broken = BadInput("The picture in this link is broken: it was probably cut short when it was copied.")
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
            if max(picture.size) > SIDE:
                raise broken
            return picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise broken from error
