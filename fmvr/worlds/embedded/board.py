"""Boards: shelves, trays, calendars, key racks, sticker sheets, game boards of 4×4 to 16×16 cells."""

import numpy as np

from fmvr.worlds.embedded import lettering
from fmvr.worlds.embedded.catalog import NUMBER, SIGN, THINGS
from fmvr.worlds.embedded.draw import extent
from fmvr.worlds.embedded.frames import FRAMES, lines
from fmvr.worlds.embedded.kinds import SMALLEST_SIGN, kinds, pick
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import split_of

# Cells a side, and how often: those that pooling's cells fall on (24 patches: 4, 8, 12) less often than the others.
CELLS = {4: 0.5, 5: 1.2, 6: 1.2, 7: 1.3, 8: 0.5, 9: 1.3, 10: 1.3, 11: 1.2, 12: 0.5, 13: 1.2, 14: 1.0, 15: 0.4, 16: 0.4}
FEWEST, MOST = min(CELLS), max(CELLS)
FILLED = 0.94  # of a cell's shorter side, by the largest things


def board(seed: int, rows: int | None = None, columns: int | None = None) -> Picture:
    """The board of a seed: always the same. Raises ValueError for a seed that no split holds.

    `rows` and `columns`, given together, instead of those that the seed draws.
    """
    split = split_of(seed)
    rng = np.random.default_rng([seed, 2])
    ground = pick(rng, list(FRAMES))
    odds = np.array(list(CELLS.values()))
    drawn = int(rng.choice(list(CELLS), p=odds / odds.sum()))
    others = int(np.clip(drawn + rng.integers(-3, 4), FEWEST, MOST)) if rng.random() < 0.75 else drawn
    rows, columns = rows or others, columns or drawn
    if ground == "calendar":  # a number must fit into a cell
        rows, columns = min(rows, 13), min(columns, 13)
    room = SIDE / max(rows, columns)
    margin = 0 if room < 23 else int(rng.integers(2, 7)) if room < 28 else int(rng.integers(4, 20))
    top = max(margin, 14) if ground == "calendar" else margin
    area = (margin, top, SIDE - margin, SIDE - margin)
    empty = Picture("board", seed, ground, (), rows, columns, area)
    return Picture("board", seed, ground, tuple(_fill(rng, split, empty)), rows, columns, area)


def _fill(rng, split: str, empty: Picture) -> list[Item]:
    xs, ys = lines(empty)
    room = min(xs[1] - xs[0], ys[1] - ys[0])
    filled = rng.random((empty.rows, empty.columns)) < rng.uniform(0.55, 1)
    filled[rng.integers(empty.rows), rng.integers(empty.columns)] = True  # no board is quite empty
    shares = (0.62, 0.24, 0.14) if room * FILLED >= SMALLEST_SIGN else (0.7, 0.3, 0)
    if shares[2] and rng.random() < 0.15:
        shares = (0.1, 0.1, 0.8)  # a board of numbers
    wanted = kinds(rng, split, int(filled.sum()), shares)
    days = _days(rng, empty) if empty.ground == "calendar" else {}
    alike = rng.random() < 0.6  # all of one size, all upright
    items = []
    for row, column in zip(*(n.tolist() for n in np.nonzero(filled))):
        cell = xs[column], ys[row], xs[column + 1], ys[row + 1]
        kind = wanted[len(items)]
        where = row + 1, column + 1
        day = days.get(where)
        items.append(_number(day, cell, where) if day else _thing(rng, kind, room, cell, where, alike))
    return items


def lay(rng, kind, picture: Picture, where: tuple[int, int]) -> Item:
    """An item of a kind in the middle of a board's cell (row, column)."""
    xs, ys = lines(picture)
    row, column = where
    cell = xs[column - 1], ys[row - 1], xs[column], ys[row]
    return _thing(rng, kind, min(xs[1] - xs[0], ys[1] - ys[0]), cell, where, alike=True)


def _days(rng, empty: Picture) -> dict[tuple[int, int], tuple[str, str, int]]:
    """A calendar's cells with numbers: row, column → number, ink, height; in sequence, or in none."""
    xs, ys = lines(empty)
    width, height = xs[1] - xs[0], ys[1] - ys[0]
    size = int(min(height * rng.uniform(0.45, 0.7), 40))
    while size > lettering.SMALLEST_DIGIT and lettering.extent("88", "bold", size)[0] > 0.8 * width:
        size -= 1
    size = max(size, lettering.SMALLEST_DIGIT)
    first, share, in_order = int(rng.integers(1, 10)), rng.uniform(0.4, 0.95), rng.random() < 0.4
    ink, other = pick(rng, ["black", "blue", "green", "purple"]), pick(rng, ["red", "purple", "blue"])
    days = {}
    for row in range(empty.rows):
        for column in range(empty.columns):
            day = first + row * empty.columns + column if in_order else int(rng.integers(1, 100))
            if rng.random() < share and day < 100:
                days[row + 1, column + 1] = str(day), other if column == empty.columns - 1 else ink, size
    return days


def _number(day: tuple[str, str, int], cell, where) -> Item:
    text, ink, size = day
    w, h = lettering.extent(text, "bold", size)
    x, y = round((cell[0] + cell[2] - w) / 2), round((cell[1] + cell[3] - h) / 2)
    return Item(NUMBER, ink, text, size, 0.0, False, (x, y, x + w, y + h), *where, "bold")


def _thing(rng, kind, room: float, cell, where, alike: bool) -> Item:
    least = SMALLEST_SIGN if kind[0] == SIGN else 18
    size = max(int(room * (FILLED if alike else rng.uniform(0.72, FILLED))), least)
    angle = 0.0 if alike or kind[0] in (SIGN, "square", "diamond") else float(rng.integers(-3, 4) * 5)
    mirrored = bool(kind[0] in THINGS and not alike and rng.random() < 0.5)
    w, h = extent(*kind, size, angle, mirrored)
    x, y = round((cell[0] + cell[2] - w) / 2), round((cell[1] + cell[3] - h) / 2)
    x, y = min(max(x, 0), SIDE - w), min(max(y, 0), SIDE - h)
    return Item(*kind, size, angle, mirrored, (x, y, x + w, y + h), *where)
