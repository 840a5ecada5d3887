"""Ways out of a world, step by step: its pictures disturbed, or samples unlike those of training."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageEnhance

from fmvr.worlds.world import Sample, World


@dataclass(frozen=True)
class Change:
    """A way of leaving a world: its steps, the first of which leaves all as it is, and what a step does.

    `sample(world, place, step)`: the test sample at a place (None: it is passed over). `picture(picture, step, seed)`:
    its picture.
    """

    unit: str
    steps: tuple[float, ...]
    sample: Callable[[World, int, float], Any] = lambda world, place, step: world.sample("test", place)
    picture: Callable[[Image.Image, float, int], Image.Image] = lambda picture, step, seed: picture

    def shown(self, world: World[Sample], sample: Sample, step: float, seed: int) -> Image.Image:
        """The picture of a sample at a step."""
        return self.picture(world.picture(sample), step, seed)


def noise(picture: Image.Image, deviation: float, seed: int) -> Image.Image:
    """Independent Gaussian noise on every number of a picture."""
    drawn = np.random.default_rng(seed).normal(0, deviation, (*picture.size[::-1], 3))
    return Image.fromarray((np.asarray(picture) + drawn).clip(0, 255).round().astype(np.uint8))


def blur(picture: Image.Image, deviation: float, seed: int) -> Image.Image:
    """A Gaussian blur, its deviation in pixels."""
    return Image.fromarray(cv2.GaussianBlur(np.asarray(picture), (0, 0), deviation)) if deviation else picture


def jpeg(picture: Image.Image, quality: float, seed: int) -> Image.Image:
    """Written as JPEG and read again; 100 leaves the picture as it is."""
    if quality == 100:
        return picture
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=int(quality))
    return Image.open(data).convert("RGB")


def brightness(picture: Image.Image, factor: float, seed: int) -> Image.Image:
    """Every number of a picture multiplied."""
    return ImageEnhance.Brightness(picture).enhance(factor)


DISTURBANCES = {
    "noise": Change("deviation, of 255", (0, 8, 16, 32, 64), picture=noise),
    "blur": Change("deviation, pixels", (0, 1, 2, 4), picture=blur),
    "JPEG": Change("quality", (100, 50, 20, 5), picture=jpeg),
    "brightness": Change("factor", (1, 0.75, 0.5, 0.25, 1.5, 2), picture=brightness),
}
