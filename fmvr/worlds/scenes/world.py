"""The scenes as a world: what measures, the page and the training draw, ask and score."""

from collections import Counter

import numpy as np
from PIL import Image

from fmvr.worlds.scenes import questions, reading, scoring
from fmvr.worlds.scenes.absent import NEGATIVES
from fmvr.worlds.scenes.catalog import COLOURS, SHAPES, THINGS
from fmvr.worlds.scenes.changes import CHANGES
from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS, Scene, SceneObject
from fmvr.worlds.scenes.wording import fill
from fmvr.worlds.world import Question

LONG, SHORT = 64, 8  # most tokens of a description, and of any other answer


class SceneWorld:
    """A `TrainingWorld`, a `CodedWorld` and an `ObjectWorld`; a sample is a `Scene`."""

    name = "scenes"
    knowledge = (
        f"drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and numbered "
        f"signs in {len(COLOURS)} colours, and simple questions about them."
    )
    families = tuple(FAMILIES)
    description = scoring.DESCRIPTION
    # The lookup that all others rest on, and what is learned last, twice as often as the rest.
    often = {family: 4 for family in FAMILIES if family != scoring.DESCRIPTION} | {
        "existence": 8,
        "relation": 8,
        "comparison": 8,
    }
    negatives = tuple(NEGATIVES)
    changes = CHANGES

    def sample(self, split: str, place: int) -> Scene:
        """The scene of the split's first seed + `place`."""
        if not 0 <= place < SPLIT_SIZE:
            raise IndexError(f"The {split} split has no scene {place}.")
        return Scene.from_seed(SPLITS[split] + place)

    def size(self, split: str) -> None:
        """As many as one likes: a hundred million."""
        return None

    def picture(self, scene: Scene) -> Image.Image:
        return scene.render()

    def questions(self, scene: Scene, test: bool = False) -> list[Question]:
        return questions.ask_all(scene, test=test)

    def ask(self, scene: Scene, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
        return questions.ask(scene, family, rng, test)

    def truth(self, scene: Scene, text: str) -> Question | None:
        return reading.truth(scene, text)

    def subjects(self, scene: Scene, text: str) -> list[SceneObject]:
        return reading.subjects(scene, text)

    def score(self, family: str, answer: str, right: str) -> float:
        return scoring.score(family, answer, right)

    def longest(self, family: str) -> int:
        return LONG if family == self.description else SHORT

    def code(self, scene: Scene) -> str:
        return scene.code

    def from_code(self, code: str) -> Scene:
        return Scene.from_code(code)

    def things(self, scene: Scene) -> tuple[SceneObject, ...]:
        return scene.objects

    def present(self, scene: Scene) -> Counter:
        return Counter(thing.phrase for thing in scene.objects)

    def absent(self, scene: Scene, negatives: str) -> list[str]:
        return NEGATIVES[negatives](scene)

    def existence(self, phrase: str, there: bool) -> Question:
        wording = FAMILIES["existence"].wordings[0]
        return Question("existence", fill(wording, {"x": phrase}), "yes" if there else "no")

    def named(self, description: str) -> Counter:
        return scoring.named_in(description)
