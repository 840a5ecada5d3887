"""One picture as the arms saw it: what each answers, where it looked, what it cost. Nothing is computed twice."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from zlib import crc32

from fmvr.answering.answer import Answer
from fmvr.cost import Cost, cost
from fmvr.errors import BadInput
from fmvr.explain.bands import LevelBands
from fmvr.explain.maps import Map
from fmvr.explain.methods import METHOD
from fmvr.lab import Lab
from fmvr.media.picture import read_picture
from fmvr.model.pyramid import Knobs
from fmvr.view import View
from fmvr.worlds.world import Question, Subject
from viz.card import Reply, Verdict
from viz.heatmap import quieter
from viz.tabs.manner import USUAL, Manner
from viz.tabs.packing import packed
from viz.tabs.remembered import Remembered
from viz.tabs.samples import Specimen, specimen_in
from viz.tags import source

KEPT = 8  # pictures whose encoding is kept
STRANGER = "This picture is none of the world that this model learnt on: what it answers is a guess."
REMEMBERED = 64  # answers, and maps, of one picture


@dataclass(frozen=True)
class Response:
    """One arm's answer and what belongs to it."""

    answer: Answer
    cost: Cost
    verdict: Verdict | None  # None where nobody knows the truth

    @property
    def reply(self) -> Reply:
        """As pictures and tables show it."""
        return Reply(self.answer.text, self.answer.probability, self.verdict)


Responses = dict[str, Response]  # by arm


class Exhibit:
    """A picture the lab has looked at, the sample of the lab's world that it shows, and what was asked about it."""

    def __init__(self, lab: Lab, view: View, specimen: Specimen | None, manner: Manner = USUAL):
        self.lab, self.view, self.specimen, self.manner = lab, view, specimen, manner
        # Nothing remembered refers back to this object, so that it is gone as soon as it is let go.
        self.response = Remembered(partial(_response, lab, view, specimen, manner), REMEMBERED)
        self.map = Remembered(view.gradcam, REMEMBERED)
        self.chance = Remembered(partial(_chance, view, self.response, manner.system), REMEMBERED)
        self.turned = Remembered(partial(_turned, lab, view, specimen, manner), 4)
        self.reduced = Remembered(partial(_reduced, lab, view, specimen, manner), 1)
        self._others = Remembered(partial(Exhibit, lab, view, specimen), 4)

    def asked_in(self, manner: Manner) -> "Exhibit":
        """The same picture, asked about in another manner."""
        return self if manner == self.manner else self._others(manner)

    @property
    def sample(self) -> Any:
        """The sample of the lab's world; None for any other picture."""
        return self.specimen and self.specimen.sample

    @property
    def code(self) -> str | None:
        """What makes that sample again."""
        return self.specimen and self.specimen.code

    @cached_property
    def key(self) -> str:
        """What tells the picture from others that one visitor looks at."""
        return f"{crc32(self.view.image.tobytes()):08x}"

    @cached_property
    def behind(self) -> str:
        """The picture as it lies behind every map of it, for the page."""
        return source(quieter(self.view.image))

    @cached_property
    def packed(self) -> bytes:
        """The picture as it travels in a link."""
        return packed(self.view.image)

    def doubts(self, question: str) -> list[str]:
        """Reasons to mistrust the models here, as sentences."""
        if self.specimen or not self.lab.embedded:
            return self.lab.doubts(question, None)
        return [STRANGER, *self.lab.doubts(question, self.view)]

    def truth(self, question: str) -> Question | None:
        """A typed question with its right answer; None where nobody knows it."""
        return self.lab.world.truth(self.sample, question) if self.specimen else None

    def subjects(self, question: str) -> list[Subject]:
        """What of the picture a question is about, as far as the world can tell."""
        return self.lab.world.subjects(self.sample, question) if self.specimen else []

    def responses(self, question: str, tokens: int, arms: Iterable[str] | None = None) -> Responses:
        """What each of some arms (None: those side by side) answers; one that cannot make the budget is left out.

        Raises BadInput for what cannot be asked, and for a budget that none of them can make.
        """
        arms = able(self.view, tokens, self.lab.pair if arms is None else arms)
        answers = self.lab.turns.each(lambda name: self.response(question, tokens, name), arms)
        return dict(zip(arms, answers))

    def maps(self, responses: Responses, words=None, method: str = METHOD, layer: int | None = None) -> dict[str, Map]:
        """Each arm's map; `words`: arm → which word of its answer, or None for whole answers."""
        layer = layer or self.lab.layers  # the same map is remembered once, however the last layer is called
        asked = [(one.answer, words and words[name], method, layer) for name, one in responses.items()]
        return dict(zip(responses, self.lab.turns.each(lambda each: self.map(*each), asked)))

    def full_cost(self, response: Response) -> Cost:
        """What the same question would cost the arm that answered from all patches."""
        member = self.view.member(response.answer.arm)
        full = member.grid_side**2 * len(self.view.frames)
        return cost(member.shape, full, response.cost.text_tokens, bytes_a_number=self.lab.number_bytes)

    def bands(self, frame: int = 0) -> list[LevelBands]:
        """The bands of the arm with blocks, or of the main one; none for one that makes its tokens otherwise."""
        try:
            return self.view.bands(self.lab.block_arm, frame)
        except BadInput:
            return []


