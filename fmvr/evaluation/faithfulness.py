"""Do the maps mark what the answer leans on? Every method, against the objects' boxes and by taking features away."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import torch
from pytorch_grad_cam.metrics.road import ROADCombined
from torch import nn
from tqdm.auto import tqdm

from fmvr.answer import Answer
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.gradcam import METHODS, Map
from fmvr.inputs import BadInput
from fmvr.lab import METHOD, Lab, View
from fmvr.scenes.questions import FAMILIES, fill
from fmvr.scenes.scene import SPLITS, Scene

BUDGETS = (576, 36)
REMOVED = [20, 40, 60, 80]  # percentiles at which ROAD takes places away
SHOWN = 3  # examples of the most, and of the least faithful maps


@dataclass(frozen=True)
class Faithfulness:
    """One method's maps of an object's name, with one model at one budget.

    `inside`: share of the map in the object's box. `box`: the box's share of the picture. `ratio`: inside / box, mean
    over the maps. `pointing`: share of maps whose brightest place is in the box (the pointing game). `road`: how much
    more probable the name stays when the places the map marks least are taken away than when those it marks most are,
    halved (ROAD combined; Rong et al., A Consistent and Efficient Evaluation Strategy for Attribution Methods,
    arXiv 2202.00449), from −0.5 to 0.5; on the tower's features, the grid the map is of.
    """

    side: str
    visual_tokens: int
    method: str
    maps: int
    inside: Estimate
    box: float
    ratio: Estimate
    pointing: Estimate
    road: Estimate


@dataclass(frozen=True)
class Example:
    """One map by the page's method, to be made again: the scene's seed, what was asked, and its figures."""

    seed: int
    question: str
    side: str
    visual_tokens: int
    inside: float
    road: float


@dataclass(frozen=True)
class Maps:
    """The figures of every method, budget and model, and examples: the most faithful maps first, the least last."""

    maps: list[Faithfulness]
    examples: list[Example]

    def __str__(self) -> str:
        heads = f"{'inside %':>10}{'ratio':>8}{'pointing %':>12}{'ROAD':>8}"
        lines = [f"{'':<13}{'tokens':>7} {'method':<22}{'maps':>5}{heads}"]
        for row in self.maps:
            lines.append(
                f"{row.side + ' FMVR':<13}{row.visual_tokens:>7} {row.method:<22}{row.maps:>5}"
                f"{100 * row.inside.mean:>10.1f}{row.ratio.mean:>8.1f}"
                f"{100 * row.pointing.mean:>12.1f}{row.road.mean:>8.3f}"
            )
        return "\n".join(lines)


def measure(lab: Lab, scenes: int, first: int = SPLITS["test"]) -> Maps:
    """One map a scene, model, budget and method: of the noun in the answer to "What is the … object?".

    Scenes in which any model, at any budget, names no object that is there once are passed over, up to ten times as
    many as asked for: all figures are of the same scenes. Raises BadInput where that leaves none.
    """
    torch.manual_seed(0)  # ROAD fills in with a little noise
    kept, seeds, found = 0, [], defaultdict(list)
    with tqdm(total=scenes, desc="scenes") as bar:
        for seed in range(first, first + 10 * scenes):
            if kept == scenes:
                break
            if rows := _scene(lab, Scene.from_seed(seed)):
                kept += 1
                bar.update()
                for key, row in rows.items():
                    found[key].append(row)
                seeds.append(seed)
    if not kept:
        raise BadInput(f"In none of {10 * scenes} scenes did every answer name one object that is there.")
    resampled = Bootstrap(kept)
    result = []
    for (side, tokens, method), rows in found.items():
        inside, box, pointing, road = np.array(rows).T
        estimates = [resampled.estimate(each[:, None]) for each in (inside, inside / box, pointing, road)]
        result.append(Faithfulness(side, tokens, method, kept, estimates[0], float(box.mean()), *estimates[1:]))
    return Maps(result, _examples(lab.main, seeds, found[lab.main, BUDGETS[0], METHOD]))


def question_about(scene: Scene) -> str | None:
    """The question "What is the … object?" that is asked about a scene; None where there is none to ask."""
    kind = FAMILIES["extreme"]
    slots = kind.draw(scene, np.random.default_rng(scene.seed))
    return slots and fill(kind.wordings[0], slots)


def _examples(side: str, seeds: list[int], rows: list[tuple[float, float, float, float]]) -> list[Example]:
    order = np.argsort([-road for *_, road in rows]).tolist()
    chosen = list(dict.fromkeys(order[:SHOWN] + order[-SHOWN:]))
    asked = [question_about(Scene.from_seed(seeds[i])) for i in chosen]
    return [Example(seeds[i], q, side, BUDGETS[0], float(rows[i][0]), float(rows[i][3])) for i, q in zip(chosen, asked)]


def _scene(lab: Lab, scene: Scene) -> dict[tuple[str, int, str], tuple[float, float, float, float]]:
    """Model, budget, method → inside, box, pointing, ROAD; empty for a scene that is passed over."""
    asked = question_about(scene)
    if asked is None:
        return {}
    view = lab.look(scene.render())
    answers = {(side, n): view.ask(asked, n, side == "with") for side in lab.models for n in BUDGETS}
    named = {key: scene.matching(answer.text) for key, answer in answers.items()}
    if any(len(things) != 1 for things in named.values()):
        return {}
    rows = {}
    for (side, n), answer in answers.items():
        box = named[side, n][0].box
        road = Road(view, answer)
        for method, found in _maps(view, answer, scene.seed).items():
            rows[side, n, method] = (found.inside([box]), found.covered([box]), found.points_at(box), road.of(found))
    return rows


def _maps(view: View, answer: Answer, seed: int) -> dict[str, Map]:
    """The maps of the answer's last word by every method, and two that know nothing: noise, a centred Gaussian."""
    last = len(answer.words) - 1
    made = {method: view.gradcam(answer, last, method) for method in METHODS}
    grid, side = next(iter(made.values())).grid, view.image.width
    far = np.hypot(*(np.indices(grid.shape) - (len(grid) - 1) / 2)) / len(grid)
    nothing = {"random": np.random.default_rng(seed).random(grid.shape), "centre": np.exp(-((far / 0.25) ** 2) / 2)}
    return made | {name: Map(values.astype(np.float32), side) for name, values in nothing.items()}


