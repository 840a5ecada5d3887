"""The page: the desk, the tabs, and the one event that shows the tab in front."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from fmvr.inputs import BadInput
from fmvr.scenes.catalog import COLOURS, SHAPES, THINGS
from viz import notes
from viz.tabs.comparison import Comparer
from viz.tabs.desk import Desk
from viz.tabs.scenes import scene_endpoint
from viz.tabs.tab import QUIET, Tab, Visit, on_model

TITLE = """# FMVR Lab
Ask about a picture, choose how many visual tokens the model may use, and see what frequency-modulated visual
restoration (FMVR) changes."""
KNOWS = (
    f"drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and numbered signs "
    f"in {len(COLOURS)} colours, and simple questions about them."
)


class Board:
    """Lays out the page and keeps the tab in front up to date."""

    def __init__(self, comparer: Comparer, tabs: list[Tab]):
        self.comparer, self.tabs, self.desk = comparer, {tab.name: tab for tab in tabs}, Desk(comparer)
        self.in_front = gr.State(tabs[0].name)
        with gr.Column(visible=False):  # first, so that nothing else takes the endpoints' names
            scene_endpoint()
            for tab in tabs:
                tab.endpoints()
        gr.Markdown(TITLE, elem_classes="title")
        with gr.Row(elem_classes="desk"):
            with gr.Column(elem_classes="left", min_width=280):
                self.desk.build_picture()
            with gr.Column(elem_classes="right", min_width=280):
                self.desk.build_question()
                with gr.Tabs(selected=tabs[0].name, elem_classes="tabs", overflow_behavior="wrap") as self.bar:
                    for tab in tabs:
                        with gr.Tab(tab.label, id=tab.name, elem_classes="sheet"):
                            tab.build(self.desk.first)
        self._connect()

    def _connect(self) -> None:
        desk, everything = self.desk, [part for tab in self.tabs.values() for part in tab.outputs]
        controls = [control for tab in self.tabs.values() for control in tab.controls.values()]
        showing = {
            "inputs": [self.in_front, desk.picture, desk.question, desk.budget, *controls],
            "outputs": [self.in_front, desk.told, *everything],
            **on_model(show_progress="minimal", show_progress_on=[t.outputs[0] for t in self.tabs.values()]),
        }
        running = desk.connect(showing | {"fn": self.show})
        running.append(self.bar.select(self._select, **showing))
        for tab in self.tabs.values():
            running += tab.connect(showing | {"fn": self.show, "trigger_mode": "always_last"})
        desk.stop.click(None, None, None, cancels=running, **QUIET)

    def _select(self, event: gr.SelectData, *given) -> Iterator[dict]:
        name = list(self.tabs)[event.index]
        yield {self.in_front: name}
        yield from self.show(name, *given[1:])

    def show(self, name: str, path: str | None, question: str, tokens: int, *values: Any) -> Iterator[dict]:
        """The tab `name`, for what is on the desk. What cannot be used leaves the tab as it is."""
        given, chosen = iter(values), {}
        for tab in self.tabs.values():
            chosen[tab.name] = {control: next(given) for control in tab.controls}
        try:
            seen = self.comparer.look(path)
            visit, told = Visit(seen, question, tokens, chosen), self._told(seen, question, tokens)
            for new in self.tabs[name].show(visit):
                yield {self.desk.told: told} | new
        except BadInput as problem:
            yield {self.desk.told: notes.problem(str(problem))}

    def _told(self, seen, question: str, tokens: int) -> str:
        lab = self.comparer.lab
        told = notes.budget_notes(tokens, lab.budgets, lab.models)
        return told + notes.doubt_notes(lab.doubts(question, seen.view), KNOWS)
