"""The clips as a world: a few frames of scenes and boards, and what moved, came, went, changed, and when."""

from itertools import islice
from random import Random

import numpy as np
from PIL import Image

from fmvr.media.clip import Clip as Frames
from fmvr.worlds.embedded import draw
from fmvr.worlds.embedded.clip import FEWEST_FRAMES, MOST_FRAMES, Clip, clip
from fmvr.worlds.embedded.language import CLIP_DRAWS, ask, moments, score
from fmvr.worlds.embedded.language.families import CANNOT_TELL
from fmvr.worlds.embedded.language.moments import Moment
from fmvr.worlds.embedded.language.questions import ABSENT, CLIP_WEIGHTS
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS
from fmvr.worlds.world import Question

DESCRIPTION = "what happened"
LONG, SHORT = 64, 16  # most tokens of an answer that tells a story, and of any other
ASKED = 10  # questions about a clip, of the families it has
MOST_TOKENS = 800  # visual tokens of all frames: with question and answer as many as the embedded models read
GROUPS = {  # what is asked about → families
    "motion": ("did it", "which way", "what did so", "what it became", DESCRIPTION, "count of events"),
    "order": ("first or last", "earlier", "which was first"),
    "one frame": ("frames", "in which frame", "last frame", "count in a frame", "existence in a frame"),
    "number in all": ("count over all frames",),
    "no answer": (ABSENT, CANNOT_TELL),
}


class ClipWorld:
    """A `TrainingWorld` whose samples are `Clip`s of `fewest` to `most` frames, and its pictures `fmvr.media.Clip`s."""

    name = "clips"
    families = tuple(CLIP_DRAWS)
    description = DESCRIPTION
    unanswerable = (ABSENT, CANNOT_TELL)
    groups, one_frame = GROUPS, GROUPS["one frame"]  # the latter count frames, and mean nothing where some are left out
    fewest, most = FEWEST_FRAMES, MOST_FRAMES
    often = {family: round(4 * CLIP_WEIGHTS.get(family, 1)) or 1 for family in CLIP_DRAWS if family != DESCRIPTION}

    def sample(self, split: str, place: int) -> Clip:
        """The clip at a place."""
        if not 0 <= place < SPLIT_SIZE:
            raise IndexError(f"The {split} split has no clip {place}.")
        return clip(SPLITS[split] + place)

    def size(self, split: str) -> None:
        """As many as one likes: a hundred million."""
        return None

    def picture(self, sample: Clip) -> Frames:
        return Frames(tuple(Image.fromarray(draw.pixels(frame)[0]) for frame in sample.frames))

    def questions(self, sample: Clip, test: bool = False) -> list[Question]:
        rng = Random(sample.seed)
        order = rng.sample(list(CLIP_DRAWS), len(CLIP_DRAWS))
        asked = (self._ask(sample, family, rng, test) for family in order)
        return list(islice((question for question in asked if question is not None), ASKED))

    def ask(self, sample: Clip, family: str, rng: np.random.Generator, test: bool = False) -> Question | None:
        return self._ask(sample, family, Random(int(rng.integers(1 << 62))), test)

    def truth(self, sample: Clip, text: str) -> Question | None:
        """Nobody reads typed questions about clips back yet."""
        return None

    def subjects(self, sample: Clip, text: str) -> list[Moment]:
        return []

    def score(self, family: str, answer: str, right: str) -> float:
        return score(family, answer, right)

    def longest(self, family: str) -> int:
        return LONG if family == DESCRIPTION else SHORT

    def _ask(self, sample: Clip, family: str, rng: Random, test: bool) -> Question | None:
        drawn = ask(sample, family, rng, "test" if test else "train")
        about = tuple(moments(drawn.program, sample)) if drawn and drawn.program else ()
        return drawn and Question(drawn.family, drawn.text, drawn.answer, drawn.unseen, about)
