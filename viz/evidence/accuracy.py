"""Accuracy against the budget, by family, and what follows from it in four sentences."""

from statistics import fmean

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, size_of
from fmvr.evaluation.measures.accuracy import Accuracy
from fmvr.evaluation.record import Record
from fmvr.evaluation.statistics import Estimate, Paired
from viz.budgets import against_budgets
from viz.evidence import paper
from viz.evidence.parts import (
    NOTHING,
    ONE_SEED,
    Section,
    above,
    add_line,
    ahead,
    all_budgets,
    apart,
    behind,
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
    versus,
)
from viz.templates import render
from viz.units import percent, token_count

BOLD = "bold: the interval leaves out 0"
HEIGHT = 380  # pixels
LEAD = (
    "Two models were trained alike, one with the block and one without, and asked the same questions about pictures "
    "neither had seen: percent right, averaged over the kinds of question. Bars are 95 % intervals over test pictures."
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
BLIND = "“Blind” is the best guess without the picture. What lists things scores by what it names (F1)."


def draw(record: Record[Accuracy], tokens: int) -> Section:
    """The figure, a table by budget with the paper's retention beside ours, a table by family."""
    result = record.result
    size = f"{size_of(result.samples, result.world)}, {result.questions[AVERAGE]:,} questions"
    return Section(
        heading("How often they are right", LEAD),
        figure(result),
        hint(LOOK)
        + _by_budget(result)
        + hint(PAPER)
        + Markup("").join(_apart(result, name) for name in result.paired)
        + key(result.scores)
        + _by_family(result)
        + hint(BLIND)
        + source(record, size, ONE_SEED),
    )


def figure(result: Accuracy) -> go.Figure:
    """The average of each arm against the budget, with intervals."""
    layout = against_budgets(all_budgets(result.scores), HEIGHT)
    layout["yaxis"] = {"nticks": 6, "title": {"text": "% right", "standoff": 4}}
    drawn = go.Figure(layout=layout)
    for name, by in result.scores.items():
        add_line(drawn, name, sorted(by), [by[n][AVERAGE] for n in sorted(by)])
    return drawn


def sentences(result: Accuracy, gains: int, parameters: int, name: str = "fmvr") -> Markup:
    """What the block gains, what it costs, where it does not help, and what fewer tokens cost: a sentence each.

    Args:
        result: of a measure in which the arm `name`, the one with blocks, is held against another.
        gains: learned numbers in the blocks; `parameters`: in the whole model.
    """
    label, paired = f"the model {arm(name).label}", result.paired[name]
    pairs = {n: by[AVERAGE].difference for n, by in paired.items()}
    untouched = max(pairs)  # no block is applied to the full set
    full = pairs.pop(untouched)
    better = {n: d for n, d in pairs.items() if ahead(d, full.mean)}
    worse = {n: d for n, d in pairs.items() if behind(d, full.mean)}
    even = [n for n in pairs if n not in better and n not in worse]
    best = max(pairs, key=lambda n: pairs[n].mean)
    if better:
        gained = f"Accuracy at {_listed(better)}."
    else:
        gained = (
            f"Nothing that can be told from chance in the average over all kinds of question: at no budget is {label} "
            f"surely better; it comes closest at {token_count(best)}, {apart(pairs[best])} points."
        )
    share = 100 * gains / parameters
    cost = f"{gains:,} learned numbers, {share:.2g} % of the model" + (
        f", and accuracy at {_listed(worse)}." if worse else "; no accuracy at any budget."
    )
    where = [f"at {_tokens(list(worse))} {label} is worse{_by_wording(paired, worse)}"] if worse else []
    where += [f"at {_tokens(even)} the two cannot be told apart"] if even else []
    where = where or ["it is better at every budget with a block"]
    if clear(full) or any(clear(pairs[n]) for n in even):
        how = f"it is {'worse' if full.high < 0 else 'better'}" if clear(full) else "the two differ, too"
        where.append(
            f"at {token_count(untouched)}, where no block is applied, {how} ({signed(full.mean)} points): a "
            "difference of that size may come from the training alone"
        )
    helps_not = "; ".join(where) + "."
    retained = {n: share.mean for n, share in result.retention[name].items()}
    fewer = ", ".join(
        f"{token_count(n)} keep{'s' * (n == 1)} {percent(retained[n])}"
        for n in sorted(retained, reverse=True)
        if n != max(retained)
    )
    answers = {
        "What it gains": gained,
        "What it costs": cost,
        "Where it does not help": helps_not[0].upper() + helps_not[1:],
        "What fewer tokens keep": f"{fewer} of the accuracy at {max(retained)}, {arm(name).label}.",
    }
    return render("evidence/verdict.html", sentences=answers)


def _listed(differences: dict[int, Estimate]) -> str:
    return ", ".join(f"{token_count(n)} ({signed(each.mean)} points)" for n, each in differences.items())


def _by_wording(paired: dict[int, dict[str, Paired]], budgets: dict) -> str:
    """How far apart the models are on average over some budgets, in each kind of wording."""
    means = {which: fmean(paired[n][which].difference.mean for n in budgets) for which in (SEEN, UNSEEN)}
    return f" on average ({signed(means[SEEN])} on questions in {SEEN}, {signed(means[UNSEEN])} in {UNSEEN})"


def _tokens(budgets: list[int]) -> str:
    *most, last = map(str, budgets)
    return f"{', '.join(most)} and {last} tokens" if most else token_count(budgets[0])


def _by_budget(result: Accuracy) -> Markup:
    rows = []
    for n in all_budgets(result.retention):
        retained = {name: by[n] for name, by in result.retention.items() if n in by}
        kept = both({name: above(points(share), between(share)) for name, share in retained.items()})
        theirs = paper.retention(n)
        cells = [cell for by in result.paired.values() for cell in _pair(by.get(n, {}).get(AVERAGE))]
        rows.append([n, *cells, kept, Markup("<i>{:.1f}</i>").format(100 * theirs) if theirs else ""])
    compared = [
        head
        for name in result.paired
        for head in (f"{versus(name, result.baseline)}, points", "questions better / worse")
    ]
    heads = ["tokens", *compared, "kept, %", Markup("<i>the paper’s</i>")]
    return table(f"Both models on the same questions, and what each budget keeps ({BOLD})", heads, rows)


def _pair(pair: Paired | None) -> list[str]:
    if pair is None:
        return [NOTHING, NOTHING]
    return [marked(pair.difference), above(f"{pair.better:,} / {pair.worse:,}", f"p = {pair.p:.2g}")]


def _apart(result: Accuracy, name: str) -> Markup:
    """Where two arms differ: by kind of question and by wording, at every budget."""
    paired, against = result.paired[name], versus(name, result.baseline)
    rows = [[row, *(_stacked(by[row].difference) for by in paired.values())] for row in result.questions]
    caption = f"{against[0].upper()}{against[1:]} by kind of question, points ({BOLD})"
    return table(caption, ["", *paired], rows)


def _stacked(difference: Estimate) -> Markup | str:
    if difference.mean != difference.mean:
        return NOTHING
    mean = signed(difference.mean)
    return above(Markup("<b>{}</b>").format(mean) if clear(difference) else mean, between(difference))


def _by_family(result: Accuracy) -> Markup:
    budgets = all_budgets(result.scores)
    rows = [
        [
            above(family, f"{count:,}"),
            f"{100 * result.blind[family]:.0f}" if family in result.blind else "",
            *(both({name: points(by[n][family]) for name, by in result.scores.items() if n in by}) for n in budgets),
        ]
        for family, count in result.questions.items()
    ]
    return table("Percent right by kind of question and token budget", ["", "blind", *budgets], rows)
