"""What the models say is there and is not: POPE's questions and CHAIR's counts, against the budget."""

from collections.abc import Sequence

from fmvr.evaluation.measures.hallucination import Chair, Hallucination, Pope
from fmvr.evaluation.record import Record
from viz.evidence.parts import (
    ONE_SEED,
    Panel,
    Section,
    above,
    between,
    both,
    heading,
    hint,
    key,
    nearest,
    nearness,
    points,
    small_multiples,
    source,
    table,
)
from viz.units import token_count

LEAD = (
    "Half of the questions “Is there a …?” are about things that are not there: drawn at random, from the most common "
    "things, or nearly there (the right shape in another colour). A good model says no (POPE, arXiv 2305.10355). In "
    "descriptions the objects made up are counted (CHAIR, arXiv 1809.02156)."
)
LOOK = (
    "F1 is high where both the things there and the things not there are told right. Of the objects in a description, "
    "“made up” are those of which there is none in the picture, “too often” those that are there, but fewer times: "
    "lower is better for both."
)
# Kind of negatives → how it is called; any other goes by its own name.
NAMES = {"random": "Not there, at random", "popular": "Not there, but common", "adversarial": "Nearly there"}
RATES = {"accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "F1", "yes": "says yes"}
SHARES = {
    "made_up": "made up",
    "any_made_up": "descriptions with any",
    "too_often": "too often",
    "named": "of those there, named",
}


def draw(record: Record[Hallucination], tokens: int) -> Section:
    """F1 by kind of negative and made-up objects by budget; all rates at one budget as a table."""
    result = record.result
    near = nearest({row.visual_tokens for row in result.chair}, tokens)
    asked = {row.negatives: row.questions for row in result.pope}
    panels = [
        _panel(f"{NAMES.get(kind, kind)}: F1", [row for row in result.pope if row.negatives == kind], "f1")
        for kind in asked
    ]
    panels.append(_panel("Made up in descriptions", result.chair, "made_up"))
    return Section(
        heading("What they make up", LEAD) + nearness(tokens, near),
        small_multiples(panels),
        hint(LOOK)
        + key(dict.fromkeys(row.arm for row in result.chair))
        + _pope([row for row in result.pope if row.visual_tokens == near], near)
        + _chair([row for row in result.chair if row.visual_tokens == near], near)
        + source(
            record,
            f"{result.samples:,} test pictures",
            f"{sum(asked.values()):,} questions a model and budget",
            ONE_SEED,
        ),
    )


def _panel(title: str, rows: Sequence[Pope | Chair], rate: str) -> Panel:
    steps = sorted({row.visual_tokens for row in rows})
    lines: dict[str, dict] = {row.arm: {} for row in rows}
    for row in sorted(rows, key=lambda row: row.visual_tokens):
        lines[row.arm][str(row.visual_tokens)] = getattr(row, rate)
    return Panel(title, [str(n) for n in steps], lines)


def _pope(rows: list[Pope], tokens: int) -> str:
    lines = [
        [
            NAMES.get(kind, kind),
            *(both({r.arm: points(getattr(r, rate)) for r in rows if r.negatives == kind}) for rate in RATES),
        ]
        for kind in dict.fromkeys(row.negatives for row in rows)
    ]
    return table(f"“Is there a …?” at {token_count(tokens)}, percent", ["", *RATES.values()], lines)


def _chair(rows: list[Chair], tokens: int) -> str:
    cells = (
        both({r.arm: above(points(getattr(r, share)), between(getattr(r, share))) for r in rows}) for share in SHARES
    )
    return table(
        f"Objects in descriptions at {token_count(tokens)}, percent", ["", *SHARES.values()], [["Descriptions", *cells]]
    )
