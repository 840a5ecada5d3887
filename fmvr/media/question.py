"""Questions as people type them, checked once, at the entrance."""

from fmvr.errors import BadInput

MOST_LETTERS = 300


def read_question(text: str | None, reserved: tuple[str, ...] = ("<image>",)) -> str:
    """A question in one line. Raises BadInput where it is empty, endless, or holds one of the `reserved` marks."""
    question = " ".join((text or "").encode("utf-8", "replace").decode().split())  # half a surrogate pair is no letter
    if not question:
        raise BadInput("There is no question yet: type one, or pick a suggestion.")
    if len(question) > MOST_LETTERS:
        raise BadInput(f"This question has {len(question)} characters; the most is {MOST_LETTERS}.")
    for mark in reserved:
        if mark in question:
            raise BadInput(f"A question cannot contain {mark}: that mark is the model's own; leave it out.")
    return question
