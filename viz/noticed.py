"""Before and after an edit of the scene: what each model said, and whether it noticed."""

from html import escape

from PIL import Image

from viz.card import Said, badge
from viz.tags import image_tag
from viz.theme import SIDE_NAMES
from viz.units import percent


def noticed(pictures: list[Image.Image], said: dict[str, list[Said]], told: str) -> str:
    """A table of answers with a sentence for each model, as HTML.

    Args:
        pictures: the scene before and after the last edit, or only as it is now.
        said: side → its answers, one for each picture.
        told: what the edit was, in words; empty without an edit.
    """
    heads = ("before", "after") if len(pictures) > 1 else ("now",)
    shown = [(head, image_tag(picture, f"the scene {head}")) for head, picture in zip(heads, pictures)]
    row = "".join(f'<th scope="col">{head}{picture}</th>' for head, picture in shown)
    rows = _row("the scene says", "", [_truth(one) for one in next(iter(said.values()))])
    for side, answers in said.items():
        rows += _row(SIDE_NAMES[side], side, [_answer(one) for one in answers])
    sentences = [f"The last edit: {escape(told)}."] if told else []
    if len(pictures) > 1:
        sentences += [
            f"{SIDE_NAMES[s][0].upper()}{SIDE_NAMES[s][1:]}: {escape(sentence(*answers))}."
            for s, answers in said.items()
        ]
    drawn = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f'<table class="noticed"><thead><tr><td></td>{row}</tr></thead><tbody>{rows}</tbody></table>'
        f'<div class="noticing" role="status">{drawn}</div>'
    )


def asking() -> str:
    """What stands there until the answers to a new scene have come."""
    return '<p class="asking" role="status">Asking the models about the new scene …</p>'


def sentence(before: Said, after: Said) -> str:
    """Whether an answer noticed an edit, as half a sentence."""
    same = before.text == after.text
    if before.verdict is None or after.verdict is None:
        return (
            f"the answer stayed “{after.text}”" if same else "the answer changed; no one answer is the right one here"
        )
    if before.verdict.truth == after.verdict.truth:
        if same:
            return "the right answer stayed the same, and so did this one"
        return "the right answer stayed the same, yet this one changed"
    if same:
        return f"it did not notice; the answer stayed “{after.text}”"
    return "it noticed" if after.verdict.score == 1 else "it changed its answer, but not to the right one"


def _row(name: str, kind: str, cells: list[str]) -> str:
    return f'<tr class="{kind}"><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _truth(said: Said) -> str:
    return escape(said.verdict.truth) if said.verdict else "no one right answer"


def _answer(said: Said) -> str:
    return f"<b>{escape(said.text) or '(no answer)'}</b> <span>{percent(said.probability)}</span> {badge(said.verdict)}"
