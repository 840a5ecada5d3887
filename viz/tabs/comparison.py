"""One picture as the models saw it: what each answers, where it looked, what it cost. Nothing is computed twice."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

from fmvr.cost import Cost, cost
from fmvr.gradcam import Map
from fmvr.inputs import BadInput, read_picture
from fmvr.lab import METHOD, Answer, Knobs, Lab, View
from fmvr.scenes.reading import truth
from fmvr.scenes.scene import Scene
from fmvr.scenes.scoring import score
from viz.card import Said, Verdict
from viz.heatmap import quieter
from viz.tabs.link import packed
from viz.tabs.scenes import scene_of
from viz.tags import source

KEPT = 8  # pictures whose encoding is kept
REMEMBERED = 64  # answers, and maps, of one picture


@dataclass(frozen=True)
class Side:
    """One model's answer and what belongs to it."""

    answer: Answer
    cost: Cost
    verdict: Verdict | None  # None where nobody knows the truth

    @property
    def said(self) -> Said:
        return Said(self.answer.text, self.answer.probability, self.verdict)


class Seen:
    """A picture the lab has looked at, the scene it shows if it is one, and what has been asked about it."""

    def __init__(self, lab: Lab, view: View, scene: Scene | None):
        self.lab, self.view, self.scene = lab, view, scene
        # Nothing remembered refers back to this object, so that it is gone as soon as it is let go.
        self.side = lru_cache(REMEMBERED)(partial(_side, lab, view, scene))
        self.map = lru_cache(REMEMBERED)(view.gradcam)
        self.chance = lru_cache(REMEMBERED)(partial(_chance, view, self.side))
        self.turned = lru_cache(4)(partial(_turned, lab, view, scene))

    @cached_property
    def behind(self) -> str:
        """The picture as it lies behind every map of it, for the page."""
        return source(quieter(self.view.image))

    @cached_property
    def packed(self) -> bytes:
        """The picture as it travels in a link."""
        return packed(self.view.image)

    def sides(self, question: str, tokens: int) -> dict[str, Side]:
        """Every model's side, by `without` and `with`. Raises BadInput for what cannot be asked."""
        return {name: self.side(question, tokens, name == "with") for name in self.lab.models}

    def maps(
        self, sides: dict[str, Side], words=None, method: str = METHOD, layer: int | None = None
    ) -> dict[str, Map]:
        """Each side's map; `words`: side → which word of its answer, or None for whole answers."""
        layer = layer or self.lab.layers  # the same map is remembered once, however the last layer is called
        return {name: self.map(side.answer, words and words[name], method, layer) for name, side in sides.items()}


def _side(lab: Lab, view: View, scene: Scene | None, question: str, tokens: int, fmvr: bool) -> Side:
    answer = view.ask(question, tokens, fmvr)
    known = truth(scene, answer.question) if scene else None
    return Side(
        answer,
        cost(lab.shape(fmvr), tokens, answer.text_tokens, bytes_a_number=lab.number_bytes),
        Verdict(score(known.family, answer.text, known.answer), known.answer) if known else None,
    )


def _chance(view: View, said: Callable[..., Side], text: str, question: str, tokens: int, fmvr: bool) -> float:
    """As `View.chance`, but what the model says by itself needs no other pass."""
    answer = said(question, tokens, fmvr).answer
    if answer.text == text and answer.ending is not None:
        return answer.probability * answer.ending
    return view.chance(text, question, tokens, fmvr)


def _turned(lab: Lab, view: View, scene: Scene | None, knobs: Knobs) -> Seen:
    """The same picture with the knobs of the blocks turned."""
    return Seen(lab, view.turned(knobs), scene)


@dataclass(frozen=True)
class _File:
    """A file known by its content: equal content is the same picture."""

    digest: str
    path: str = field(compare=False)


class Comparer:
    """Looks at pictures with the lab's models. The last few stay encoded, known by their content."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self._look = lru_cache(KEPT)(self._look_at)

    def look(self, path: str | None) -> Seen:
        """Encode a picture file, unless it is one of the last. Raises BadInput for what is no picture."""
        if path is None or not Path(path).is_file():
            read_picture(path)  # refuses
        return self._look(_File(hashlib.sha256(Path(path).read_bytes()).hexdigest(), path))

    def scene(self, path: str | None) -> Scene | None:
        """The scene that a picture file shows; None for any other picture, and where there is none."""
        try:
            return self.look(path).scene
        except BadInput:
            return None

    def _look_at(self, file: _File) -> Seen:
        view = self.lab.look(file.path)
        return Seen(self.lab, view, scene_of(file.path, view.image))
