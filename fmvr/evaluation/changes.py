"""Ways out of the world: pictures disturbed, and scenes unlike those of training, step by step."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageEnhance

from fmvr.worlds.scenes.catalog import COLOURS, TEST_ONLY_COMBINATIONS
from fmvr.worlds.scenes.draw import patch
from fmvr.worlds.scenes.scene import Scene, SceneObject


@dataclass(frozen=True)
class Change:
    """A way of leaving the world: its steps, the first of which leaves all as it is, and what a step does.

    `scene(seed, step)`: the scene of a seed (None: it is passed over). `picture(picture, step, seed)`: its picture.
    """

    unit: str
    steps: tuple[float, ...]
    scene: Callable[[int, float], Scene | None] = lambda seed, step: Scene.from_seed(seed)
    picture: Callable[[Image.Image, float, int], Image.Image] = lambda picture, step, seed: picture

    def shown(self, step: float, scene: Scene) -> Image.Image:
        """The picture of a scene at a step."""
        return self.picture(scene.render(), step, scene.seed)


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


def smaller(seed: int, factor: float) -> Scene:
    """Every object at a part of its size, its middle where it was."""

    def shrunk(thing: SceneObject) -> SceneObject:
        look = replace(thing, size=round(thing.size * factor)).look
        _, (x0, y0, x1, y1) = patch(*look)
        left, top = (round(middle - size / 2) for middle, size in zip(thing.centre, (x1 - x0, y1 - y0)))
        return SceneObject(*look, left - x0, top - y0, (left, top, left + x1 - x0, top + y1 - y0))

    scene = Scene.from_seed(seed)
    return scene if factor == 1 else replace(scene, objects=tuple(map(shrunk, scene.objects)))


def fuller(seed: int, fewest: float) -> Scene:
    """At least so many objects, at most three more; 1: as many as in training, one to eight."""
    return Scene.from_seed(seed) if fewest == 1 else Scene.from_seed(seed, int(fewest), int(fewest) + 3)


def recombined(seed: int, there: float) -> Scene | None:
    """Scenes with colours and shapes never seen together in training: as they are (1), or those objects in another
    colour (0), in which no other object of their shape is. None where there are none, or no such colour."""
    scene = Scene.from_seed(seed)
    new = [thing for thing in scene.objects if (thing.colour, thing.noun) in TEST_ONLY_COMBINATIONS]
    taken = {(thing.colour, thing.noun) for thing in scene.objects} | TEST_ONLY_COMBINATIONS
    free = {noun: [c for c in COLOURS if (c, noun) not in taken] for noun in {thing.noun for thing in new}}
    if not new or not all(free.values()):
        return None
    same = [replace(thing, colour=free[thing.noun][0]) if thing in new else thing for thing in scene.objects]
    return scene if there else replace(scene, objects=tuple(same))


CHANGES = {
    "noise": Change("deviation, of 255", (0, 8, 16, 32, 64), picture=noise),
    "blur": Change("deviation, pixels", (0, 1, 2, 4), picture=blur),
    "JPEG": Change("quality", (100, 50, 20, 5), picture=jpeg),
    "brightness": Change("factor", (1, 0.75, 0.5, 0.25, 1.5, 2), picture=brightness),
    "size": Change("of the objects' size", (1, 0.75, 0.5), scene=smaller),
    "crowd": Change("objects and more", (1, 9, 13, 17), scene=fuller),
    "combination": Change("unseen (1) or seen (0)", (0, 1), scene=recombined),
}
