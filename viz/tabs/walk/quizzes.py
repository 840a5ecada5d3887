"""The walkthrough's questions to the visitor. Every answer is computed from the picture at hand."""

from html import escape

import numpy as np

from fmvr.grids import distance, variety
from fmvr.lab import SIDES
from viz.table import table
from viz.tabs.scenes import phrases
from viz.tabs.walk.stop import Stop
from viz.theme import SIDE_NAMES
from viz.units import amount, percent
from viz.walk import Quiz

ABOUT = 0.05  # changes smaller than this are told as none
TENTH = 0.1


def kept(at: Stop, side: int) -> float:
    """Share of the differences among the full set's tokens that is left among their means."""
    whole = variety(at.averaged[at.side])
    return variety(at.averaged[side]) / whole if whole else 0.0


def change(at: Stop) -> float:
    """The tokens' differences after the block over those before it."""
    before = variety(at.before_block(at.block_side))
    return variety(at.tokens_of[at.block_side]) / before if before else 1.0


def gathered(at: Stop) -> float:
    """Share of the map in the brightest tenth of its places."""
    places = np.sort(at.map.grid.ravel())[::-1]
    return float(places[: round(TENTH * len(places))].sum() / places.sum()) if places.sum() else 0.0


def inside(at: Stop) -> tuple[float, float]:
    """Share of the map inside the things that are asked about, and their share of the picture."""
    boxes = [thing.box for thing in at.things]
    return at.map.inside(boxes), at.map.covered(boxes)


def look_alikes(at: Stop) -> Quiz:
    one, other = at.twins
    pixels = float(np.abs(at.patches[one] - at.patches[other]).mean())
    share = distance(at.features, one, other)
    return Quiz(
        "In the last picture two patches look alike. Will the vision tower give both the same numbers?",
        ("Yes, the same", "Alike, but not the same", "No, as different as any two patches"),
        0 if share < 0.01 else 1 if share < 0.75 else 2,
        f"Their pixels differ by {pixels:.1f} of 255 on average, their features by {percent(share)} of what is usual "
        "between two patches here. The tower also knows where a patch lies and what is around it.",
    )


def how_much_is_left(at: Stop) -> Quiz:
    side = at.own_side if at.own_side < at.side else at.side // 2
    share = kept(at, side)
    return Quiz(
        f"Next, these {at.side**2} tokens are averaged down to {side * side}. How much of the differences between them "
        "will be left?",
        ("More than two thirds", "Between one and two thirds", "Less than one third"),
        0 if share > 2 / 3 else 1 if share >= 1 / 3 else 2,
        f"{percent(share)} of the tokens’ mean squared distance from their mean is left at {side * side} tokens.",
    )


def mean_or_detail(at: Stop) -> Quiz:
    side = at.block_side
    energy = at.bands.before.energies()
    low, high = energy["low_average"], energy["high_average"]
    return Quiz(
        f"Take the {side}×{side} tokens apart: into their mean, which all share, and what differs from it. "
        "Which part has more energy (the sum of its squared numbers)?",
        ("The mean", "What differs from it"),
        int(high > low),
        f"The mean has {amount(low)}, what differs from it {amount(high)}: {percent(high / (low + high or 1))} detail.",
    )


def stronger(at: Stop) -> Quiz:
    ratio = change(at)
    return Quiz(
        "The block now multiplies the bands by numbers it has learned. The differences between these tokens will be …",
        ("larger", "about the same", "smaller"),
        1 if abs(ratio - 1) <= ABOUT else 0 if ratio > 1 else 2,
        f"After the block they are {ratio:.2f} times what they were. More difference is not more knowledge: whether it "
        "helps the answer is another question.",
    )


def more_of_which(at: Stop) -> Quiz:
    text = at.answered.answer.text_tokens
    return Quiz(
        "The tokens now meet the words of your question. Which will there be more of?",
        ("Visual tokens", "Tokens of text", "As many of both"),
        0 if at.tokens > text else 1 if at.tokens < text else 2,
        f"{at.tokens} visual, {text} of text. A token of text costs the model as much as a visual one.",
    )


