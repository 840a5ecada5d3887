"""The drawings of the walkthrough: pictures in a row, bars, a prompt; and the sheet that holds a step together."""

from dataclasses import dataclass, field
from html import escape

import numpy as np
from PIL import Image

from viz.cells import box_of
from viz.tags import image_tag

MOST_SQUARES = 24  # visual tokens drawn in a prompt; the rest is told as a number


@dataclass(frozen=True)
class Told:
    """What a step tells. Texts are HTML of the page's own; what a visitor wrote is escaped before."""

    idea: str
    drawing: str
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
    because: str  # HTML, as in `Told`


@dataclass(frozen=True)
class Bar:
    """One bar of `bars`."""

    name: str
    share: float  # 0..1, its length
    text: str
    kind: str = ""  # `low` or `high`: its colour


def figures(pictures: list[tuple[Image.Image, str, str]], chosen: int | None = None) -> str:
    """Pictures in a row, each with its caption (HTML) and alt text; the chosen one is underlined."""
    drawn = "".join(
        f"<figure{' class=now' if i == chosen else ''}>{image_tag(picture, alt, _flat(picture))}"
        f"<figcaption>{caption}</figcaption></figure>"
        for i, (picture, caption, alt) in enumerate(pictures)
    )
    return f'<div class="row of{len(pictures)}">{drawn}</div>'


def bars(rows: list[Bar], name: str) -> str:
    """Named bars on one scale, their values beside them."""
    drawn = "".join(
        f'<li class="{row.kind}"><span>{row.name}</span><i style="--share:{max(0.0, min(row.share, 1.0)):.4f}"></i>'
        f"<b>{row.text}</b></li>"
        for row in rows
    )
    return f'<ul class="bars" aria-label="{escape(name)}">{drawn}</ul>'


def patch(image: Image.Image, place: tuple[int, int], side: int, size: int = 336) -> Image.Image:
    """One patch of the picture, so large that its pixels are seen."""
    box = box_of(place, image.width / side)
    return image.crop(tuple(round(edge) for edge in box)).resize((size, size), Image.Resampling.NEAREST)


def prompt(pieces: list[str | None], colours: np.ndarray) -> str:
    """A prompt token by token; every None is a visual token, drawn as a square of its colour.

    Args:
        colours: of the visual tokens, [n, 3] in 0..1.
    """
    drawn, squares = "", 0
    for piece in pieces:
        if piece is None:
            squares += 1
            if squares <= MOST_SQUARES:
                red, green, blue = (255 * colours[squares - 1]).round().astype(int)
                drawn += f'<i style="background:rgb({red} {green} {blue})"></i>'
            elif squares == len(colours):
                drawn += f"<em>… and {squares - MOST_SQUARES} more</em>"
        else:
            drawn += f"<span>{escape(piece)}</span>"
    name = f"The prompt: {len(pieces) - squares} tokens of text and {squares} visual tokens"
    return f'<p class="prompt" role="img" aria-label="{name}">{drawn}</p>'


def sheet(told: Told) -> str:
    """A step as it stands on the page."""
    facts = "".join(f"<div><dd>{value}</dd><dt>{name}</dt></div>" for value, name in told.facts)
    return (
        f'<div class="step-sheet"><p class="idea">{told.idea}</p>{told.drawing}<p class="look">{told.look}</p>'
        f'<dl>{facts}</dl><p class="trial"><b>Try it.</b> {told.trial}</p></div>'
    )


def verdict(quiz: Quiz, guess: int | None) -> str:
    """The answer to a guess; nothing before one."""
    if guess is None:
        return ""
    head = "Yes." if guess == quiz.right else f"The answer: {escape(quiz.choices[quiz.right])}."
    kind = "right" if guess == quiz.right else "wrong"
    return f'<div class="guessed" role="status"><b class="badge {kind}">{head}</b> {quiz.because}</div>'


def _flat(picture: Image.Image) -> bool:
    """Whether a picture is of a few plain colours, which must stay as they are."""
    return picture.getcolors(1000) is not None
