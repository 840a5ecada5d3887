"""The teacher's sheets: a worksheet for pupils and, separately, its answer key, as printable HTML of their own."""

from dataclasses import dataclass
from html import escape

from PIL import Image

from viz.card import Said
from viz.tags import image_tag
from viz.theme import SIDE_NAMES
from viz.units import percent, token_count


@dataclass(frozen=True)
class Task:
    """One task of the sheet."""

    picture: Image.Image
    family: str
    question: str
    tokens: int
    link: str  # to the page, with this scene, question and budget
    truth: str


STYLE = """
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 800px; background: #fff; color: #16202b; line-height: 1.5;
  font-family: "IBM Plex Sans", ui-sans-serif, system-ui, sans-serif; font-size: 15px; }
h1 { font-size: 24px; letter-spacing: -0.02em; margin: 0 0 6px; } h2 { font-size: 17px; line-height: 1.3; margin: 0; }
p { margin: 0 0 8px; } .quiet, small { color: #55606c; font-size: 13px; } a { color: #00558a; overflow-wrap: anywhere; }
.name { display: grid; grid-template-columns: auto 1fr auto 110px; gap: 8px; margin: 14px 0 4px; }
.line { border-bottom: 1px solid #7c8792; min-height: 24px; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 180px minmax(0, 1fr); gap: 20px; padding: 16px 0;
  border-top: 1px solid #d5dbe1; break-inside: avoid; }
img { width: 100%; display: block; border-radius: 8px; }
.ask { display: grid; grid-template-columns: minmax(90px, auto) 1fr; gap: 4px 10px; margin-top: 6px; align-items: end; }
.scroll { overflow-x: auto; } table { width: 100%; min-width: 600px; table-layout: fixed; border-collapse: collapse; }
th:nth-child(1) { width: 78px; } th:nth-child(2) { width: 27%; } th:nth-child(3) { width: 62px; }
th, td { text-align: left; vertical-align: top; padding: 8px 10px 8px 0; border-top: 1px solid #d5dbe1;
  overflow-wrap: anywhere; }
thead th { border: 0; font-size: 13px; color: #55606c; font-weight: 400; } tr { break-inside: avoid; }
th img { width: 64px; } .right { color: #00694f; } .wrong { color: #a04200; } .partly { color: #7a5600; }
@media (max-width: 560px) { body { padding: 14px; } li { grid-template-columns: minmax(0, 1fr); }
  li img { max-width: 220px; } .name { grid-template-columns: auto 1fr; } }
@media print { body { padding: 0; max-width: none; font-size: 11pt; } a { color: inherit; }
  .quiet a::after { content: ": " attr(href); font-size: 8pt; }
  .scroll { overflow: visible; } table { min-width: 0; } li { padding: 9pt 0;
  grid-template-columns: 42mm minmax(0, 1fr); } }
"""
INTRODUCTION = """A model that answers questions about pictures is given each picture as visual tokens: 576 of them, or
only 144, 36, 9 or 1. For every task, look at the picture and write down what you think the model will answer
<b>before</b> you open the link. Then open it and write down what the page says."""
PAIR = """FMVR is a step inside the model that is meant to bring back detail lost when tokens are merged. The page asks
two models, one without it and one with it."""
LAST = """Afterwards: at which number of tokens were you wrong about the model most often? Which kind of question
needs the most tokens? What could you change in one of the pictures to find out whether the model looked in
the right place?"""
KEY = """The right answers are the scenes' own. The models' answers were computed when this sheet was built, {made}; the
percentage is the probability the model gave its answer. Trained again, or on another machine, a model may answer
otherwise: then build the sheet anew under the same number."""


