"""What is said to be there and is not: yes-or-no questions as POPE asks them, descriptions as CHAIR counts them.

POPE: Li et al., Evaluating Object Hallucination in Large Vision-Language Models, arXiv 2305.10355. CHAIR: Rohrbach et
al., Object Hallucination in Image Captioning, arXiv 1809.02156.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm.auto import tqdm

from fmvr.evaluation.asking import answers_of, check_world, draw
from fmvr.evaluation.statistics import Bootstrap, Estimate

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import ObjectWorld, Question

ASKED = 3  # questions a sample about things that are there, and as many of each kind about things that are not
SEED = 200_000_000  # of the draws, with a sample's place added: the embedded test scenes' own seeds
PRESENT, DESCRIPTION = "present", "description"  # what is asked, beside the kinds of negatives


@dataclass(frozen=True)
class Pope:
    """Questions "Is there a …?", half of them about things that are there; a yes is the positive answer.

    `negatives`: how the things that are not there were drawn, one of the world's `negatives`.
    """

    arm: str
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

    arm: str
    visual_tokens: int
    descriptions: int
    made_up: Estimate
    any_made_up: Estimate
    too_often: Estimate
    named: Estimate


@dataclass(frozen=True)
class Hallucination:
    """Both, for every arm and budget."""

    samples: int
    pope: list[Pope]
    chair: list[Chair]

    def __str__(self) -> str:
        heads = f"{'accuracy':>9}{'precision':>10}{'recall':>8}{'F1':>7}{'yes':>7}"
        rows = [f"{'':<13}{'tokens':>7} {'negatives':<12}{heads}"]
        for p in self.pope:
            shares = (p.accuracy, p.precision, p.recall, p.f1, p.yes)
            cells = [f"{100 * share.mean:>{width}.1f}" for share, width in zip(shares, (9, 10, 8, 7, 7))]
            rows.append(f"{p.arm:<13}{p.visual_tokens:>7} {p.negatives:<12}{''.join(cells)}")
        rows.append(f"{'':<13}{'tokens':>7} {'made up':>12}{'any':>9}{'too often':>10}{'named':>10}")
        for c in self.chair:
            shares = (c.made_up, c.any_made_up, c.too_often, c.named)
            cells = [f"{100 * share.mean:>{width}.1f}" for share, width in zip(shares, (12, 9, 10, 10))]
            rows.append(f"{c.arm:<13}{c.visual_tokens:>7} {''.join(cells)}")
        return "\n".join(rows)


def measure(lab: "Lab", world: "ObjectWorld", samples: int, first: int = 0, batch: int = 16) -> Hallucination:
    """Ask about things that are there and things that are not, and for a description, on test samples.

    Of the first `samples` those in which something is.
    """
    check_world(world, "negatives", "what is not in a picture")
    drawn = [sample for sample in draw(world, samples, first) if world.present(sample)]
    pope: dict = defaultdict(lambda: np.zeros((len(drawn), 4)))
    chair: dict = defaultdict(lambda: np.zeros((len(drawn), 6)))
    for start in tqdm(range(0, len(drawn), batch), "asking about samples"):
        group = drawn[start : start + batch]
        parts = [questions_of(world, sample, first + start + i) for i, sample in enumerate(group)]
        asked = [[q for part in kinds.values() for q in part] for kinds in parts]
        for arm, by_budget in answers_of(lab, world, [world.picture(sample) for sample in group], asked).items():
            for n, answers in by_budget.items():
                for i, (sample, kinds, texts) in enumerate(zip(group, parts, answers), start):
                    each = iter(texts)
                    pairs = {kind: [(q.answer, next(each)) for q in part] for kind, part in kinds.items()}
                    for kind in world.negatives:
                        pope[arm, n, kind][i] = _confusion(pairs[PRESENT][: len(pairs[kind])] + pairs[kind])
                    chair[arm, n][i] = describe(world, sample, pairs[DESCRIPTION][0][1])
    resampled = Bootstrap(len(drawn))
    return Hallucination(
        len(drawn),
        [Pope(*key, int(counts.sum()), **_rates(resampled, counts.T)) for key, counts in pope.items()],
        [Chair(*key, len(drawn), **_shares(resampled, counts.T)) for key, counts in chair.items()],
    )


def questions_of(world: "ObjectWorld", sample: Any, place: int) -> dict[str, list["Question"]]:
    """The questions about a sample: what is there (`present`), each kind of negatives, and one for a description.

    `place`: of the sample among those of its split; the draws go by it.
    """
    rng = np.random.default_rng([SEED + place, 3])
    there = sorted(world.present(sample))
    drawn = {PRESENT: there} | {kind: world.absent(sample, kind) for kind in world.negatives}
    questions = {}
    for kind, phrases in drawn.items():
        most = min(ASKED, len(there))  # as many noes as yeses, and both of what the sample has
        chosen = rng.permutation(phrases)[:most].tolist()
        questions[kind] = [world.existence(phrase, kind == PRESENT) for phrase in chosen]
    return questions | {DESCRIPTION: [world.ask(sample, world.description, rng)]}


def describe(world: "ObjectWorld", sample: Any, text: str) -> tuple[int, int, bool, int, int, int]:
    """Objects named, of them made up, whether any is, of them named too often, objects there, of them named."""
    named, there = Counter(world.named(text)), Counter(world.present(sample))
    made_up = sum(times for phrase, times in named.items() if phrase not in there)
    too_often, shared = (named - there).total() - made_up, (named & there).total()
    return named.total(), made_up, made_up > 0, too_often, there.total(), shared


def _confusion(pairs: list[tuple[str, str]]) -> tuple[int, int, int, int]:
    """Of right answers and those of a model: true and false positives, false and true negatives."""
    counts = Counter((right, text.lower().startswith("yes")) for right, text in pairs)
    return counts["yes", True], counts["no", True], counts["yes", False], counts["no", False]


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
