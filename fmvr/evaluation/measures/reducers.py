"""Every way to spend a token budget, by family and budget, against random patches and against pooling.

Reducers run on the model that pools, but for those that have an arm of their own. One that the model cannot run is
named with its reason.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fmvr.errors import BadInput
from fmvr.evaluation.arena.marks import Asked, Marks, marks_of
from fmvr.evaluation.asking import AVERAGE, draw, size_of
from fmvr.evaluation.measures.accuracy import told
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.member import Member
    from fmvr.worlds.world import Question, World

RANDOM, POOLING = "random", "grid"
BUDGETS = (192, 64, 36, 9)
TIMED = 3  # pictures
WHOLE = ""  # no reducer
LEAST = 40  # questions of a row: fewer tell nothing


@dataclass(frozen=True)
class ReducerScore:
    """One reducer at one budget.

    `label`: how a table calls it. `average`: the mean over families (0..1); `rows`: row of the table → mean, of those
    with 40 questions or more. `over_random`, `over_pooling`: against random patches at the same budget, and against
    average pooling to the largest grid of s × s within it, on the same questions; None for those two themselves, and
    where they cannot make it.
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
    how many, of changing families of each sample. `unable`: the reducers that the model cannot run → why.
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
            names = ", ".join(f"{one.label} (−{-100 * one.over_random.difference.mean:.1f})" for one in behind)
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
    questions: int | None = 1,
    folder: Path | None = None,
) -> Reducers:
    """Ask with every reducer (None: all of them) `questions` of changing families about each of `samples` test samples
    (None: one of every family), and time the first `timed` of them.

    `folder`: where marks are kept, so that the measure goes on where it stopped; None to keep nothing.
    """
    able, unable = lab.able(reducers)
    patches, budgets = lab.member(lab.pooling_arm).grid_side ** 2, sorted(budgets, reverse=True)
    if wrong := [n for n in budgets if not 1 <= n <= patches]:
        raise BadInput(f"A budget is 1 to {patches} visual tokens, not {wrong[0]}.")
    squares = {n: isqrt(n) ** 2 for n in budgets}
    drawn = draw(world, samples, first)
    asked = [(sample, _some(world, sample, place, questions)) for place, sample in enumerate(drawn, first)]
    arena = lab.reduced(dict.fromkeys([*able, RANDOM, POOLING]), budgets)
    wanted = {name: arena.budgets_of(name) for name in arena.arms}
    wanted[POOLING] = sorted({*wanted[POOLING], *squares.values(), patches}, reverse=True)
    settings = {name: f"{world.name} {first} {questions}" for name in wanted}
    if folder:
        settings = {name: f"{told} {_weights(arena.member(name))}" for name, told in settings.items()}
    marks = marks_of(arena, world, asked, wanted, settings, folder)
    families = list(world.families)
    scores = {name: {n: _matrix(own, n, asked, families) for n in wanted[name]} for name, own in marks.items()}
    rows = {
        row: these for row, these in _rows(world, asked, families).items() if row == AVERAGE or these.sum() >= LEAST
    }
    times = _times(lab, world, asked[:timed], {name: wanted[name] for name in able}, patches)
    resampled, found = Bootstrap(len(drawn)), []
    for n in budgets:
        for name in able:
            if n not in wanted[name] or (name == POOLING and squares[n] != n):
                continue
            own = scores[name][n]
            means = {row: np.nanmean(np.where(these, own, np.nan)) for row, these in rows.items() if row != AVERAGE}
            found.append(
                ReducerScore(
                    reducer=name,
                    label=arena.arms[name].label,
                    visual_tokens=n,
                    average=resampled.estimate(own),
                    rows={row: float(mean) for row, mean in sorted(means.items())},
                    over_random=resampled.paired(own, scores[RANDOM][n]) if name != RANDOM else None,
                    over_pooling=resampled.paired(own, scores[POOLING][squares[n]]) if name != POOLING else None,
                    time_ratio=times.get((name, n)),
                )
            )
    counts = {row: int(these.sum()) for row, these in sorted(rows.items())}
    full = resampled.estimate(scores[POOLING][patches])
    return Reducers(world.name, len(drawn), lab.pooling_arm, patches, full, counts, found, unable)


def _some(world: "World", sample, place: int, most: int | None) -> list["Question"]:
    """Some of the questions of all families, others for each place."""
    questions = world.questions(sample, test=True)
    if most is None or most >= len(questions):
        return questions
    return [questions[i] for i in sorted(np.random.default_rng([place, 5]).permutation(len(questions))[:most])]


def _weights(member: "Member") -> str:
    """What an arm's answers depend on: digests of its model's weights, and of its reducer's own."""
    from fmvr.reduce.learned.learned import Learned
    from fmvr.runs.identity import digest

    own = [member.reducer.weights] if isinstance(member.reducer, Learned) else []
    return " ".join(digest(path) for path in [member.model.name_or_path, *own])


def _matrix(own: Marks, budget: int, asked: Asked, families: list[str]) -> np.ndarray:
    """Marks as [samples, families], NaN where a family was not asked."""
    matrix = np.full((len(asked), len(families)), np.nan)
    for i, ((_, questions), row) in enumerate(zip(asked, own.marks[budget])):
        for question, mark in zip(questions, row, strict=True):
            matrix[i, families.index(question.family)] = mark
    return matrix


def _rows(world: "World", asked: Asked, families: list[str]) -> dict[str, np.ndarray]:
    """Rows of the table → which of the questions they are about, [samples, families]."""
    rows: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((len(asked), len(families)), bool))
    for i, (sample, questions) in enumerate(asked):
        for question in questions:
            for row in told(world, sample, question):
                rows[row][i, families.index(question.family)] = True
    return dict(rows)


def _times(lab: "Lab", world: "World", asked: Asked, budgets: dict[str, list[int]], patches: int) -> dict:
    """Reducer and budget → the time to the first token, as a share of that without reduction; medians over samples.

    Each takes its turn on each picture, so that a busy moment of the machine falls on all. Encoding is left out.
    """
    taken = defaultdict(list)
    turns = [(WHOLE, POOLING, patches), *((name, name, n) for name, own in budgets.items() for n in own)]
    for sample, questions in asked:
        view, question = lab.look(world.picture(sample)), questions[0].text
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
