"""A map over a picture: brighter where the map is larger.

On the page a map is a small transparent layer over the picture (`heat_layer`, `viz.tags.stacked`); where the two have
to be one picture they are put together here (`overlay`).
"""

import numpy as np
from PIL import Image, ImageEnhance

from fmvr.arms import PAIR
from viz.theme import diverging, heat


def heat_layer(values: np.ndarray, scale: float, opacity: float = 0.6) -> Image.Image:
    """A map's colours, one pixel for each of its places: RGBA, w×h.

    Args:
        values: the map, ≥ 0, [h, w].
        scale: the value at the bright end; maps drawn with one scale can be compared.
        opacity: 0..1, how much of a picture the map covers.
    """
    share = np.clip(values / scale, 0, 1) if scale > 0 else np.zeros_like(values)  # [h, w]
    cover = opacity * (0.4 + 0.8 * share) if opacity < 0.8 else np.full_like(share, opacity)  # dark covers little
    return _layer(heat(share), cover)


def difference_layer(
    values: np.ndarray, scale: float, opacity: float = 0.6, pair: tuple[str, str] = PAIR
) -> Image.Image:
    """As `heat_layer`, for the difference of two arms' maps (the second's less the first's), from −scale to +scale."""
    share = np.clip(values / scale, -1, 1) if scale > 0 else np.zeros_like(values)  # [h, w]
    return _layer(diverging(share, pair), np.full_like(share, opacity + 0.15))


def quieter(image: Image.Image) -> Image.Image:
    """The picture half grey, so that the map over it is the louder one."""
    return ImageEnhance.Color(image).enhance(0.5)


def overlay(image: Image.Image, values: np.ndarray, scale: float, opacity: float = 0.6) -> Image.Image:
    """The map over the picture, as one picture; a coarser map is drawn as visible cells. Arguments: `heat_layer`."""
    return under(image, heat_layer(values, scale, opacity))


def under(image: Image.Image, layer: Image.Image) -> Image.Image:
    """The picture under a layer, as one picture."""
    layer = layer.resize(image.size, Image.Resampling.NEAREST)
    return Image.alpha_composite(quieter(image).convert("RGBA"), layer).convert("RGB")


def common_scale(maps: list[np.ndarray]) -> float:
    """The largest size of any value of the maps: the bright end when they are drawn side by side."""
    return max((float(np.abs(m).max()) for m in maps), default=0.0)


def _layer(colours: np.ndarray, cover: np.ndarray) -> Image.Image:
    alpha = 255 * np.clip(cover, 0, 1)[..., None]
    return Image.fromarray(np.concatenate([colours, alpha], -1).round().astype(np.uint8), "RGBA")
