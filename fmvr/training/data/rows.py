"""Rows of LLaVA-format data as people bring them: a JSON list or JSON lines, in LLaVA's layout or ShareGPT's."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fmvr.errors import BadInput
from fmvr.prompt import IMAGE

ASKS = {"human": True, "user": True, "gpt": False, "assistant": False}  # role → whether its turns are questions
LINES = (".jsonl", ".ndjson")
JSON, SHAPE, ORDER, TEXT, PICTURES, MARKS, LENGTH = (
    "broken JSON",
    "missing or wrong fields",
    "the order of turns",
    "their texts",
    "their pictures",
    f"their {IMAGE} marks",
    "their length",
)


@dataclass(frozen=True)
class Row:
    """One row: its `number` in the file, from 1 (in JSON lines, its line); the names of its `pictures`; its `turns`,
    questions with answers, with as many IMAGE in the questions as there are pictures.
    """

    number: int
    pictures: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]


class BadRow(BadInput):
    """A row that cannot be trained on. `reason`: one of JSON, SHAPE …, for counting."""

    def __init__(self, reason: str, sentence: str):
        super().__init__(sentence)
        self.reason = reason


def entries(path: Path) -> list[tuple[int, Any]]:
    """The file's entries with their numbers; in the place of a line that cannot be read, a BadRow.

    Raises BadInput for a file that cannot be read, or holds no list.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"There is no data {path}: a file in LLaVA's JSON format is needed.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not written in UTF-8.") from error
    if path.suffix.lower() in LINES:
        return [(number, _line(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = "a file with a row in each line is to be called .jsonl"
        raise BadInput(f"{path} is broken: it cannot be read as JSON ({error}); {lines}.") from error
    if not isinstance(found, list):
        raise BadInput(f"{path} has to hold a list of conversations, as LLaVA's data does.")
    return list(enumerate(found, 1))


def row(number: int, entry: Any) -> Row:
    """An entry as a row. Raises BadRow for one that is no conversation, or none that can be learnt from."""
    if isinstance(entry, BadRow):
        raise entry
    if not isinstance(entry, dict):
        raise BadRow(SHAPE, "This is no object with conversations.")
    turns = next((entry[name] for name in ("conversations", "messages") if name in entry), None)
    if not isinstance(turns, list) or not turns:
        raise BadRow(SHAPE, "There is no list of turns in it, as conversations or as messages.")
    roles, texts = zip(*map(_turn, turns))
    _check_order([ASKS[role] for role in roles])
    pictures = _pictures(entry)
    pairs = tuple(zip(texts[::2], texts[1::2]))
    for place, (question, answer) in enumerate(pairs, 1):
        for name, text in (("question", question), ("answer", answer)):
            if not text:
                raise BadRow(TEXT, f"The {name} of round {place} is empty.")
        if IMAGE in answer:
            raise BadRow(MARKS, f"The answer of round {place} has the mark {IMAGE}; a picture stands in a question.")
    marks = sum(question.count(IMAGE) for question, _ in pairs)
    if marks != len(pictures):
        raise BadRow(MARKS, f"It names {_count(len(pictures), 'picture')} and has {_count(marks, f'{IMAGE} mark')}.")
    return Row(number, pictures, pairs)


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadRow(JSON, f"This line cannot be read as JSON ({error}).")


def _turn(turn: Any) -> tuple[str, str]:
    """A turn's role and text."""
    fields = (("from", "role"), ("value", "content"))
    role, text = ((turn.get(a, turn.get(b)) if isinstance(turn, dict) else None) for a, b in fields)
    if not isinstance(role, str) or not isinstance(text, str):
        raise BadRow(SHAPE, "A turn needs a role and a text: from and value, or role and content.")
    if role not in ASKS:
        raise BadRow(ORDER, f"There is a turn of {role[:20]!r}; turns are of human and gpt, or of user and assistant.")
    return role, text.strip()


def _check_order(asks: list[bool]) -> None:
    """Raises BadRow unless questions and answers take turns, a question first and an answer last."""
    if not any(asks) or not asks[0]:
        raise BadRow(ORDER, "It begins with an answer, and no question before it.")
    if all(asks):
        raise BadRow(ORDER, "It has questions alone, and no answer to learn.")
    for place, (one, other) in enumerate(zip(asks, asks[1:]), 2):
        if one == other:
            what = "a question" if other else "an answer"
            raise BadRow(ORDER, f"Its turn {place} is {what} after {what}; questions and answers have to take turns.")
    if asks[-1]:
        raise BadRow(ORDER, "Its last question has no answer.")


def _pictures(entry: dict) -> tuple[str, ...]:
    named = next((entry[name] for name in ("image", "images") if entry.get(name) is not None), [])
    names = [named] if isinstance(named, str) else named
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise BadRow(PICTURES, "Its image has to be the name of a picture file, or a list of names.")
    return tuple(names)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"
