"""The first sentences of the page: what is at stake for the picture and the question at hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.statistics import Estimate
from viz.card import Reply
from viz.evidence.parts import ahead, behind
from viz.templates import render
from viz.units import tenths, token_count

MOST_LETTERS = 60  # of an answer in a sentence


@dataclass(frozen=True)
class Average:
    """What two arms score on test pictures at the budget at hand, 0..1, and by how much they differ."""

    samples: int
    shares: Mapping[str, float]  # arm → share of right answers, the one with the block last
    difference: Estimate  # the last arm's share less the first's
    untouched: float  # the same where no block is applied


def story(
    tokens: int, full: int, shares: Mapping[int, float], replies: Mapping[str, Reply], average: Average | None
) -> Markup:
    """What a budget saves, what the arms answer with it, and how that is on average.

    Args:
        tokens: the budget at hand, of `full` visual tokens.
        shares: every budget → FLOPs as a part of the full set's.
        replies: arm → its answer; none where nothing was asked.
        average: None where nobody measured it.
    """
    answers = {name: _short(reply.text) for name, reply in replies.items()}
    truth = next((reply.verdict.truth for reply in replies.values() if reply.verdict), None)
    return render(
        "story.html",
        tokens=tokens,
        full=full,
        shares=shares,
        answers=answers,
        alike=len(set(answers.values())) == 1,
        truth=truth and _short(truth),
        average=average and on_average(average, tokens, full),
    )


def on_average(average: Average, tokens: int, full: int) -> str:
    """Whether the block pays, in a sentence; at the full set there is none."""
    (first, without), (last, with_) = average.shares.items()
    scores = f"{tenths(without)} right {arm(first).label}, {tenths(with_)} {arm(last).label}"
    if tokens == full:
        verdict = "no block is applied to all of them, so what differs there is the training"
    elif ahead(average.difference, average.untouched):
        verdict = "it is ahead, by more than chance"
    elif behind(average.difference, average.untouched):
        verdict = "it is behind, by more than chance"
    else:
        verdict = "no difference beyond chance"
    return f"On {average.samples:,} test pictures at {token_count(tokens)}: {scores}; {verdict}."


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"
