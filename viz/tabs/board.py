"""The page: the desk, the tabs, and the one event that shows the tab in front."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from fmvr.inputs import BadInput
from viz import notes
from viz.tabs import link
from viz.tabs.comparison import Comparer
from viz.tabs.desk import Desk
from viz.tabs.link.sharing import Arrival, Sharing
from viz.tabs.scenes import scene_endpoint
from viz.tabs.tab import QUIET, Tab, Visit, on_model

TITLE = """# FMVR Lab
Ask about a picture, choose how many visual tokens the model may use, and see what frequency-modulated visual
restoration (FMVR) changes."""


class Board:
    """Lays out the page and keeps the tab in front up to date."""

    def __init__(self, comparer: Comparer, tabs: list[Tab]):
        self.comparer, self.tabs, self.desk = comparer, {tab.name: tab for tab in tabs}, Desk(comparer)
        self.sharing = Sharing(comparer, self.tabs, self.desk.first, self.desk.first_path)
        self.in_front, self.before = gr.State(tabs[0].name), gr.State(tabs[0].name)
        with gr.Column(visible=False):  # first, so that nothing else takes the endpoints' names
            scene_endpoint()
            for tab in tabs:
                tab.board = self
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
        self.address = gr.HTML("", visible="hidden", js_on_load="fmvr.address(props, trigger, watch)")
        self._connect()

    def _connect(self) -> None:
        desk, everything = self.desk, [part for tab in self.tabs.values() for part in tab.outputs]
        controls = [control for tab in self.tabs.values() for control in tab.controls.values()]
        fronts = [self.in_front, self.before]
        showing = {
            "inputs": [*fronts, desk.picture, desk.question, desk.budget, *controls],
            "outputs": [*fronts, desk.told, self.address, *everything],
            "trigger_mode": "always_last",  # what came while a tab was being shown is shown after it
            **on_model(show_progress="minimal", show_progress_on=[t.outputs[0] for t in self.tabs.values()]),
        }
        running = desk.connect(showing | {"fn": self.show})
        chosen = self.bar.select(self._select, fronts, fronts, trigger_mode="multiple", **QUIET)
        running.append(chosen.then(**showing | {"fn": self.show}))
        for tab in self.tabs.values():
            moved = partial(self._show_if, tab.name)
            running += tab.connect(showing | {"fn": moved})
            once = showing | {"trigger_mode": "once"}
            running += [button.click(**once | {"fn": self.doing(deed)}) for button, deed in tab.deeds.items()]
        everywhere = dict.fromkeys([*showing["outputs"], *desk.brought, self.bar, *controls])
        arriving = {"inputs": [self.address, *controls], "outputs": list(everywhere)}
        running.append(self.address.submit(**showing | arriving | {"fn": self.arrive}))
        desk.stop.click(None, None, None, cancels=running, **QUIET)

    def _select(self, event: gr.SelectData, front: str, before: str) -> tuple[str, str]:
        """The tab now in front, and the one before it. An event of its own: a postponed one brings old event data."""
        name = list(self.tabs)[event.index]
        return name, before if name == front else front

    def show(self, name: str, *given) -> Iterator[dict]:
        """The tab `name`, for what is on the desk. What cannot be used leaves the tab as it is."""
        yield from self._show(self.tabs[name].show, name, *given)

    def _show_if(self, tab: str, name: str, *given) -> Iterator[dict]:
        """A control of `tab` has changed: nobody waits for a tab that is not in front."""
        if tab == name:
            yield from self.show(name, *given)
        else:
            yield {self.desk.told: gr.skip()}

    def doing(self, deed: Callable[[Visit], Iterator[dict]]) -> Callable:
        """The function of an event that does what a tab's deed does."""
        return partial(self._show, deed)

    def _show(self, act: Callable, name: str, before: str, path: str | None, question: str, tokens: int, *values: Any):
        given, chosen = iter(values), {}
        for tab in self.tabs.values():
            chosen[tab.name] = {control: next(given) for control in tab.controls}
        try:
            seen = self.comparer.look(path)
            yield from self._shown(act, Visit(seen, question, tokens, chosen, name, before))
        except BadInput as problem:
            yield {self.desk.told: notes.problem(str(problem))}

    def _shown(self, act: Callable, visit: Visit) -> Iterator[dict]:
        """What a tab shows of a visit, with what holds for every tab: notices, and the address in the browser's bar."""
        about = {
            self.desk.told: self.desk.notices(visit),
            self.address: self.sharing.link(visit, visit.tab, own_picture=False),
        }
        for new in act(visit):
            yield about | new

    def arrive(self, address: str, *values: Any) -> Iterator[dict]:
        """Show what a link says, from its `#` on; what cannot be used of it leaves the page usable."""
        with TemporaryDirectory() as folder:
            try:
                yield from self._arrived(self.sharing.follow(link.read(address), Path(folder)), values)
            except BadInput as problem:
                yield {self.desk.told: notes.problem(str(problem))}

    def _arrived(self, to: Arrival, values: tuple) -> Iterator[dict]:
        visit = to.visit
        shown = self._shown(self.tabs[visit.tab].show, visit)
        new = next(shown)
        here = {self.bar: gr.Tabs(selected=visit.tab), self.in_front: visit.tab, self.before: visit.tab}
        controls, states = self._moved(visit, values)
        also = "".join(notes.note("problem", sentence) for sentence in to.told)
        yield controls | here | self.desk.bring(to.path, visit) | new | {self.desk.told: new[self.desk.told] + also}
        for new in shown:
            yield new | {self.desk.told: new[self.desk.told] + also}
        # last: a changed gr.State shows its tab, which reads all the others; and Gradio sends what comes last twice
        yield states or {self.desk.told: gr.skip()}

    def _moved(self, visit: Visit, values: tuple) -> tuple[dict, dict]:
        """The controls whose values are not those of the visit, with their new ones: others, and gr.States."""
        given, moved = iter(values), ({}, {})
        for tab in self.tabs.values():
            for name, control in tab.controls.items():
                if next(given) != (new := visit.chosen[tab.name][name]):
                    moved[isinstance(control, gr.State)][control] = new
        return moved
