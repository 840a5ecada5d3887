"""Texts: signs, labels, number plates, price lists, departure boards, notices."""

import numpy as np

from fmvr.worlds.embedded import lettering, panels
from fmvr.worlds.embedded.catalog import VOCABULARY
from fmvr.worlds.embedded.kinds import number, pick
from fmvr.worlds.embedded.page import Page
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import split_of

LEADING = 1.5  # from base line to base line, in heights of a capital: descenders of one line keep clear of the next
MOST_ROWS = 15  # of a price list and a departure board
FOR_LISTS = VOCABULARY["food"] + VOCABULARY["drink"] + VOCABULARY["shop"] + VOCABULARY["thing"]
TITLES = ["menu", "price", "sale", "special", "offer", "lunch", "dinner", "breakfast", "bakery", "market", "cinema"]
HEADS = ["station", "airport", "platform", "gate", "train", "bus", "boat", "north", "south"]


def text(seed: int) -> Picture:
    """The text of a seed: always the same. Raises ValueError for a seed that no split holds."""
    split_of(seed)
    rng = np.random.default_rng([seed, 3])
    ground = LAYOUTS_OFTEN[int(rng.integers(len(LAYOUTS_OFTEN)))]
    page = Page(rng)
    LAYOUTS[ground](page)
    rows, columns = (max(getattr(i, n) for i in page.items) for n in ("row", "column"))
    return Picture("text", seed, ground, tuple(page.items), rows, columns, None, tuple(page.panels))


def sign(page: Page) -> None:
    """One to four lines on one board, as large as the board allows or half of it."""
    rng = page.rng
    count = int(rng.choice(4, p=(0.35, 0.3, 0.2, 0.15))) + 1
    lines = [number(rng, 4) if rng.random() < 0.25 else page.word() for _ in range(count)]
    room = rng.uniform(180, 318)
    most = lettering.fit(lines, page.face, room - 24, 322 / (count * LEADING + 0.7))
    size = int(max(page.size(0.6 * most, most), lettering.SMALLEST))
    w = max(lettering.extent(line, page.face, size)[0] for line in lines) + 24
    h = round(size * LEADING * count + 0.7 * size)
    x, y = int(rng.integers(2, SIDE - w - 3)), int(rng.integers(2, max(SIDE - h - 3, 3)))
    colours = pick(rng, (panels.BRIGHT, panels.BRIGHT, panels.DARK, panels.PAPERS))
    page.panel((x, y, x + w, y + h), colours, pick(rng, ("board", "board", "plate", "frame")))
    ink = page.ink()
    for i, line in enumerate(lines):
        top = y + 0.35 * size + i * size * LEADING
        page.centre(line, ink, page.face, size, (x, top, x + w, top + size * LEADING), i + 1, 1)


def labels(page: Page) -> None:
    _scattered(page, numbers=page.rng.choice([0, 0.3, 0.5]), styles=("flat", "board", "board"))


def plates(page: Page) -> None:
    _scattered(page, numbers=1.0, styles=("plate", "board"))


def _scattered(page: Page, numbers: float, styles) -> None:
    """Two to thirty small boards with one word or number each, in loose rows."""
    rng = page.rng
    columns = int(rng.integers(1, 4 if numbers < 1 else 6))
    rows = int(rng.integers(2, 11))
    width, height = SIDE / columns, SIDE / rows
    style = pick(rng, styles)
    for row in range(rows):
        for column in range(columns):
            if page.items and rng.random() < 0.12:
                continue
            content = number(rng, 4) if rng.random() < numbers else page.word(longest=9 if columns < 3 else 8)
            face = page.face if rng.random() < 0.7 else pick(rng, list(lettering.FACES))
            most = lettering.fit([content], face, width - 18, min((height - 6) / 1.75, 60))
            if most < lettering.SMALLEST:
                face, most = "plain", lettering.SMALLEST
            size = int(page.size(max(lettering.SMALLEST, 0.55 * most), most))
            w, h = lettering.extent(content, face, size)[0] + max(8, round(0.7 * size)), round(1.75 * size)
            x = width * column + rng.uniform(1, max(width - w - 3, 1.01))
            y = height * row + rng.uniform(1, max(height - h - 3, 1.01))
            x, y = int(min(x, SIDE - w - 2)), int(min(y, SIDE - h - 2))
            page.panel((x, y, x + w, y + h), pick(rng, (panels.BRIGHT, panels.BRIGHT, panels.PAPERS)), style)
            page.centre(content, page.ink(), face, size, (x, y, x + w, y + h), row + 1, column + 1)


def prices(page: Page) -> None:
    """A list: a word to the left, a number to the right of every line, perhaps a title above, perhaps two lists."""
    rng = page.rng
    lists = 2 if rng.random() < 0.3 else 1
    digits = int(rng.integers(1, 5))
    _table(page, lists, lambda: [page.word(FOR_LISTS, 9 if lists == 1 else 7), number(rng, digits)], TITLES)


