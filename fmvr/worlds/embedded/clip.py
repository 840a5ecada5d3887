"""Clips: a few frames of a scene or a board in which things enter, leave, move or change."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fmvr.worlds.embedded.board import board, lay
from fmvr.worlds.embedded.catalog import COLOURS, SIGN, TEST_ONLY_COMBINATIONS, THINGS
from fmvr.worlds.embedded.draw import extent
from fmvr.worlds.embedded.frames import lines
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST, SMALLEST_SIGN, kind, pick
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.scene import overlaps, place, scene
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import MOST_OVERLAP, split_of

FEWEST_FRAMES, MOST_FRAMES = 2, 8
MOST_ITEMS = 14  # of a scene's first frame: more could not be followed
MOST_CELLS = 9  # of a board's side
NEAREST_MOVE = 40  # pixels in a scene
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


@dataclass(frozen=True)
class Event:
    """What happened to one item between the frames `frame` and `frame` + 1, counted from 0.

    `what`: `enter` (`before` is None), `leave` (`after` is None), `move` or `change`. `before` and `after` are the item
    as these two frames hold it. `direction`, of a move: `left`, `right`, `up` or `down`.
    """

    what: str
    frame: int
    before: Item | None
    after: Item | None
    direction: str | None = None


@dataclass(frozen=True)
class Clip:
    """Frames on one ground, 2 to 8, and all that happens in them, in order. `kind`: `scene` or `board`."""

    kind: str
    seed: int
    frames: tuple[Picture, ...]
    events: tuple[Event, ...]


def clip(seed: int) -> Clip:
    """The clip of a seed: always the same. Raises ValueError for a seed that no split holds."""
    split = split_of(seed)
    rng = np.random.default_rng([seed, 4])
    frames, events = [_first(rng, seed)], []
    for i in range(int(rng.integers(FEWEST_FRAMES, MOST_FRAMES + 1)) - 1):
        step = []
        wanted = int(rng.choice(3, p=(0.15, 0.65, 0.2))) if events or i else 1
        for _ in range(wanted):
            event = _happening(rng, split, frames[-1], i, step)
            step += [event] if event else []
        frames.append(after(frames[-1], step))
        events += step
    return Clip(frames[0].kind, seed, tuple(frames), tuple(events))


def after(picture: Picture, events: list[Event]) -> Picture:
    """The picture after the events of one step; what enters is in front of all else."""
    items = list(picture.items)
    for event in events:
        if event.before is None:
            items.append(event.after)
        elif event.after is None:
            items.remove(event.before)
        else:
            items[items.index(event.before)] = event.after
    return replace(picture, items=tuple(items))


def _first(rng, seed: int) -> Picture:
    if rng.random() < 0.55:
        first = scene(seed)
        return replace(first, items=first.items[: int(rng.integers(1, MOST_ITEMS + 1))])
    first = board(seed)
    if max(first.rows, first.columns) <= MOST_CELLS:
        return first
    rows, columns = (int(rng.integers(4, MOST_CELLS + 1)) for _ in range(2))
    return board(seed, rows, columns)


def _happening(rng, split: str, picture: Picture, frame: int, step: list[Event]) -> Event | None:
    """Something that can happen after all that happens in this step already; None where nothing can."""
    now = after(picture, step)
    touched = [item for event in step for item in (event.before, event.after) if item]
    free = [item for item in now.items if item not in touched and item.face is None]
    for what in rng.permutation(list(HAPPENINGS)):
        event = HAPPENINGS[what](rng, split, now, free, frame)
        if event and not _mistakable(event, step):
            return event
    return None


def _mistakable(event: Event, step: list[Event]) -> bool:
    """Whether one thing enters while another like it leaves: nobody could tell that from a move."""
    ends = {event.what: event} | {other.what: other for other in step}
    if {"enter", "leave"} - set(ends):
        return False
    return ends["enter"].after.phrase == ends["leave"].before.phrase


def enter(rng, split: str, picture: Picture, free: list[Item], frame: int) -> Event | None:
    new = kind(rng, split)
    if picture.kind == "board":
        cells = _empty_cells(picture)
        item = lay(rng, new, picture, pick(rng, cells)) if cells else None
        return Event("enter", frame, None, item) if item else None
    least = SMALLEST_SIGN if new[0] == SIGN else SMALLEST
    size = float(rng.uniform(max(least, 30), LARGEST * 0.7))
    mirrored = bool(new[0] in THINGS and rng.random() < 0.5)
    item = place(rng, new, size, least, round(float(rng.uniform(-8, 8)), 1), mirrored, _boxes(picture.items))
    return Event("enter", frame, None, item) if item else None


def leave(rng, split: str, picture: Picture, free: list[Item], frame: int) -> Event | None:
    if not free or len(picture.items) < 2:
        return None
    return Event("leave", frame, pick(rng, free), None)


def move(rng, split: str, picture: Picture, free: list[Item], frame: int) -> Event | None:
    """Straight to the left, right, up or down, to where there is room."""
    for i in rng.permutation(len(free))[:4]:
        for direction in rng.permutation(list(DIRECTIONS)):
            dx, dy = DIRECTIONS[str(direction)]
            found = (_slid if picture.kind == "scene" else _put)(rng, picture, free[i], dx, dy)
            if found:
                return Event("move", frame, free[i], found, str(direction))
    return None


def change(rng, split: str, picture: Picture, free: list[Item], frame: int) -> Event | None:
    """Another colour for a shape or a sign, another thing for a thing, in the same place."""
    if not free:
        return None
    item = pick(rng, free)
    if item.colour:
        combinations = [(c, item.noun) for c in COLOURS if c != item.colour]
        allowed = [c for c in combinations if split == "test" or c not in TEST_ONLY_COMBINATIONS]
        return Event("change", frame, item, replace(item, colour=pick(rng, allowed)[0]))
    noun = pick(rng, [noun for noun in THINGS if noun != item.noun])
    new = _centred(replace(item, noun=noun), *item.centre)
    others = [other for other in picture.items if other != item]
    return Event("change", frame, item, new) if _fits(new, others) else None


HAPPENINGS: dict[str, Callable] = {"enter": enter, "leave": leave, "move": move, "change": change}


def _slid(rng, picture: Picture, item: Item, dx: int, dy: int) -> Item | None:
    """A scene's item some way off, where it overlaps no other much."""
    others = [other for other in picture.items if other != item]
    x0, y0, x1, y1 = item.box
    room = {(-1, 0): x0, (1, 0): SIDE - x1, (0, -1): y0, (0, 1): SIDE - y1}[dx, dy]
    if room < NEAREST_MOVE:
        return None
    for way in rng.integers(NEAREST_MOVE, room + 1, 8).tolist():
        new = replace(item, box=(x0 + dx * way, y0 + dy * way, x1 + dx * way, y1 + dy * way))
        if _fits(new, others):
            return new
    return None


