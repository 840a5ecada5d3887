"""Numbers in a table, named by row and column."""


def table(kind: str, caption: str, heads: list[str], rows: list[list[str]], chosen: int | None = None) -> str:
    """A table of class `kind`, its parts HTML; the first cell of a row names it. `chosen`: a row that stands out."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr{" class=now" if i == chosen else ""}><th scope="row">{first}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for i, (first, *cells) in enumerate(rows)
    )
    said = f"<caption>{caption}</caption>" if caption else ""
    return f'<table class="{kind}">{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
