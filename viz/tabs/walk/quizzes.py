"""The walkthrough's questions to the visitor. Every answer is computed from the picture at hand."""

import numpy as np
from markupsafe import Markup

from fmvr.explain.grids import distance, variety
from viz.card import badge
from viz.table import table
from viz.tabs.comparison import Response
from viz.tabs.samples import phrases
from viz.tabs.walk.stop import Stop
from viz.units import amount, percent, quoted, said
from viz.walk import Quiz

ABOUT = 0.05  # changes smaller than this count as none
TENTH = 0.1


def left(at: Stop, budget: int) -> float:
    """Share of the differences among all patches' tokens that is left among the means of a set."""
    whole = variety(at.full[:, None])
    return variety(at.averaged[budget][0][:, None]) / whole if whole else 0.0


def change(at: Stop) -> float:
    """The tokens' differences after the block over those before it."""
    before = variety(at.before_block(at.block_side))
    return variety(at.level(at.block_side)) / before if before else 1.0


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
    count = at.grid**2
    few = at.tokens if at.tokens < count else at.budgets[:2][-1]
    share = left(at, few)
    return Quiz(
        f"Next, these {count} tokens are averaged down to {few}. How much of the differences between them will be "
        "left?",
        ("More than two thirds", "Between one and two thirds", "Less than one third"),
        0 if share > 2 / 3 else 1 if share >= 1 / 3 else 2,
        f"{percent(share)} of the tokens’ mean squared distance from their mean is left at {few} tokens.",
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
    text = at.response.answer.text_tokens
    return Quiz(
        "The tokens now meet the words of your question. Which will there be more of?",
        ("Visual tokens", "Tokens of text", "As many of both"),
        0 if at.tokens > text else 1 if at.tokens < text else 2,
        f"{at.tokens} visual, {text} of text. A token of text costs the model as much as a visual one.",
    )


def how_sure(at: Stop) -> Quiz:
    first = at.exhibit.view.next_words(at.response.answer, 1)[0]
    return Quiz(
        "The model now writes its first word. How sure will it be?",
        ("More than 90 %", "50 to 90 %", "Less than 50 %"),
        0 if first.probability > 0.9 else 1 if first.probability >= 0.5 else 2,
        f"It gives “{first.text or 'the end'}” {percent(first.probability)}. Sure is not the same as right.",
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
    most = at.budgets[0]
    few = at.tokens if at.tokens < most else 36 if 36 in at.budgets else min(at.budgets)
    tokens, work = most / few, at.cost_at(most).flops / at.cost_at(few).flops
    return Quiz(
        f"{most} visual tokens are {tokens:g} times as many as {few}. How many times the operations will they take?",
        ("Fewer times than that", f"Just about {tokens:g} times", "More times than that"),
        1 if abs(work / tokens - 1) <= ABOUT else 0 if work < tokens else 2,
        f"{work:.1f} times. The words of the question cost the same at every budget; the tower is not counted.",
    )


def smallest(at: Stop) -> Quiz:
    """The last question: nothing comes after it, and its answer asks every arm at every budget."""
    budgets = at.budgets
    texts = {n: at.response_at(n).answer.text for n in budgets}
    enough = min(n for n in budgets if texts[n] == texts[budgets[0]])
    groups = [[n] for n in budgets]
    if len(budgets) > 4:
        groups = [*groups[:2], budgets[2:-1], groups[-1]]
    right = next(i for i, group in enumerate(groups) if enough in group)
    too = f"The model {at.arm.label} says {quoted(texts[enough])} at {enough} too."
    return Quiz(
        f"Last one: what is the smallest budget that gives the same answer as {budgets[0]} tokens?",
        tuple(" or ".join(str(n) for n in group) for group in groups),
        right,
        Markup("{}{}{}").format(too, *_all_answers(at)),
    )


def _all_answers(at: Stop) -> tuple[Markup, str]:
    """Every arm's answer at every budget, and what that says of FMVR."""
    lab = at.lab
    responses = {name: {n: at.response_at(n, name) for n in lab.budgets_of(name)} for name in lab.arms}
    rows = [[str(n), *(_cell(own.get(n)) for own in responses.values())] for n in lab.budgets]
    heads = ["tokens", *(arm.label for arm in lab.arms.values())]
    return table("told", "", heads, rows, lab.budgets.index(at.tokens)), _counted(at, responses)


def _counted(at: Stop, responses: dict[str, dict[int, Response]]) -> str:
    """How often the arms side by side are right; nothing where nobody knows, or for one alone."""
    pair, arms = at.lab.pair, at.lab.arms
    if len(pair) < 2 or at.response.verdict is None:
        return ""
    shared = [n for n in responses[pair[0]] if n in responses[pair[1]]]
    first, second = (sum(responses[name][n].verdict.score == 1 for n in shared) for name in pair)
    verdict = "no difference here"
    if first != second:
        better = "FMVR helped" if second > first else "FMVR did harm"
        other = f"the model {arms[pair[second > first]].label} did better"
        verdict = f"{better if at.lab.block_arm == pair[1] else other} here"
    return (
        f"Right at {first} of {len(shared)} budgets {arms[pair[0]].label}, at {second} {arms[pair[1]].label}: "
        f"{verdict}. One question is no measurement."
    )


def _cell(response: Response | None) -> str:
    if response is None:
        return "–"
    return Markup("{} {}").format(said(response.answer.text), badge(response.verdict))
