"""Numbers in a table, named by row and column."""

from markupsafe import Markup

from viz.templates import render


def table(kind: str, caption: str, heads: list[str], rows: list[list[str]], chosen: int | None = None) -> Markup:
    """A table of class `kind`; the first cell of a row names it. `chosen`: the place of a row that stands out.

    Caption and cells are text, or HTML where they are Markup.
    """
    return render("table.html", kind=kind, caption=caption, heads=heads, rows=rows, chosen=chosen)
