"""Teach: a worksheet of ten tasks, and its answer key made by running the models."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import gradio as gr

from fmvr.errors import BadInput
from fmvr.worlds.scoring import same_words
from viz import notes
from viz.card import Agreement, Reply
from viz.tabs.comparison import Exhibit, Response
from viz.tabs.control import Control, is_whole
from viz.tabs.drafts import TASKS, Draft, draw_tasks
from viz.tabs.endpoint import endpoint
from viz.tabs.events import SHEETS, on_model
from viz.tabs.link import State, fragment
from viz.tabs.manner import Manner
from viz.tabs.samples import sentence
from viz.tabs.sharing import ALWAYS
from viz.tabs.tab import New, Tab, Visit
from viz.worksheet import Task, answer_key, lesson, paper, progress, share_card, worksheet

MOST_SEED = 999_999
LOCAL = "http://127.0.0.1:7860/"
ADDRESS = re.compile(r"https?://[\w.:\[\]-]{1,100}(/[\w./~@-]{0,100})?", re.ASCII)
CARD = """### A card of what is on the page
Picture, question and answers on one printable card, with a code that leads a phone to them."""
TITLE = f"""## Teach
A worksheet of {TASKS} tasks over all kinds of question and all token budgets: pupils predict what the models will
answer, then follow a link to this page and see. The answer key is a sheet of its own; it is made by asking the models
when the sheet is built. Both open in any browser and print on A4."""
HINT = """The same sheet number always gives the same tasks. The links lead to the page as you have it open now: pupils
need to reach it under the same address. Compare the tasks at few tokens with those at many."""
READY = "Sheet {number} is ready: {tasks} tasks; every answer in its key was given just now."


Replies = dict[str, Reply]  # by arm


class TeachTab(Tab):
    """Nothing is computed before its button is pressed."""

    name, label, door = "teach", "Teach", "judge"
    needs = frozenset({"questions"})

    def endpoints(self) -> None:
        inputs = [gr.Number(1, label="sheet", precision=0), gr.Textbox(LOCAL, label="page_address")]
        files = [gr.File(label="worksheet"), gr.File(label="answer_key"), gr.JSON(label="tasks")]
        endpoint("worksheet", self.sheets, inputs, files)

    def sheets(self, sheet: int, page_address: str) -> tuple:
        """A worksheet of ten tasks and its answer key as HTML files, and the tasks with every arm's answer, by name.

        The same `sheet` number (0 to 999999) gives the same tasks; links in them lead to `page_address`.
        Example: client.predict(1, "http://127.0.0.1:7860/", api_name="/worksheet")
        """
        number, page = _number(sheet), _address(page_address)
        *_, (tasks, replies) = self._asked(number, page)
        with TemporaryDirectory() as folder:
            paths = _write(Path(folder), number, tasks, replies)
            yield *paths, [_in_json(*both) for both in zip(tasks, replies)]

    def build(self, visit: Visit) -> None:
        gr.Markdown(TITLE, elem_classes="section")
        with gr.Row(elem_classes="acts"):
            # no bounds here: Gradio's own refusal is no sentence of the page
            sheet = gr.Number(1, label="Sheet number", precision=0, scale=0, min_width=140)
            self.make = gr.Button("Build the sheet", variant="primary", scale=0, min_width=180)
        gr.Markdown(HINT, elem_classes="hint")
        self.state = gr.HTML()
        with gr.Row(elem_classes="acts"):
            self.sheet_file = gr.DownloadButton("Download the worksheet", visible=False)
            self.key_file = gr.DownloadButton("Download the answer key", visible=False)
        self.sheet = gr.HTML(elem_classes="previewed")
        with gr.Accordion("Answer key: not for pupils' eyes", open=False, visible=False) as self.fold:
            self.key = gr.HTML(elem_classes="previewed")
        with gr.Accordion("Goals, and a plan for 45 minutes", open=False):
            gr.HTML(str(lesson()), elem_classes="lesson")
        gr.Markdown(CARD, elem_classes="section")
        with gr.Row(elem_classes="acts"):
            self.make_card = gr.Button("Make the card", scale=0, min_width=180)
            self.card_file = gr.DownloadButton("Download the card", visible=False)
        self.card = gr.HTML(elem_classes="previewed")
        self.controls = {"sheet": Control(sheet, lambda value: is_whole(value, 0, MOST_SEED + 1))}
        self.outputs = [self.sheet]

    def connect(self) -> list:
        """The sheet is built at its button; other visitors' questions are answered in between."""
        desk, manner = self.board.desk, [control.component for control in self.board.manner.values()]
        drawn = self.make_card.click(
            self._card,
            [desk.picture, desk.question, desk.budget, *manner],
            [self.state, self.card_file, self.card],
            **on_model(show_progress="minimal", show_progress_on=[self.card]),
        )
        outputs = [self.state, self.sheet_file, self.key_file, self.sheet, self.fold, self.key]
        return [
            drawn,
            self.make.click(
                self._make,
                self.controls["sheet"].component,
                outputs,
                api_visibility="private",
                concurrency_id=SHEETS,
                concurrency_limit=1,
                show_progress="minimal",
                show_progress_on=[self.state],
            ),
        ]

    def show(self, visit: Visit) -> Iterator[New]:
        yield {}  # nothing here depends on what is on the desk

    def _make(self, sheet: int | None, request: gr.Request) -> Iterator[New]:
        try:
            number, so_far = _number(sheet), ([], [])
            yield {self.state: str(progress(0, TASKS))}
            for so_far in self._asked(number, _here(request)):
                yield {self.state: str(progress(len(so_far[1]), TASKS))}
            with TemporaryDirectory() as folder:
                sheet_file, key_file = _write(Path(folder), number, *so_far)
                sheet_html, key_html = (Path(file).read_text(encoding="utf-8") for file in (sheet_file, key_file))
                yield {
                    self.state: str(notes.note("fact", READY.format(number=number, tasks=TASKS))),
                    self.sheet_file: gr.DownloadButton(value=sheet_file, visible=True),
                    self.key_file: gr.DownloadButton(value=key_file, visible=True),
                    self.sheet: str(paper(sheet_html, f"Preview of worksheet {number}")),
                    self.fold: gr.Accordion(visible=True),
                    self.key: str(paper(key_html, f"Preview of the answer key to worksheet {number}")),
                }
        except BadInput as problem:
            yield {self.state: str(notes.note("problem", str(problem)))}

    def _card(self, request: gr.Request, path: str | None, question: str, tokens: int, *manner) -> Iterator[New]:
        try:
            chosen = {name: control.sent(value) for (name, control), value in zip(self.board.manner.items(), manner)}
            exhibit = self.comparer.look(path, Manner.of(chosen))
            replies = {name: one.reply for name, one in exhibit.responses(question, tokens).items()}
            visit = Visit(exhibit, question, tokens, {ALWAYS: self.board.tabs[ALWAYS].at_first | chosen})
            sharing = self.board.sharing
            link = _here(request) + (sharing.link(visit, ALWAYS, own_picture=False) if exhibit.specimen else "")
            html = share_card(exhibit.view.image, question, tokens, self.lab.budgets[0], replies, link)
            with TemporaryDirectory() as folder:
                path = Path(folder) / "fmvr-card.html"
                path.write_text(html, encoding="utf-8")
                yield {
                    self.state: "",
                    self.card_file: gr.DownloadButton(value=str(path), visible=True),
                    self.card: str(paper(html, "Preview of the card")),
                }
        except BadInput as problem:
            yield {self.state: str(notes.note("problem", str(problem)))}

    def _asked(self, number: int, page: str) -> Iterator[tuple[list[Task], list[Replies]]]:
        """The tasks, and after each what every arm replied so far."""
        drafts = draw_tasks(self.lab.world, number, self._budgets)
        tasks = [self._task(one, page) for one in drafts]
        replies: list[Replies] = []
        for one, task in zip(drafts, tasks):
            exhibit = Exhibit(self.lab, self.lab.look(task.picture), one.specimen)
            responses = exhibit.responses(task.question, one.tokens, self.lab.arms)
            replies.append({name: _reply(exhibit, response, task) for name, response in responses.items()})
            yield tasks, replies

    @property
    def _budgets(self) -> list[int]:
        """Those that every arm can make, so that the key has a reply of each; where there are none, the main arm's."""
        common = [n for n in self.lab.budgets if all(n in self.lab.budgets_of(name) for name in self.lab.arms)]
        return common or self.lab.budgets_of(self.lab.main)

    def _task(self, draft: Draft, page: str) -> Task:
        world, sample, text = self.lab.world, draft.specimen.sample, sentence(draft.question)
        link = page + fragment(State(scene=draft.specimen.code, question=text, tokens=draft.tokens, tab="answers"))
        known = world.truth(sample, text) or draft.question
        return Task(world.picture(sample), known.family, text, draft.tokens, link, known.answer)


