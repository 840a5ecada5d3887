"""What a tab of the page is: what it needs, its controls, and what it shows of a visit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from gradio.components import Component

from fmvr.lab import Lab
from viz.tabs import scenes
from viz.tabs.comparison import Comparer, Exhibit, Responses
from viz.tabs.control import Control

# What a tab may need of a lab.
NEEDS: dict[str, Callable[[Lab], bool]] = {
    "blocks": lambda lab: lab.block_arm is not None,  # an arm with trained blocks
    "scenes": lambda lab: lab.world.name in scenes.WORLDS_OF_SCENES,  # pictures that can be edited
    "questions": lambda lab: hasattr(lab.world, "ask"),  # a world that draws ever new ones
}


@dataclass(frozen=True)
class Visit:
    """What all tabs look at: a picture, a question, a budget; and what was chosen on each tab."""

    exhibit: Exhibit
    question: str
    tokens: int
    chosen: dict[str, dict[str, Any]] = field(default_factory=dict)  # tab name → control name → value
    tab: str = ""  # the tab in front, and the one before it
    before: str = ""

    @property
    def responses(self) -> Responses:
        """What the arms side by side answer. Raises BadInput for a question that cannot be asked."""
        return self.exhibit.responses(self.question, self.tokens)


New = dict[Component, Any]  # components → their new values


class Tab:
    """One tab. Subclasses set `name` (in links), `label`, `door` (a key of DOORS) and `needs`, and fill in `build` and
    `show`.

    `controls` are the tab's own choices by name: whenever one changes that `shows`, or the visit does, the tab is shown
    anew if it is the one in front. `outputs` are the components that `show` may fill, the largest first. `deeds` are
    what buttons of the tab do: each as `show`, but only when it is pressed.
    """

    name: str
    label: str
    door: str = "try"
    needs: frozenset[str] = frozenset()  # keys of NEEDS
    former: frozenset[str] = frozenset()  # names of tabs that became this one
    retired: frozenset[str] = frozenset()  # controls of older links that mean nothing today

    def __init__(self, comparer: Comparer):
        self.comparer: Comparer = comparer
        self.lab: Lab = comparer.lab
        self.board: Any = None  # the page it is on: its desk, its sharing, its events
        self.controls: dict[str, Control] = {}
        self.outputs: list[Component] = []
        self.deeds: dict[gr.Button, Callable[[Visit], Iterator[New]]] = {}

    @classmethod
    def suits(cls, lab: Lab) -> bool:
        """Whether a lab has what the tab needs."""
        return all(NEEDS[need](lab) for need in cls.needs)

    @property
    def at_first(self) -> dict[str, Any]:
        """The controls as they are at the start."""
        return {name: control.first for name, control in self.controls.items()}

    def endpoints(self) -> None:
        """Offer what the tab does to programs (see `viz.tabs.endpoint`); the components are never drawn."""

    def build(self, visit: Visit) -> None:
        """Lay the tab out, inside its gr.Tab, and set `controls` and `outputs`. `visit` is what one meets first."""
        raise NotImplementedError

    def show(self, visit: Visit) -> Iterator[New]:
        """New values for the tab's components; more than once where a part is there before the rest."""
        raise NotImplementedError

    def connect(self) -> list:
        """Bind the events that are the tab's own affair; returns what can be stopped."""
        return []
