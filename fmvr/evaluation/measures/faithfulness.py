"""Do the maps mark what the answer leans on? Every method, against the objects' boxes and by taking features away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from fmvr.errors import BadInput
from fmvr.evaluation.asking import check_scenes
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.scene import SPLITS, Scene
from fmvr.worlds.scenes.wording import fill

if TYPE_CHECKING:
    from fmvr.answering.answer import Answer
    from fmvr.explain.cam import Map
    from fmvr.lab import Lab
    from fmvr.view import View
    from fmvr.worlds.world import World

BUDGETS = (576, 36)  # of an arm that has others, those nearest to these
SHOWN = 3  # examples of the most, and of the least faithful maps
IGNORANT = ("random", "centre")  # maps that know nothing
Key = tuple[str, int, str]  # arm, budget, method
Figures = tuple[float, float, bool, float]  # inside, box, pointing, ROAD


@dataclass(frozen=True)
class MethodFigures:
    """One method's maps of an object's name, with one arm at one budget.

    `inside`: share of the map in the object's box. `box`: the box's share of the picture. `ratio`: inside / box, mean
    over the maps. `pointing`: share of maps whose brightest place is in the box (the pointing game). `road`: how much
    more probable the name stays when the places the map marks least are taken away than when those it marks most are,
    halved (ROAD combined, see `fmvr.evaluation.road`), from −0.5 to 0.5; on the tower's features, the grid the map is
    of.
    """

    arm: str
    visual_tokens: int
    method: str
    maps: int
    inside: Estimate
    box: float
    ratio: Estimate
    pointing: Estimate
    road: Estimate


@dataclass(frozen=True)
class MapExample:
    """One map by the page's method, to be made again: the scene's seed, what was asked, and its figures."""

    seed: int
    question: str
    arm: str
    visual_tokens: int
    inside: float
    road: float


@dataclass(frozen=True)
class Faithfulness:
    """The figures of every method, budget and arm. `examples`: by the page's `method`, the most faithful maps first and
    the least last.
    """

    method: str
    methods: list[MethodFigures]
    examples: list[MapExample]

    def __str__(self) -> str:
        heads = f"{'inside %':>10}{'ratio':>8}{'pointing %':>12}{'ROAD':>8}"
        lines = [f"{'':<13}{'tokens':>7} {'method':<22}{'maps':>5}{heads}"]
        for row in self.methods:
            lines.append(
                f"{row.arm:<13}{row.visual_tokens:>7} {row.method:<22}{row.maps:>5}"
                f"{100 * row.inside.mean:>10.1f}{row.ratio.mean:>8.1f}"
                f"{100 * row.pointing.mean:>12.1f}{row.road.mean:>8.3f}"
            )
        return "\n".join(lines)


def measure(
    lab: "Lab",
    world: "World",
    samples: int,
    first: int = 0,
    methods: Sequence[str] | None = None,
    removed: Sequence[int] | None = None,
) -> Faithfulness:
    """One map a scene, arm, budget and method: of the noun in the answer to "What is the … object?".

    Scenes in which any arm, at any budget, names no object that is there once are passed over, up to ten times as many
    as asked for: all figures are of the same scenes.

    Args:
        methods: of the maps; all of them where nothing else is said.
        removed: percentiles at which ROAD takes places away.

    Raises BadInput where no scene is left.
    """
    import torch

    from fmvr.evaluation.road import REMOVED
    from fmvr.explain.cam import METHOD, METHODS

    check_scenes(world)
    methods, removed = methods or list(METHODS), removed or REMOVED
    torch.manual_seed(0)  # ROAD fills in with a little noise
    seeds: list[int] = []
    rows: dict[Key, list[Figures]] = defaultdict(list)
    with tqdm(total=samples, desc="scenes") as bar:
        for seed in range(SPLITS["test"] + first, SPLITS["test"] + first + 10 * samples):
            if len(seeds) == samples:
                break
            if figures := _scene(lab, Scene.from_seed(seed), methods, removed):
                bar.update()
                for key, row in figures.items():
                    rows[key].append(row)
                seeds.append(seed)
    if not seeds:
        raise BadInput(f"In none of {10 * samples} scenes did every answer name one object that is there.")
    resampled, result = Bootstrap(len(seeds)), []
    for (arm, tokens, method), figures in rows.items():
        inside, box, pointing, road = np.array(figures).T
        estimates = [resampled.estimate(each[:, None]) for each in (inside, inside / box, pointing, road)]
        result.append(MethodFigures(arm, tokens, method, len(seeds), estimates[0], float(box.mean()), *estimates[1:]))
    budget = _budgets(lab, lab.main)[0]
    page = METHOD if METHOD in methods else methods[0]
    return Faithfulness(page, result, _examples(lab.main, budget, seeds, rows[lab.main, budget, page]))


def question_about(scene: Scene) -> str | None:
    """The question "What is the … object?" that is asked about a scene; None where there is none to ask."""
    kind = FAMILIES["extreme"]
    slots = kind.draw(scene, np.random.default_rng(scene.seed))
    return slots and fill(kind.wordings[0], slots)


def _budgets(lab: "Lab", arm: str) -> list[int]:
    own = lab.budgets_of(arm)
    return list(dict.fromkeys(min(own, key=lambda n: (abs(n - wanted), n)) for wanted in BUDGETS))


def _examples(arm: str, budget: int, seeds: list[int], rows: list[Figures]) -> list[MapExample]:
    order = np.argsort([-road for *_, road in rows]).tolist()
    chosen = list(dict.fromkeys(order[:SHOWN] + order[-SHOWN:]))
    asked = [question_about(Scene.from_seed(seeds[i])) for i in chosen]
    return [MapExample(seeds[i], q, arm, budget, float(rows[i][0]), float(rows[i][3])) for i, q in zip(chosen, asked)]


def _scene(lab: "Lab", scene: Scene, methods: Sequence[str], removed: Sequence[int]) -> dict[Key, Figures]:
    """The figures of one scene; empty for a scene that is passed over."""
    from fmvr.evaluation.road import Road

    asked = question_about(scene)
    if asked is None:
        return {}
    view = lab.look(scene.render())
    answers = {(arm, n): view.ask(asked, n, arm) for arm in lab.arms for n in _budgets(lab, arm)}
    named = {key: scene.matching(answer.text) for key, answer in answers.items()}
    if any(len(things) != 1 for things in named.values()):
        return {}
    rows = {}
    for (arm, n), answer in answers.items():
        box = named[arm, n][0].box
        road = Road(view, answer)
        for method, heat in _maps(view, answer, scene.seed, methods).items():
            figures = heat.inside([box]), heat.covered([box]), heat.points_at(box), road.of(heat, removed)
            rows[arm, n, method] = figures
    return rows


def _maps(view: "View", answer: "Answer", seed: int, methods: Sequence[str]) -> dict[str, "Map"]:
    """The maps of the answer's last word by every method, and two that know nothing: noise, a centred Gaussian."""
    from fmvr.explain.cam import Map

    last = len(answer.words) - 1
    made = {method: view.gradcam(answer, last, method) for method in methods}
    grid, width = next(iter(made.values())).grid, view.image.width
    far = np.hypot(*(np.indices(grid.shape) - (len(grid) - 1) / 2)) / len(grid)
    blank = (np.random.default_rng(seed).random(grid.shape), np.exp(-((far / 0.25) ** 2) / 2))
    return made | {name: Map(values.astype(np.float32), width) for name, values in zip(IGNORANT, blank)}
