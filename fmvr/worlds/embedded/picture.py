"""A picture of the embedded world: what it holds, each thing with its box, from a seed."""

from dataclasses import dataclass

Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels, from the picture's top left corner


@dataclass(frozen=True)
class Item:
    """One thing that a picture holds.

    `noun`: what it is: a thing (`cat`), a shape (`circle`), `sign` (a board with a number on it), or `word` or
    `number` (text written on the ground itself, in a picture of kind `text`).
    `colour`: of a shape, a sign, or a text's ink; None for things. `text`: what is written on it (`47`, `Milk`); None
    where nothing is. `size`: its side in pixels before turning; of a text the height of its capitals and digits.
    `angle`: degrees. `row`, `column`: of a board's cell or a text's line and field, counted from 1; None in scenes.
    `face`: a text's typeface (see `lettering.FACES`); None for what is not written.
    """

    noun: str
    colour: str | None
    text: str | None
    size: int
    angle: float
    mirrored: bool
    box: Box
    row: int | None = None
    column: int | None = None
    face: str | None = None

    @property
    def number(self) -> int | None:
        """The number on a sign; None for all else."""
        return int(self.text) if self.noun == "sign" else None

    @property
    def centre(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def phrase(self) -> str:
        """`cat`, `red circle`: how a question names it."""
        return f"{self.colour} {self.noun}" if self.colour else self.noun


@dataclass(frozen=True)
class Panel:
    """What words are written on: a sign's or a list's sheet, `colour` inside and `rim` around it (RGB), or bare ground.

    `style`: `flat`, `board` (a rim, lit from the top left), `plate` (screws), `paper` (with lines), `rows` (dark).
    """

    box: Box
    colour: tuple[int, int, int]
    rim: tuple[int, int, int]
    style: str
    lines: tuple[int, ...] = ()  # y of lines drawn across it


@dataclass(frozen=True)
class Picture:
    """One still picture.

    `kind`: `scene`, `board` or `text`. `ground`: what it stands on or in: `table`, `meadow`, `shelf`, `calendar`,
    `price list` … `rows`, `columns`: of a board's cells, or of a text's lines and fields; None in scenes. `area`: where
    a board's cells are; all have one size. `panels`: what a text is written on.
    """

    kind: str
    seed: int
    ground: str
    items: tuple[Item, ...]
    rows: int | None = None
    columns: int | None = None
    area: Box | None = None
    panels: tuple[Panel, ...] = ()
