"""A map over a picture: brighter where the map is larger."""

import numpy as np
from PIL import Image, ImageDraw

from viz.theme import diverging, heat


def overlay(image: Image.Image, values: np.ndarray, scale: float, opacity: float = 0.6) -> Image.Image:
    """Colour a map over a picture.

    Args:
        image: the picture, RGB, W×H.
        values: the map, ≥ 0, [h, w]; a coarser map is drawn as visible cells.
        scale: the value at the bright end; maps drawn with one scale can be compared.
        opacity: 0..1, how much of the picture the map covers.
    """
    share = np.clip(values / scale, 0, 1) if scale > 0 else np.zeros_like(values)  # [h, w]
    share = _cells(share, image)
    cover = opacity * (0.75 + 0.5 * share) if opacity < 0.8 else np.full_like(share, opacity)
    return _blend(image, heat(share), np.clip(cover, 0, 1))


def difference_overlay(image: Image.Image, values: np.ndarray, scale: float, opacity: float = 0.6) -> Image.Image:
    """Colour a difference of two maps over a picture; as `overlay`, for values from −scale to +scale."""
    share = np.clip(values / scale, -1, 1) if scale > 0 else np.zeros_like(values)  # [h, w]
    share = _cells(share, image)
    return _blend(image, diverging(share), np.full_like(share, min(1.0, opacity + 0.15)))


def marked(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """A copy of the picture with a frame around a place (x0, y0, x1, y1 in pixels)."""
    copy = image.copy()
    for grow, colour in ((1, "#000000"), (0, "#ffffff")):
        x0, y0, x1, y1 = box
        ImageDraw.Draw(copy).rectangle((x0 - grow, y0 - grow, x1 + grow, y1 + grow), outline=colour, width=2)
    return copy


def common_scale(maps: list[np.ndarray]) -> float:
    """The largest size of any value of the maps: the bright end when they are drawn side by side."""
    return max((float(np.abs(m).max()) for m in maps), default=0.0)


def _cells(share: np.ndarray, image: Image.Image) -> np.ndarray:
    return np.asarray(Image.fromarray(share.astype(np.float32)).resize(image.size, Image.Resampling.NEAREST))


def _blend(image: Image.Image, colours: np.ndarray, cover: np.ndarray) -> Image.Image:
    grey = np.asarray(image.convert("L").convert("RGB"), dtype=np.float32)
    picture = 0.5 * grey + 0.5 * np.asarray(image, dtype=np.float32)  # [H, W, 3]: quieter than the map
    cover = cover[..., None]
    return Image.fromarray(((1 - cover) * picture + cover * colours).round().astype(np.uint8))
