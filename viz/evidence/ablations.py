"""Which part of the block does what: variants trained alike, each against the base."""

from html import escape

from viz.evidence.parts import Section, apart, heading, hint, points, source, table
from viz.units import token_count

LEAD = (
    "Each variant was trained from the same features, with the same questions in the same order, for {steps} steps: "
    "shorter than the pair on this page, so all are weaker. What counts is the difference to the base, at {tokens}."
)
CHANCE = (
    "Trained again with another seed and nothing else changed, the same model moves by up to {most:.1f} points at "
    "{tokens}. A smaller difference to the base may be chance, whatever its interval says: that is over test scenes."
)


def draw(record, tokens: int) -> Section:
    """A table for each question, at one budget."""
    found, n = record.result, str(tokens)
    questions = dict.fromkeys(row["question"] for row in found["rows"])
    tables = "".join(
        _table(asked, [row for row in found["rows"] if row["question"] == asked], n) for asked in questions
    )
    lead = LEAD.format(steps=found["steps"], tokens=token_count(tokens))
    most = spread(found["rows"], n)
    chance = hint(CHANCE.format(most=100 * most, tokens=token_count(tokens))) if most is not None else ""
    size = f"{found['scenes']} test scenes, {len({row['variant'] for row in found['rows']})} models"
    return Section(heading("Which part does what?", lead), None, chance + tables + source(record, size))


def spread(rows: list[dict], budget: str) -> float | None:
    """How far apart the same model's averages are for different seeds, at most; None where there was one seed."""
    seeds: dict[str, dict[int, float]] = {}
    for row in rows:
        seeds.setdefault(row["variant"].split("-seed-")[0], {})[row["seed"]] = row["average"][budget]["mean"]
    several = [list(by.values()) for by in seeds.values() if len(by) > 1]
    return max((max(means) - min(means) for means in several), default=None)


def _table(question: str, rows: list[dict], budget: str) -> str:
    lines = [
        [
            escape(row["says"]),
            points(row["average"][budget]),
            apart(row["against_base"][budget]["difference"]) if row["against_base"] else "the base",
        ]
        for row in rows
    ]
    return table(question, ["", "right, %", "against the base, points"], lines)
