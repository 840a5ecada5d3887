"""Whether a picture is like those that a model was trained on, by the statistics of its pixels.

A tower that has seen one world alone has no features for what lies outside it: those of photographs lie among those of
the world's pictures. Their pixels do not: what is drawn has flat places, sharp edges, few colours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

SIDE = 336  # pixels, to which a picture is brought first
SCALES = 1, 2, 4
STEPS = [0, 0.5, 1.5, 3, 6, 12, 24, 48, 256]  # of brightness between neighbours: bounds of the histogram
COMMON = 1, 8, 64  # share of the picture in so many of its commonest colours, of 32 × 32 × 32
SATURATION, BRIGHTNESS = (10, 50, 90), (2, 10, 50, 90, 98)  # percentiles
PROTOTYPES = 256
DIGITS = 3  # significant ones, of what is kept


def statistics(image: Image.Image) -> np.ndarray:
    """A picture's statistics, [S]: logarithms of its histogram of steps at three scales, colours, noise."""
    pixels = np.asarray(image.convert("RGB").resize((SIDE, SIDE)))
    grey = pixels.astype(np.float32).mean(-1)
    found = []
    for scale in SCALES:
        small = cv2.resize(grey, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
        steps = np.abs(np.concatenate([np.diff(small, axis=0).ravel(), np.diff(small, axis=1).ravel()]))
        found.extend(np.log(np.histogram(steps, STEPS)[0] / steps.size + 1e-3))
    red, green, blue = (pixels[..., channel].astype(int) >> 3 for channel in range(3))
    colours = np.unique((red << 10) + (green << 5) + blue, return_counts=True)[1]
    shares = np.sort(colours)[::-1] / colours.sum()
    found += [np.log(len(colours)), *(shares[:most].sum() for most in COMMON)]
    _, saturation, brightness = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    found.extend(np.percentile(saturation, SATURATION) / 255)
    found.extend(np.percentile(brightness, BRIGHTNESS) / 255)
    noise = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1))
    return np.array([*found, np.log(np.median(noise) + 0.05), np.log(noise.mean() + 0.05)])


@dataclass(frozen=True)
class Envelope:
    """Prototypes of a world's pictures, [K, S], after `mean`, [S], is taken off and `whiten`, [S, S], applied."""

    mean: list[float]
    whiten: list[list[float]]
    prototypes: list[list[float]]
    threshold: float  # distance from the nearest prototype beyond which a picture is strange

    @classmethod
    def around(cls, pictures: Iterable[Image.Image], others: Iterable[Image.Image], share: float = 0.98) -> "Envelope":
        """From pictures of a world, two at least; `share` of `others` of the same world are to lie inside."""
        found = np.stack([statistics(picture) for picture in pictures])
        mean, scale = found.mean(0), found.std(0) + 1e-6
        held = np.cov(((found - mean) / scale).T) + 1e-3 * np.eye(len(mean))
        whiten = np.linalg.cholesky(np.linalg.inv(held)) / scale[:, None]
        cv2.setRNGSeed(0)
        until = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 1e-3)
        white = ((found - mean) @ whiten).astype(np.float32)
        _, _, prototypes = cv2.kmeans(white, min(PROTOTYPES, len(white)), None, until, 3, cv2.KMEANS_PP_CENTERS)
        whole = cls(_short(mean), [_short(row) for row in whiten], [_short(row) for row in prototypes], 0.0)
        far = np.quantile([whole.strangeness(picture) for picture in others], share)
        return replace(whole, threshold=_short([far])[0])

    def strangeness(self, image: Image.Image) -> float:
        """A picture's distance from the nearest prototype; a standard deviation is 1."""
        place = (statistics(image) - np.array(self.mean)) @ np.array(self.whiten)
        return float(np.linalg.norm(np.array(self.prototypes) - place, axis=1).min())

    def is_strange(self, image: Image.Image) -> bool:
        """Whether a picture is unlike the world's."""
        return self.strangeness(image) > self.threshold


def _short(numbers: Iterable[float]) -> list[float]:
    return [float(f"{number:.{DIGITS}g}") for number in numbers]
