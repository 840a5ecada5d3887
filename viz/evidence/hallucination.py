"""What the models say is there and is not: POPE's questions and CHAIR's counts, against the budget."""

from viz.evidence.parts import Panel, Section, between, both, heading, hint, key, points, small_multiples, source, table
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
NAMES = {"random": "Not there, at random", "popular": "Not there, but common", "adversarial": "Nearly there"}
RATES = {"accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "F1", "yes": "says yes"}
SHARES = {
    "made_up": "made up",
    "any_made_up": "descriptions with any",
    "too_often": "too often",
    "named": "of those there, named",
}


def draw(record, tokens: int) -> Section:
    """F1 by kind of negative and made-up objects by budget; all rates at one budget as a table."""
    found = record.result
    sides = list(dict.fromkeys(row["side"] for row in found["chair"]))
    panels = [
        _panel(f"{name}: F1", [row for row in found["pope"] if row["negatives"] == kind], "f1")
        for kind, name in NAMES.items()
    ]
    panels.append(_panel("Objects made up in descriptions", found["chair"], "made_up"))
    asked = {row["negatives"]: row["questions"] for row in found["pope"]}
    return Section(
        heading("What they make up", LEAD),
        small_multiples(panels),
        hint(LOOK)
        + key(sides)
        + _pope(found, tokens)
        + _chair(found, tokens)
        + source(record, f"{found['scenes']:,} test scenes, {sum(asked.values()):,} questions a model and budget"),
    )


def _panel(title: str, rows: list[dict], rate: str) -> Panel:
    steps = sorted({row["visual_tokens"] for row in rows})
    lines = {
        side: [next(r[rate] for r in rows if (r["side"], r["visual_tokens"]) == (side, n)) for n in steps]
        for side in dict.fromkeys(row["side"] for row in rows)
    }
    return Panel(title, [str(n) for n in steps], lines)


def _pope(found: dict, tokens: int) -> str:
    at = [row for row in found["pope"] if row["visual_tokens"] == tokens]
    rows = [
        [NAMES[kind], *(both({r["side"]: points(r[rate]) for r in at if r["negatives"] == kind}) for rate in RATES)]
        for kind in NAMES
    ]
    return table(f"“Is there a …?” at {token_count(tokens)}, percent", ["", *RATES.values()], rows)


def _chair(found: dict, tokens: int) -> str:
    at = [row for row in found["chair"] if row["visual_tokens"] == tokens]
    cells = ({r["side"]: f"{points(r[share])}<small>{between(r[share])}</small>" for r in at} for share in SHARES)
    row = ["Descriptions", *map(both, cells)]
    return table(f"Objects in descriptions at {token_count(tokens)}, percent", ["", *SHARES.values()], [row])
