"""The tokens of a picture on the page: all levels at a glance, one level large, and what a chosen token holds."""

from dataclasses import dataclass

from PIL import Image

from viz.tags import image_tag
from viz.theme import SIDE_NAMES
from viz.tokens import TokenColours, cut, grid_picture, token_picture, under
from viz.units import percent, token_count

SMALL = 288  # pixels of a grid at a glance


@dataclass(frozen=True)
class Held:
    """What is told of a chosen token, in shares of the mean energy of the patches it holds."""

    kept: float  # energy of their plain mean
    given: float  # energy of the token itself


def glance(image: Image.Image, models: dict[str, TokenColours], chosen: int) -> str:
    """Every level as a column: the grid over the picture, and every model's tokens as colours."""
    sides = list(next(iter(models.values())).grids)
    heads = "".join(
        f'<th scope="col"{" class=now" if side == chosen else ""}>{side}×{side}<span>{side * side}</span></th>'
        for side in sides
    )
    grids = [image_tag(grid_picture(image, s, size=SMALL), f"The {s}×{s} grid over the picture") for s in sides]
    rows = _row("the picture", "", grids)
    for name, found in models.items():
        tags = [
            image_tag(
                token_picture(found.grids[s], size=SMALL), f"{token_count(s * s)} {SIDE_NAMES[name]}, as colours", True
            )
            for s in sides
        ]
        rows += _row(SIDE_NAMES[name], name, tags)
    return f'<table class="glance"><thead><tr>{heads}</tr></thead>{rows}</table>'


def level(image: Image.Image, models: dict[str, TokenColours], side: int, place: tuple[int, int]) -> str:
    """One level large; a place chosen on a picture is an event of viz/page.js."""
    grid = image_tag(grid_picture(image, side, place), f"The {side}×{side} grid over the picture: choose a token")
    figures = _figure("", "the picture", _choosable(grid, side, place), "")
    for name, found in models.items():
        alt = f"{token_count(side * side)} {SIDE_NAMES[name]}, as colours: choose one"
        told = f"{percent(found.outside[side])} of them beyond the colours’ range." if found.outside[side] else ""
        tokens = image_tag(token_picture(found.grids[side], place), alt, True)
        figures += _figure(name, SIDE_NAMES[name], _choosable(tokens, side, place), told)
    return f'<div class="level">{figures}</div>'


def merging(
    image: Image.Image, models: dict[str, TokenColours], side: int, place: tuple[int, int], held: dict[str, Held]
) -> str:
    """What the chosen token holds: its piece of the picture, and for every model the patches' colours and its own."""
    full = max(next(iter(models.values())).grids)
    row, column = place
    rows, columns = under(place, side, full)
    count = (full // side) ** 2
    what = f"row {row + 1}, column {column + 1} of {side}×{side}"
    piece = image_tag(cut(image, place, side, full), f"The piece of the picture under the token in {what}")
    figures = _figure("", f"{count} patch{'es' if count > 1 else ''} of {full**2}", piece, f"Token in {what}.")
    for name, found in models.items():
        patches = image_tag(
            token_picture(found.grids[full][rows, columns]), f"The patches it holds, {SIDE_NAMES[name]}", True
        )
        token = image_tag(
            token_picture(found.grids[side][row : row + 1, column : column + 1]), f"The token, {SIDE_NAMES[name]}", True
        )
        pair = f'<div class="pair">{patches}<span aria-hidden="true">→</span>{token}</div>'
        figures += _figure(name, SIDE_NAMES[name], pair, told(held[name], count))
    return f'<div class="level merging">{figures}</div>'


def told(held: Held, count: int) -> str:
    """How much of the patches' energy is left, in a sentence."""
    if count == 1:
        return "One patch, one token: nothing is merged."
    kept = f"Their plain mean keeps {percent(held.kept)} of their energy"
    if abs(held.given - held.kept) < 0.005 * max(held.kept, held.given):
        return f"{kept}, and that mean is the token."
    share = f"{percent(held.given)} of" if held.given < 1 else f"{held.given:.1f} times"
    return f"{kept}; after the blocks, the token has {share} their energy."


def _row(head: str, kind: str, tags: list[str]) -> str:
    cells = "".join(f"<td>{tag}</td>" for tag in tags)
    heading = f'<tr><th scope="rowgroup" colspan="{len(tags)}" class="{kind}">{head}</th></tr>'
    return f"<tbody>{heading}<tr>{cells}</tr></tbody>"


def _choosable(tag: str, side: int, place: tuple[int, int]) -> str:
    row, column = place
    where = f'data-places="{side}" data-at="{row},{column}" style="--places:{side};--row:{row};--column:{column}"'
    return f'<button type="button" class="map" {where}>{tag}<i></i></button>'


def _figure(kind: str, name: str, inside: str, caption: str) -> str:
    return f'<figure class="{kind}"><h4>{name}</h4>{inside}<figcaption>{caption}</figcaption></figure>'
