"""Questions, and what is said to a model before them, as people type them: checked once, at the entrance."""

from fmvr.errors import BadInput

MOST_LETTERS = 300
MOST_SYSTEM = 600  # characters of a system prompt


def read_question(text: str | None, reserved: tuple[str, ...] = ("<image>",)) -> str:
    """A question in one line. Raises BadInput where it is empty, endless, or holds one of the `reserved` marks."""
    question = _line(text)
    if not question:
        raise BadInput("There is no question yet: type one, or pick a suggestion.")
    _check("question", question, MOST_LETTERS, reserved)
    return question


def read_system(text: str | None, reserved: tuple[str, ...] = ("<image>",)) -> str:
    """A system prompt in one line; it may be empty. Raises BadInput where it is endless, or as `read_question`."""
    system = _line(text)
    _check("system prompt", system, MOST_SYSTEM, reserved)
    return system


def _line(text: str | None) -> str:
    return " ".join((text or "").encode("utf-8", "replace").decode().split())  # half a surrogate pair is no letter


def _check(what: str, text: str, most: int, reserved: tuple[str, ...]) -> None:
    if len(text) > most:
        raise BadInput(f"This {what} has {len(text)} characters; the most is {most}.")
    for mark in reserved:
        if mark in text:
            raise BadInput(f"A {what} cannot contain {mark}: that mark is the model's own; leave it out.")
