"""What of a picture enters the model: all of it, or its middle."""

from typing import NamedTuple

import numpy as np
from PIL import Image

SHOWN = 320  # pixels along a side, to show what is left out
ALL = 0.99  # of a side: what is missing then is not worth a word


class Cut(NamedTuple):
    """A picture of which the model sees a part: a small copy, and x0, y0, x1, y1 in parts of its sides."""

    picture: Image.Image
    part: tuple[float, float, float, float]


def as_seen(picture: Image.Image, image_processor) -> Image.Image:
    """The picture as it enters the model: resized and cropped, or padded; colours as they were."""
    pixels = image_processor(picture, do_normalize=False, do_rescale=False, return_tensors="np")
    return Image.fromarray(np.asarray(pixels["pixel_values"][0]).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))


def cut_of(picture: Image.Image, image_processor) -> Cut | None:
    """What the model sees of a picture; None where that is all of it."""
    shortest = image_processor.size.get("shortest_edge") if image_processor.do_resize else min(picture.size)
    if getattr(image_processor, "do_pad", False) or not image_processor.do_center_crop or not shortest:
        return None  # padded, or pressed into the square
    scale = shortest / min(picture.size)
    crop = image_processor.crop_size["width"], image_processor.crop_size["height"]
    shares = [min(1, seen / (side * scale)) for seen, side in zip(crop, picture.size)]
    if min(shares) > ALL:
        return None
    small = picture.copy()
    small.thumbnail((SHOWN, SHOWN))
    wide, high = shares
    return Cut(small, ((1 - wide) / 2, (1 - high) / 2, (1 + wide) / 2, (1 + high) / 2))
