"""One model's answer as a card: answer, right or wrong, words, map, numbers."""

from dataclasses import dataclass
from html import escape

from PIL import Image

from viz.tags import stacked
from viz.theme import SIDE_NAMES
from viz.units import flops, percent, seconds


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
class Said:
    """What one model answered."""

    text: str
    probability: float  # of the whole answer
    verdict: Verdict | None  # None where there is no one right answer


@dataclass(frozen=True)
class Shown:
    """The map on a card."""

    behind: str  # the picture's source
    layer: Image.Image  # the map over it
    method: str
    word: int | None = None  # the word it belongs to; None for the whole answer
    inside: str = ""  # how much of it lies in the asked object, in words
    place: tuple[float, float, float, float] | None = None  # the chosen place, in parts of the side
    hidden: tuple[float, ...] = ()  # each word's probability with that place hidden


def badge(verdict: Verdict | None) -> str:
    """Right or wrong, in a word."""
    return f'<span class="badge {verdict.kind}">{verdict.words}</span>' if verdict else ""


def card(side: str, answer, verdict: Verdict | None, shown: Shown, operations: float) -> str:
    """One model's card. A word chosen, and a place chosen on the map, are events of viz/page.js.

    Args:
        side: `without` or `with`.
        answer: has `text`, `words` (each with `text` and `probability`), `visual_tokens`, `first_token_s`.
        verdict: None where the truth is not known.
        operations: FLOPs of the prefill.
    """
    truth = f"The scene says: {escape(verdict.truth)}" if verdict else ""
    of = f"“{answer.words[shown.word].text}”" if shown.word is not None else "the whole answer"
    numbers = (
        ("visual tokens", answer.visual_tokens),
        ("to first token", seconds(answer.first_token_s)),
        ("FLOPs", flops(operations)),
    )
    name = f"{shown.method} map of {of}, {SIDE_NAMES[side]}: choose a place to hide it"
    words, places = _words(side, answer, shown), shown.layer.width
    return (
        f'<article class="card {side}"><header><h3>{SIDE_NAMES[side]}</h3>{badge(verdict)}</header>'
        f'<p class="answer">{escape(answer.text) or "(no answer)"}</p><p class="truth">{truth}</p>'
        f'<ul class="words" aria-label="words of the answer, with their probabilities">{words}</ul>'
        f'<button type="button" class="map" data-places="{places}" style="--places:{places}">'
        f"{stacked(shown.behind, shown.layer, name, shown.place)}<i></i></button>"
        f'<p class="of">Map of {escape(of)}. {escape(shown.inside)}</p>'
        f"<dl>{''.join(f'<div><dd>{value}</dd><dt>{name}</dt></div>' for name, value in numbers)}</dl></article>"
    )


def plain_card(title: str, answer, verdict: Verdict | None, picture: str) -> str:
    """An answer with its map (HTML) and its words' probabilities, nothing on it to choose."""
    words = "".join(f"<li>{escape(word.text)} <b>{percent(word.probability)}</b></li>" for word in answer.words)
    return (
        f'<article class="card with"><header><h3>{escape(title)}</h3>{badge(verdict)}</header>'
        f'<p class="answer">{escape(answer.text) or "(no answer)"}</p>'
        f'<ul class="words" aria-label="words of the answer, with their probabilities">{words}</ul>'
        f"{picture}</article>"
    )


def _words(side: str, answer, shown: Shown) -> str:
    """Every word as a button that shows its map."""
    hidden = shown.hidden or (None,) * len(answer.words)
    return "".join(
        f'<li><button type="button" data-side="{side}" data-word="{i}" aria-pressed="{str(i == shown.word).lower()}">'
        f"{escape(word.text)} <b>{percent(word.probability)}</b>"
        f"{'' if now is None else f' <em>{percent(now)} with the place hidden</em>'}</button></li>"
        for i, (word, now) in enumerate(zip(answer.words, hidden))
    )


def cards(both: list[str], scale: float, small_print: str) -> str:
    """The cards side by side, and under them what holds for both."""
    return (
        f'<div class="cards">{"".join(both)}</div>'
        '<p class="scale"><span>0</span><i></i>'
        f"<span>{scale:.2g}</span></p>"
        f'<p class="small">{escape(small_print)}</p>'
    )


def difference(picture: str, scale: float) -> str:
    """The difference of the two maps (HTML), and how to read it."""
    return (
        f'<figure class="difference">{picture}'
        "<figcaption><h3>Difference, with − without</h3>"
        '<p><b class="with">Green</b>: the answer with FMVR leans more on this place. '
        '<b class="without">Pink</b>: the answer without it does. Grey: both the same.</p>'
        f'<p class="scale diverging"><span>−{scale:.2g}</span><i></i><span>+{scale:.2g}</span></p>'
        "</figcaption></figure>"
    )
