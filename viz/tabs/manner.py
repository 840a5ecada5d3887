"""How the models are asked: on the page one choice for all tabs, for programs two parameters of each endpoint."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from fmvr.answering.one import MOST_ANSWER_TOKENS
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.media.question import MOST_SYSTEM
from viz.tabs.control import Control

LONGEST = 8, 512  # tokens of text
CUT = "In tokens of text; one that would be longer is cut off."
TOLD = "What the model is told before every question, on all tabs; nothing at first."


@dataclass(frozen=True)
class Manner:
    """How the models are asked: in how many tokens they may answer, and what they are told before every question."""

    longest: int = MOST_ANSWER_TOKENS
    system: str = ""

    @classmethod
    def of(cls, chosen: dict[str, Any]) -> "Manner":
        """As chosen among a tab's controls, where it has such."""
        return cls(**{name: chosen[name] for name in cls.__dataclass_fields__ if name in chosen})

    @classmethod
    def asked(cls, longest: int, system: str) -> "Manner":
        """As a program asks. Raises BadInput for an answer of another length than may be chosen."""
        fewest, most = LONGEST
        if not isinstance(longest, int) or not fewest <= longest <= most:
            raise BadInput(f"The longest answer has {fewest} to {most} tokens of text, not {str(longest)[:20]}.")
        return cls(longest, system or "")


USUAL = Manner()


def parameters(lab: Lab) -> list[Component]:
    """An endpoint's last parameters, `longest` and `system`, which may be left out; none on the embedded models."""
    if lab.embedded:
        return []
    return [gr.Number(USUAL.longest, label="longest", precision=0), gr.Textbox(USUAL.system, label="system")]


def controls() -> dict[str, Control]:
    """What is chosen on the page, drawn."""
    with gr.Accordion("How the model is asked", open=False), gr.Row():
        longest = gr.Slider(LONGEST[0], LONGEST[1], value=USUAL.longest, step=8, label="Longest answer", info=CUT)
        system = gr.Textbox("", label="System prompt", info=TOLD, max_lines=3, max_length=MOST_SYSTEM)
    return {"longest": Control(longest), "system": Control(system, _is_system)}


def _is_system(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_SYSTEM
