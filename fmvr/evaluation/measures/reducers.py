"""Every way to spend a token budget, by family and budget, against random patches and against pooling.

Training-free reducers run on the model that pools. One that the model cannot run is named with its reason.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from fmvr.evaluation.asking import AVERAGE, draw, rows_of, scores_of, size_of
from fmvr.evaluation.measures.accuracy import told
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

RANDOM, POOLING = "random", "grid"
BUDGETS = (192, 144, 128, 64, 36, 32, 9, 1)
TIMED = 3  # pictures
WHOLE = ""  # no reducer


@dataclass(frozen=True)
class ReducerScore:
    """One reducer at one budget.

    `label`: how a table calls it. `average`: the mean over families (0..1); `rows`: row of the table → mean.
    `over_random`, `over_pooling`: against random patches at the same budget, and against average pooling to the largest
    grid of s × s within it, on the same questions; None for those two themselves, and where they cannot make it.
    `time_ratio`: of reducing and reading the prompt, as a share of the same without reduction; None where no sample was
    timed.
    """

    reducer: str
    label: str
    visual_tokens: int
    average: Estimate
    rows: dict[str, float]
    over_random: Paired | None
    over_pooling: Paired | None
    time_ratio: float | None


@dataclass(frozen=True)
class Reducers:
    """`arm`: whose model answered. `full`: the average without reduction, from `patches` tokens. `questions`: row →
    how many. `unable`: the reducers that the model cannot run → why.
    """

    world: str
    samples: int
    arm: str
    patches: int
    full: Estimate
    questions: dict[str, int]
    scores: list[ReducerScore]
    unable: dict[str, str]

    def behind_random(self, visual_tokens: int) -> list[ReducerScore]:
        """The reducers whose whole interval lies below random patches at a budget, the farthest behind first."""
        at = [one for one in self.scores if one.visual_tokens == visual_tokens and one.over_random]
        behind = [one for one in at if one.over_random.difference.high < 0]
        return sorted(behind, key=lambda one: one.over_random.difference.mean)

    @property
    def sentences(self) -> list[str]:
        """Who loses to random patches, a sentence for each budget."""
        sentences = []
        for n in dict.fromkeys(one.visual_tokens for one in self.scores):
            of = sum(one.visual_tokens == n and one.over_random is not None for one in self.scores)
            behind = self.behind_random(n)
            names = ", ".join(f"{one.label} ({100 * one.over_random.difference.mean:+.1f})" for one in behind)
            few = f"{len(behind) or 'none'} of {of} {'lose' if len(behind) > 1 else 'loses'} to random patches"
            sentences.append(f"With {n} visual token{'s' * (n > 1)}, {few}{names and f': {names}'}.")
        return sentences

    def __str__(self) -> str:
        lines = [
            f"{size_of(self.samples, self.world)}, the model {self.arm}; percent right, "
            f"{100 * self.full.mean:.1f} from all {self.patches} visual tokens",
            f"{'reducer':<24}{'tokens':>7}{'right':>7}  {'− random':<24}{'− pooling':<24}{'time':>6}",
        ]
        for one in self.scores:
            apart = (_interval(pair) for pair in (one.over_random, one.over_pooling))
            cells = "".join(f"{cell:<24}" for cell in apart)
            taken = "" if one.time_ratio is None else f"{one.time_ratio:.2f}"
            lines.append(f"{one.label:<24}{one.visual_tokens:>7}{100 * one.average.mean:>7.1f}  {cells}{taken:>6}")
        return "\n".join([*lines, *self.sentences, *self.unable.values()])


def measure(
    lab: "Lab",
    world: "World",
    samples: int,
    first: int = 0,
    budgets: Iterable[int] = BUDGETS,
    reducers: Iterable[str] | None = None,
    timed: int = TIMED,
) -> Reducers:
    """Ask every family once about each of `samples` test samples, with every reducer (None: all of them), and time the
    first `timed` of them.
    """
    able, unable = lab.able(reducers)
    patches, budgets = lab.member(lab.pooling_arm).grid_side ** 2, sorted(budgets, reverse=True)
    squares = {n: isqrt(n) ** 2 for n in budgets}
    drawn = draw(world, samples, first)
    arena = lab.reduced(able, budgets)
    scores = scores_of(arena, world, drawn, test=True)
    more = [patches, *squares.values()]
    pooled = scores_of(lab.reduced([POOLING], more), world, drawn, test=True)[POOLING]
    rows = rows_of(world, drawn, partial(told, world))
    times = _times(lab, world, drawn[:timed], {name: list(by) for name, by in scores.items()}, patches)
    resampled, found = Bootstrap(len(drawn)), []
    for n in budgets:
        for name in able:
            if (own := scores[name].get(n)) is None:
                continue
            random = scores.get(RANDOM, {}).get(n) if name != RANDOM else None
            means = {row: np.nanmean(np.where(these, own, np.nan)) for row, these in rows.items() if these.any()}
            found.append(
                ReducerScore(
                    reducer=name,
                    label=arena.arms[name].label,
                    visual_tokens=n,
                    average=resampled.estimate(own),
                    rows={row: float(mean) for row, mean in sorted(means.items()) if row != AVERAGE},
                    over_random=resampled.paired(own, random) if random is not None else None,
                    over_pooling=resampled.paired(own, pooled[squares[n]]) if name != POOLING else None,
                    time_ratio=times.get((name, n)),
                )
            )
    questions = {row: int(these.sum()) for row, these in sorted(rows.items())}
    full = resampled.estimate(pooled[patches])
    return Reducers(world.name, len(drawn), lab.pooling_arm, patches, full, questions, found, unable)


def _times(lab: "Lab", world: "World", samples: list, budgets: dict[str, list[int]], patches: int) -> dict:
    """Reducer and budget → the time to the first token, as a share of that without reduction; medians over samples.

    Each takes its turn on each picture, so that a busy moment of the machine falls on all. Encoding is left out.
    """
    taken = defaultdict(list)
    turns = [(WHOLE, POOLING, patches), *((name, name, n) for name, own in budgets.items() for n in own)]
    for sample in samples:
        view, question = lab.look(world.picture(sample)), world.questions(sample, test=True)[0].text
        for key, name, n in turns:
            fresh = view.reduced(name)  # which has made no token set yet
            start = time.perf_counter()
            fresh.ask(question, n, name, longest=1)
            taken[key, n].append(time.perf_counter() - start)
    whole = np.median(taken.pop((WHOLE, patches), []) or [np.nan])
    return {key: float(np.median(times) / whole) for key, times in taken.items()}


def _interval(pair: Paired | None) -> str:
    if pair is None:
        return ""
    apart = pair.difference
    return f"{100 * apart.mean:+.1f} ({100 * apart.low:+.1f} to {100 * apart.high:+.1f})"