def departures(page: Page) -> None:
    """A dark board: a time such as 1745, a city, a platform."""
    rng = page.rng

    def train() -> list[str]:
        time = str(int(rng.integers(1, 24)) * 100 + int(rng.integers(60)))
        return [time, page.word(VOCABULARY["city"]), number(rng, 2)]

    page.face = pick(rng, ("mono", "bold", "plain"))
    _table(page, 1, train, HEADS, dark=True)


def _table(page: Page, lists: int, entry, titles: list[str], dark: bool = False) -> None:
    rng = page.rng
    width = SIDE - 2 * int(rng.integers(6, 24 if lists == 1 else 9))
    x0 = (SIDE - width) // 2
    wanted = page.size(lettering.SMALLEST, 34 if lists == 1 else 15)
    entries = [entry() for _ in range(lists * MOST_ROWS)]
    room = width / lists - 34 - 8 * len(entries[0])
    longest = [" ".join(fields).replace(" ", "nn"[: len(fields) - 1]) for fields in entries]
    size = max(min(int(wanted), lettering.fit(longest, page.face, room + 14, wanted)), lettering.SMALLEST)
    if lettering.fit(longest, page.face, room + 14, wanted) < lettering.SMALLEST:
        page.face = "plain"
    pitch = size * rng.uniform(LEADING, 1.9)
    title = pick(rng, titles) if rng.random() < 0.6 else None
    head = round(2.1 * size) if title else round(0.5 * size)
    most = int((SIDE - 16 - head - 0.5 * size) / pitch)
    rows = min(int(rng.integers(max(2, most // 2), most + 1)), MOST_ROWS)
    height = round(head + pitch * rows + 0.5 * size)
    y0 = int(rng.integers(4, SIDE - height - 4))
    tops = [round(y0 + head + i * pitch) for i in range(rows + 1)]
    style = "rows" if dark else pick(rng, ("paper", "frame", "board", "rows"))
    colours = panels.DARK if dark or rng.random() < 0.25 else panels.PAPERS
    ruled = style == "rows" or rng.random() < 0.4
    page.panel((x0, y0, x0 + width, y0 + height), colours, style, tops[1:] if ruled else ())
    ink, other = page.ink(), page.ink()
    if title:
        title = (page.case or str.title)(title)
        large = max(min(round(1.35 * size), lettering.fit([title], page.face, width - 30, 99)), size)
        page.centre(title, page.ink(), page.face, large, (x0, y0 + 2, x0 + width, y0 + head), 1, 1)
    shift, each = 2 if title else 1, width / lists
    for row in range(rows):
        base = y0 + head + (row + 0.5) * pitch + size / 2
        for k in range(lists):
            fields, left, right = entries[row * lists + k], x0 + k * each + 12, x0 + (k + 1) * each - 12
            x = left
            for column, content in enumerate(fields):
                last = column == len(fields) - 1
                if last:
                    x = right - lettering.extent(content, page.face, size)[0]
                where = row + shift, k * len(fields) + column + 1
                page.write(content, other if last else ink, page.face, size, x, base, *where)
                x = left + lettering.extent("2222", page.face, size)[0] + 12  # the second of three fields


def notice(page: Page) -> None:
    """A sheet with lines of words, and now and then a number."""
    rng = page.rng
    size = int(page.size(lettering.SMALLEST, 30))
    margin = int(rng.integers(4, 26))
    x0, width = margin, SIDE - 2 * margin
    pitch = size * rng.uniform(LEADING, 2)
    most = int((SIDE - 12 - size) / pitch)
    rows = int(rng.integers(max(1, most // 2), most + 1))
    height = round(pitch * rows + size)
    y0 = int(rng.integers(3, SIDE - height - 4))
    dark = rng.random() < 0.25
    tops = [round(y0 + size / 2 + i * pitch) for i in range(1, rows + 1)]
    page.panel(
        (x0, y0, x0 + width, y0 + height),
        panels.DARK if dark else panels.PAPERS,
        pick(rng, ("paper", "frame", "flat", "board")),
        tops if rng.random() < 0.3 else (),
    )
    inks = [page.ink(), page.ink()]
    gap = lettering.extent("n", page.face, size)[0] * 1.1
    for row in range(rows):
        x, column, ink = x0 + 12, 1, inks[0] if rng.random() < 0.7 else inks[1]
        stop = x0 + width - 12 - (rng.uniform(0, 0.5 * width) if rng.random() < 0.4 else 0)
        while True:
            content = number(rng, 4) if rng.random() < 0.15 else page.word()
            w = lettering.extent(content, page.face, size)[0]
            if x + w > (stop if column > 1 else x0 + width - 6):
                if column > 1:
                    break
                continue
            page.write(
                content, ink, page.face, size, x, y0 + size / 2 + (row + 0.5) * pitch + size / 2, row + 1, column
            )
            x, column = x + w + gap, column + 1


LAYOUTS = {
    "sign": sign,
    "labels": labels,
    "number plates": plates,
    "price list": prices,
    "departure board": departures,
    "notice": notice,
}
LAYOUTS_OFTEN = ["sign", *["labels"] * 2, "number plates", *["price list"] * 2, "departure board", *["notice"] * 2]
