"""Questions about a scene, drawn: one of a family, or one of each."""

import numpy as np

from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.phrases import pick
from fmvr.worlds.scenes.scene import Scene
from fmvr.worlds.scenes.wording import fill, fits
from fmvr.worlds.world import Question


def ask(scene: Scene, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
    """Draw one question of a family; None where the scene has none. `test` allows wordings kept for the test."""
    kind = FAMILIES[family]
    slots = kind.draw(scene, rng)
    if slots is None:
        return None
    wordings = [w for w in kind.wordings if fits(w, slots)]
    unseen = bool(test and rng.random() < 0.3)
    wording = pick(rng, list(kind.test_wordings) if unseen else wordings)
    text = fill(wording, slots)
    if rng.random() < 0.3:  # people type so
        text = text.rstrip("?.") if rng.random() < 0.5 else text.lower()
    if rng.random() < 0.3:
        text = text.replace("colour", "color")
    return Question(family, text, kind.answer(scene, slots), unseen)


def ask_all(scene: Scene, seed: int = 0, test: bool = False) -> list[Question]:
    """One question of every family the scene has a question for; the same for the same seed."""
    rng = np.random.default_rng([scene.seed, seed])
    return [q for family in FAMILIES if (q := ask(scene, family, rng, test))]
