"""A page: a text being laid out."""

import numpy as np

from fmvr.worlds.embedded import lettering, panels
from fmvr.worlds.embedded.catalog import NUMBER, WORD, WORDS
from fmvr.worlds.embedded.kinds import pick
from fmvr.worlds.embedded.picture import Box, Item, Panel


class Page:
    """A text being laid out: its panels and items so far, and how its words are written."""

    def __init__(self, rng: np.random.Generator):
        self.rng, self.panels, self.items = rng, [], []
        self.case = pick(rng, (str.upper, str.lower, str.title, None))  # None: each word in its own way
        self.face = pick(rng, list(lettering.FACES))
        self.used: set[str] = set()

    def word(self, words=WORDS, longest: int = 9) -> str:
        """A word that does not stand here yet, of at most `longest` letters, in the page's case."""
        for _ in range(50):
            word = pick(self.rng, words)
            if len(word) <= longest and word not in self.used:
                break
        self.used.add(word)
        return (self.case or pick(self.rng, (str.upper, str.lower, str.title)))(word)

    def size(self, least: float, most: float) -> float:
        """A height of letters, as often between 12 and 24 as between 24 and 48 pixels."""
        return float(least * (most / least) ** self.rng.random()) if most > least else least

    def panel(self, box, colours, style: str, lines=()) -> None:
        colour = pick(self.rng, list(colours))
        dark = sum(colour) < 380
        rim = tuple(min(255, round(c + 0.75 * (255 - c))) if dark else round(c * 0.35) for c in colour)
        self.panels.append(Panel(tuple(round(v) for v in box), colour, rim, style, tuple(lines)))

    def write(self, content: str, ink: str, face: str, size: int, x: float, base: float, row: int, column: int) -> None:
        """Write a word or number whose ink begins at `x` and stands on the line `base`."""
        w, h = lettering.extent(content, face, size)
        x, top = round(x), round(base) - lettering.rise(content, face, size)
        noun = NUMBER if content.isdecimal() else WORD
        self.items.append(Item(noun, ink, content, size, 0.0, False, (x, top, x + w, top + h), row, column, face))

    def centre(self, content: str, ink: str, face: str, size: int, box: Box, row: int, column: int) -> None:
        """Write in the middle of a box, capitals and digits centred from top to bottom."""
        w, _ = lettering.extent(content, face, size)
        self.write(content, ink, face, size, (box[0] + box[2] - w) / 2, (box[1] + box[3] + size) / 2, row, column)

    def ink(self) -> str:
        """An ink that can be read on the last panel."""
        colour = self.panels[-1].colour
        inks = panels.BRIGHT.get(colour) or (panels.ON_DARK if sum(colour) < 380 else panels.ON_PAPER)
        return pick(self.rng, inks)
