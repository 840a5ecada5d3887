"""The task `fmvr_world` for lmms-eval: the first pictures of `python -m fmvr.evaluation accuracy` and its questions.

Nothing is downloaded or written: a document names a picture, which is drawn when it is asked about.
"""

import numpy as np
from datasets import Dataset, DatasetDict
from lmms_eval.api.task import ConfigurableTask
from PIL import Image

from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.language.groups import GROUP_OF

WORLD, SPLIT = WORLDS["embedded"], "test"


class Samples(ConfigurableTask):
    """`dataset_kwargs: {samples: …}`: how many test pictures of `world`."""

    world = WORLD

    def __init__(self, config: dict):
        super().__init__(config={name: value for name, value in config.items() if name != "class"})

    def download(self, dataset_kwargs: dict) -> None:
        rows = [
            {"place": place, "family": question.family, "question": question.text, "answer": question.answer}
            for place in range(dataset_kwargs["samples"])
            for question in self.world.questions(self.world.sample(SPLIT, place), test=True)
        ]
        self.dataset = self.dataset_no_image = DatasetDict({self.config.test_split: Dataset.from_list(rows)})


def picture(row: dict) -> list[Image.Image]:
    return [WORLD.picture(WORLD.sample(SPLIT, row["place"]))]


def scored(row: dict, answers: list[str]) -> dict:
    """The answer's score with its family's name, for the family's group and for the average."""
    found = row["family"], WORLD.score(row["family"], answers[0], row["answer"])
    return {GROUP_OF[row["family"]]: found, "average": found}


def average(scores: list[tuple[str, float]]) -> float:
    """The mean over families of their means over questions."""
    by_family = [[score for family, score in scores if family == name] for name in WORLD.families]
    return float(np.mean([np.mean(own) for own in by_family if own]))
