"""Visual tokens as pictures: the grid they stand for, and the tokens themselves as colours."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from viz.cells import box_of, framed

RANGE = (2, 98)  # percentiles of the finest tokens that the colours span
SIZE = 480  # pixels of a drawn grid


@dataclass(frozen=True)
class TokenColours:
    """The tokens of one model as colours.

    Attributes:
        grids: grid side → [side, side, 3] in 0..1.
        outside: grid side → share of its tokens that lie beyond the range of the colours.
        explained: share of the variation among the finest tokens that three colours can show.
    """

    grids: dict[int, np.ndarray]
    outside: dict[int, float]
    explained: float


def token_colours(tokens: dict[str, dict[int, np.ndarray]]) -> dict[str, TokenColours]:
    """The first three principal components of tokens as red, green and blue: one basis for all levels and models.

    The basis is fitted on every model's finest grid, each around its own mean and in units of its own spread: models
    trained apart put their tokens in different places and at different sizes. The colours span the same range in all.

    Args:
        tokens: model → grid side → tokens, [side, side, D].
    """
    placed = {}
    for name, levels in tokens.items():
        full = levels[max(levels)]
        mean = full.mean((0, 1))
        spread = np.sqrt(np.square(full - mean).sum(-1).mean()) or 1.0
        placed[name] = {side: (grid - mean) / spread for side, grid in levels.items()}
    finest = {name: _rows(levels[max(levels)]) for name, levels in placed.items()}
    directions = np.linalg.svd(np.concatenate(list(finest.values())), full_matrices=False)[2][:3]  # [3, D]
    directions *= np.where(directions.sum(1, keepdims=True) < 0, -1, 1)  # the sign of a component is free: fix it
    shown = np.concatenate([rows @ directions.T for rows in finest.values()])  # [models · 576, 3]
    low, high = np.percentile(shown, RANGE, axis=0)
    width = np.where(high > low, high - low, 1)
    found = {}
    for name, levels in placed.items():
        shares = {side: (grid @ directions.T - low) / width for side, grid in levels.items()}
        whole = np.square(finest[name]).sum()
        found[name] = TokenColours(
            grids={side: share.clip(0, 1) for side, share in shares.items()},
            outside={side: float(((share < 0) | (share > 1)).any(-1).mean()) for side, share in shares.items()},
            explained=float(np.square(finest[name] @ directions.T).sum() / whole) if whole else 1.0,
        )
    return found


def token_picture(colours: np.ndarray, place: tuple[int, int] | None = None, size: int = SIZE) -> Image.Image:
    """A grid of colours, [s, s, 3] in 0..1, as squares; `place` (row, column) is framed."""
    cells = Image.fromarray((255 * colours).round().astype(np.uint8))
    picture = cells.resize((size, size), Image.Resampling.NEAREST)
    return _framed(picture, len(colours), place)


def grid_picture(image: Image.Image, side: int, place: tuple[int, int] | None = None, size: int = SIZE) -> Image.Image:
    """The picture under the thin lines of a token grid; `place` (row, column) is framed."""
    picture = image.convert("RGB").resize((size, size), Image.Resampling.LANCZOS)
    lines = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(lines)
    for i in range(1, side):
        at = round(i * size / side)
        for shift, colour in ((0, (255, 255, 255, 190)), (1, (0, 0, 0, 110))):  # seen on light and on dark
            draw.line((at + shift, 0, at + shift, size), fill=colour)
            draw.line((0, at + shift, size, at + shift), fill=colour)
    picture = Image.alpha_composite(picture.convert("RGBA"), lines).convert("RGB")
    return _framed(picture, side, place)


def under(place: tuple[int, int], side: int, full: int) -> tuple[slice, slice]:
    """The finest tokens that a coarser grid's token holds, as slices of rows and columns."""
    each = full // side
    return tuple(slice(at * each, (at + 1) * each) for at in place)


def cut(image: Image.Image, place: tuple[int, int], side: int, full: int) -> Image.Image:
    """The piece of the picture that one token stands for, under the lines of the finest grid."""
    piece = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS, box=box_of(place, image.width / side))
    return grid_picture(piece, full // side)


def _framed(picture: Image.Image, side: int, place: tuple[int, int] | None) -> Image.Image:
    return picture if place is None or side == 1 else framed(picture, box_of(place, picture.width / side))


def _rows(grid: np.ndarray) -> np.ndarray:
    """[s, s, D] → [s², D]"""
    return grid.reshape(-1, grid.shape[-1])
