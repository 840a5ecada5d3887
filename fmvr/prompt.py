"""The prompt, which is written here and nowhere else: LLaVA-1.5's, a run of placeholders for every frame."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from fmvr.errors import BadInput
from fmvr.media.question import read_question, read_system

IMAGE = "<image>"

# For `processor.apply_chat_template`.
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ 'USER: ' if m['role'] == 'user' else 'ASSISTANT: ' }}"
    "{% for c in m['content'] if c['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}"
    "{% for c in m['content'] if c['type'] == 'text' %}{{ c['text'] }}{% endfor %}"
    "{{ ' ' if m['role'] == 'user' else '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def opening(frames: Sequence[str], between: str = "\n", system: str = "") -> str:
    """The prompt up to its last frame; `frames` are the placeholders of each, `between` sets two of them apart.

    `system`: what the model is told before all else, if anything.
    """
    return f"{system} USER: {between.join(frames)}".lstrip(" ")


def turn(question: str) -> str:
    """A question, and the place where its answer begins."""
    return f"{question} ASSISTANT:"


def with_pictures(question: str, placeholders: str, between: str = "\n") -> str:
    """A question with a picture's placeholders at each of its marks, `between` where nothing sets two pictures apart.

    A picture alone at either end of its question opens it, as in LLaVA-1.5.
    """
    text = question.strip()
    if text.count(IMAGE) == 1 and (text.startswith(IMAGE) or text.endswith(IMAGE)):
        text = f"{IMAGE}\n{text.replace(IMAGE, '').strip()}"
    return re.sub(rf"{IMAGE}\s*(?={IMAGE})", IMAGE + between, text).replace(IMAGE, placeholders)


def asking(question: str) -> str:
    """The rest of a first question's prompt."""
    return f"\n{turn(question)}"


def prompt(question: str, frames: Sequence[str] = (IMAGE,), between: str = "\n", system: str = "") -> str:
    """The whole prompt of a first question."""
    return opening(frames, between, system) + asking(question)


def separator(tokenizer) -> str:
    """What sets two frames apart for a tokenizer: their placeholders must not run together."""
    return "\n" if tokenizer.tokenize("\n") else ","


class Prompt(NamedTuple):
    """A prompt: the question in one line, the whole text, its ids."""

    question: str
    text: str
    ids: list[int]


def encoded(
    processor, question: str | None, budget: int, frames: int, context: int, system: str | None = None
) -> Prompt:
    """The prompt that asks a question as people type it.

    Args:
        budget: visual tokens of each frame.
        context: the most tokens that the language model reads.
        system: what the model is told before it, as people type it.

    Raises BadInput for a question or a system prompt that cannot be used, and for a prompt that leaves no room for an
    answer.
    """
    tokenizer = processor.tokenizer
    reserved = tuple(tokenizer.all_special_tokens)
    question, system = read_question(question, reserved), read_system(system, reserved)
    text = prompt(question, [processor.image_token * budget] * frames, separator(tokenizer), system)
    ids = tokenizer(text, verbose=False)["input_ids"]  # what is too long is refused here
    if len(ids) >= context:
        visual = f"{budget} visual tokens" if frames == 1 else f"{frames} frames of {budget} visual tokens"
        asked, way_out = (
            ("question and system prompt take", "shorten them")
            if system
            else (
                "question takes",
                "ask in fewer words",
            )
        )
        raise BadInput(
            f"With {visual} this {asked} {len(ids)} tokens, and the model reads {context}: "
            f"choose a smaller budget, or {way_out}."
        )
    return Prompt(question, text, ids)
