"""The doors: tabs that serve one purpose stand behind one door, with a path through them in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from viz.tabs.tab import New, Tab, Visit


@dataclass(frozen=True)
class Door:
    """`label`: what stands on it. `path`: what to do behind it, and how long that takes."""

    label: str
    path: str


DOORS = {
    "try": Door("Try", "**30 seconds:** drag the budget down until an answer changes; then see “All budgets”."),
    "understand": Door(
        "Understand", "**Ten minutes:** follow one answer through the “Walkthrough”; then look into tokens and block."
    ),
    "judge": Door(
        "Judge and take",
        "**What it gives back:** “Evidence”. **A budget for your model:** “Choose”. **An hour with a class:** “Teach”.",
    ),
}


class Doors:
    """A bar of doors, and behind each a bar of its tabs; a door without tabs is not there."""

    def __init__(self, tabs: list[Tab]):
        behind = {name: [tab for tab in tabs if tab.door == name] for name in DOORS}
        self.behind = {name: own for name, own in behind.items() if own}
        self.bars: dict[str, gr.Tabs] = {}

    def build(self, visit: Visit) -> None:
        """Lay them out; `visit` is what one meets first."""
        settings = {"elem_classes": "tabs", "overflow_behavior": "wrap"}
        with gr.Tabs(selected=next(iter(self.behind)), elem_classes="doors") as self.bar:
            for name, tabs in self.behind.items():
                with gr.Tab(DOORS[name].label, id=name):
                    gr.Markdown(DOORS[name].path, elem_classes="hint path")
                    with gr.Tabs(selected=tabs[0].name, **settings) as self.bars[name]:
                        for tab in tabs:
                            with gr.Tab(tab.label, id=tab.name, elem_classes="sheet"):
                                tab.build(visit)

    @property
    def parts(self) -> list[gr.Tabs]:
        """What `opened` may set."""
        return [self.bar, *self.bars.values()]

    def of(self, tab: str) -> str:
        """The door that a tab stands behind."""
        return next(name for name, tabs in self.behind.items() if tab in [one.name for one in tabs])

    def opened(self, tab: str) -> New:
        """A tab in front, its door open; behind the others the first one."""
        firsts = {self.bars[name]: gr.Tabs(selected=tabs[0].name) for name, tabs in self.behind.items()}
        return firsts | {self.bar: gr.Tabs(selected=self.of(tab)), self.bars[self.of(tab)]: gr.Tabs(selected=tab)}

    def select(self, enter: Callable, choose: Callable, **event: Any) -> None:
        """Bind the opening of a door to `enter(door, …)`, and the choosing of a tab to `choose(tab, …)`."""

        def entered(chosen: gr.SelectData, *values):
            return enter(list(self.behind)[chosen.index], *values)

        self.bar.select(entered, **event)
        for name, bar in self.bars.items():

            def picked(chosen: gr.SelectData, *values, own=tuple(tab.name for tab in self.behind[name])):
                return choose(own[chosen.index], *values)

            bar.select(picked, **event)