def worksheet(number: int, tasks: list[Task], sides: list[str]) -> str:
    """The pupils' sheet: every task with its picture, its link and empty lines, and no answer.

    Args:
        number: the sheet's; the same number makes the same tasks.
        sides: which models the page asks.
    """
    items = "".join(_item(i, task, sides) for i, task in enumerate(tasks, 1))
    about = f"{INTRODUCTION} {PAIR}" if len(sides) > 1 else INTRODUCTION
    return _document(
        f"Worksheet {number}",
        f"<h1>What does a model see in few tokens?</h1><p class=quiet>FMVR Lab · worksheet {number}</p>"
        f'<div class=name><span>Name</span><span class="line"></span><span>Date</span><span class="line"></span></div>'
        f"<p>{about}</p><ol>{items}</ol><p>{LAST}</p>",
    )


def answer_key(number: int, tasks: list[Task], replies: list[dict[str, Said]], made: str) -> str:
    """The teacher's key: the right answers, and what the models answered when the sheet was built.

    Args:
        replies: for each task, side → what that model answered.
        made: when, in words.
    """
    sides = list(replies[0]) if replies else []
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Task", "Question", "Tokens", "Right answer"))
    heads += "".join(f'<th scope="col">{SIDE_NAMES[side]}</th>' for side in sides)
    rows = "".join(_row(i, task, reply) for i, (task, reply) in enumerate(zip(tasks, replies), 1))
    return _document(
        f"Answer key {number}",
        f"<h1>Answer key to worksheet {number}</h1>"
        f"<p>{KEY.format(made=escape(made))}</p>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="answers"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{_sum(replies)}</p>",
    )


def paper(document: str, title: str) -> str:
    """A sheet as a preview inside a page; scripts in it would not run."""
    return (
        f'<iframe class="paper" title="{escape(title)}" sandbox="allow-popups allow-popups-to-escape-sandbox" '
        f'srcdoc="{escape(document)}"></iframe>'
    )


def progress(done: int, total: int) -> str:
    """How many of the tasks the models have answered."""
    bar = f'<progress max="{total}" value="{done}" aria-label="tasks answered"></progress>'
    return f'<p class="asking" role="status">Asking the models: {done} of {total} tasks. {bar}</p>'


def _item(number: int, task: Task, sides: list[str]) -> str:
    labels = ("I predict", *(SIDE_NAMES[side] for side in sides), "right answer")
    lines = "".join(f'<span>{label}</span><span class="line"></span>' for label in labels)
    return (
        f"<li>{image_tag(task.picture, f'the picture of task {number}')}<div>"
        f"<h2>{number}. {escape(task.question)}</h2>"
        f"<p class=quiet>{token_count(task.tokens)} · "
        f'<a href="{escape(task.link)}" target="_blank" rel="noopener">open task {number} on the page</a></p>'
        f'<div class="ask">{lines}</div></div></li>'
    )


def _row(number: int, task: Task, replies: dict[str, Said]) -> str:
    cells = "".join(
        f"<td>{escape(r.text) or '(no answer)'} <small>{percent(r.probability)}</small><br>"
        f'<b class="{r.verdict.kind}">{r.verdict.words}</b></td>'
        for r in replies.values()
    )
    link = f'<a href="{escape(task.link)}" target="_blank" rel="noopener">task {number}</a>'
    return (
        f'<tr><th scope="row">{number}{_thumbnail(task, number)}</th>'
        f"<td>{escape(task.question)}<br><small>{escape(task.family)} · {link}</small></td>"
        f"<td>{task.tokens}</td><td><b>{escape(task.truth)}</b></td>{cells}</tr>"
    )


def _thumbnail(task: Task, number: int) -> str:
    """The picture as small as the key shows it."""
    return image_tag(task.picture.resize((128, 128), Image.Resampling.LANCZOS), f"the picture of task {number}")


def _sum(replies: list[dict[str, Said]]) -> str:
    counts = {
        side: sum(reply[side].verdict.score == 1 for reply in replies) for side in (replies[0] if replies else ())
    }
    told = ", ".join(f"{SIDE_NAMES[side]} {count} of {len(replies)}" for side, count in counts.items())
    beyond = "which of the two is better" if len(counts) > 1 else "how good it is"
    return f"Wholly right: {told}. So few tasks can show how a model errs, not {beyond}."


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{title} · FMVR Lab</title><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )
