"""One model's answer as a card: answer, right or wrong, words, map, numbers."""

from dataclasses import dataclass

from markupsafe import Markup
from PIL import Image

from fmvr.arms import PAIR
from viz.tags import layer_source
from viz.templates import part, render
from viz.theme import colour_name
from viz.units import percent


@dataclass(frozen=True)
class Verdict:
    """How right an answer is, where the scene knows."""

    score: float  # 0..1
    truth: str

    @property
    def words(self) -> str:
        if self.score == 1:
            return "✓ right"
        return "✗ wrong" if self.score == 0 else f"◐ {percent(self.score)} right"

    @property
    def kind(self) -> str:
        return {1.0: "right", 0.0: "wrong"}.get(self.score, "partly")


@dataclass(frozen=True)
class Agreement(Verdict):
    """Whether an answer is what the same model says of all `tokens`, its `truth` here: nobody knows the right one."""

    tokens: int

    @property
    def words(self) -> str:
        return f"✓ as from {self.tokens} tokens" if self.score == 1 else f"✗ from {self.tokens} tokens: {self.truth}"


@dataclass(frozen=True)
class Reply:
    """What one model answered."""

    text: str
    probability: float  # of the whole answer
    verdict: Verdict | None  # None where there is no one right answer


@dataclass(frozen=True)
class CardMap:
    """The map on a card."""

    behind: str  # the picture's source
    layer: Image.Image  # the map over it
    method: str
    word: int | None = None  # the word it belongs to; None for the whole answer
    inside: str = ""  # how much of it lies in the asked object, in words
    place: tuple[float, float, float, float] | None = None  # the chosen place, in parts of the side
    hidden: tuple[tuple[str, tuple[float, ...]], ...] = ()  # what is hidden, and each word's probability then
    scale: float | None = None  # the value at the bright end, where it is the map's own
    lacks: str = ""  # the chosen word of the other answer, where this one has no such word


def badge(verdict: Verdict | None) -> Markup:
    """Right or wrong, in a word."""
    return part("badge", verdict)


def card(arm: str, answer, verdict: Verdict | None, map: CardMap, operations: float, share: float) -> Markup:
    """One model's card. A word chosen, and a place chosen on the map, are events of viz/page.js.

    Args:
        arm: its name.
        answer: has `text`, `words` (each with `text` and `probability`), `visual_tokens`.
        verdict: None where the truth is not known.
        operations: FLOPs of the prefill; `share`: of those at the arm's full set.
    """
    return render(
        "card.html",
        name=arm,
        answer=answer,
        verdict=verdict,
        map=map,
        layer=layer_source(map.layer),
        operations=operations,
        share=share,
    )


def cards(each: list[Markup], scale: float | None, small_print: str) -> Markup:
    """The cards side by side, and under them what holds for all: the maps' one scale, if any, and small print."""
    return render("cards.html", cards=each, scale=scale, small_print=small_print, plain=False)


def plain_card(arm: str, title: str, answer, verdict: Verdict | None, picture: Markup) -> Markup:
    """An answer with its map and its words' probabilities, nothing on it to choose."""
    return render("plain_card.html", name=arm, title=title, answer=answer, verdict=verdict, picture=picture)


def plain_cards(each: list[Markup], small_print: str = "") -> Markup:
    """Plain cards side by side, with a note on all where there is one."""
    return render("cards.html", cards=each, scale=None, small_print=small_print, plain=True)


def difference(picture: Markup, scale: float, pair: tuple[str, str] = PAIR) -> Markup:
    """The difference of two arms' maps, the second's less the first's, and how to read it."""
    return render("difference.html", picture=picture, scale=scale, pair=pair, colour_name=colour_name)
