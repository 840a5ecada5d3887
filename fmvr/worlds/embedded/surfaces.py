"""What grounds and boards are made of: noise, wood, light from the top left."""

from functools import cache

import cv2
import numpy as np

from fmvr.worlds.scenes.draw import SIDE

Rng = np.random.Generator


@cache
def clouds(smoothness: int) -> np.ndarray:
    """[768, 768] float32, about −1..1: noise of several sizes, the largest `smoothness` pixels; crops of it vary."""
    rng = np.random.default_rng(smoothness)
    total, weight = np.zeros((768, 768), np.float32), 1.0
    while smoothness >= 2:
        grid = rng.standard_normal((768 // smoothness + 2,) * 2).astype(np.float32)
        total += weight * cv2.resize(grid, (768, 768), interpolation=cv2.INTER_CUBIC)
        smoothness, weight = smoothness // 2, weight * 0.6
    return total / (2.2 * total.std())


@cache
def grain() -> np.ndarray:
    """[768, 768] float32: fibres running from left to right."""
    rng = np.random.default_rng(1)
    fine = cv2.resize(rng.standard_normal((768, 48)).astype(np.float32), (768, 768), interpolation=cv2.INTER_CUBIC)
    broad = cv2.resize(rng.standard_normal((128, 8)).astype(np.float32), (768, 768), interpolation=cv2.INTER_CUBIC)
    return (0.5 * fine + 0.7 * broad) / 2


@cache
def dots() -> np.ndarray:
    """[768, 768] float32: fine grit."""
    return np.random.default_rng(2).standard_normal((768, 768)).astype(np.float32) / 2


def crop(rng: Rng, noise: np.ndarray, height: int = SIDE, width: int = SIDE) -> np.ndarray:
    y, x = rng.integers(0, noise.shape[0] - height + 1), rng.integers(0, noise.shape[1] - width + 1)
    part = noise[y : y + height, x : x + width]
    return part[:, ::-1] if rng.random() < 0.5 else part


def hue(rng: Rng, colours: list[tuple[int, int, int]], spread: float = 12) -> np.ndarray:
    """One of the colours, a little changed: [3] float32, 0..255."""
    return np.float32(colours[rng.integers(len(colours))]) + rng.uniform(-spread, spread, 3).astype(np.float32)


def paint(colour: np.ndarray, light: np.ndarray) -> np.ndarray:
    """[336, 336, 3] float32: a colour under light ([336, 336], 1 is as it is)."""
    return cv2.merge([light * c for c in colour])


@cache
def slope() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    return y, x


def lit(rng: Rng) -> np.ndarray:
    """[336, 336]: light that falls off towards the bottom right."""
    y, x = slope()
    return 1.08 - rng.uniform(0.06, 0.2) * (0.6 * y + 0.4 * x).astype(np.float32)


WOODS = [(176, 124, 76), (150, 98, 58), (205, 160, 108), (120, 78, 50), (190, 140, 96), (222, 190, 146)]


def wood(rng: Rng, colour: np.ndarray, planks: int, width: int = SIDE) -> np.ndarray:
    """[336, 336, 3]: boards lying across, `planks` of them."""
    light = lit(rng)
    edges = np.linspace(0, SIDE, planks + 1).round().astype(int)
    for top, bottom in zip(edges, edges[1:]):
        part = light[top:bottom]
        part *= rng.uniform(0.9, 1.06)
        part += 0.09 * crop(rng, grain(), bottom - top)
        if planks > 1:
            part[:1] *= 1.08
            part[-2:] *= 0.62
    return paint(colour, light)
