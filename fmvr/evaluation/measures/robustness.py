"""Out of the world: accuracy on pictures and scenes unlike those of training, by how far they are from them."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tqdm.auto import tqdm

from fmvr.evaluation.asking import baseline, check_scenes, scores_of
from fmvr.evaluation.changes import CHANGES, Change
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.worlds.scenes.scene import SPLITS, Scene

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World


@dataclass(frozen=True)
class StepScore:
    """The mean over families at one step of one change, for one arm and budget.

    `ahead`: by how much the arm is ahead of the baseline there, on the same questions; None for the baseline, and at a
    budget that it does not have.
    """

    change: str
    unit: str
    step: float
    arm: str
    visual_tokens: int
    samples: int
    average: Estimate
    ahead: Estimate | None


@dataclass(frozen=True)
class Robustness:
    """Every change, step, arm and budget; differences are to the `baseline`."""

    baseline: str
    steps: list[StepScore]

    def __str__(self) -> str:
        budgets = sorted({row.visual_tokens for row in self.steps}, reverse=True)
        lines = [f"{'change':<14}{'step':>7} {'':<13}{''.join(f'{n:>8}' for n in budgets)}"]
        by_line = {}
        for row in self.steps:
            by_line.setdefault((row.change, row.step, row.arm), {})[row.visual_tokens] = row.average.mean
        for (change, step, arm), means in by_line.items():
            cells = "".join(f"{100 * means[n]:>8.1f}" if n in means else " " * 8 for n in budgets)
            lines.append(f"{change:<14}{step:>7g} {arm:<13}{cells}")
        return "\n".join(lines)


def measure(
    lab: "Lab", world: "World", samples: int, first: int = 0, changes: dict[str, Change] = CHANGES
) -> Robustness:
    """Ask every family about `samples` test scenes at every step of every change, with each arm at its budgets."""
    check_scenes(world)
    resampled, rows = Bootstrap(samples), []
    steps = [(name, step) for name, change in changes.items() for step in change.steps]
    for name, step in tqdm(steps, "steps"):
        change = changes[name]
        drawn = _scenes(change, step, SPLITS["test"] + first, samples)
        scores = scores_of(lab, world, drawn, picture=partial(change.shown, step))
        base = baseline(scores)
        for n in lab.budgets:
            for arm, by in scores.items():
                if n not in by:
                    continue
                other = scores[base].get(n) if arm != base else None
                ahead = resampled.paired(by[n], other).difference if other is not None else None
                rows.append(StepScore(name, change.unit, step, arm, n, samples, resampled.estimate(by[n]), ahead))
    return Robustness(baseline(lab.arms), rows)


def last_steps(*names: str) -> dict[str, Change]:
    """Some of CHANGES, each with its last step alone."""
    return {name: replace(CHANGES[name], steps=CHANGES[name].steps[-1:]) for name in names}


def _scenes(change: Change, step: float, first: int, count: int) -> list[Scene]:
    scenes = (change.scene(seed, step) for seed in range(first, first + 100 * count))
    return list(islice((scene for scene in scenes if scene is not None), count))
