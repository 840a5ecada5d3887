"""Out of the world: accuracy on pictures and samples unlike those of training, by how far they are from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tqdm.auto import tqdm

from fmvr.errors import BadInput
from fmvr.evaluation.asking import baseline, scores_of
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.worlds.changes import DISTURBANCES, Change
from fmvr.worlds.scenes.scene import SPLITS

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
    lab: "Lab",
    world: "World",
    samples: int,
    first: int = 0,
    names: Sequence[str] | None = None,
    last: bool = False,
) -> Robustness:
    """Ask every family about `samples` test samples at every step of every change, with each arm at its budgets.

    Args:
        names: of changes; all that the world's pictures and samples can be put through where nothing else is said.
        last: the last step of each alone.
    """
    changes = DISTURBANCES | getattr(world, "changes", {})
    rows = []
    steps = [
        (name, step)
        for name in names or changes
        for step in (changes[name].steps[-1:] if last else changes[name].steps)
    ]
    for name, step in tqdm(steps, "steps"):
        change = changes[name]
        drawn, seeds = _drawn(world, change, step, first, samples)
        shown = lambda sample: change.shown(world, sample, step, seeds[id(sample)])  # noqa: B023, E731
        scores = scores_of(lab, world, drawn, picture=shown)
        base, resampled = baseline(scores), Bootstrap(len(drawn))
        for n in lab.budgets:
            for arm, by in scores.items():
                if n not in by:
                    continue
                other = scores[base].get(n) if arm != base else None
                ahead = resampled.paired(by[n], other).difference if other is not None else None
                rows.append(StepScore(name, change.unit, step, arm, n, len(drawn), resampled.estimate(by[n]), ahead))
    return Robustness(baseline(lab.arms), rows)


def _drawn(world: "World", change: Change, step: float, first: int, count: int) -> tuple[list, dict[int, int]]:
    """So many samples, or as many as there are, and by their identity the seed of each. Raises BadInput for none."""
    size = world.size("test")
    places = range(first, first + 100 * count if size is None else min(first + 100 * count, size))
    found = ((change.sample(world, place, step), place) for place in places)
    kept = list(islice(((sample, place) for sample, place in found if sample is not None), count))
    if not kept:
        raise BadInput(f"The world {world.name!r} has no test samples to put through this change.")
    return [sample for sample, _ in kept], {id(sample): SPLITS["test"] + place for sample, place in kept}
