"""The page: the desk, the tabs behind their doors, and for each tab the one event that shows it.

An event takes the visit so far, what is on the desk and its tab's controls, and fills that tab alone. It is rung: by a
control of the tab, by the desk for whichever tab is in front, by choosing the tab. Several visitors' events run at the
same time; what comes to a tab that is no longer in front by then is noted and computes nothing.

States hold a visit, each written by one kind of event, so that none writes over another's news: `front` by choosing a
tab, a tab's `noted` by showing it, and all of them, with `arrival`, by following a link. They are plain JSON, read when
an event's turn comes. A session that many others have pushed out begins them anew: the page tells which tab is in
front, and each tab its controls when it is shown.
"""

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from markupsafe import Markup

from fmvr.errors import BadInput
from viz import notes
from viz.tabs import link
from viz.tabs.comparison import Comparer
from viz.tabs.control import Control
from viz.tabs.desk import RUNG, Desk, asked
from viz.tabs.doors import Doors
from viz.tabs.events import QUIET, on_model
from viz.tabs.manner import Manner
from viz.tabs.samples import specimen_endpoint
from viz.tabs.sharing import ALWAYS, Arrival, Sharing
from viz.tabs.tab import New, Tab, Visit

# In the browser: ring the bell of the tab in front; undefined leaves the others as they are.
RING = "(front, ...bells) => bells.map((bell, i) => {names}[i] === front.split(' ')[0] ? bell + 1 : undefined)"


