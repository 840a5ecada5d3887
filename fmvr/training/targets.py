"""What a tower is to tell about a picture: of every patch, and of the picture as a whole."""

from dataclasses import dataclass

import numpy as np
from torch.utils.data import Dataset
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from fmvr.training.conversations import IGNORE
from fmvr.worlds.embedded.board import board
from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, NUMBER, SHAPES, SIGN, WORD, WORDS
from fmvr.worlds.embedded.draw import letters, pixels
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.embedded.scene import scene
from fmvr.worlds.embedded.sparse import sparse
from fmvr.worlds.embedded.text import text
from fmvr.worlds.scenes.draw import SIDE

GRID = 24  # patches a side
PATCH = SIDE // GRID
PATCH_NOUNS = [*NOUNS, WORD, NUMBER, "ground"]
SLOTS, DIGITS = 4, 11  # a number's digits from the left; ten of them and none
LETTERS, CHARACTERS = 3, 37  # a patch's letters from the left; 26 letters, ten digits and none
LINES = 30  # rows and columns that are told apart
KINDS = ["scene", "board", "text"]
HELD = [*PATCH_NOUNS[:-1], *((c, n) for n in (*SHAPES, SIGN) for c in COLOURS), *(("word", w) for w in WORDS)]

_NOUN, _WORD, _HELD = ({name: i for i, name in enumerate(names)} for names in (PATCH_NOUNS, WORDS, HELD))
_COLOUR = {name: i for i, name in enumerate(COLOURS)}
_CHARACTER = {c: i for i, c in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}
GROUND = _NOUN["ground"]


def targets(picture: Picture, owner: np.ndarray) -> dict[str, np.ndarray]:
    """What every patch shows, row by row, and what the picture holds. IGNORE where a thing is not defined.

    A patch shows the item that covers most of it, where one covers at least a quarter, and the item whose centre lies
    in it. Of a patch: `noun`, `colour`, `word`, `row`, `column`: [576]; `digits`: [576, 4]; `letters`, those whose
    middle lies in it: [576, 3]; `centre`: [576], 0 or 1; `box` (centre x, centre y, width, height) and `place` (x, y):
    parts of the picture's side. Of the picture: `held`: [len(HELD)], 0 or 1; `kind`; `count`: log₂ of its items.
    """
    items, shown = picture.items, shown_by_patches(picture, owner)
    names = ("noun", "colour", "word", "row", "column")
    table = np.full((len(items) + 1, len(names) + SLOTS), IGNORE)
    boxes = np.full((len(items) + 1, 4), IGNORE, np.float32)
    written = np.zeros(len(items) + 1, bool)
    centre, held = np.zeros(GRID * GRID, np.float32), np.zeros(len(HELD), np.float32)
    for i, item in enumerate(items):
        table[i] = _told(item)
        written[i] = item.face is not None
        (cx, cy), (x0, y0, x1, y1) = item.centre, item.box
        boxes[i] = cx / SIDE, cy / SIDE, (x1 - x0) / SIDE, (y1 - y0) / SIDE
        centre[_patch_of(item)] = 1
        held[[_HELD[name] for name in _names(item)]] = 1
    table[-1, 0] = GROUND  # shown == −1 picks the last row
    rows, columns = np.divmod(np.arange(GRID * GRID), GRID)
    return {
        **{name: table[shown, k] for k, name in enumerate(names)},
        "digits": table[shown, len(names) :],
        "letters": _letters(items, written[shown]),
        "centre": centre,
        "box": boxes[shown],
        "place": np.stack([columns + 0.5, rows + 0.5], 1).astype(np.float32) / GRID,
        "held": held,
        "kind": np.int64(KINDS.index(picture.kind)),
        "count": np.float32(np.log2(len(items))),
    }


