"""What is said to be there and is not: yes-or-no questions as POPE asks them, descriptions as CHAIR counts them.

POPE: Li et al., Evaluating Object Hallucination in Large Vision-Language Models, arXiv 2305.10355. CHAIR: Rohrbach et
al., Object Hallucination in Image Captioning, arXiv 1809.02156.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from tqdm.auto import tqdm

from fmvr.evaluation.accuracy import answer_at_every_budget
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.lab import Lab
from fmvr.scenes.catalog import COLOURS, NOUNS, SHAPES, SIGN, TEST_ONLY_COMBINATIONS
from fmvr.scenes.questions import FAMILIES, Question, ask, fill
from fmvr.scenes.scene import SPLITS, Scene
from fmvr.scenes.scoring import named_in

ASKED = 3  # questions a scene about things that are there, and as many of each kind about things that are not
POPULAR = 10  # how many nouns count as common
COUNTED = 2000  # training scenes in which they are counted


@dataclass(frozen=True)
class Pope:
    """Questions "Is there a …?", half of them about things that are there; a yes is the positive answer.

    `negatives`: how the things that are not there were drawn, a key of NEGATIVES.
    """

    side: str
    visual_tokens: int
    negatives: str
    questions: int
    accuracy: Estimate
    precision: Estimate
    recall: Estimate
    f1: Estimate
    yes: Estimate


@dataclass(frozen=True)
class Chair:
    """Descriptions. `made_up`: share of the objects named of which there is none (CHAIR_i); `any_made_up`: share of the
    descriptions that name such an object (CHAIR_s); `too_often`: share of the objects named that are there, but fewer
    times; `named`: share of the objects there that are named.
    """

    side: str
    visual_tokens: int
    descriptions: int
    made_up: Estimate
    any_made_up: Estimate
    too_often: Estimate
    named: Estimate


@dataclass(frozen=True)
class Hallucination:
    """Both, for every model and budget."""

    scenes: int
    pope: list[Pope]
    chair: list[Chair]

    def __str__(self) -> str:
        heads = f"{'accuracy':>9}{'precision':>10}{'recall':>8}{'F1':>7}{'yes':>7}"
        rows = [f"{'':<13}{'tokens':>7} {'negatives':<12}{heads}"]
        for p in self.pope:
            shares = (p.accuracy, p.precision, p.recall, p.f1, p.yes)
            cells = [f"{100 * share.mean:>{width}.1f}" for share, width in zip(shares, (9, 10, 8, 7, 7))]
            rows.append(f"{p.side + ' FMVR':<13}{p.visual_tokens:>7} {p.negatives:<12}{''.join(cells)}")
        rows.append(f"{'':<13}{'tokens':>7} {'made up':>12}{'any':>9}{'too often':>10}{'named':>10}")
        for c in self.chair:
            shares = (c.made_up, c.any_made_up, c.too_often, c.named)
            cells = [f"{100 * share.mean:>{width}.1f}" for share, width in zip(shares, (12, 9, 10, 10))]
            rows.append(f"{c.side + ' FMVR':<13}{c.visual_tokens:>7} {''.join(cells)}")
        return "\n".join(rows)


def random_absent(scene: Scene) -> list[str]:
    """Any noun that names nothing in the scene."""
    return [noun for noun in NOUNS if not scene.matching(noun)]


def popular_absent(scene: Scene) -> list[str]:
    """The same among the nouns that training scenes hold most often."""
    return [noun for noun in _most_common() if not scene.matching(noun)]


def adversarial_absent(scene: Scene) -> list[str]:
    """What is nearly there: a shape or a sign of the scene in another colour, another shape in a colour of the scene.

    Co-occurrence, POPE's own choice, tells nothing here: objects of a scene are drawn independently. A scene without
    coloured objects has none.
    """
    coloured = [(thing.noun, thing.colour) for thing in scene.objects if thing.colour]
    near = {f"{colour} {noun}" for noun, _ in coloured for colour in COLOURS}
    near |= {f"{colour} {noun}" for _, colour in coloured for noun in (*SHAPES, SIGN)}
    untrained = {f"{colour} {noun}" for colour, noun in TEST_ONLY_COMBINATIONS}
    return sorted(phrase for phrase in near - untrained if not scene.matching(phrase))


NEGATIVES: dict[str, Callable[[Scene], list[str]]] = {
    "random": random_absent,
    "popular": popular_absent,
    "adversarial": adversarial_absent,
}


def measure(lab: Lab, scenes: int, first: int = SPLITS["test"], batch: int = 16) -> Hallucination:
    """Ask about things that are there and things that are not, and for a description, on `scenes` test scenes."""
    pope, chair = defaultdict(lambda: np.zeros((scenes, 4))), defaultdict(lambda: np.zeros((scenes, 6)))
    for start in tqdm(range(0, scenes, batch), "asking about scenes"):
        group = [Scene.from_seed(first + i) for i in range(start, min(start + batch, scenes))]
        drawn = [questions_of(scene) for scene in group]
        asked = [[q for part in parts.values() for q in part] for parts in drawn]
        pictures = [scene.render() for scene in group]
        for side in lab.models:
            for n, answers in answer_at_every_budget(lab, side, pictures, asked).items():
                for i, (scene, parts, said) in enumerate(zip(group, drawn, answers), start):
                    replies = iter(said)
                    right = {kind: [(q.answer, next(replies)) for q in part] for kind, part in parts.items()}
                    for kind in NEGATIVES:
                        pope[side, n, kind][i] = _confusion(right["there"][: len(right[kind])] + right[kind])
                    chair[side, n][i] = _described(scene, right["description"][0][1])
    resampled = Bootstrap(scenes)
    return Hallucination(
        scenes,
        [Pope(*key, int(counts.sum()), **_rates(resampled, counts.T)) for key, counts in pope.items()],
        [Chair(*key, scenes, **_shares(resampled, counts.T)) for key, counts in chair.items()],
    )


def questions_of(scene: Scene) -> dict[str, list[Question]]:
    """The questions about a scene: what is there (`there`), each kind of NEGATIVES, and one for a description."""
    rng, wording = np.random.default_rng([scene.seed, 3]), FAMILIES["existence"].wordings[0]
    there = sorted({thing.phrase for thing in scene.objects})
    drawn = {"there": (there, "yes")} | {kind: (draw(scene), "no") for kind, draw in NEGATIVES.items()}
    questions = {}
    for kind, (phrases, answer) in drawn.items():
        most = min(ASKED, len(there))  # as many noes as yeses, and both of what the scene has
        chosen = rng.permutation(phrases)[:most].tolist()
        questions[kind] = [Question("existence", fill(wording, {"x": phrase}), answer) for phrase in chosen]
    return questions | {"description": [ask(scene, "description", rng)]}


@cache
def _most_common() -> tuple[str, ...]:
    found = Counter()
    for seed in range(SPLITS["train"], SPLITS["train"] + COUNTED):
        found.update({thing.noun for thing in Scene.from_seed(seed).objects})
    return tuple(noun for noun, _ in found.most_common(POPULAR))


def _confusion(answers: list[tuple[str, str]]) -> tuple[int, int, int, int]:
    """Of pairs of what is right and what was said: true and false positives, false and true negatives."""
    said = Counter((right, text.lower().startswith("yes")) for right, text in answers)
    return said["yes", True], said["no", True], said["yes", False], said["no", False]


def _described(scene: Scene, text: str) -> tuple[int, int, int, int, int, int]:
    """Objects named, of them made up, whether any is, of them named too often, objects there, of them named."""
    named, there = named_in(text), Counter(thing.phrase for thing in scene.objects)
    made_up = sum(times for phrase, times in named.items() if phrase not in there)
    too_often, shared = (named - there).total() - made_up, (named & there).total()
    return named.total(), made_up, made_up > 0, too_often, there.total(), shared


def _rates(resampled: Bootstrap, counts: np.ndarray) -> dict[str, Estimate]:
    hit, false, missed, rejected = counts
    return {
        "accuracy": resampled.ratio(hit + rejected, hit + false + missed + rejected),
        "precision": resampled.ratio(hit, hit + false),
        "recall": resampled.ratio(hit, hit + missed),
        "f1": resampled.ratio(2 * hit, 2 * hit + false + missed),
        "yes": resampled.ratio(hit + false, hit + false + missed + rejected),
    }


def _shares(resampled: Bootstrap, counts: np.ndarray) -> dict[str, Estimate]:
    named, made_up, some, too_often, there, shared = counts
    return {
        "made_up": resampled.ratio(made_up, named),
        "any_made_up": resampled.ratio(some, np.ones_like(some)),
        "too_often": resampled.ratio(too_often, named),
        "named": resampled.ratio(shared, there),
    }
