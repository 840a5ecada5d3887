"""The maps of the questions that break first: where a model looks at its full budget, and where it breaks."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from fmvr.errors import BadInput
from fmvr.evaluation.report.summary import Break
from fmvr.lab import Lab
from fmvr.worlds.folder import FolderWorld


@dataclass(frozen=True)
class Example:
    """A question that breaks: its picture as the model sees it, and raw maps of the whole answer, ≥ 0, [24, 24]."""

    broken: Break
    picture: Image.Image
    maps: dict[str, dict[int, np.ndarray]]  # arm → budget → map, at the arm's full budget and where it breaks


def examples(lab: Lab, world: FolderWorld, breaks: list[Break], most: int = 12) -> list[Example]:
    """The first `most` of them; one whose picture cannot be read any more is passed over."""
    shown = []
    for broken in breaks:
        if len(shown) == most:
            break
        try:
            view = lab.look(world.folder / broken.row.image)
        except BadInput:
            continue
        maps = {}
        for arm, budget in broken.budgets.items():
            answers = view.ask_each(broken.row.question, [max(broken.holds[arm]), budget], arm)
            maps[arm] = {answer.visual_tokens: view.gradcam(answer).grid for answer in answers}
        shown.append(Example(broken, view.image, maps))
    return shown
