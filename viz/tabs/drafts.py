"""The tasks of a worksheet before their pictures are drawn."""

from dataclasses import dataclass

import numpy as np

from fmvr.worlds.world import Question, TrainingWorld
from viz.tabs.samples import ENDLESS, SPLIT, Specimen, drawn, posed, specimen_at

TASKS = 10
AGAIN = "count"  # the family that is asked once more, where a world has it


@dataclass(frozen=True)
class Draft:
    """A task before its picture is drawn."""

    specimen: Specimen
    question: Question
    tokens: int


def draw_tasks(world: TrainingWorld, number: int, budgets: list[int]) -> list[Draft]:
    """The tasks of a sheet: every family of question, every budget equally often, pictures nobody trained on."""
    rng, drafts = np.random.default_rng(number), []
    families = list(world.families) if len(world.families) < TASKS else drawn(world, rng)
    families = [*families, AGAIN] if AGAIN in families else families
    spread = rng.permutation(np.resize(sorted(budgets), TASKS)).tolist()
    for family, tokens in zip(np.resize(families, TASKS).tolist(), spread):
        question = None
        while question is None:
            specimen = specimen_at(world, int(rng.integers(world.size(SPLIT) or ENDLESS)))
            question = posed(world, specimen.sample, family, rng)
        drafts.append(Draft(specimen, question, tokens))
    return drafts
