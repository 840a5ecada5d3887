"""The maps of the questions that break first: where a model looks at its full budget, and where it breaks."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from fmvr.errors import BadInput
from fmvr.evaluation.report.summary import Break
from fmvr.lab import Lab
from fmvr.media.clip import Clip
from fmvr.worlds.folder import FolderWorld


@dataclass(frozen=True)
class Example:
    """A question that breaks: the frames as the model sees them, one of a picture, what to call each, and raw maps of
    the whole answer, ≥ 0, [24, 24] for each frame."""

    broken: Break
    frames: tuple[Image.Image, ...]
    captions: list[str]
    maps: dict[str, dict[int, list[np.ndarray]]]  # arm → budget → maps, at the arm's full budget and where it breaks


def examples(lab: Lab, world: FolderWorld, breaks: list[Break], most: int = 12) -> list[Example]:
    """The first `most` of them; one whose picture cannot be read any more is passed over."""
    shown = []
    for broken in breaks:
        if len(shown) == most:
            break
        try:
            clip = Clip.read(world.picture(broken.row))
        except BadInput:
            continue
        view = lab.look(clip)
        maps = {}
        for arm, budget in broken.budgets.items():
            answers = view.ask_each(broken.row.question, [max(broken.holds[arm]), budget], arm)
            maps[arm] = {answer.visual_tokens: [one.grid for one in view.maps(answer)] for answer in answers}
        shown.append(Example(broken, view.frames, clip.captions, maps))
    return shown