class Board:
    """Lays out the page and keeps the tab in front up to date."""

    def __init__(self, comparer: Comparer, tabs: list[Tab]):
        self.comparer, self.tabs, self.desk = comparer, {tab.name: tab for tab in tabs}, Desk(comparer)
        self.sharing = Sharing(comparer, self.tabs, self.desk.first, self.desk.first_path)
        self.doors = Doors(tabs)
        self.front = gr.State(None)  # the tab in front, the one before it, door → its tab; None: as the page says
        self.noted = {tab.name: gr.State(None) for tab in tabs}  # what was chosen on it: control → value
        self.arrival = gr.State(None)  # where a link led, and what of it could not be set
        with gr.Column(visible=False):  # first, so that nothing else takes the endpoints' names
            specimen_endpoint(comparer.lab.world)
            for tab in tabs:
                tab.board = self
                tab.endpoints()
        gr.Markdown("# FMVR Lab", elem_classes="title")
        self.desk.build_story()
        with gr.Row(elem_classes="desk"):
            with gr.Column(elem_classes="left", min_width=280):
                self.desk.build_picture()
            with gr.Column(elem_classes="right", min_width=280):
                self.desk.build_question()
                self.doors.build(self.desk.first)
        self.address = gr.HTML("", visible="hidden", js_on_load="fmvr.address(props, trigger, watch)")
        self.here = gr.HTML(
            tabs[0].name, visible="hidden"
        )  # the tab in front, then those of other doors, for the browser
        self.bells = {name: gr.HTML(0, visible="hidden", js_on_load=RUNG) for name in self.tabs}
        self._connect()

    def event(self, tab: Tab, act: Callable[[Visit], Iterator[New]]) -> dict[str, Any]:
        """The arguments of an event that does what a tab can do with a visit: `act`, such as its `show`."""
        desk, controls = self.desk, [control.component for control in tab.controls.values()]
        return {
            "fn": partial(self._run, tab, act),
            "inputs": [
                *(self.front, self.here, self.arrival, *self.noted.values()),
                *(desk.picture, desk.question, desk.budget, *controls),
            ],
            "outputs": [self.noted[tab.name], desk.story, desk.asked, desk.notices, self.address, *tab.outputs],
            "trigger_mode": "always_last",  # what came while a tab was being shown is shown after it
            **on_model(show_progress="minimal", show_progress_on=[tab.outputs[0]]),
        }

    @property
    def manner(self) -> dict[str, Control]:
        """The controls of how models are asked, on whatever tab; none where that is settled (see `Manner`)."""
        controls = self.tabs[ALWAYS].controls
        return {name: control for name, control in controls.items() if name in Manner.__dataclass_fields__}

    @property
    def ring(self) -> dict[str, Any]:
        """The arguments of an event, of the browser's alone, that shows the tab in front."""
        bells = list(self.bells.values())
        js = RING.replace("{names}", json.dumps(list(self.tabs)))
        return {"fn": None, "inputs": [self.here, *bells], "outputs": bells, "js": js, **QUIET}

    def _connect(self) -> None:
        running = self.desk.connect(self.ring)
        fronts = [self.front, self.here, *self.bells.values()]
        settings = {"inputs": [self.front, self.here], "trigger_mode": "multiple", "concurrency_id": "front", **QUIET}
        self.doors.select(self._enter, self._choose, outputs=fronts, **settings)
        for name, tab in self.tabs.items():
            moved = [event for control in tab.controls.values() if control.shows for event in control.moved]
            running.append(gr.on([self.bells[name].submit, *moved], **self.event(tab, tab.show)))
            running += tab.connect()
            running += [
                button.click(**self.event(tab, act) | {"trigger_mode": "once"}) for button, act in tab.deeds.items()
            ]
        controls = [control.component for tab in self.tabs.values() for control in tab.controls.values()]
        outputs = [
            *fronts,
            *self.noted.values(),
            self.arrival,
            self.desk.notices,
            *self.doors.parts,
            *self.desk.parts,
            *controls,
        ]
        arriving = self.address.submit(
            self.arrive, [self.address, self.desk.picture], outputs, **on_model(show_progress="hidden")
        )
        running.append(arriving)
        self.desk.stop.click(None, None, None, cancels=running, **QUIET)

    def _enter(self, door: str, front: dict | None, here: str) -> New:
        """A door was opened: the tab that was last in front behind it is there again, in passing."""
        front = front or self._on_page(here)
        return self._choose(front["doors"].get(door, self.doors.behind[door][0].name), front, here, passing=True)

    def _choose(self, name: str, front: dict | None, here: str, passing: bool = False) -> New:
        """Another tab was chosen: it is in front now. What a door opened on is no tab that anybody came from."""
        front = front or self._on_page(here)
        before = front["before"] if name == front["tab"] or front["passing"] else front["tab"]
        return self._to_front(name, before, front["doors"], passing) | self._rung(name)

    def _to_front(self, name: str, before: str, doors: dict[str, str], passing: bool = False) -> New:
        doors = doors | {self.doors.of(name): name}
        here = " ".join(dict.fromkeys([name, *doors.values()]))
        return {self.front: {"tab": name, "before": before, "doors": doors, "passing": passing}, self.here: here}

    def _on_page(self, here: str) -> dict:
        """The tab in front, and the last one behind each door, as the page alone tells them."""
        names = [name for name in str(here).split() if name in self.tabs] or list(self.tabs)
        doors = {self.doors.of(name): name for name in reversed(names)}
        return {"tab": names[0], "before": names[0], "doors": doors, "passing": False}

    def _rung(self, name: str) -> New:
        return {self.bells[name]: random.random()}  # as no ring before it, whatever the clock says

    def _run(
        self, tab: Tab, act: Callable, front: dict | None, here: str, arrival: dict | None, *values: Any
    ) -> Iterator[New]:
        """One event of a tab. What cannot be used leaves the tab as it is."""
        noted, (path, question, tokens, *controls) = values[: len(self.tabs)], values[len(self.tabs) :]
        sent = {name: control.sent(value) for (name, control), value in zip(tab.controls.items(), controls)}
        new: New = {self.noted[tab.name]: sent}
        front = front or self._on_page(here)
        if front["tab"] != tab.name:  # nobody waits for it
            yield new
            return
        asked = None
        try:
            earlier = {name: chosen for name, chosen in zip(self.tabs, noted) if chosen is not None}
            chosen = self.sharing.at_first() | earlier | {tab.name: sent}
            exhibit = self.comparer.look(path, Manner.of(chosen[ALWAYS]))
            asked = Visit(exhibit, question, tokens, chosen, tab.name, front["before"])
            about = self._about(asked, arrival)
            for part in act(asked):
                yield {
                    key: str(value) if isinstance(value, Markup) else value
                    for key, value in (new | about | part).items()
                }
                new = {}
        except BadInput as problem:
            about = self.desk.notices_of(asked) if asked else ""
            yield new | {self.desk.notices: str(notes.problem(str(problem)) + about)}

    def _about(self, visit: Visit, arrival: dict | None) -> New:
        """What holds for every tab: the story, notices, and the address in the browser's bar.

        What a link could not set stands there for as long as the page shows what the link led to.
        """
        address = self.sharing.link(visit, visit.tab, own_picture=False)
        sentences = arrival["problems"] if arrival and arrival["address"] == address else []
        parts = [self.desk.notices_of(visit), *(notes.note("problem", sentence) for sentence in sentences)]
        return {
            self.desk.story: self.desk.story_of(visit),
            self.desk.asked: asked(visit.exhibit, visit.question),
            self.desk.notices: Markup("").join(parts),
            self.address: address,
        }

    def arrive(self, address: str, picture: str | None) -> Iterator[New]:
        """Set the page to what a link says, from its `#` on; what cannot be used of it leaves the page usable."""
        with TemporaryDirectory() as folder:
            try:
                arrival = self.sharing.follow(link.read(address), Path(folder), picture)
                yield self._set(arrival) | self._rung(arrival.visit.tab)
            except BadInput as problem:
                yield {self.desk.notices: str(notes.problem(str(problem)))}

    def _set(self, arrival: Arrival) -> New:
        visit = arrival.visit
        address = self.sharing.link(visit, visit.tab, own_picture=False)
        arrived = {"address": address, "problems": list(arrival.problems)}
        return (
            self._controls(visit)
            | {self.noted[name]: visit.chosen.get(name) for name in self.tabs}
            | {self.arrival: arrived}
            | self.doors.opened(visit.tab)
            | self._to_front(visit.tab, visit.tab, {})
            | self.desk.bring(arrival.path, visit)
        )

    def _controls(self, visit: Visit) -> New:
        """What was chosen on every tab."""
        return {
            control.component: visit.chosen[name][key]
            for name, tab in self.tabs.items()
            for key, control in tab.controls.items()
        }