class Road(nn.Module):
    """ROAD on one answer: the tower's features as a picture in, the probability of the answer's last word out."""

    def __init__(self, view: View, answer: Answer):
        super().__init__()
        self.wrapped, self.hidden = view.from_layer(answer, view.lab.layers)
        self.wrapped.input_ids, positions = view.said(answer, len(answer.words) - 1)
        self.ahead = torch.tensor(positions, device=self.hidden.device) - 1

    @torch.inference_mode()
    def forward(self, features: torch.Tensor) -> torch.Tensor:  # [1, D, 24, 24] → [1]
        hidden = torch.cat([self.hidden[:, :1], features.flatten(2).transpose(1, 2)], 1)
        chances = self.wrapped(hidden)[0].float().log_softmax(-1)
        ids = self.wrapped.input_ids[0]
        return chances[self.ahead, ids[self.ahead + 1]].sum().exp()[None]

    def of(self, found: Map) -> float:
        """ROAD combined of a map. Places go by their rank, equal ones in random order."""
        side = len(found.grid)
        features = self.hidden[:, 1:].transpose(1, 2).unflatten(2, (side, side)).float().clone()
        ranks, chance = np.empty(found.grid.size), np.random.default_rng(0).random(found.grid.size)
        ranks[np.lexsort((chance, found.grid.ravel()))] = np.linspace(0, 1, found.grid.size)
        score = ROADCombined(REMOVED)(features, ranks.reshape(1, side, side), [lambda chance: chance], self)
        return float(score[0])
