"""What a tab of the page is: its controls, and what it shows of a visit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from gradio.components import Component

from fmvr.lab import Lab
from viz.tabs.comparison import Comparer, Seen, Side
from viz.tabs.link.fits import fits


@dataclass(frozen=True)
class Visit:
    """What all tabs look at: a picture, a question, a budget; and what was chosen on each tab."""

    seen: Seen
    question: str
    tokens: int
    chosen: dict[str, dict[str, Any]] = field(default_factory=dict)  # tab name → control name → value
    tab: str = ""  # the tab in front, and the one before it
    before: str = ""

    @property
    def sides(self) -> dict[str, Side]:
        """Every model's answer. Raises BadInput for a question that cannot be asked."""
        return self.seen.sides(self.question, self.tokens)


class Tab:
    """One tab. Subclasses set `name` (in links) and `label`, and fill in `build` and `show`.

    `controls` are the tab's own choices by name: whenever one changes, or the visit does, the tab is shown anew if it
    is the one in front. `outputs` are the components that `show` may fill, the largest first. `deeds` are what buttons
    of the tab do: each as `show`, but only when it is pressed.
    """

    name: str
    label: str

    def __init__(self, comparer: Comparer):
        self.comparer: Comparer = comparer
        self.lab: Lab = comparer.lab
        self.board: Any = None  # the page it is on: its desk, its sharing, its events
        self.controls: dict[str, Component] = {}
        self.outputs: list[Component] = []
        self.deeds: dict[gr.Button, Callable[[Visit], Iterator[dict[Component, Any]]]] = {}

    def endpoints(self) -> None:
        """Offer what the tab does to programs (see `viz.tabs.endpoint`); the components are never drawn."""

    def build(self, visit: Visit) -> None:
        """Lay the tab out, inside its gr.Tab, and set `controls` and `outputs`. `visit` is what one meets first."""
        raise NotImplementedError

    def show(self, visit: Visit) -> Iterator[dict[Component, Any]]:
        """New values for the tab's components; more than once where a part is there before the rest."""
        raise NotImplementedError

    def fits(self, control: str, value: Any) -> bool:
        """Whether a link, which may come from anyone, can set a control to a value. Tabs judge their own gr.States."""
        return fits(self.controls[control], value)

    def connect(self, showing: dict[str, Any]) -> list:
        """Bind the controls to the event that shows the tab, by its arguments; returns what can be stopped."""
        return [_moved(control)(**showing) for control in self.controls.values()]


def _moved(control: Component) -> Callable:
    """The event of a control that its visitor, not a link, has moved; a gr.State knows changes only."""
    return next(getattr(control, event) for event in ("release", "input", "change") if hasattr(control, event))


def on_model(**more) -> dict[str, Any]:
    """Settings of every event that runs a model: one at a time, not an endpoint."""
    return {"concurrency_id": "model", "concurrency_limit": 1, "api_visibility": "private"} | more


QUIET = {"api_visibility": "private", "show_progress": "hidden"}
