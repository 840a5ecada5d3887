"""What is not in a scene, for questions about it: drawn as POPE draws it (arXiv 2305.10355)."""

from collections import Counter
from collections.abc import Callable
from functools import cache

from fmvr.worlds.scenes.catalog import COLOURS, NOUNS, SHAPES, SIGN, TEST_ONLY_COMBINATIONS
from fmvr.worlds.scenes.scene import SPLITS, Scene

POPULAR = 10  # how many nouns count as common
COUNTED = 2000  # training scenes in which they are counted


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


@cache
def _most_common() -> tuple[str, ...]:
    counts = Counter()
    for seed in range(SPLITS["train"], SPLITS["train"] + COUNTED):
        counts.update({thing.noun for thing in Scene.from_seed(seed).objects})
    return tuple(noun for noun, _ in counts.most_common(POPULAR))
