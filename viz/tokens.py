"""Visual tokens as pictures: the patches they stand for, and the tokens themselves as colours.

Everything is drawn from a set's `places` [n, N], never from a square, and is keyed by its token budget, never by a grid
side. Tokens and places are what `TokenSet.arrays()` gives; for patches as they are (the tower's features), the places
are `np.eye(N)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from viz.places import Patch, holders, patches_of, token_at

RANGE = (2, 98)  # percentiles of the largest sets' tokens that the colours span
DIRECTIONS = 3  # one for red, one for green, one for blue
SIZE = 480  # pixels of a drawn grid
LINES = ((0, (255, 255, 255, 190)), (1, (0, 0, 0, 110)))  # beside each other: seen on light and on dark
HATCH, HATCHED, GAP = (128, 138, 148, 110), (128, 138, 148, 40), 8  # of what no token holds; pixels between lines
VEIL = (255, 255, 255, 200)  # over what is in sight but not held

Sets = dict[int, tuple[np.ndarray, np.ndarray]]  # budget n → tokens [n, D] and their places [n, N]


@dataclass(frozen=True)
class TokenColours:
    """The tokens of one arm as colours.

    Attributes:
        colours: budget → the colour of each token, [n, 3] in 0..1.
        places: budget → the weight of every patch in every token, [n, N]; rows add up to 1.
        outside: budget → share of its tokens that lie beyond the range of the colours.
        explained: share of the variation among the largest set's tokens that three colours can show.
    """

    colours: dict[int, np.ndarray]
    places: dict[int, np.ndarray]
    outside: dict[int, float]
    explained: float


def token_colours(tokens: dict[str, Sets], fit: Iterable[str] | None = None) -> dict[str, TokenColours]:
    """The first three principal components of tokens as red, green and blue: one basis for all budgets and arms.

    Every set is taken around its own mean and in units of its own spread, since models trained apart, and the blocks of
    one model, put their tokens in different places and at different sizes; a single token, in those of the largest set.
    The basis is fitted on every arm's largest set. Arms whose tokens have another width cannot share a basis and have
    one among themselves. The colours span the same range in all.

    Args:
        tokens: arm → budget → its tokens and their places.
        fit: the arms that the basis is fitted on; None for all.
    """
    standard = {name: _standard(sets) for name, sets in tokens.items()}
    largest = {name: standard[name][max(standard[name])] for name in fit or standard}
    widths = {rows.shape[1] for rows in largest.values()}
    bases = {width: _directions([rows for rows in largest.values() if rows.shape[1] == width]) for width in widths}
    coordinates = {  # [n, 3] of every budget, along the directions
        name: {budget: rows @ bases[rows.shape[1]].T for budget, rows in each.items()}
        for name, each in standard.items()
    }
    spanned = np.concatenate([coordinates[name][max(coordinates[name])] for name in largest])
    low, high = np.percentile(spanned, RANGE, axis=0)
    width = np.where(high > low, high - low, 1)
    colours = {}
    for name, each in coordinates.items():
        shares = {budget: (rows - low) / width for budget, rows in each.items()}
        whole = np.square(standard[name][max(each)]).sum()
        colours[name] = TokenColours(
            colours={budget: share.clip(0, 1) for budget, share in shares.items()},
            places={budget: places for budget, (_, places) in tokens[name].items()},
            outside={budget: float(((share < 0) | (share > 1)).any(-1).mean()) for budget, share in shares.items()},
            explained=float(np.square(each[max(each)]).sum() / whole) if whole else 1.0,
        )
    return colours


def token_picture(colours: np.ndarray, places: np.ndarray, patch: Patch | None = None, size: int = SIZE) -> Image.Image:
    """Every patch in the colour of the token that holds it, hatched where none does; the token at `patch` is framed.

    Args:
        colours: [n, 3] in 0..1.
        places: [n, N].
    """
    held = holders(places)
    painting = _enlarged((255 * colours).round().astype(np.uint8)[held], size)
    if (held < 0).any():
        none = _enlarged(np.where(held < 0, 255, 0).astype(np.uint8), size)
        painting = painting.convert("RGBA")
        painting.paste(_hatch(size), mask=none)
    return _framed(painting, places, patch)


def grid_picture(image: Image.Image, places: np.ndarray, patch: Patch | None = None, size: int = SIZE) -> Image.Image:
    """The picture under thin lines between patches of different tokens, pale where no token is.

    The token at `patch` is framed.
    """
    held = holders(places)
    picture = image.convert("RGB").resize((size, size), Image.Resampling.LANCZOS)
    return _framed(_veiled(_lined(picture, held), held >= 0), places, patch)


def cut(image: Image.Image, places: np.ndarray, token: int) -> Image.Image:
    """The piece of the picture that a token stands for, under the lines of the finest grid.

    It is the smallest square around the token's patches; what of it the token does not hold is veiled.
    """
    mask, window = patches_of(places, token), _window(places, token)
    cell = image.width / len(mask)
    box = tuple(cell * at for at in (window[1].start, window[0].start, window[1].stop, window[0].stop))
    piece = image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.LANCZOS, box=box)
    inside = mask[window]
    piece = _lined(piece, np.where(inside, np.arange(inside.size).reshape(inside.shape), -1))
    return _veiled(piece, inside)


def patches_picture(colours: np.ndarray, places: np.ndarray, token: int) -> Image.Image:
    """The patches that a token stands for, in colours of their own, [N, 3]; in the square of `cut`."""
    mask, window = patches_of(places, token), _window(places, token)
    painting = _enlarged((255 * colours).round().astype(np.uint8).reshape(*mask.shape, 3)[window], SIZE)
    return _veiled(painting, mask[window])


def colour_picture(colour: np.ndarray) -> Image.Image:
    """One token's colour, [3] in 0..1."""
    return Image.new("RGB", (SIZE, SIZE), tuple((255 * colour).round().astype(int).tolist()))


