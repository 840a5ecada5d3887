"""The task `fmvr_scenes` for lmms-eval: the first scenes of `python -m fmvr.evaluation accuracy` and its questions.

Nothing is downloaded or written: a document names a scene, whose picture is drawn when it is asked about.
"""

import numpy as np
from datasets import Dataset, DatasetDict
from lmms_eval.api.task import ConfigurableTask
from PIL import Image

from fmvr.scenes.questions import FAMILIES, ask_all
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.scenes.scoring import score


class Scenes(ConfigurableTask):
    """`dataset_kwargs: {scenes: …}`: how many test scenes."""

    def __init__(self, config: dict):
        super().__init__(config={name: value for name, value in config.items() if name != "class"})

    def download(self, dataset_kwargs: dict) -> None:
        seeds = range(SPLITS["test"], SPLITS["test"] + dataset_kwargs["scenes"])
        rows = [
            {"scene": seed, "family": q.family, "question": q.text, "answer": q.answer}
            for seed in seeds
            for q in ask_all(Scene.from_seed(seed), test=True)
        ]
        self.dataset = self.dataset_no_image = DatasetDict({self.config.test_split: Dataset.from_list(rows)})


def picture(row: dict) -> list[Image.Image]:
    return [Scene.from_seed(row["scene"]).render()]


def scored(row: dict, answers: list[str]) -> dict:
    """The answer's score for its family and, with the family's name, for the average."""
    right = score(row["family"], answers[0], row["answer"])
    return {row["family"]: right, "average": (row["family"], right)}


def average(scores: list[tuple[str, float]]) -> float:
    """The mean over families of their means over questions."""
    by_family = [[right for family, right in scores if family == name] for name in FAMILIES]
    return float(np.mean([np.mean(rights) for rights in by_family if rights]))
