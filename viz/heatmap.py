"""A map over a picture: brighter where the map is larger."""

import numpy as np
from PIL import Image

from viz.theme import heat


def overlay(image: Image.Image, values: np.ndarray, scale: float) -> Image.Image:
    """Colour a map over a picture.

    Args:
        image: the picture, RGB, W×H.
        values: the map, ≥ 0, [h, w]; a coarser map is drawn as visible cells.
        scale: the value at the bright end; maps drawn with one scale can be compared.
    """
    share = np.clip(values / scale, 0, 1) if scale > 0 else np.zeros_like(values)  # [h, w]
    share = np.asarray(Image.fromarray(share.astype(np.float32)).resize(image.size, Image.Resampling.NEAREST))
    grey = np.asarray(image.convert("L").convert("RGB"), dtype=np.float32)
    picture = 0.5 * grey + 0.5 * np.asarray(image, dtype=np.float32)  # [H, W, 3]: quieter than the map
    opacity = (0.45 + 0.35 * share)[..., None]
    return Image.fromarray(((1 - opacity) * picture + opacity * heat(share)).round().astype(np.uint8))


def common_scale(maps: list[np.ndarray]) -> float:
    """The largest value of any of the maps: the bright end when they are drawn side by side."""
    return max((float(m.max()) for m in maps), default=0.0)