def shown_by_patches(picture: Picture, owner: np.ndarray) -> np.ndarray:
    """[576]: which item every patch shows, −1 for none; see `targets`. `owner`: as `draw.pixels` gives it."""
    count = len(picture.items)
    cells = owner.reshape(GRID, PATCH, GRID, PATCH).transpose(0, 2, 1, 3).reshape(GRID * GRID, -1)
    counted = (np.arange(GRID * GRID)[:, None] * (count + 1) + cells + 1).ravel()
    cover = np.bincount(counted, minlength=GRID * GRID * (count + 1)).reshape(GRID * GRID, -1)[:, 1:]
    shown = np.where(cover.max(1) >= PATCH * PATCH // 4, cover.argmax(1), -1)
    for i, item in enumerate(picture.items):
        shown[_patch_of(item)] = i
    return shown


def _patch_of(item: Item) -> int:
    """The patch in which its centre lies."""
    x, y = (int(c // PATCH) for c in item.centre)
    return y * GRID + x


def _told(item: Item) -> list[int]:
    """Noun, colour, word, row, column and the digits of an item, as classes."""
    digits = [IGNORE] * SLOTS
    if item.text and item.text.isdecimal():
        digits = [int(d) for d in item.text] + [DIGITS - 1] * (SLOTS - len(item.text))
    return [
        _NOUN[item.noun],
        _COLOUR[item.colour] if item.colour else IGNORE,
        _WORD[item.text.lower()] if item.noun == WORD else IGNORE,
        min(item.row, LINES) - 1 if item.row else IGNORE,
        min(item.column, LINES) - 1 if item.column else IGNORE,
        *digits,
    ]


def _names(item: Item) -> list:
    """The entries of HELD that an item is."""
    if item.noun == WORD:
        return [WORD, ("word", item.text.lower())]
    return [item.noun] + [(item.colour, item.noun)] * (item.noun in SHAPES or item.noun == SIGN)


def _letters(items: tuple[Item, ...], written: np.ndarray) -> np.ndarray:
    """[576, 3]: classes of the characters whose middle lies in a patch; none elsewhere in words, IGNORE outside."""
    told = np.full((GRID * GRID, LETTERS), IGNORE)
    told[written] = CHARACTERS - 1
    used = np.zeros(GRID * GRID, int)
    for item in items:
        if item.face is None:
            continue
        for character, x, y in letters(item):
            here = min(int(y // PATCH), GRID - 1) * GRID + min(int(x // PATCH), GRID - 1)
            if used[here] == 0:
                told[here] = CHARACTERS - 1
            if used[here] < LETTERS:
                told[here, used[here]] = _CHARACTER[character.lower()]
                used[here] += 1
    return told


MIXTURE = {"sparse": 0.12, "scene": 0.33, "board": 0.30, "text": 0.25}
MAKERS = {"sparse": sparse, "scene": scene, "board": board, "text": text}


def shown_of(name: str, seed: int) -> tuple[Picture, np.ndarray, np.ndarray]:
    """The picture of a maker and a seed, its pixels and its owner map."""
    picture = MAKERS[name](seed)
    return picture, *pixels(picture)


@dataclass
class DensePictures(Dataset):
    """Pictures of all kinds with their targets; item i is one of seed `first + i`, of a kind that the seed chooses."""

    first: int
    count: int
    only: str | None = None  # one of MIXTURE

    def __post_init__(self):
        self.scale = (1 / 255 / np.array(OPENAI_CLIP_STD)).astype(np.float32)
        self.shift = (-np.array(OPENAI_CLIP_MEAN) / OPENAI_CLIP_STD).astype(np.float32)

    def __len__(self) -> int:
        return self.count

    def maker(self, seed: int) -> str:
        odds = list(MIXTURE.values())
        return self.only or str(np.random.default_rng([seed, 0]).choice(list(MIXTURE), p=odds))

    def __getitem__(self, i: int) -> dict:
        seed = self.first + i
        picture, drawn, owner = shown_of(self.maker(seed), seed)
        # what the processor does to a picture of just this size
        normal = np.stack([drawn[..., c] * self.scale[c] + self.shift[c] for c in range(3)])
        return {"pixel_values": normal, **targets(picture, owner)}
