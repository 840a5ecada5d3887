"""What a board looks like where nothing lies in it: shelves, trays, calendars, key racks, sticker sheets."""

import cv2
import numpy as np

from fmvr.worlds.embedded.grounds import cloth, plaster, table
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.surfaces import WOODS, clouds, crop, dots, hue, lit, paint, wood
from fmvr.worlds.scenes.draw import SIDE


def lines(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Where cells begin and end: x of `columns` + 1 lines and y of `rows` + 1 lines, in pixels."""
    x0, y0, x1, y1 = picture.area
    return np.linspace(x0, x1, picture.columns + 1), np.linspace(y0, y1, picture.rows + 1)


def _ints(picture: Picture) -> tuple[list[int], list[int]]:
    return tuple(line.round().astype(int).tolist() for line in lines(picture))


def shelf(rng, picture: Picture) -> np.ndarray:
    """Compartments of wood, each with a shadow under the board above it."""
    xs, ys = _ints(picture)
    colour = hue(rng, WOODS)
    drawn = wood(rng, colour, 1)
    back = hue(rng, [(150, 110, 78), (196, 200, 196), (120, 140, 150), (222, 212, 190), (90, 70, 60)])
    tone = paint(back, 0.9 + 0.05 * crop(rng, clouds(96)))
    t = 1 if min(xs[1] - xs[0], ys[1] - ys[0]) < 26 else 2
    for top, bottom in zip(ys, ys[1:]):
        for left, right in zip(xs, xs[1:]):
            box = slice(top + t, bottom - t), slice(left + t, right - t)
            drawn[box] = tone[box]
            drawn[top + t : top + t + 3, left + t : right - t] *= np.float32([0.62, 0.76, 0.9])[:, None, None]
            drawn[top + t : bottom - t, left + t : left + t + 2] *= np.float32([0.7, 0.88])[None, :, None]
    return drawn


def tray(rng, picture: Picture) -> np.ndarray:
    """Round hollows in a tray that stands on a table cloth."""
    xs, ys = _ints(picture)
    drawn = cloth(rng) if rng.random() < 0.5 else table(rng)
    colour = hue(
        rng, [(206, 210, 214), (90, 120, 150), (236, 228, 212), (196, 216, 200), (70, 74, 84), (196, 120, 110)]
    )
    x0, y0, x1, y1 = max(xs[0] - 5, 0), max(ys[0] - 5, 0), min(xs[-1] + 5, SIDE), min(ys[-1] + 5, SIDE)
    drawn[y0:y1, x0:x1] = paint(colour, lit(rng))[y0:y1, x0:x1]
    cv2.rectangle(drawn, (x0, y0), (x1 - 1, y1 - 1), (colour * 0.7).tolist(), 2)
    dark, light = (colour * 0.74).tolist(), np.minimum(colour * 1.16, 255).tolist()
    inside = (colour * 0.88).tolist()
    r = max(min(xs[1] - xs[0], ys[1] - ys[0]) // 2 - 1, 3)
    square = rng.random() < 0.5
    for top, bottom in zip(ys, ys[1:]):
        for left, right in zip(xs, xs[1:]):
            if square:
                cv2.rectangle(drawn, (left + 2, top + 2), (right - 2, bottom - 2), light, -1)
                cv2.rectangle(drawn, (left + 1, top + 1), (right - 3, bottom - 3), dark, -1)
                cv2.rectangle(drawn, (left + 2, top + 2), (right - 3, bottom - 3), inside, -1)
            else:
                c = (left + right) // 2, (top + bottom) // 2
                cv2.circle(drawn, (c[0] + 1, c[1] + 1), r, light, -1, cv2.LINE_AA)
                cv2.circle(drawn, (c[0] - 1, c[1] - 1), r - 1, dark, -1, cv2.LINE_AA)
                cv2.circle(drawn, c, r - 1, inside, -1, cv2.LINE_AA)
    return drawn


def calendar(rng, picture: Picture) -> np.ndarray:
    """A sheet of paper with thin lines and a coloured band over the first row."""
    xs, ys = _ints(picture)
    drawn = plaster(rng)
    paper = hue(rng, [(250, 248, 240), (244, 246, 250), (252, 244, 228)], 3)
    x0, y0, x1, y1 = max(xs[0] - 3, 0), max(ys[0] - 12, 0), min(xs[-1] + 3, SIDE), min(ys[-1] + 3, SIDE)
    drawn[min(y0 + 4, SIDE) : y1 + 4, x0 + 4 : x1 + 4] *= 0.8
    drawn[y0:y1, x0:x1] = paint(paper, lit(rng))[y0:y1, x0:x1]
    band = hue(rng, [(206, 70, 66), (60, 110, 180), (80, 140, 90), (220, 150, 60)])
    drawn[y0 : max(ys[0] - 1, y0), x0:x1] = band
    weekend = int(rng.integers(0, 3))
    if weekend:
        drawn[ys[0] : ys[-1], xs[-1 - weekend] : xs[-1]] *= np.float32([1, 0.94, 0.9])
    for x in xs:
        cv2.line(drawn, (min(x, SIDE - 1), ys[0]), (min(x, SIDE - 1), ys[-1]), (176, 172, 166), 1)
    for y in ys:
        cv2.line(drawn, (xs[0], min(y, SIDE - 1)), (xs[-1], min(y, SIDE - 1)), (176, 172, 166), 1)
    return drawn


def rack(rng, picture: Picture) -> np.ndarray:
    """A board on a wall with a hook over every cell."""
    xs, ys = _ints(picture)
    drawn = plaster(rng)
    x0, y0, x1, y1 = max(xs[0] - 4, 0), max(ys[0] - 4, 0), min(xs[-1] + 4, SIDE), min(ys[-1] + 4, SIDE)
    drawn[y0 + 5 : y1 + 5, x0 + 5 : x1 + 5] *= 0.72
    drawn[y0:y1, x0:x1] = wood(rng, hue(rng, WOODS), 1)[y0:y1, x0:x1]
    cv2.rectangle(drawn, (x0, y0), (x1 - 1, y1 - 1), (84, 58, 40), 2)
    for top in ys[:-1]:
        cv2.line(drawn, (x0 + 2, top + 1), (x1 - 3, top + 1), (96, 68, 48), 1)
        for left, right in zip(xs, xs[1:]):
            cv2.circle(drawn, ((left + right) // 2, top + 2), 2, (216, 190, 110), -1, cv2.LINE_AA)
    return drawn


def stickers(rng, picture: Picture) -> np.ndarray:
    """A shiny sheet in a pale colour, with a rounded place for every sticker."""
    xs, ys = _ints(picture)
    colours = [(196, 224, 240), (250, 214, 222), (214, 238, 208), (246, 232, 190), (226, 212, 244), (120, 170, 190)]
    colour = hue(rng, colours, 8)
    drawn = paint(colour, lit(rng) + 0.02 * crop(rng, dots()))
    drawn[:, : xs[0]] *= 0.97
    for top, bottom in zip(ys, ys[1:]):
        for left, right in zip(xs, xs[1:]):
            cv2.rectangle(drawn, (left + 2, top + 2), (right - 1, bottom - 1), (colour * 0.84).tolist(), -1)
            cv2.rectangle(drawn, (left + 1, top + 1), (right - 2, bottom - 2), (252, 252, 250), -1)
    return drawn


def game(rng, picture: Picture) -> np.ndarray:
    """A chequered board."""
    xs, ys = _ints(picture)
    drawn = wood(rng, hue(rng, WOODS) * np.float32(0.8), 1)
    pairs = [((238, 216, 178), (178, 132, 92)), ((232, 232, 222), (124, 150, 116)), ((226, 230, 236), (126, 146, 176))]
    pair = np.float32(pairs[rng.integers(len(pairs))])
    light = lit(rng) + 0.03 * crop(rng, clouds(32))
    fields = [paint(colour, light) for colour in pair]
    for i, (top, bottom) in enumerate(zip(ys, ys[1:])):
        for j, (left, right) in enumerate(zip(xs, xs[1:])):
            drawn[top:bottom, left:right] = fields[(i + j) % 2][top:bottom, left:right]
    return drawn


FRAMES = {
    "shelf": shelf,
    "tray": tray,
    "calendar": calendar,
    "key rack": rack,
    "sticker sheet": stickers,
    "game board": game,
}


def frame(picture: Picture) -> np.ndarray:
    """[336, 336, 3] float32, 0..255 or a little beyond: the empty board."""
    return FRAMES[picture.ground](np.random.default_rng([picture.seed, 8]), picture)
