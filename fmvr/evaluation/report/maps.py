"""The maps of the questions that break first: where the model looks at the full budget, and where it breaks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fmvr.evaluation.report.summary import Break
from fmvr.inputs import BadInput
from fmvr.lab import Lab


@dataclass(frozen=True)
class Example:
    """A question that breaks: its picture as the model sees it, and raw maps of the whole answer, ≥ 0, [24, 24]."""

    broken: Break
    picture: Image.Image
    maps: dict[str, dict[int, np.ndarray]]  # side → budget → map, at the full budget and where it breaks


def examples(lab: Lab, folder: Path, breaks: list[Break], most: int = 12) -> list[Example]:
    """The first `most` of them; one whose picture cannot be read any more is passed over."""
    found = []
    for broken in breaks:
        if len(found) == most:
            break
        try:
            view = lab.look(folder / broken.row.image)
        except BadInput:
            continue
        maps = {}
        for side, tokens in broken.at.items():
            answers = view.ask_each(broken.row.question, [lab.budgets[0], tokens], side == "with")
            maps[side] = {answer.visual_tokens: view.gradcam(answer).grid for answer in answers}
        found.append(Example(broken, view.image, maps))
    return found