def _standard(sets: Sets) -> dict[int, np.ndarray]:
    """Every set's tokens around their mean, in units of their spread; a single token, in those of the largest set."""
    found = {}
    for budget, (rows, _) in sets.items():
        own = rows if len(rows) > 1 else sets[max(sets)][0]
        mean = own.mean(0)
        found[budget] = (rows - mean) / (np.sqrt(np.square(own - mean).sum(-1).mean()) or 1.0)
    return found


def _directions(rows: list[np.ndarray]) -> np.ndarray:
    """The directions in which the rows, [n, D] each, differ most: [3, D], of length 0 where there are fewer."""
    directions = np.linalg.svd(np.concatenate(rows), full_matrices=False)[2][:DIRECTIONS]
    directions *= np.where(directions.sum(1, keepdims=True) < 0, -1, 1)  # the sign of a component is free: fix it
    return np.pad(directions, ((0, DIRECTIONS - len(directions)), (0, 0)))


def _window(places: np.ndarray, token: int) -> tuple[slice, slice]:
    """Rows and columns of the smallest square, inside the picture, around the patches of a token."""
    mask = patches_of(places, token)
    ends = [(at.min(), at.max() + 1) for at in np.nonzero(mask)]
    size = max(end - start for start, end in ends)
    starts = [min(int(start), len(mask) - int(size)) for start, _ in ends]
    return tuple(slice(start, start + int(size)) for start in starts)


def _enlarged(cells: np.ndarray, size: int) -> Image.Image:
    return Image.fromarray(cells).resize((size, size), Image.Resampling.NEAREST)


def _lined(picture: Image.Image, held: np.ndarray) -> Image.Image:
    """The picture with lines wherever neighbours in `held`, [F, F], differ."""
    size, full = picture.width, len(held)
    edges = [round(i * size / full) for i in range(full + 1)]
    lines = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(lines)
    for i in range(1, full):
        upright = _runs(held[:, i - 1] != held[:, i])
        level = _runs(held[i - 1] != held[i])
        for shift, colour in LINES:
            at = edges[i] + shift
            for start, end in upright:
                draw.line((at, edges[start], at, edges[end]), fill=colour)
            for start, end in level:
                draw.line((edges[start], at, edges[end], at), fill=colour)
    return Image.alpha_composite(picture.convert("RGBA"), lines).convert("RGB")


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Where unbroken runs of True start and end."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist()))


def _framed(picture: Image.Image, places: np.ndarray, patch: Patch | None) -> Image.Image:
    """A frame inside the outline of the token at a patch: white within black, so that it is seen on any colour."""
    token = None if patch is None else token_at(places, patch)
    if token is None or len(places) == 1:
        return picture
    mask = np.asarray(_enlarged(holders(places) == token, picture.width))
    inner = ~_grown(~np.pad(mask, 1), max(picture.width // 160, 1))[1:-1, 1:-1]  # beyond the picture, nothing is held
    framed = picture.copy()
    framed.paste("#000000", mask=Image.fromarray(_grown(mask, 1) & ~mask))
    framed.paste("#ffffff", mask=Image.fromarray(mask & ~inner))
    return framed


def _grown(mask: np.ndarray, by: int) -> np.ndarray:
    """What is in a mask or at most `by` pixels from it, in both directions: [h, w] of bool."""
    for _ in range(2):  # along the rows, then along the columns
        wide = np.pad(mask, ((0, 0), (by, by)))
        mask = np.logical_or.reduce([wide[:, i : i + mask.shape[1]] for i in range(2 * by + 1)]).T
    return mask


def _veiled(picture: Image.Image, inside: np.ndarray) -> Image.Image:
    """The picture, pale where a token holds nothing. `inside`: [f, f] of bool."""
    if inside.all():
        return picture
    veil = Image.new("RGBA", picture.size, VEIL)
    veil.putalpha(_enlarged(np.where(inside, 0, VEIL[-1]).astype(np.uint8), picture.width))
    return Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")


def _hatch(size: int) -> Image.Image:
    """Pale stripes from corner to corner, seen on a light and on a dark page."""
    diagonal = np.add.outer(np.arange(size), np.arange(size)) % GAP == 0
    return Image.fromarray(np.where(diagonal[..., None], HATCH, HATCHED).astype(np.uint8), "RGBA")
