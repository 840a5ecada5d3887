"""Before and after an edit of the scene: what each model answered, and whether it noticed."""

from markupsafe import Markup
from PIL import Image

from fmvr.arms import arm
from viz.card import Reply
from viz.tags import source
from viz.templates import render
from viz.units import quoted


def noticed(pictures: list[Image.Image], replies: dict[str, list[Reply]], edit: str) -> Markup:
    """A table of answers with a sentence for each model.

    Args:
        pictures: the scene before and after the last edit, or only as it is now.
        replies: arm → its answers, one for each picture.
        edit: what the edit was, in words; empty without an edit.
    """
    heads = ("before", "after") if len(pictures) > 1 else ("now",)
    sentences = [f"The last edit: {edit}"] if edit else []
    if len(pictures) > 1:
        sentences += [f"{_capital(arm(name).label)}: {sentence(*answers)}" for name, answers in replies.items()]
    return render(
        "noticed.html",
        pictures=[(head, source(picture)) for head, picture in zip(heads, pictures)],
        verdicts=[reply.verdict for reply in next(iter(replies.values()))],
        replies=replies,
        sentences=sentences,
    )


def asking() -> Markup:
    """What stands there until the answers to a new scene have come."""
    return render("asking.html")


def sentence(before: Reply, after: Reply) -> str:
    """Whether an answer noticed an edit, as half a sentence."""
    same = before.text == after.text
    if before.verdict is None or after.verdict is None:
        return (
            f"the answer stayed {quoted(after.text)}"
            if same
            else "the answer changed; no one answer is the right one here"
        )
    if before.verdict.truth == after.verdict.truth:
        if same:
            return "the right answer stayed the same, and so did this one"
        return "the right answer stayed the same, yet this one changed"
    if same:
        return f"it did not notice; the answer stayed {quoted(after.text)}"
    return "it noticed" if after.verdict.score == 1 else "it changed its answer, but not to the right one"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
