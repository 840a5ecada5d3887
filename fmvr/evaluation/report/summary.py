"""What the answers say: accuracy or agreement by budget, what breaks first, and the smallest budget that keeps enough.

Right goes by the words, as in visual question answering (`fmvr.worlds.scoring.score_open`). Where no right answer is
given, an answer is held against the same arm's own at its full budget. Intervals are of 95 %, over pictures. Videos
stand apart: their budgets are of each frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from fmvr.evaluation.report.answers import Answered, Reply
from fmvr.evaluation.report.measure import AtBudget, Measure, counted
from fmvr.evaluation.statistics import ROUNDS, Bootstrap
from fmvr.worlds.folder import Problem, Row
from fmvr.worlds.scoring import score_open

MOST_DRAWN = 20_000_000  # numbers a bootstrap may draw
Holds = dict[str, dict[int, bool]]  # arm → budget → whether the answer holds: is right, or agrees


@dataclass(frozen=True)
class Break:
    """A question answered well at the full budget and, from some budget down, at none.

    `budgets`: arm → the budget from which down no answer holds; arms to which that does not happen are left out.
    """

    row: Row
    answered: Answered
    holds: Holds
    budgets: dict[str, int]


@dataclass(frozen=True)
class Summary:
    """All of it; `pictures`: videos not among them; `doubted`: questions or pictures of which the embedded models say
    they know no such thing."""

    questions: int
    pictures: int
    videos: int
    doubted: int
    machines: tuple[str, ...]
    measures: list[Measure]
    breaks: list[Break]  # those that break at the largest budget first
    problems: list[Problem]

    @property
    def seen(self) -> str:
        """What was asked about, counted."""
        kinds = {"picture": self.pictures, "video": self.videos}
        return " and ".join(counted(count, what) for what, count in kinds.items() if count)

    def __str__(self) -> str:
        passed = f", {len(self.problems)} passed over" if self.problems else ""
        lines = [f"{self.questions} questions about {self.seen}{passed}."]
        return "\n".join(lines + [measure.verdict(arm) for measure in self.measures for arm in measure.arms])


def summarise(answers: dict[Row, Answered], problems: list[Problem], keep: float) -> Summary:
    """The summary of answered questions; at least one, all about pictures by the same arms at the same budgets, and all
    about videos of as many frames.

    Args:
        keep: 0..1, the share of the full budget's accuracy (or agreement) to be kept.
    """
    measures, breaks = [], []
    for frames in sorted({row.frames for row in answers}, key=bool):  # pictures, then videos
        own = [(row, answered) for row, answered in answers.items() if row.frames == frames]
        known = [one for one in own if one[0].answer is not None]
        unknown = [one for one in own if one[0].answer is None]
        for kind, part, rule in (("accuracy", known, _right), ("agreement", unknown, _agrees)):
            if part:
                holds = [_holds(row, answered, rule) for row, answered in part]
                measures.append(_measure(kind, part, holds, keep, frames))
                breaks += [Break(*asked, one, at) for asked, one in zip(part, holds) if (at := _breaks(one))]
    breaks.sort(key=_order)
    return Summary(
        questions=len(answers),
        pictures=len({row.image for row in answers if not row.frames}),
        videos=len({row.image for row in answers if row.frames}),
        doubted=sum(answered.doubted for answered in answers.values()),
        machines=tuple(dict.fromkeys(answered.machine for answered in answers.values())),
        measures=measures,
        breaks=breaks,
        problems=problems,
    )


def _right(text: str, full: str, row: Row) -> bool:
    return score_open(text, row.answer) == 1


def _agrees(text: str, full: str, row: Row) -> bool:
    return text == full or score_open(text, full) == 1


def _holds(row: Row, answered: Answered, rule: Callable[[str, str, Row], bool]) -> Holds:
    return {
        arm: {n: rule(reply.text, by_budget[max(by_budget)].text, row) for n, reply in by_budget.items()}
        for arm, by_budget in answered.replies.items()
    }


def _breaks(holds: Holds) -> dict[str, int]:
    """Arm → the budget from which down no answer holds, where the full budget's does."""
    return {
        arm: max(n for n in by_budget if not any(well for m, well in by_budget.items() if m <= n))
        for arm, by_budget in holds.items()
        if by_budget[max(by_budget)] and not by_budget[min(by_budget)]
    }


def _order(broken: Break) -> tuple:
    """Those that break at the largest budget first, then those that break in most arms, then the surest."""
    sure = max(by_budget[max(by_budget)].probability for by_budget in broken.answered.replies.values())
    return -max(broken.budgets.values()), -sum(broken.budgets.values()), -sure


def _measure(
    kind: str, part: list[tuple[Row, Answered]], holds: list[Holds], keep: float, frames: int | None
) -> Measure:
    places = {image: i for i, image in enumerate(dict.fromkeys(row.image for row, _ in part))}
    of = np.array([places[row.image] for row, _ in part])
    asked = np.bincount(of)  # questions a picture, [S]
    resampled = Bootstrap(len(places), rounds=min(ROUNDS, max(MOST_DRAWN // len(places), 200)))
    breaks = [_breaks(one) for one in holds]
    arms = {}
    for arm, budgets in holds[0].items():
        well = {n: np.bincount(of, [one[arm][n] for one in holds]) for n in budgets}  # of them well answered, [S]
        full = well[max(budgets)]
        arms[arm] = {
            n: AtBudget(
                share=resampled.ratio(well[n], asked),
                retention=resampled.ratio(well[n], full) if full.any() else None,
                lost=sum(at.get(arm) == n for at in breaks),
                **_medians([answered.replies[arm][n] for _, answered in part]),
            )
            for n in budgets
        }
    return Measure(kind, len(part), len(places), keep, arms, frames)


def _medians(replies: list[Reply]) -> dict[str, float]:
    names = ("first_token_s", "total_s", "flops", "kv_bytes")
    return {name: median(getattr(reply, name) for reply in replies) for name in names}
