"""One question, one picture, one budget: what each model answers, where it looked, what it cost."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fmvr.cost import Cost, cost
from fmvr.gradcam import Map
from fmvr.inputs import read_picture
from fmvr.lab import Answer, Lab, View
from fmvr.scenes.questions import score, truth
from fmvr.scenes.scene import Scene
from viz.card import Verdict
from viz.tabs.scenes import scene_of

KEPT = 8  # pictures whose encoding is kept


@dataclass(frozen=True)
class Side:
    """One model's answer and what belongs to it."""

    answer: Answer
    map: Map
    cost: Cost
    verdict: Verdict | None  # None where nobody knows the truth


@dataclass(frozen=True)
class Seen:
    """A picture the lab has looked at, and the scene it shows if it is one."""

    view: View
    scene: Scene | None


@dataclass(frozen=True)
class _File:
    """A file known by its content: equal content is the same picture."""

    digest: str
    path: str = field(compare=False)


class Comparer:
    """Asks the lab's models the same question. The last few pictures stay encoded, known by their content."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self._look = lru_cache(KEPT)(self._look_at)

    def look(self, path: str | None) -> Seen:
        """Encode a picture file, unless it is one of the last. Raises BadInput for what is no picture."""
        if path is None or not Path(path).is_file():
            read_picture(path)  # refuses
        return self._look(_File(hashlib.sha256(Path(path).read_bytes()).hexdigest(), path))

    def ask(self, seen: Seen, question: str, tokens: int) -> dict[str, Side]:
        """Every model's side, by `without` and `with`. Raises BadInput for what cannot be asked."""
        return {name: self._ask(seen, question, tokens, name == "with") for name in self.lab.models}

    def _look_at(self, file: _File) -> Seen:
        view = self.lab.look(file.path)
        return Seen(view, scene_of(file.path, view.image))

    def _ask(self, seen: Seen, question: str, tokens: int, fmvr: bool) -> Side:
        answer = seen.view.ask(question, tokens, fmvr)
        known = truth(seen.scene, answer.question) if seen.scene else None
        return Side(
            answer,
            seen.view.gradcam(answer),
            cost(self.lab.shape(fmvr), tokens, answer.text_tokens),
            Verdict(score(known.family, answer.text, known.answer), known.answer) if known else None,
        )
