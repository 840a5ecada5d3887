"""Do the maps mark what the answer leans on? Every method, against the box of what is asked, and by taking it away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm.auto import tqdm

from fmvr.errors import BadInput
from fmvr.evaluation.statistics import Bootstrap, Estimate

if TYPE_CHECKING:
    from fmvr.answering.answer import Answer
    from fmvr.explain.maps import Map
    from fmvr.lab import Lab
    from fmvr.view import View
    from fmvr.worlds.world import Question, World

BUDGETS = (576, 36)  # of an arm that has others, those nearest to these
SHOWN = 3  # examples of the most, and of the least faithful maps
IGNORANT = ("random", "centre")  # maps that know nothing
Key = tuple[str, int, str]  # arm, budget, method
Figures = tuple[float, float, bool, float]  # inside, box, pointing, ROAD


@dataclass(frozen=True)
class MethodFigures:
    """One method's maps of answers about one thing, with one arm at one budget.

    `inside`: share of the map in the thing's box. `box`: the box's share of the picture. `ratio`: inside / box, mean
    over the maps. `pointing`: share of maps whose brightest place is in the box (the pointing game). `road`: how much
    more probable the answer stays when the places the map marks least are taken away than when those it marks most are,
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
    """One map by the page's method, to be made again: the test sample's place, what was asked, and its figures."""

    place: int
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
    """One map a sample, arm, budget and method: of the answer to the sample's first question about one thing alone.

    Samples about which any arm, at any budget, is not quite right are passed over, up to ten times as many as asked
    for: all figures are of the same samples.

    Args:
        methods: of the maps; all of them where nothing else is said.
        removed: percentiles at which ROAD takes places away.

    Raises BadInput where no sample is left.
    """
    import torch

    from fmvr.evaluation.road import REMOVED
    from fmvr.explain.methods import METHOD, METHODS

    methods, removed = methods or list(METHODS), removed or REMOVED
    torch.manual_seed(0)  # ROAD fills in with a little noise
    places: list[int] = []
    rows: dict[Key, list[Figures]] = defaultdict(list)
    with tqdm(total=samples, desc="pictures") as bar:
        for place in range(first, first + 10 * samples):
            if len(places) == samples:
                break
            if figures := _figures(lab, world, place, methods, removed):
                bar.update()
                for key, row in figures.items():
                    rows[key].append(row)
                places.append(place)
    if not places:
        raise BadInput(f"Of {10 * samples} samples none has a question about one thing that is always answered right.")
    resampled, result = Bootstrap(len(places)), []
    for (arm, tokens, method), figures in rows.items():
        inside, box, pointing, road = np.array(figures).T
        estimates = [resampled.estimate(each[:, None]) for each in (inside, inside / box, pointing, road)]
        result.append(MethodFigures(arm, tokens, method, len(places), estimates[0], float(box.mean()), *estimates[1:]))
    budget = _budgets(lab, lab.main)[0]
    page = METHOD if METHOD in methods else methods[0]
    return Faithfulness(page, result, _examples(world, lab.main, budget, places, rows[lab.main, budget, page]))


def question_about_one(world: "World", sample: Any) -> "Question | None":
    """A sample's first question about one thing alone; None where it has none, or its world does not say."""
    return next((asked for asked in world.questions(sample) if asked.about and len(asked.about) == 1), None)


def _budgets(lab: "Lab", arm: str) -> list[int]:
    own = lab.budgets_of(arm)
    return list(dict.fromkeys(min(own, key=lambda n: (abs(n - wanted), n)) for wanted in BUDGETS))


def _examples(world: "World", arm: str, budget: int, places: list[int], rows: list[Figures]) -> list[MapExample]:
    order = np.argsort([-road for *_, road in rows]).tolist()
    chosen = list(dict.fromkeys(order[:SHOWN] + order[-SHOWN:]))
    asked = [question_about_one(world, world.sample("test", places[i])).text for i in chosen]
    return [MapExample(places[i], q, arm, budget, float(rows[i][0]), float(rows[i][3])) for i, q in zip(chosen, asked)]


def _figures(
    lab: "Lab", world: "World", place: int, methods: Sequence[str], removed: Sequence[int]
) -> dict[Key, Figures]:
    """The figures of the test sample at a place; empty for one that is passed over."""
    from fmvr.evaluation.road import Road

    sample = world.sample("test", place)
    asked = question_about_one(world, sample)
    if asked is None:
        return {}
    view, box = lab.look(world.picture(sample)), asked.about[0].box
    answers = {(arm, n): view.ask(asked.text, n, arm) for arm in lab.arms for n in _budgets(lab, arm)}
    if any(world.score(asked.family, answer.text, asked.answer) < 1 for answer in answers.values()):
        return {}
    rows = {}
    for (arm, n), answer in answers.items():
        road = Road(view, answer)
        for method, heat in _maps(view, answer, place, methods).items():
            rows[arm, n, method] = heat.inside([box]), heat.covered([box]), heat.points_at(box), road.of(heat, removed)
    return rows


def _maps(view: "View", answer: "Answer", seed: int, methods: Sequence[str]) -> dict[str, "Map"]:
    """The maps of the answer by every method, and two that know nothing: noise, a centred Gaussian."""
    from fmvr.explain.maps import Map

    made = {method: view.gradcam(answer, method=method) for method in methods}
    grid, width = next(iter(made.values())).grid, view.image.width
    far = np.hypot(*(np.indices(grid.shape) - (len(grid) - 1) / 2)) / len(grid)
    blank = (np.random.default_rng(seed).random(grid.shape), np.exp(-((far / 0.25) ** 2) / 2))
    return made | {name: Map(values.astype(np.float32), width) for name, values in zip(IGNORANT, blank)}