def _put(rng, picture: Picture, item: Item, dx: int, dy: int) -> Item | None:
    """A board's item in an empty cell of its row or column."""
    on_the_way = [
        (row, column)
        for row, column in _empty_cells(picture)
        if (np.sign(column - item.column), np.sign(row - item.row)) == (dx, dy)
    ]
    if not on_the_way:
        return None
    row, column = pick(rng, on_the_way)
    xs, ys = lines(picture)
    x, y = (xs[column - 1] + xs[column]) / 2, (ys[row - 1] + ys[row]) / 2
    return _centred(replace(item, row=row, column=column), x, y)


def _centred(item: Item, x: float, y: float) -> Item:
    """The item with its box about x, y, and inside the picture."""
    w, h = extent(item.noun, item.colour, item.text, item.size, item.angle, item.mirrored)
    left, top = min(max(round(x - w / 2), 0), SIDE - w), min(max(round(y - h / 2), 0), SIDE - h)
    return replace(item, box=(left, top, left + w, top + h))


def _fits(item: Item, others: list[Item]) -> bool:
    return not others or bool((overlaps(_boxes([item]), _boxes(others)) < MOST_OVERLAP).all())


def _boxes(items) -> np.ndarray:
    return np.array([item.box for item in items], float).reshape(-1, 4)


def _empty_cells(picture: Picture) -> list[tuple[int, int]]:
    taken = {(item.row, item.column) for item in picture.items}
    cells = [(row, column) for row in range(1, picture.rows + 1) for column in range(1, picture.columns + 1)]
    return [cell for cell in cells if cell not in taken]
