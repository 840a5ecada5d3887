"""What the answers say: accuracy or agreement by budget, what breaks first, and the smallest budget that keeps enough.

Right goes by the words, as in visual question answering (`fmvr.scenes.scoring.score`). Where no right answer is
given, an answer is held against the same model's own at the full budget. Intervals are of 95 %, over pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from fmvr.evaluation.report.answers import Answered
from fmvr.evaluation.report.rows import Problem, Row
from fmvr.evaluation.statistics import ROUNDS, Bootstrap, Estimate
from fmvr.scenes.scoring import score

MOST_DRAWN = 20_000_000  # numbers a bootstrap may draw


@dataclass(frozen=True)
class AtBudget:
    """One model at one budget; times, FLOPs and bytes are medians over questions."""

    share: Estimate  # of the answers that hold: that are right, or agree
    kept: Estimate | None  # that, as a share of the full budget's; None where nothing holds there
    lost: int  # answers that hold at the full budget, and from here down at none
    first_token_s: float
    total_s: float
    flops: float
    kv_bytes: float


@dataclass(frozen=True)
class Measure:
    """One kind of questions: `accuracy` where right answers are given, `agreement` where not.

    `found`: side → budget → what was found there, the full budget first.
    """

    kind: str
    questions: int
    pictures: int
    keep: float  # the share to be kept
    found: dict[str, dict[int, AtBudget]]

    def smallest(self, side: str) -> int | None:
        """The smallest budget that keeps the share; the full one where no other does, None where nothing holds."""
        kept = {n: at.kept for n, at in self.found[side].items()}
        return min((n for n, share in kept.items() if share and share.mean >= self.keep), default=None)

    def verdict(self, side: str) -> str:
        """The smallest budget in one sentence, with what is to be said against it."""
        by, least = self.found[side], self.smallest(side)
        full, name, accurate = max(by), f"{side.capitalize()} FMVR,", self.kind == "accuracy"
        if least is None:
            return f"{name} no answer is right at {full} visual tokens, so there is nothing to keep."
        of = f"of the accuracy of {full}" if accurate else f"of the answers of {full}"
        if least == full:
            best = max((n for n in by if n < full), key=lambda n: by[n].kept.mean)
            return (
                f"{name} no smaller budget keeps {_percent(self.keep)} {of} visual tokens: the best, "
                f"{_count(best)}, keeps {_percent(by[best].kept.mean)}."
            )
        kept = by[least].kept
        told = f"{name} {_count(least)} keep{'s' * (least == 1)} {_percent(kept.mean)} {of} (95 % interval "
        told += f"{_percent(kept.low)} to {_percent(kept.high)})."
        if kept.low < self.keep:
            told += f" The interval reaches below {_percent(self.keep)}: more pictures would make it surer."
        if gaps := [f"{n} keep {_percent(by[n].kept.mean)}" for n in by if n > least and by[n].kept.mean < self.keep]:
            told += f" More tokens are not always better: {', '.join(gaps)}."
        return told


@dataclass(frozen=True)
class Break:
    """A question answered well at the full budget and, from some budget down, at none."""

    row: Row
    answered: Answered
    held: dict[str, dict[int, bool]]  # side → budget → whether the answer holds
    at: dict[
        str, int
    ]  # side → the budget from which down no answer holds; sides to which that does not happen are left out


@dataclass(frozen=True)
class Summary:
    """All of it; `doubted`: questions or pictures of which the embedded models say they know no such thing."""

    questions: int
    pictures: int
    doubted: int
    machines: tuple[str, ...]
    measures: list[Measure]
    breaks: list[Break]  # those that break at the largest budget first
    problems: list[Problem]

    def __str__(self) -> str:
        passed = f", {len(self.problems)} passed over" if self.problems else ""
        lines = [f"{self.questions} questions about {self.pictures} pictures{passed}."]
        return "\n".join(lines + [m.verdict(side) for m in self.measures for side in m.found])


def summarise(answers: dict[Row, Answered], problems: list[Problem], keep: float) -> Summary:
    """The summary of answered questions; at least one.

    Args:
        keep: 0..1, the share of the full budget's accuracy (or agreement) to be kept.
    """
    known = [(row, found) for row, found in answers.items() if row.answer is not None]
    unknown = [(row, found) for row, found in answers.items() if row.answer is None]
    parts = {"accuracy": (known, _right), "agreement": (unknown, _agrees)}
    measures, breaks = [], []
    for kind, (part, holds) in parts.items():
        if part:
            held = [_held(row, found, holds) for row, found in part]
            measures.append(_measure(kind, part, held, keep))
            breaks += [Break(*asked, by, at) for asked, by in zip(part, held) if (at := _broken_at(by))]
    breaks.sort(key=_order)
    return Summary(
        questions=len(answers),
        pictures=len({row.image for row in answers}),
        doubted=sum(found.doubted for found in answers.values()),
        machines=tuple(dict.fromkeys(found.machine for found in answers.values())),
        measures=measures,
        breaks=breaks,
        problems=problems,
    )


def _right(said: str, full: str, row: Row) -> bool:
    return score("open", said, row.answer) == 1


def _agrees(said: str, full: str, row: Row) -> bool:
    return said == full or score("open", said, full) == 1


def _held(row: Row, found: Answered, holds: Callable) -> dict[str, dict[int, bool]]:
    return {
        side: {n: holds(reply.text, by[max(by)].text, row) for n, reply in by.items()}
        for side, by in found.replies.items()
    }


def _broken_at(held: dict[str, dict[int, bool]]) -> dict[str, int]:
    """Side → the budget from which down no answer holds, where the full budget's does."""
    smaller = {side: {n: any(by[m] for m in by if m <= n) for n in by} for side, by in held.items()}
    return {
        side: max(n for n, well in smaller[side].items() if not well)
        for side, by in held.items()
        if by[max(by)] and not by[min(by)]
    }


def _order(broken: Break) -> tuple:
    """Those that break at the largest budget first, then those that break on both sides, then the surest."""
    sure = max(by[max(by)].probability for by in broken.answered.replies.values())
    return -max(broken.at.values()), -sum(broken.at.values()), -sure


def _measure(kind: str, part: list[tuple[Row, Answered]], held: list[dict], keep: float) -> Measure:
    places = {image: i for i, image in enumerate(dict.fromkeys(row.image for row, _ in part))}
    of = np.array([places[row.image] for row, _ in part])
    asked = np.bincount(of)  # questions a picture, [S]
    rounds = min(ROUNDS, max(MOST_DRAWN // len(places), 200))
    resampled = Bootstrap(len(places), rounds=rounds)
    found = {}
    for side, budgets in held[0].items():
        full, found[side] = max(budgets), {}
        broken = [_broken_at(by).get(side) for by in held]
        well = {n: np.bincount(of, [by[side][n] for by in held]) for n in budgets}  # of them well answered, [S]
        for n in budgets:
            replies = [answered.replies[side][n] for _, answered in part]
            found[side][n] = AtBudget(
                share=resampled.ratio(well[n], asked),
                kept=resampled.ratio(well[n], well[full]) if well[full].any() else None,
                lost=broken.count(n),
                **{
                    name: median(getattr(reply, name) for reply in replies)
                    for name in ("first_token_s", "total_s", "flops", "kv_bytes")
                },
            )
    return Measure(kind, len(part), len(places), keep, found)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".0 %", " %")


def _count(tokens: int) -> str:
    return f"{tokens} visual token{'s' * (tokens != 1)}"
