"""Do the maps mark the object that is named? Share of a map's energy inside the object's box, against chance.

`python -m fmvr.evaluation faithfulness` prints both models' figures.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from tqdm.auto import tqdm

from fmvr.lab import Lab
from fmvr.scenes.draw import SIDE
from fmvr.scenes.questions import FAMILIES, fill
from fmvr.scenes.scene import SPLITS, Scene


@dataclass(frozen=True)
class Faithfulness:
    """Means over `maps` maps of an object's name.

    `inside`: share of the map's energy in the object's box. `box`: the box's share of the picture, which is what a
    map without meaning would get. `ratio`: mean of inside / box over the maps.
    """

    side: str
    visual_tokens: int
    maps: int
    inside: float
    box: float
    ratio: float


def measure(lab: Lab, scenes: int = 200, tokens: int = 576, first: int = SPLITS["test"]) -> list[Faithfulness]:
    """One map a scene and model: the noun in the answer to "What is the … object?", where that answer names one object.

    Scenes without such an answer are passed over, up to ten times as many as asked for.
    """
    found = []
    for side in lab.models:
        inside, box = [], []
        found_maps = (_map(lab, Scene.from_seed(seed), side, tokens) for seed in range(first, first + 10 * scenes))
        maps = islice((m for m in found_maps if m is not None), scenes)
        for heat, (x0, y0, x1, y1) in tqdm(maps, f"maps {side} FMVR", total=scenes):
            inside.append(heat.inside([(x0, y0, x1, y1)]))
            box.append((x1 - x0) * (y1 - y0) / SIDE**2)
        ratio = np.mean(np.array(inside) / np.array(box))
        found.append(Faithfulness(side, tokens, len(box), float(np.mean(inside)), float(np.mean(box)), float(ratio)))
    return found


def _map(lab: Lab, scene: Scene, side: str, tokens: int):
    """The map of an object's name and the object's box; None where the model names no object that is there once."""
    kind = FAMILIES["extreme"]
    slots = kind.draw(scene, np.random.default_rng(scene.seed))
    if slots is None:
        return None
    view = lab.look(scene.render())
    answer = view.ask(fill(kind.wordings[0], slots), tokens, side == "with")
    named = scene.matching(answer.text)
    if len(named) != 1:
        return None
    return view.gradcam(answer, word=len(answer.words) - 1), named[0].box
