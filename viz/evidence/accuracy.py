"""Accuracy against the budget, by family, and what follows from it in four sentences."""

from html import escape
from statistics import fmean

import plotly.graph_objects as go

from fmvr.evaluation.accuracy import AVERAGE, SEEN, UNSEEN
from viz.budgets import against_budgets
from viz.evidence import paper
from viz.evidence.parts import (
    Section,
    add_line,
    apart,
    between,
    both,
    clear,
    heading,
    hint,
    key,
    marked,
    points,
    signed,
    source,
    table,
)
from viz.units import percent, token_count

BOLD = "bold: the interval leaves out 0"
HEIGHT = 380  # pixels
LEAD = (
    "Two models were trained alike, one with the block and one without, and asked the same questions about scenes "
    "neither had seen: percent right, averaged over the kinds of question. Bars are 95 % intervals over test scenes."
)
LOOK = (
    "Look where the two lines part by more than their bars. At 576 tokens no block is applied in either model: what "
    "differs there is the training. In the table, p is how likely so uneven a split of the questions, or a more uneven "
    "one, would be if neither model were better (sign test). It counts questions, the interval counts all kinds of "
    "question alike, so the two need not agree."
)
PAPER = (
    "The last column is not ours: it is what the paper’s FMVR-LLaVA-7B keeps of LLaVA-1.5-7B’s average at 576 tokens "
    "on ten benchmarks, calculated from the scores published in arXiv 2603.11220. “Kept” is ours: each model’s share "
    "of its own accuracy at 576 tokens, in this small world."
)


def draw(record, tokens: int) -> Section:
    """The figure, a table by budget with the paper's retention beside ours, a table by family."""
    found, sides = record.result, list(record.result["scores"])
    return Section(
        heading("How often they are right", LEAD),
        figure(found),
        hint(LOOK)
        + _by_budget(found, sides)
        + hint(PAPER)
        + (_apart(found) if found["paired"] else "")
        + key(sides)
        + _by_family(found, sides)
        + hint("“Blind” is the best guess without the picture. A description scores by the objects it names (F1).")
        + source(record, f"{found['scenes']:,} test scenes, {found['questions']['average']:,} questions"),
    )


def figure(found: dict) -> go.Figure:
    """The average of each model against the budget, with intervals."""
    budgets = [int(n) for n in next(iter(found["scores"].values()))]
    layout = against_budgets(budgets, HEIGHT)
    layout["yaxis"] = {"nticks": 6, "title": {"text": "% right", "standoff": 4}}
    drawn = go.Figure(layout=layout)
    for side, by in found["scores"].items():
        there = sorted(by, key=int)
        add_line(drawn, side, [int(n) for n in there], [by[n]["average"] for n in there])
    return drawn


def sentences(found: dict, gains: int, parameters: int) -> str:
    """What the block gains, what it costs, where it does not help, and what fewer tokens cost: a sentence each.

    Args:
        found: the result of the accuracy measure on a pair.
        gains: learned numbers in the blocks; `parameters`: in the whole model.
    """
    pairs = {int(n): by[AVERAGE]["difference"] for n, by in found["paired"].items()}
    untouched = max(pairs)  # no block is applied to the full set
    full = pairs.pop(untouched)
    better = {n: d for n, d in pairs.items() if d["low"] > 0}
    worse = {n: d for n, d in pairs.items() if d["high"] < 0}
    even = [n for n in pairs if n not in better and n not in worse]
    best = max(pairs, key=lambda n: pairs[n]["mean"])
    if better:
        gained = f"Accuracy at {_listed(better)}."
    else:
        gained = (
            "Nothing that can be told from chance in the average over all kinds of question: at no budget is the model "
            f"with FMVR surely better; it comes closest at {token_count(best)}, {apart(pairs[best])} points."
        )
    share = 100 * gains / parameters
    cost = f"{gains:,} learned numbers, {share:.2g} % of the model" + (
        f", and accuracy at {_listed(worse)}." if worse else "; no accuracy at any budget."
    )
    where = [f"at {_tokens(list(worse))} the model with FMVR is worse{_by_wording(found, worse)}"] if worse else []
    where += [f"at {_tokens(even)} the two cannot be told apart"] if even else []
    where = where or ["it is better at every budget with a block"]
    if clear(full):
        how = "worse" if full["high"] < 0 else "better"
        where.append(
            f"at {token_count(untouched)}, where no block is applied, it is {how} ({signed(full['mean'])} points): a "
            "difference of that size may come from the training alone"
        )
    helps_not = "; ".join(where) + "."
    kept = {int(n): share["mean"] for n, share in found["retention"]["with"].items()}
    few = [n for n in sorted(kept) if n != max(kept)]
    tokens = (
        ", ".join(f"{token_count(n)} keep{'s' * (n == 1)} {percent(kept[n])}" for n in reversed(few))
        + f" of the accuracy at {max(kept)}, with FMVR."
    )
    said = {
        "What it gains": gained,
        "What it costs": cost,
        "Where it does not help": helps_not[0].upper() + helps_not[1:],
        "What fewer tokens keep": tokens,
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in said.items())
    return f'<dl class="verdict">{rows}</dl>'


