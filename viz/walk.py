"""The drawings of the walkthrough: pictures in a row, bars, a prompt; and the sheet that holds a step together."""

from dataclasses import dataclass, field

import numpy as np
from markupsafe import Markup
from PIL import Image

from viz.cells import box_of
from viz.tags import source
from viz.templates import render

MOST_SQUARES = 24  # visual tokens drawn in a prompt; of the rest, there is the number


@dataclass(frozen=True)
class StepText:
    """What stands on the sheet of a step. A text is escaped where it is shown; HTML is Markup."""

    idea: str
    drawing: Markup
    look: str  # what to look for
    facts: tuple[tuple[str, str], ...]  # value, what it is
    trial: str  # one thing to try
    numbers: dict = field(default_factory=dict)  # the step for programs


@dataclass(frozen=True)
class Quiz:
    """A question to the visitor, and its answer for the picture at hand."""

    question: str
    choices: tuple[str, ...]
    right: int
    because: str  # text or Markup, as in `StepText`


@dataclass(frozen=True)
class Bar:
    """One bar of `bars`."""

    name: str  # text or Markup
    share: float  # 0..1, its length
    text: str
    kind: str = ""  # `low` or `high`: its colour


@dataclass(frozen=True)
class Piece:
    """One place of a drawn prompt: a piece of text, a visual token's colour, or how many more tokens follow."""

    text: str = ""
    colour: tuple[int, ...] = ()  # red, green, blue in 0..255
    rest: int = 0


def figures(pictures: list[tuple[Image.Image, str, str]], chosen: int | None = None) -> Markup:
    """Pictures in a row, each with its caption (text or Markup) and alt text; the chosen one is underlined."""
    sources = [(source(picture, _flat(picture)), caption, alt) for picture, caption, alt in pictures]
    return render("figures.html", pictures=sources, chosen=chosen)


def bars(rows: list[Bar], name: str) -> Markup:
    """Named bars on one scale, their values beside them."""
    return render("bars.html", rows=rows, name=name)


def patch(image: Image.Image, place: tuple[int, int], side: int, size: int = 336) -> Image.Image:
    """One patch of the picture, `side` to a side, so large that its pixels are seen."""
    box = box_of(place, image.width / side)
    return image.crop(tuple(round(edge) for edge in box)).resize((size, size), Image.Resampling.NEAREST)


def prompt(pieces: list[str | None], colours: np.ndarray) -> Markup:
    """A prompt token by token; every None is a visual token, drawn as a square of its colour.

    Args:
        colours: of the visual tokens, [n, 3] in 0..1.
    """
    row, squares = [], 0
    for piece in pieces:
        if piece is not None:
            row.append(Piece(text=piece))
            continue
        squares += 1
        if squares <= MOST_SQUARES:
            row.append(Piece(colour=tuple((255 * colours[squares - 1]).round().astype(int).tolist())))
        elif squares == len(colours):
            row.append(Piece(rest=squares - MOST_SQUARES))
    return render("prompt.html", pieces=row, words=len(pieces) - squares, squares=squares)


def sheet(step: StepText) -> Markup:
    """A step as it stands on the page."""
    return render("sheet.html", step=step)


def verdict(quiz: Quiz, guess: int | None) -> Markup:
    """The answer to a guess; nothing before one."""
    return Markup() if guess is None else render("guessed.html", quiz=quiz, right=guess == quiz.right)


def _flat(picture: Image.Image) -> bool:
    """Whether a picture is of a few plain colours, which must stay as they are."""
    return picture.getcolors(1000) is not None