def _reply(exhibit: Exhibit, response: Response, task: Task) -> Reply:
    """An answer with what is to be said of it: right or wrong, or whether it is that from all tokens."""
    if task.truth is not None:
        return response.reply
    name, said = response.answer.arm, response.answer
    full = exhibit.response(task.question, exhibit.lab.budgets_of(name)[0], name).answer
    same = Agreement(float(same_words(said.text, full.text)), full.text, full.visual_tokens)
    return Reply(said.text, said.probability, same)


def _write(folder: Path, number: int, tasks: list[Task], replies: list[Replies]) -> tuple[str, str]:
    """Write both sheets; returns their paths."""
    now = datetime.now(UTC)
    made = f"on {now.day} {now:%B %Y at %H:%M} UTC"
    sheets = {
        folder / f"fmvr-worksheet-{number}.html": worksheet(number, tasks, list(replies[0])),
        folder / f"fmvr-answer-key-{number}.html": answer_key(number, tasks, replies, made),
    }
    for path, text in sheets.items():
        path.write_text(text, encoding="utf-8")
    sheet, key = map(str, sheets)
    return sheet, key


def _in_json(task: Task, replies: Replies) -> dict:
    held = "right" if task.truth is not None else "as_from_all_tokens"
    answers = {
        name: {"answer": reply.text, "probability": reply.probability, held: reply.verdict.score}
        for name, reply in replies.items()
    }
    about = {name: getattr(task, name) for name in ("family", "question", "tokens", "link", "truth")}
    return about | answers


def _number(sheet) -> int:
    if sheet is None or not 0 <= sheet <= MOST_SEED:
        raise BadInput(f"Sheets are numbered from 0 to {MOST_SEED}.")
    return int(sheet)


def _address(page: str | None) -> str:
    if not ADDRESS.fullmatch(page or ""):
        raise BadInput("The page's address has to look like https://example.org/lab/.")
    return page


def _here(request: gr.Request) -> str:
    """The address the visitor has the page open at."""
    page = str(request.headers.get("referer", "")).split("?")[0].split("#")[0]
    return page if ADDRESS.fullmatch(page) else LOCAL
