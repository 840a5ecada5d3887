"""Teach: a worksheet of ten tasks, and its answer key made by running the models."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
import numpy as np

from fmvr.inputs import BadInput
from fmvr.scenes.questions import FAMILIES, Question, ask
from fmvr.scenes.reading import truth
from fmvr.scenes.scene import SPLIT_SIZE, SPLITS, Scene
from viz import notes
from viz.tabs.comparison import Seen
from viz.tabs.endpoint import endpoint
from viz.tabs.link import State, fragment
from viz.tabs.scenes import sentence
from viz.tabs.tab import Tab, Visit
from viz.worksheet import Said, Task, answer_key, paper, progress, worksheet

TASKS = 10
MOST_SEED = 999_999
LOCAL = "http://127.0.0.1:7860/"
ADDRESS = re.compile(r"https?://[\w.:\[\]-]{1,100}(/[\w./~@-]{0,100})?", re.ASCII)
TITLE = f"""## Teach
A worksheet of {TASKS} tasks over all kinds of question and all token budgets: pupils predict what the models will
answer, then follow a link to this page and see. The answer key is a sheet of its own; it is made by asking the models
when the sheet is built. Both open in any browser and print on A4."""
HINT = """The same sheet number always gives the same tasks. The links lead to the page as you have it open now: pupils
need to reach it under the same address. Compare the tasks at few tokens with those at many."""
READY = "Sheet {number} is ready: {tasks} tasks; every answer in its key was given just now."


@dataclass(frozen=True)
class _Drawn:
    """A task before its picture is drawn."""

    scene: Scene
    question: Question
    tokens: int


class TeachTab(Tab):
    """Nothing is computed before its button is pressed."""

    name, label = "teach", "Teach"

    def endpoints(self) -> None:
        given = [gr.Number(1, label="sheet", precision=0), gr.Textbox(LOCAL, label="page_address")]
        files = [gr.File(label="worksheet"), gr.File(label="answer_key"), gr.JSON(label="tasks")]
        endpoint("worksheet", self.sheets, given, files)

    def sheets(self, sheet: int, page_address: str) -> tuple:
        """A worksheet of ten tasks and its answer key as HTML files, and the tasks with both models' answers.

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
            # no bounds here: Gradio's own refusal would stop every tab, for all of them are told all controls
            sheet = gr.Number(1, label="Sheet number", precision=0, scale=0, min_width=140)
            self.make = gr.Button("Build the sheet", variant="primary", scale=0, min_width=180)
        gr.Markdown(HINT, elem_classes="hint")
        self.told = gr.HTML()
        with gr.Row(elem_classes="acts"):
            self.sheet_file = gr.DownloadButton("Download the worksheet", visible=False)
            self.key_file = gr.DownloadButton("Download the answer key", visible=False)
        self.sheet = gr.HTML(elem_classes="previewed")
        with gr.Accordion("Answer key: not for pupils' eyes", open=False, visible=False) as self.fold:
            self.key = gr.HTML(elem_classes="previewed")
        self.controls = {"sheet": sheet}
        self.outputs = [self.sheet]

    def connect(self, showing: dict[str, Any]) -> list:
        """The sheet is built at its button; other visitors' questions are answered in between."""
        outputs = [self.told, self.sheet_file, self.key_file, self.sheet, self.fold, self.key]
        return [
            self.make.click(
                self._make,
                self.controls["sheet"],
                outputs,
                api_visibility="private",
                concurrency_id="sheets",
                concurrency_limit=1,
                show_progress="minimal",
                show_progress_on=[self.told],
            )
        ]

    def fits(self, control: str, value: Any) -> bool:
        return super().fits(control, value) and 0 <= value <= MOST_SEED

    def show(self, visit: Visit) -> Iterator[dict]:
        yield {}  # nothing here depends on what is on the desk

    def _make(self, sheet: int | None, request: gr.Request) -> Iterator[dict]:
        try:
            number, so_far = _number(sheet), ([], [])
            yield {self.told: progress(0, TASKS)}
            for so_far in self._asked(number, _here(request)):
                yield {self.told: progress(len(so_far[1]), TASKS)}
            with TemporaryDirectory() as folder:
                sheet_file, key_file = _write(Path(folder), number, *so_far)
                yield {
                    self.told: notes.note("fact", READY.format(number=number, tasks=TASKS)),
                    self.sheet_file: gr.DownloadButton(value=sheet_file, visible=True),
                    self.key_file: gr.DownloadButton(value=key_file, visible=True),
                    self.sheet: paper(Path(sheet_file).read_text(), f"Preview of worksheet {number}"),
                    self.fold: gr.Accordion(visible=True),
                    self.key: paper(Path(key_file).read_text(), f"Preview of the answer key to worksheet {number}"),
                }
        except BadInput as problem:
            yield {self.told: notes.note("problem", str(problem))}

    def _asked(self, number: int, page: str) -> Iterator[tuple[list[Task], list[dict[str, Said]]]]:
        """The tasks, and after each the models' replies so far."""
        drawn = draw_tasks(number, self.lab.budgets)
        tasks = [_task(one, page) for one in drawn]
        replies: list[dict[str, Said]] = []
        for one, task in zip(drawn, tasks):
            seen = Seen(self.lab, self.lab.look(task.picture), one.scene)
            sides = seen.sides(task.question, one.tokens)
            replies.append({name: side.said for name, side in sides.items()})
            yield tasks, replies


def draw_tasks(number: int, budgets: list[int]) -> list[_Drawn]:
    """The tasks of a sheet: every family of question, every budget equally often, scenes nobody trained on."""
    rng, tasks = np.random.default_rng(number), []
    families = [*FAMILIES, "count"]
    spread = rng.permutation(np.resize(sorted(budgets), TASKS)).tolist()
    for family, tokens in zip(families, spread):
        question = None
        while question is None:
            scene = Scene.from_seed(SPLITS["test"] + int(rng.integers(SPLIT_SIZE)))
            question = ask(scene, family, rng)
        tasks.append(_Drawn(scene, question, tokens))
    return tasks


def _task(drawn: _Drawn, page: str) -> Task:
    text = sentence(drawn.question)
    link = page + fragment(State(scene=drawn.scene.code, question=text, tokens=drawn.tokens, tab="answers"))
    known = truth(drawn.scene, text)
    return Task(drawn.scene.render(), known.family, text, drawn.tokens, link, known.answer)


def _write(folder: Path, number: int, tasks: list[Task], replies: list[dict[str, Said]]) -> tuple[str, str]:
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


def _in_json(task: Task, replies: dict[str, Said]) -> dict:
    said = {
        side: {"answer": r.text, "probability": r.probability, "right": r.verdict.score} for side, r in replies.items()
    }
    about = {name: getattr(task, name) for name in ("family", "question", "tokens", "link", "truth")}
    return about | said


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
