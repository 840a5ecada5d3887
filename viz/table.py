"""Numbers in a table, named by row and column."""


def table(kind: str, caption: str, heads: list[str], rows: list[list[str]]) -> str:
    """A table of class `kind`, its parts HTML; the first cell of a row names it."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return (
        f'<table class="{kind}"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