def how_sure(at: Stop) -> Quiz:
    first = at.seen.view.next_words(at.answered.answer, 1)[0]
    return Quiz(
        "The model now writes its first word. How sure will it be?",
        ("More than 90 %", "50 to 90 %", "Less than 50 %"),
        0 if first.probability > 0.9 else 1 if first.probability >= 0.5 else 2,
        f"It gives “{escape(first.text) or 'the end'}” {percent(first.probability)}. Sure is not the same as right.",
    )


def where(at: Stop) -> Quiz:
    if not at.things:
        share = gathered(at)
        return Quiz(
            "Did the answer lean on a few places, or on the whole picture? A tenth of the places will hold …",
            ("about a tenth of the map", "up to half of it", "more than half of it"),
            0 if share < 2 * TENTH else 1 if share <= 0.5 else 2,
            f"The brightest tenth of the places holds {percent(share)} of the map.",
        )
    share, area = inside(at)
    return Quiz(
        f"Will the answer have leaned on the place you asked about ({phrases(at.things)})?",
        ("Yes, at least twice what its size would give", "A little more than its size", "No"),
        0 if share >= 2 * area else 1 if share > area else 2,
        f"{percent(share)} of the map lies there, on {percent(area)} of the picture.",
    )


def how_many_times(at: Stop) -> Quiz:
    most = at.lab.budgets[0]
    few = at.tokens if at.tokens < most else 36 if 36 in at.lab.budgets else min(at.lab.budgets)
    tokens, work = most / few, at.cost_at(most).flops / at.cost_at(few).flops
    return Quiz(
        f"{most} visual tokens are {tokens:g} times as many as {few}. How many times the operations will they take?",
        ("Fewer times than that", f"Just about {tokens:g} times", "More times than that"),
        1 if abs(work / tokens - 1) <= ABOUT else 0 if work < tokens else 2,
        f"{work:.1f} times. The words of the question cost the same at every budget; the tower is not counted.",
    )


def smallest(at: Stop) -> Quiz:
    """The last question: nothing comes after it, and its answer asks both models at every budget."""
    budgets = at.lab.budgets
    said = {n: at.answer_at(n).answer.text for n in budgets}
    enough = min(n for n in budgets if said[n] == said[budgets[0]])
    groups = [[n] for n in budgets[:2]] + [budgets[2:-1]] + [[budgets[-1]]]
    right = next(i for i, group in enumerate(groups) if enough in group)
    return Quiz(
        f"Last one: what is the smallest budget that gives the same answer as {budgets[0]} tokens?",
        tuple(" or ".join(str(n) for n in group) for group in groups),
        right,
        f"The model {SIDE_NAMES[at.name]} says “{escape(said[enough])}” at {enough} too.{_all_answers(at)}",
    )


def _all_answers(at: Stop) -> str:
    """Every model's answer at every budget, and what the block changed."""
    models = [name for name in SIDES if name in at.lab.models]
    sides = {name: {n: at.answer_at(n, name) for n in at.lab.budgets} for name in models}
    rows = [[str(n), *(_cell(sides[name][n]) for name in models)] for n in at.lab.budgets]
    drawn = table("told", "", ["tokens", *(SIDE_NAMES[name] for name in models)], rows, at.lab.budgets.index(at.tokens))
    if len(models) < 2 or sides[models[0]][at.tokens].verdict is None:
        return drawn
    without, with_ = (sum(side.verdict.score == 1 for side in sides[name].values()) for name in SIDES)
    verdict = "no difference here" if with_ == without else f"FMVR {'helped' if with_ > without else 'did harm'} here"
    counted = f"Right at {without} of {len(rows)} budgets without FMVR, at {with_} with it: {verdict}."
    return f"{drawn}{counted} One question is no measurement."


def _cell(side) -> str:
    mark = f' <span class="badge {side.verdict.kind}">{side.verdict.words}</span>' if side.verdict else ""
    return f"{escape(side.answer.text) or '(no answer)'}{mark}"
