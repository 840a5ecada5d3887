"""Which part of the block does what: variants trained alike, each against the base."""

from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.measures.ablations import Ablations, VariantScore
from fmvr.evaluation.record import Record
from viz.evidence.parts import (
    NOTHING,
    Section,
    apart,
    clear,
    heading,
    hint,
    nearest,
    nearness,
    points,
    signed,
    source,
    table,
    versus,
)
from viz.units import token_count

LEAD = (
    "Each variant was trained from the same features for {steps} steps: shorter than the pair on this page, so all are "
    "weaker. Where the seed is the same, so are the questions and their order. What counts is the difference to the "
    "base, “{base}”, which pools and has no block, at {tokens}. "
    "The variants are too large to be kept here: the command below trains and measures them again."
)
SHIPPED = "And the pair on this page, trained for longer, on the same pictures?"
CHANCE = (
    "Trained again with another seed and nothing else changed, the same model moves by up to {most:.1f} points at "
    "{tokens}. A smaller difference to the base may be chance, whatever its interval over pictures says. {those}"
)
SEEDS = "With a block of form “{form}” minus without a block, at {tokens}, for each of {seeds} seeds: {differences}."
WHICH = (AVERAGE, SEEN, UNSEEN)


def draw(record: Record[Ablations], tokens: int) -> Section:
    """A table for each question, at one budget."""
    result = record.result
    near = nearest({n for means in result.shipped.values() for n in means[AVERAGE]}, tokens)
    variants = [row for row in result.variants if near in row.scores[AVERAGE]]
    asked = {question: [row for row in variants if row.question == question] for question in _questions(variants)}
    tables = [_table(question, rows, near, result.base) for question, rows in asked.items() if len(rows) > 1]
    seeds = {row.seed for row in variants}
    lead = LEAD.format(steps=result.steps, tokens=token_count(near), base=result.base)
    size = f"{result.samples} {result.split} pictures, {len({row.variant for row in variants})} variants"
    return Section(
        heading("Which part does what?", lead) + nearness(tokens, near),
        None,
        _hints(variants, near)
        + Markup("").join(tables)
        + _shipped(result, near)
        + source(record, size, f"up to {len(seeds)} seeds of each"),
    )


def spread(variants: list[VariantScore], budget: int) -> float | None:
    """How far apart the same model's averages are for different seeds, at most; None where there was one seed."""
    several = [list(by.values()) for by in _by_seed(variants, AVERAGE, budget).values() if len(by) > 1]
    return max((max(means) - min(means) for means in several), default=None)


def outside(variants: list[VariantScore], budget: int, most: float) -> str:
    """A sentence on the variants that neither another seed, which moves by `most`, nor other pictures would explain."""
    far = {}
    for row in variants:
        pair = row.against_base.get(AVERAGE, {}).get(budget)
        if pair and abs(pair.difference.mean) > most and clear(pair.difference):
            far.setdefault(row.variant, f"{row.answer.split(':')[0]} {signed(pair.difference.mean)}")
    if not far:
        return "No variant is further from the base than that."
    return f"Further from the base than that, and beyond their interval: {'; '.join(far.values())}."


def with_minus_without(variants: list[VariantScore], which: str, budget: int) -> dict[str, list[float]]:
    """Recipe → its model minus the one without a block, for each seed; those trained with several seeds alone."""
    forms, by = _forms(variants), _by_seed(variants, which, budget)
    none = next((means for recipe, means in by.items() if forms[recipe] is None), {})
    return {
        recipe: [means[seed] - none[seed] for seed in sorted(means.keys() & none.keys())]
        for recipe, means in by.items()
        if len(means) > 1 and forms[recipe]
    }


def _questions(variants: list[VariantScore]) -> list[str]:
    return list(dict.fromkeys(row.question for row in variants))


def _hints(variants: list[VariantScore], tokens: int) -> Markup:
    most = spread(variants, tokens)
    if most is None:
        return Markup()
    count = token_count(tokens)
    hints = [CHANCE.format(most=100 * most, tokens=count, those=outside(variants, tokens, most))]
    forms = _forms(variants)
    by_wording = {which: with_minus_without(variants, which, tokens) for which in WHICH}
    for recipe, values in by_wording[SEEN].items():
        differences = "; ".join(f"{which} {', '.join(map(signed, by[recipe]))}" for which, by in by_wording.items())
        hints.append(SEEDS.format(form=forms[recipe], tokens=count, seeds=len(values), differences=differences))
    return Markup("").join(map(hint, hints))


def _forms(variants: list[VariantScore]) -> dict[str, str | None]:
    return {row.recipe: row.form for row in variants}


def _by_seed(variants: list[VariantScore], which: str, budget: int) -> dict[str, dict[int, float]]:
    """Recipe → seed → mean."""
    means: dict[str, dict[int, float]] = {}
    for row in variants:
        means.setdefault(row.recipe, {})[row.seed] = row.scores[which][budget].mean
    return means


def _table(question: str, variants: list[VariantScore], budget: int, base: str) -> Markup:
    lines = [[row.answer, points(row.scores[AVERAGE][budget]), *_against(row, budget, base)] for row in variants]
    heads = ["", "right, %", "against the base, points", f"in {SEEN}", f"in {UNSEEN}"]
    return table(question, heads, lines)


def _against(row: VariantScore, budget: int, base: str) -> list[str]:
    if not row.against_base:
        return ["the base" if row.variant == base else NOTHING, "", ""]
    return [apart(row.against_base[which][budget].difference) for which in WHICH]


def _shipped(result: Ablations, budget: int) -> Markup:
    rows = []
    for name, scores in result.shipped.items():
        if budget in scores[AVERAGE]:
            pairs = [result.shipped_paired.get(name, {}).get(which, {}).get(budget) for which in WHICH]
            differences = (apart(pair.difference) if pair else "" for pair in pairs)
            rows.append([arm(name).label, points(scores[AVERAGE][budget]), *differences])
    compared = [versus(name, result.shipped_baseline) for name in result.shipped_paired]
    against = compared[0] if len(compared) == 1 else f"each − {arm(result.shipped_baseline).label}"
    return table(SHIPPED, ["", "right, %", f"{against}, points", f"in {SEEN}", f"in {UNSEEN}"], rows)
