"""The choice of a budget, in a sentence and a table."""

from markupsafe import Markup

from fmvr.evaluation.choice import LIMITS, Choice, Option
from fmvr.evaluation.statistics import Estimate
from viz.table import table
from viz.templates import render
from viz.units import memory, percent, seconds, tenths, token_count


def verdict(choice: Choice, keep: float, limit: str | None, most: float) -> str:
    """Which budget to take, what it keeps and what breaks; or what stands in the way."""
    best, full = choice.best, choice.options[0]
    bound = f"{most:g} {LIMITS[limit].unit}" if limit else ""
    if best:
        breaks = f" Loses most: {best.breaks}." if best.breaks else ""
        doubt = f" Its interval reaches below {tenths(keep)}." if best.keeps.low < keep else ""
        return f"{token_count(best.tokens)}: {_kept(best.keeps)}, with {_costs(best, full)}.{doubt}{breaks}"
    if not choice.within:
        least = choice.options[-1]
        return (
            f"No budget stays within {bound}: the smallest, {token_count(least.tokens)}, takes {_costs(least, full)}."
        )
    if all(one.keeps is None for one in choice.options):
        largest = choice.within[0]
        within = (
            f"Within {bound}, {token_count(largest.tokens)} are the most" if limit else "Nothing stands against all"
        )
        return f"{within}: {_costs(largest, full)}. What fewer tokens keep was not published for this model."
    known = [one for one in choice.within if one.keeps]
    most_kept = max(known, key=lambda one: one.keeps.mean)
    needed = choice.enough[-1] if choice.enough else None
    needs = f" {tenths(keep)} needs {token_count(needed.tokens)}: {_costs(needed, full)}." if needed else ""
    within = f" within {bound}" if limit else ""
    return f"No budget keeps {tenths(keep)}{within}; {token_count(most_kept.tokens)}: {_kept(most_kept.keeps)}.{needs}"


def offer(choice: Choice, keep: float, limit: str | None, most: float, origin: str) -> Markup:
    """The sentence, and every budget with what it keeps and costs; `origin`: where the figures are from."""
    full, best = choice.options[0], choice.best
    rows = [
        [
            str(one.tokens),
            _keeps(one, one in choice.enough),
            percent(one.flops / full.flops),
            memory(one.kv_bytes),
            seconds(one.seconds) if one.seconds else "–",
            *([_mark(one in choice.within)] if limit else []),
        ]
        for one in choice.options
    ]
    heads = ["tokens", f"keeps {tenths(keep)}?", "FLOPs", "KV cache", "first token", *(["within?"] if limit else [])]
    chosen = choice.options.index(best) if best else None
    return render(
        "choice.html",
        sentence=verdict(choice, keep, limit, most),
        table=table("cost", origin, heads, rows, chosen),
    )


def _keeps(one: Option, enough: bool) -> Markup | str:
    if one.keeps is None:
        return "–"
    return Markup("{} {}<small>{}</small>").format(_mark(enough), _interval(one.keeps), one.breaks)


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"


def _interval(kept: Estimate) -> str:
    if kept.low == kept.high:
        return tenths(kept.mean)
    return f"{tenths(kept.mean)} ({100 * kept.low:.1f} to {100 * kept.high:.1f})"


def _kept(kept: Estimate) -> str:
    return f"keeping {_interval(kept)} of the accuracy"


def _costs(one: Option, full: Option) -> str:
    parts = [f"{percent(one.flops / full.flops)} of the FLOPs", f"{memory(one.kv_bytes)} of KV cache"]
    return ", ".join(parts + ([f"{seconds(one.seconds)} to the first token"] if one.seconds else []))
