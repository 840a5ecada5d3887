"""By wording: the same questions as they were worded in training, and in words in an order kept from it."""

import re
from html import escape

from viz.evidence.parts import Section, both, heading, hint, key, marked, points, source, standing_out, table
from viz.theme import SIDE_NAMES
from viz.units import token_count

LEAD = (
    "The same question about the same picture, in every wording: those of training, and those kept from it (marked "
    "<b>kept</b>), which use the same words in another order. What differs between the wordings of a question is how "
    "the language model reads it; the picture and its tokens are the same. “…” stands for the thing asked about, “left "
    "of”, “leftmost” and “more” also for right, above, below, and so on."
)
APART = (
    "{those} Bold: the interval leaves out 0. The wordings of one kind stand or fall together: they ask the same "
    "question about the same picture."
)
ASTRAY = (
    "Astray: the share of answers that would answer no question of that kind. A description cannot go astray. {most}"
)
MOST = (
    "Furthest astray at {tokens} is “{wording}” {side}: {share} % of its answers; the first of them, to “{asked}”, is "
    "“{said}”."
)
EXAMPLES = {"side": "left of", "extreme": "leftmost", "more": "more"}
HEADS = ["", "right, %", "with − without, points", "astray, %"]


def draw(record, tokens: int) -> Section:
    """A table for each kind of question, at one budget."""
    found, n = record.result, str(tokens)
    families = dict.fromkeys(row["family"] for row in found["rows"])
    tables = "".join(
        table(family, HEADS, [_line(row, n) for row in found["rows"] if row["family"] == family]) for family in families
    )
    asked = sum(row["questions"] for row in found["rows"])
    ahead = {f"“{escape(_written(row))}”": row["paired"][n]["difference"] for row in found["rows"]}
    return Section(
        heading(f"As they are asked, at {token_count(tokens)}", LEAD),
        None,
        hint(APART.format(those=standing_out(ahead, "wordings")))
        + hint(ASTRAY.format(most=furthest(found["rows"], tokens)))
        + key(found["rows"][0]["scores"])
        + tables
        + source(record, f"{found['scenes']:,} test scenes, {asked:,} questions"),
    )


def furthest(rows: list[dict], tokens: int) -> str:
    """A sentence on the wording and the model whose answers go astray most often; nothing where none does."""
    n = str(tokens)
    strays = [(row["stray"][side][n]["mean"], side, row) for row in rows for side in row["stray"]]
    share, side, row = max(strays, key=lambda one: one[0])
    if not share:
        return ""
    asked, said = row["example"][side][n]
    return MOST.format(
        tokens=token_count(tokens),
        wording=escape(_written(row)),
        side=SIDE_NAMES[side],
        share=f"{100 * share:.1f}",
        asked=escape(asked),
        said=escape(said),
    )


def _line(row: dict, budget: str) -> list[str]:
    name = f"{escape(_written(row))}<small>{'<b>kept</b>, ' * row['unseen']}{row['questions']:,} asked</small>"
    right, stray = (both({side: points(by[budget]) for side, by in row[what].items()}) for what in ("scores", "stray"))
    return [name, right, marked(row["paired"][budget]["difference"]), stray]


def _written(row: dict) -> str:
    """A wording with an ellipsis for each thing, and an example in its other slots."""
    return re.sub(r"\{(\w+)\}", lambda slot: EXAMPLES.get(slot[1], "…"), row["wording"])
