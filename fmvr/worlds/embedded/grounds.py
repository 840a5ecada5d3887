"""What pictures stand on or in: wood, grass, bricks, water … drawn from a seed, light from the top left."""

import cv2
import numpy as np

from fmvr.worlds.embedded.surfaces import WOODS, Rng, clouds, crop, dots, grain, hue, lit, paint, slope, wood
from fmvr.worlds.scenes.draw import SIDE


def table(rng: Rng) -> np.ndarray:
    return wood(rng, hue(rng, WOODS), int(rng.integers(1, 7)))


def floor(rng: Rng) -> np.ndarray:
    """Boards running away from the viewer."""
    return np.ascontiguousarray(wood(rng, hue(rng, WOODS), int(rng.integers(5, 12))).swapaxes(0, 1))


def meadow(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(116, 176, 72), (96, 156, 64), (140, 186, 84), (84, 146, 78)])
    blades = crop(rng, grain()).T
    picture = paint(colour, lit(rng) + 0.12 * crop(rng, clouds(96)) + 0.12 * blades + 0.05 * crop(rng, dots()))
    petals = [(250, 250, 240), (250, 226, 120), (246, 190, 214), (206, 190, 246)]
    petal = petals[rng.integers(len(petals))]
    for x, y in rng.integers(0, SIDE, (int(rng.integers(0, 40)), 2)).tolist():
        cv2.circle(picture, (x, y), 2, petal, -1, cv2.LINE_AA)
        picture[y, x] = (240, 190, 60)
    return picture


