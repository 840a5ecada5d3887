"""Which part of the block does what: variants trained alike, each against the base."""

from html import escape

from fmvr.evaluation.accuracy import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.variants import BASE
from viz.evidence.parts import Section, apart, clear, heading, hint, points, signed, source, table
from viz.theme import SIDE_NAMES
from viz.units import token_count

LEAD = (
    "Each variant was trained from the same features for {steps} steps: shorter than the pair on this page, so all are "
    "weaker. Where the seed is the same, so are the questions and their order. What counts is the difference to the "
    "base, “{base}”, at {tokens}: unless a variant names another form, it has that one. "
    "The variants are too large to be kept here: the command below trains and measures them again."
)
SHIPPED = "And the pair on this page, trained for longer, on the same scenes?"
CHANCE = (
    "Trained again with another seed and nothing else changed, the same model moves by up to {most:.1f} points at "
    "{tokens}. A smaller difference to the base may be chance, whatever its interval says: that is over scenes. {those}"
)
SEEDS = "With a block of form “{form}” minus without a block, at {tokens}, for each of {seeds} seeds: {found}."


def draw(record, tokens: int) -> Section:
    """A table for each question, at one budget."""
    found, n = record.result, str(tokens)
    questions = dict.fromkeys(row["question"] for row in found["rows"])
    tables = "".join(
        _table(asked, [row for row in found["rows"] if row["question"] == asked], n) for asked in questions
    )
    lead = LEAD.format(steps=found["steps"], tokens=token_count(tokens), base=found["base"])
    size = f"{found['scenes']} {found['split']} scenes, {len({row['variant'] for row in found['rows']})} variants"
    return Section(
        heading("Which part does what?", lead),
        None,
        _hints(found["rows"], tokens)
        + tables
        + _shipped(found, n)
        + source(record, size, "three seeds of three, one of the others"),
    )


def spread(rows: list[dict], budget: str) -> float | None:
    """How far apart the same model's averages are for different seeds, at most; None where there was one seed."""
    several = [list(by.values()) for by in _by_seed(rows, AVERAGE, budget).values() if len(by) > 1]
    return max((max(means) - min(means) for means in several), default=None)


def outside(rows: list[dict], budget: str, most: float) -> str:
    """A sentence on the variants that neither another seed, which moves by `most`, nor other scenes would explain."""
    told = {}
    for row in rows:
        apart_by = row["against_base"].get(AVERAGE, {}).get(budget, {}).get("difference")
        if apart_by and abs(apart_by["mean"]) > most and clear(apart_by):
            told.setdefault(row["variant"], f"{row['says'].split(':')[0]} {signed(apart_by['mean'])}")
    if not told:
        return "No variant is further from the base than that."
    return f"Further from the base than that, and beyond their interval: {escape('; '.join(told.values()))}."


def with_minus_without(rows: list[dict], which: str, budget: str) -> dict[str, list[float]]:
    """Form → its model minus the one without a block, for each seed; forms trained with several seeds alone."""
    by = _by_seed(rows, which, budget)
    none = by.pop("none", {})
    return {
        form: [means[seed] - none[seed] for seed in sorted(means.keys() & none.keys())]
        for form, means in by.items()
        if len(means) > 1
    }


def _hints(rows: list[dict], tokens: int) -> str:
    n = str(tokens)
    most = spread(rows, n)
    if most is None:
        return ""
    hints = [CHANCE.format(most=100 * most, tokens=token_count(tokens), those=outside(rows, n, most))]
    by_wording = {which: with_minus_without(rows, which, n) for which in (SEEN, UNSEEN)}
    for form, values in by_wording[SEEN].items():
        found = "; ".join(f"{which} {', '.join(map(signed, by[form]))}" for which, by in by_wording.items())
        hints.append(SEEDS.format(form=form, tokens=token_count(tokens), seeds=len(values), found=found))
    return "".join(map(hint, hints))


def _by_seed(rows: list[dict], which: str, budget: str) -> dict[str, dict[int, float]]:
    """Variant without its seed → seed → mean."""
    means: dict[str, dict[int, float]] = {}
    for row in rows:
        means.setdefault(row["variant"].split("-seed-")[0], {})[row["seed"]] = row["scores"][which][budget]["mean"]
    return means


def _table(question: str, rows: list[dict], budget: str) -> str:
    lines = [[escape(row["says"]), points(row["scores"][AVERAGE][budget]), *_against(row, budget)] for row in rows]
    heads = ["", "right, %", "against the base, points", f"in {SEEN}", f"in {UNSEEN}"]
    return table(question, heads, lines)


def _shipped(found: dict, budget: str) -> str:
    differences = [apart(found["shipped_paired"][which][budget]["difference"]) for which in (AVERAGE, SEEN, UNSEEN)]
    beside = {"with": differences, "without": ["", "", ""]}
    rows = [
        [SIDE_NAMES[side], points(scores[AVERAGE][budget]), *beside[side]] for side, scores in found["shipped"].items()
    ]
    return table(SHIPPED, ["", "right, %", "with − without, points", f"in {SEEN}", f"in {UNSEEN}"], rows)


def _against(row: dict, budget: str) -> list[str]:
    if not row["against_base"]:
        return ["the base" if row["variant"] == BASE else "–", "", ""]
    return [apart(row["against_base"][which][budget]["difference"]) for which in (AVERAGE, SEEN, UNSEEN)]
