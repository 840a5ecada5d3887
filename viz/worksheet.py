"""The teacher's sheets: a worksheet for pupils and, separately, its answer key, as printable HTML of their own."""

from dataclasses import dataclass

from markupsafe import Markup
from PIL import Image

from viz.card import Reply
from viz.qr import qr
from viz.tags import source
from viz.templates import render

THUMBNAIL = (128, 128)  # pixels


@dataclass(frozen=True)
class Task:
    """One task of the sheet."""

    picture: Image.Image
    family: str
    question: str
    tokens: int
    link: str  # to the page, with this scene, question and budget
    truth: str | None  # None where nobody knows it: each model is held against its own answer from all tokens


def worksheet(number: int, tasks: list[Task], arms: list[str]) -> Markup:
    """The pupils' sheet: every task with its picture, its link and empty lines, and no answer.

    Args:
        number: the sheet's; the same number makes the same tasks.
        arms: which the page asks, by name.
    """
    pictures = [(task, source(task.picture), qr(task.link)) for task in tasks]
    return render("worksheet.html", number=number, tasks=pictures, arms=arms)


def answer_key(number: int, tasks: list[Task], replies: list[dict[str, Reply]], made: str) -> Markup:
    """The teacher's key: the right answers, and what the models answered when the sheet was built.

    Args:
        replies: for each task, arm → what it answered.
        made: when, in words.
    """
    arms = list(replies[0]) if replies else []
    return render(
        "answer_key.html",
        number=number,
        tasks=[(task, _thumbnail(task.picture), reply) for task, reply in zip(tasks, replies)],
        arms=arms,
        counts={name: sum(reply[name].verdict.score == 1 for reply in replies) for name in arms},
        made=made,
    )


def lesson() -> Markup:
    """What a class can learn here, and a plan for 45 minutes."""
    return render("lesson.html")


def share_card(
    picture: Image.Image, question: str, tokens: int, full: int, replies: dict[str, Reply], link: str
) -> Markup:
    """One picture with its question and what each arm replied, to print or to send; its link is a code as well."""
    values = {"question": question, "tokens": tokens, "full": full, "replies": replies, "link": link}
    return render("share_card.html", picture=source(picture), code=qr(link), **values)


def paper(document: str, title: str) -> Markup:
    """A sheet as a preview inside a page; scripts in it would not run."""
    return render("preview.html", document=document, title=title)


def progress(done: int, total: int) -> Markup:
    """How many of the tasks the models have answered."""
    return render("progress.html", done=done, total=total)


def _thumbnail(picture: Image.Image) -> str:
    """The picture as small as the key shows it."""
    return source(picture.resize(THUMBNAIL, Image.Resampling.LANCZOS))