def bricks(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(186, 104, 82), (204, 132, 104), (158, 92, 76), (206, 196, 184), (170, 150, 136)])
    height = int(rng.integers(17, 40))
    width = int(height * rng.uniform(1.9, 2.6))
    rows, columns = SIDE // height + 2, SIDE // width + 3
    tone = rng.normal(1, 0.07, (rows, columns)).astype(np.float32)
    y, x = np.arange(SIDE) + int(rng.integers(height)), np.arange(SIDE) + int(rng.integers(width))
    row = y // height
    shifted = x[None, :] + (row % 2 * (width // 2))[:, None]
    light = lit(rng) * tone[row[:, None], shifted // width] + 0.06 * crop(rng, clouds(8))
    dy, dx = (y % height)[:, None], shifted % width
    light[(dy == 2) | (dx == 2)] *= 1.12
    light[(dy == height - 1) | (dx == width - 1)] *= 0.85
    picture = paint(colour, light)
    mortar = np.float32([206, 200, 190]) * rng.uniform(0.75, 1.05)
    gap = ((dy < 2) | (dx < 2)).view(np.uint8)
    return cv2.copyTo(paint(mortar, np.ones((SIDE, SIDE), np.float32)), gap, picture)


def plaster(rng: Rng) -> np.ndarray:
    colours = [(226, 216, 196), (198, 214, 216), (230, 200, 178), (208, 216, 188), (216, 204, 222), (174, 196, 214)]
    light = lit(rng) + 0.05 * crop(rng, clouds(192)) + 0.02 * crop(rng, dots())
    return paint(hue(rng, colours), light)


def water(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(70, 146, 190), (58, 160, 176), (92, 170, 206), (48, 112, 160)])
    y, _ = slope()
    ripples = np.sin(rng.uniform(90, 170) * y * (0.6 + 0.4 * y) + 3.2 * crop(rng, clouds(96)))
    light = 0.86 + 0.22 * y + 0.06 * ripples + 0.06 * crop(rng, clouds(32))
    picture = paint(colour, light)
    foam = np.maximum(ripples - 0.86, 0) * 190
    return picture + cv2.merge([foam, foam, foam])


def sand(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(226, 200, 146), (214, 180, 130), (236, 214, 170)])
    y, x = slope()
    waves = np.sin(rng.uniform(40, 80) * (y + rng.uniform(-0.4, 0.4) * x) + 2.4 * crop(rng, clouds(96)))
    return paint(colour, lit(rng) + 0.035 * waves + 0.05 * crop(rng, dots()) + 0.03 * crop(rng, clouds(32)))


def night(rng: Rng) -> np.ndarray:
    top, bottom = hue(rng, [(24, 30, 70), (30, 24, 66), (18, 40, 76)], 6), hue(rng, [(70, 76, 130), (96, 70, 120)])
    y, _ = slope()
    mist = np.clip(y + 0.16 * crop(rng, clouds(192)), 0, 1)
    picture = cv2.merge([a + (b - a) * mist for a, b in zip(top, bottom)])
    for x, y in rng.integers(0, SIDE, (int(rng.integers(40, 120)), 2)).tolist():
        picture[y, x] = (250, 246, 226)
    for x, y in rng.integers(3, SIDE - 3, (int(rng.integers(4, 16)), 2)).tolist():
        picture[y - 1 : y + 2, x] = picture[y, x - 1 : x + 2] = (226, 224, 220)
        picture[y, x] = (255, 252, 240)
    return picture


def sky(rng: Rng) -> np.ndarray:
    top, bottom = hue(rng, [(110, 170, 226), (96, 150, 214), (140, 180, 226)]), np.float32([214, 230, 242])
    y, _ = slope()
    picture = cv2.merge([a + (b - a) * y for a, b in zip(top, bottom)])
    cloud = np.clip(1.6 * crop(rng, clouds(96)) - rng.uniform(0, 0.7), 0, 0.85)
    cloud = cv2.merge([cloud, cloud, cloud])
    return picture + (252 - picture) * cloud


def tiles(rng: Rng) -> np.ndarray:
    pairs = [((236, 232, 222), (150, 176, 190)), ((232, 226, 216), (196, 130, 104)), ((222, 230, 222), (110, 150, 130))]
    pairs += [((240, 236, 228), (214, 206, 194)), ((206, 216, 226), (176, 190, 206))]
    first, second = np.float32(pairs[rng.integers(len(pairs))])
    pitch, gap = int(rng.integers(30, 78)), 2
    y, x = np.arange(SIDE) + int(rng.integers(pitch)), np.arange(SIDE) + int(rng.integers(pitch))
    odd = ((y[:, None] // pitch + x[None] // pitch) % 2).astype(bool)
    light = lit(rng) + 0.03 * crop(rng, clouds(32))
    dy, dx = (y % pitch)[:, None], (x % pitch)[None]
    light[(dy == gap) | (dx == gap)] *= 1.06
    light[(dy < gap) | (dx < gap)] *= 0.78
    return cv2.merge([light * np.where(odd, a, b) for a, b in zip(first, second)])


def snow(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(226, 234, 244), (216, 226, 240)], 6)
    light = lit(rng) + 0.07 * crop(rng, clouds(192)) + 0.015 * crop(rng, dots())
    return paint(colour, light)


def cloth(rng: Rng) -> np.ndarray:
    """A checked table cloth."""
    colour = hue(rng, [(200, 70, 70), (70, 110, 180), (90, 150, 100), (216, 160, 70), (150, 100, 160)])
    pitch = int(rng.integers(14, 44))
    band = lambda: ((np.arange(SIDE) + int(rng.integers(pitch))) // pitch % 2).astype(np.float32)  # noqa: E731
    weave = 0.22 * band()[:, None] + 0.22 * band()[None]
    light = lit(rng) + 0.03 * crop(rng, dots())
    return cv2.merge([light * (white + (c - white) * weave) for white, c in zip(np.float32([238, 234, 226]), colour)])


def road(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(126, 128, 132), (104, 106, 112), (146, 144, 142)], 8)
    picture = paint(colour, lit(rng) + 0.1 * crop(rng, dots()) + 0.05 * crop(rng, clouds(96)))
    x, dash = int(rng.integers(40, SIDE - 40)), int(rng.integers(30, 60))
    for top in range(-int(rng.integers(dash)), SIDE, 2 * dash):
        picture[max(top, 0) : max(top + dash, 0), x : x + 8] = np.float32([226, 222, 206])
    return picture


def carpet(rng: Rng) -> np.ndarray:
    colour = hue(rng, [(150, 84, 96), (86, 106, 140), (120, 130, 104), (160, 130, 104), (104, 90, 124)])
    return paint(colour, lit(rng) + 0.09 * crop(rng, dots()) + 0.04 * crop(rng, clouds(32)))


GROUNDS = {
    "table": table,
    "floor": floor,
    "meadow": meadow,
    "brick wall": bricks,
    "wall": plaster,
    "water": water,
    "sand": sand,
    "night sky": night,
    "sky": sky,
    "tiles": tiles,
    "snow": snow,
    "cloth": cloth,
    "road": road,
    "carpet": carpet,
}


def ground(name: str, seed: int) -> np.ndarray:
    """[336, 336, 3] float32, 0..255 or a little beyond: a new array each time."""
    return GROUNDS[name](np.random.default_rng([seed, 7]))
