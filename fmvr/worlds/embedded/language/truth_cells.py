"""What is true of a board's rows, columns and cells."""

from fmvr.worlds.embedded.catalog import NUMBER, WORD
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import NOTHING, listed, named, yes
from fmvr.worlds.embedded.language.index import Index
from fmvr.worlds.embedded.language.truth import MOST_COUNTED, check_row, find_answer


@find_answer.register
def _(asked: program.Cell, index):
    found = index.by_cell.get(check_row(index, asked.row, asked.column), [])
    return named(index.items[found[0]]) if len(found) == 1 else None if found else NOTHING


@find_answer.register
def _(asked: program.Empty, index):
    if index.picture.kind != "board":
        return None
    row, column = check_row(index, asked.row, asked.column)
    if row is not None and column is not None:
        return yes((row, column) not in index.by_cell)
    rows = [row] if row is not None else range(1, index.picture.rows + 1)
    columns = [column] if column is not None else range(1, index.picture.columns + 1)
    empty = sum((r, c) not in index.by_cell for r in rows for c in columns)
    return str(empty) if empty <= MOST_COUNTED else None


@find_answer.register
def _(asked: program.Extent, index):
    rows, columns = index.picture.rows, index.picture.columns
    if asked.axis == "size":
        return f"{rows} rows, {columns} columns" if index.picture.kind == "board" else None
    if rows is None or (asked.axis == "line") != (index.picture.kind == "text"):
        return None
    return str({"row": rows, "line": rows, "column": columns, "cell": rows * columns}[asked.axis])


@find_answer.register
def _(asked: program.InRow, index):
    if index.picture.kind == "text":
        return None
    row, column = check_row(index, asked.row, asked.column)
    found = index.by_row.get(row, []) if row is not None else index.by_column.get(column, [])
    return items_listed(index, found) or NOTHING


def items_listed(index: Index, found) -> str:
    """The named kinds of these items, texts as they stand."""
    items = [index.items[i] for i in found]
    if all(item.noun in (WORD, NUMBER) for item in items):
        return ", ".join(item.text.lower() for item in items)
    return listed(item.phrase for item in items)


@find_answer.register
def _(asked: program.Filled, index):
    if index.picture.kind != "board":
        return None
    if asked.free:
        return yes(len(index.by_cell) < index.picture.rows * index.picture.columns)
    return str(len(index.by_cell)) if len(index.by_cell) <= MOST_COUNTED else None
