"""Pictures of the embedded world put together in a moment, for tests of its language: right in what they say of
themselves, never drawn."""

from random import Random

from fmvr.worlds.embedded.catalog import COLOURS, NUMBER, SHAPES, SIGN, THINGS, VOCABULARY, WORD
from fmvr.worlds.embedded.clip import Clip, Event
from fmvr.worlds.embedded.grounds import GROUNDS
from fmvr.worlds.embedded.picture import Item, Picture

SIDE = 336


def item(noun, box, colour=None, text=None, row=None, column=None, face=None) -> Item:
    x0, y0, x1, y1 = box
    size = y1 - y0 if face else x1 - x0
    return Item(noun, colour, text, size, 0.0, False, box, row, column, face)


def kind(rng: Random) -> tuple:
    look = rng.random()
    if look < 0.6:
        return rng.choice(list(THINGS)), None, None
    if look < 0.82:
        return rng.choice(list(SHAPES)), rng.choice(list(COLOURS)), None
    return SIGN, rng.choice(list(COLOURS)), str(rng.randrange(100))


def kinds(rng: Random, count: int) -> list[tuple]:
    common = [kind(rng) for _ in range(1 + count // 5)]
    often = rng.random()
    return [rng.choice(common) if rng.random() < often else kind(rng) for _ in range(count)]


def scene(seed: int, count: int | None = None) -> Picture:
    rng = Random(f"scene {seed}")
    items = []
    for noun, colour, text in kinds(rng, count or rng.randrange(1, 41)):
        size = rng.randrange(21, 90)
        x, y = rng.randrange(SIDE - size), rng.randrange(SIDE - size)
        items.append(item(noun, (x, y, x + size, y + size), colour, text))
    return Picture("scene", seed, rng.choice(list(GROUNDS)), tuple(items))


def board(seed: int, rows: int | None = None, columns: int | None = None, filled: float | None = None) -> Picture:
    rng = Random(f"board {seed}")
    rows, columns = rows or rng.randrange(4, 17), columns or rng.randrange(4, 17)
    filled = filled or rng.uniform(0.3, 1)
    cells = [(r, c) for r in range(rows) for c in range(columns) if rng.random() < filled] or [(0, 0)]
    side = SIDE // max(rows, columns)
    items = [
        item(*k[:1], (c * side, r * side, c * side + side - 2, r * side + side - 2), *k[1:], r + 1, c + 1)
        for (r, c), k in zip(cells, kinds(rng, len(cells)))
    ]
    return Picture("board", seed, rng.choice(["shelf", "tray", "key rack"]), tuple(items), rows, columns)


def text(seed: int, ground: str | None = None) -> Picture:
    rng = Random(f"text {seed}")
    ground = ground or rng.choice(["sign", "labels", "price list", "departure board", "notice"])
    rows = rng.randrange(1, 5) if ground == "sign" else rng.randrange(3, 16)
    words = rng.sample(VOCABULARY["city"] if ground == "departure board" else VOCABULARY["food"], 2 * rows)
    items, pitch = [], SIDE // (rows + 1)
    for row in range(rows):
        number = str(rng.randrange(10 ** rng.randrange(1, 4)))
        fields = {
            "sign": [words[row].upper()],
            "labels": [words[row], words[rows + row].title()],
            "price list": [words[row].title(), number],
            "departure board": [str(rng.randrange(1, 24) * 100 + rng.randrange(60)), words[row], number],
            "notice": [words[row], words[rows + row], number][: rng.randrange(1, 4)],
        }[ground]
        for column, content in enumerate(fields):
            x, y = 10 + column * 105, row * pitch + 6
            noun, ink = NUMBER if content.isdecimal() else WORD, rng.choice(["black", "blue", "red"])
            items.append(item(noun, (x, y, x + 60, y + 14), ink, content, row + 1, column + 1, "bold"))
    return Picture("text", seed, ground, tuple(items), rows, max(i.column for i in items))


def pictures(count: int) -> list[Picture]:
    return [make(seed) for seed in range(count) for make in (scene, board, text)]


def clip(seed: int) -> Clip:
    """A scene in which something enters, leaves, moves or changes from frame to frame."""
    rng = Random(f"clip {seed}")
    frames, events = [scene(seed, rng.randrange(2, 9))], []
    for frame in range(rng.randrange(1, 7)):
        items, what = list(frames[-1].items), rng.choice(["enter", "leave", "move", "change"])
        before = rng.choice(items) if items else None
        if what == "enter" or before is None:
            noun, colour, content = kind(rng)
            new = item(noun, (frame * 20, 200, frame * 20 + 40, 240), colour, content)
            events.append(Event("enter", frame, None, new))
            items.append(new)
        elif what == "leave":
            events.append(Event("leave", frame, before, None))
            items.remove(before)
        else:
            x0, y0, x1, y1 = before.box
            if what == "move":
                new = item(before.noun, (x0 + 45, y0, x1 + 45, y1), before.colour, before.text)
            else:
                new = item(rng.choice([t for t in THINGS if t != before.noun]), before.box)
            events.append(Event(what, frame, before, new, "right" if what == "move" else None))
            items[items.index(before)] = new
        frames.append(Picture("scene", seed, frames[0].ground, tuple(items)))
    return Clip("scene", seed, tuple(frames), tuple(events))