def able(view: View, tokens: int, arms: Iterable[str]) -> list[str]:
    """Those of some arms that can make a budget. Raises BadInput where none can."""
    arms = list(arms)
    if not (those := [name for name in arms if tokens in view.member(name).budgets]):
        view.member(arms[-1]).budget(tokens)  # refuses
    return those


def budgets_of_pair(lab: Lab) -> list[int]:
    """The budgets that at least one of the arms side by side can make, the largest first."""
    return sorted({n for name in lab.pair for n in lab.budgets_of(name)}, reverse=True)


def _response(
    lab: Lab, view: View, specimen: Specimen | None, manner: Manner, question: str, tokens: int, arm: str
) -> Response:
    answer = view.ask(question, tokens, arm, manner.longest, system=manner.system)
    known = lab.world.truth(specimen.sample, answer.question) if specimen else None
    return Response(
        answer,
        cost(view.member(arm).shape, answer.all_visual_tokens, answer.text_tokens, bytes_a_number=lab.number_bytes),
        Verdict(lab.world.score(known.family, answer.text, known.answer), known.answer) if known else None,
    )


def _chance(
    view: View, response: Callable[..., Response], system: str, text: str, question: str, tokens: int, arm: str
) -> float:
    """As `View.chance`, but what the model says by itself needs no other pass."""
    answer = response(question, tokens, arm).answer
    if answer.text == text and answer.exact is not None:
        return answer.exact
    return view.chance(text, question, tokens, arm, system)


def _turned(lab: Lab, view: View, specimen: Specimen | None, manner: Manner, knobs: Knobs) -> Exhibit:
    """The same picture with the knobs of the blocks turned."""
    return Exhibit(lab, view.turned(knobs), specimen, manner)


def _reduced(lab: Lab, view: View, specimen: Specimen | None, manner: Manner, reducers: tuple[str, ...]) -> Exhibit:
    """The same picture with an arm more for each reducer."""
    exhibit = Exhibit(lab, view.reduced(*reducers), specimen, manner)
    exhibit.response.most = exhibit.map.most = exhibit.chance.most = REMEMBERED * 4
    return exhibit


@dataclass(frozen=True)
class _File:
    """A file known by its content: equal content is the same picture."""

    digest: str
    path: str = field(compare=False)


class Comparer:
    """Looks at pictures with the lab's models. The last few stay encoded, known by their content."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self._look = Remembered(self._look_at, KEPT)

    def look(self, path: str | None, manner: Manner = USUAL) -> Exhibit:
        """Encode a picture file, unless it is one of the last. Raises BadInput for what is no picture."""
        if path is None or not Path(path).is_file():
            read_picture(path)  # refuses
        exhibit = self._look(_File(hashlib.sha256(Path(path).read_bytes()).hexdigest(), path))
        return exhibit.asked_in(manner)

    def forget(self) -> None:
        """Let all encodings go."""
        self._look = Remembered(self._look_at, KEPT)

    def shown(self, path: str | None) -> Specimen | None:
        """As `specimen`, without a look of the models. Raises BadInput for what is no picture."""
        return specimen_in(self.lab.world, path, read_picture(path))

    def specimen(self, path: str | None) -> Specimen | None:
        """The world's sample that a picture file shows; None for any other picture, and where there is none."""
        try:
            return self.shown(path)
        except BadInput:
            return None

    def _look_at(self, file: _File) -> Exhibit:
        return Exhibit(self.lab, self.lab.look(file.path), specimen_in(self.lab.world, file.path))
