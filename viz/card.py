"""One model's answer as a card: answer, right or wrong, words, map, numbers."""

import base64
import io
from dataclasses import dataclass
from html import escape

from PIL import Image

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


def image_tag(image: Image.Image, alt: str) -> str:
    """A picture inside the page itself."""
    data = io.BytesIO()
    image.save(data, "WEBP", quality=88)
    return f'<img alt="{escape(alt)}" src="data:image/webp;base64,{base64.b64encode(data.getvalue()).decode()}">'


def card(side: str, answer, verdict: Verdict | None, overlay: Image.Image, operations: float) -> str:
    """One model's card.

    Args:
        side: `without` or `with`.
        answer: has `text`, `words` (each with `text` and `probability`), `visual_tokens`, `first_token_s`.
        verdict: None where the truth is not known.
        overlay: the answer's map over the picture.
        operations: FLOPs of the prefill.
    """
    badge = truth = ""
    if verdict:
        badge = f'<span class="badge {verdict.kind}">{verdict.words}</span>'
        truth = f"The scene says: {escape(verdict.truth)}"
    words = "".join(f"<li>{escape(w.text)} <b>{percent(w.probability)}</b></li>" for w in answer.words)
    numbers = (
        ("visual tokens", answer.visual_tokens),
        ("to first token", seconds(answer.first_token_s)),
        ("FLOPs", flops(operations)),
    )
    return (
        f'<article class="card {side}"><header><h3>{SIDE_NAMES[side]}</h3>{badge}</header>'
        f'<p class="answer">{escape(answer.text) or "(no answer)"}</p><p class="truth">{truth}</p>'
        f'<ul class="words" aria-label="probability of each word">{words}</ul>'
        f"{image_tag(overlay, f'Grad-CAM map of the answer {answer.text}, {SIDE_NAMES[side]}')}"
        f"<dl>{''.join(f'<div><dd>{value}</dd><dt>{name}</dt></div>' for name, value in numbers)}</dl></article>"
    )


def cards(both: list[str], scale: float, small_print: str) -> str:
    """The cards side by side, and under them what holds for both."""
    return (
        f'<div class="cards">{"".join(both)}</div>'
        '<p class="scale"><span>Grad-CAM 0</span><i></i>'
        f"<span>{scale:.2g}</span></p>"
        f'<p class="small">{escape(small_print)}</p>'
    )