def _listed(apart_by: dict[int, dict]) -> str:
    return ", ".join(f"{token_count(n)} ({signed(found['mean'])} points)" for n, found in apart_by.items())


def _by_wording(found: dict, budgets: dict) -> str:
    """How far apart the models are on average over some budgets, in each kind of wording."""
    means = {
        which: fmean(found["paired"][str(n)][which]["difference"]["mean"] for n in budgets) for which in (SEEN, UNSEEN)
    }
    return f" on average ({signed(means[SEEN])} on questions in {SEEN}, {signed(means[UNSEEN])} in {UNSEEN})"


def _tokens(budgets: list[int]) -> str:
    *most, last = map(str, budgets)
    return f"{', '.join(most)} and {last} tokens" if most else token_count(budgets[0])


def _by_budget(found: dict, sides: list[str]) -> str:
    rows = []
    for n in found["retention"][sides[0]]:
        retained = {side: found["retention"][side][n] for side in sides}
        kept = both({side: f"{points(share)}<small>{between(share)}</small>" for side, share in retained.items()})
        theirs = paper.retention(int(n))
        row = [n, kept, f"<i>{100 * theirs:.1f}</i>" if theirs else ""]
        if pair := found["paired"].get(n, {}).get(AVERAGE):
            row[1:1] = [
                marked(pair["difference"]),
                f"{pair['better']:,} / {pair['worse']:,}<small>p = {pair['p']:.2g}</small>",
            ]
        rows.append(row)
    heads = ["tokens", "with − without, points", "questions better / worse", "kept, %", "<i>the paper’s</i>"]
    heads = heads if found["paired"] else [heads[0], *heads[3:]]
    return table(f"Both models on the same questions, and what each budget keeps ({BOLD})", heads, rows)


def _apart(found: dict) -> str:
    """Where the two models differ: by kind of question and by wording, at every budget."""
    rows = [
        [escape(row), *(_stacked(by[row]["difference"]) for by in found["paired"].values())]
        for row in found["questions"]
    ]
    return table(f"With − without by kind of question, points ({BOLD})", ["", *found["paired"]], rows)


def _stacked(found: dict) -> str:
    said = signed(found["mean"])
    said = f"<b>{said}</b>" if clear(found) else said
    return f"{said}<small>{between(found)}</small>"


def _by_family(found: dict, sides: list[str]) -> str:
    scores = found["scores"]
    rows = [
        [
            f"{escape(family)}<small>{count:,}</small>",
            f"{100 * found['blind'][family]:.0f}" if family in found["blind"] else "",
            *(both({side: points(scores[side][n][family]) for side in sides}) for n in scores[sides[0]]),
        ]
        for family, count in found["questions"].items()
    ]
    return table("Percent right by kind of question and token budget", ["", "blind", *scores[sides[0]]], rows)
