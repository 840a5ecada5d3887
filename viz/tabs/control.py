"""A tab's own choices, each with what it can be set to; links, which may come from anyone, are held against it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from fmvr.media.question import MOST_LETTERS
from viz.tabs.memo import Memo

MOST_ITEMS = 16
MOST_NUMBER = 1e12


@dataclass(frozen=True)
class Control:
    """One choice.

    `component`: what a visitor moves, or a memo that others of the tab's components set. `check`: whether a value
    can be chosen; None where the component's kind settles it. `renew`: what a value of an older edition's links means
    today. `shows`: whether the tab is shown anew as soon as it is changed. `linked`: whether links may
    bring it; a file's path is the visitor's own.
    """

    component: Component
    check: Callable[[Any], bool] | None = None
    renew: Callable[[Any], Any] | None = None
    shows: bool = True
    linked: bool = True

    @property
    def first(self) -> Any:
        """Its value at the start."""
        return self.component.value

    @property
    def moved(self) -> list[Callable]:
        """The events of a visitor, not a link, having moved it; a memo knows changes only, a text is typed first."""
        if isinstance(self.component, gr.Textbox):
            return [self.component.submit, self.component.blur]
        events = ("release", "input", "change")
        return [next(getattr(self.component, event) for event in events if hasattr(self.component, event))]

    def sent(self, value: Any) -> Any:
        """A value as the page sent it; the first one where the page cannot have. Components shown check their own."""
        return self.first if isinstance(self.component, Memo) and not self.accepts(value) else value

    def accepts(self, value: Any) -> bool:
        """Whether it can be set to a value, as JSON knows them."""
        if not self.linked:
            return value == self.first
        return self.check(value) if self.check else _suits(self.component, value)

    def read(self, value: Any) -> Any:
        """The value that a link's value stands for. Raises ValueError where it can be none."""
        value = self.renew(value) if self.renew else value
        if not self.accepts(value):
            raise ValueError(value)
        return value


def is_whole(value: Any, low: int, high: float = float("inf")) -> bool:
    """Whether a value is a whole number, low ≤ value < high."""
    return type(value) is int and low <= value < high


def is_place(value: Any, side: int) -> bool:
    """Whether a value is nothing, or a row and a column of a grid."""
    if value is None:
        return True
    return isinstance(value, list) and len(value) == 2 and all(is_whole(at, 0, side) for at in value)


def _suits(component: Component, value: Any) -> bool:
    """Whether a component can have a value; what its kind does not settle must look like its first value."""
    if isinstance(component, gr.Slider | gr.Number):
        whole = isinstance(component.step, int) if isinstance(component, gr.Slider) else component.precision == 0
        low = -MOST_NUMBER if component.minimum is None else component.minimum
        high = MOST_NUMBER if component.maximum is None else component.maximum
        return _is_number(value) and low <= value <= high and (isinstance(value, int) or not whole)
    if isinstance(component, gr.Radio | gr.Dropdown):
        return _is_one_of(value, component.choices)
    if isinstance(component, gr.CheckboxGroup):
        return isinstance(value, list) and all(_is_one_of(item, component.choices) for item in value)
    return _is_plain(value) and (component.value is None or type(value) is type(component.value))


def _is_one_of(value: Any, choices: list) -> bool:
    return any(type(value) is type(choice) and value == choice for _, choice in choices)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST_NUMBER


def _is_plain(value: Any, nested: bool = True) -> bool:
    if isinstance(value, list):
        return nested and len(value) <= MOST_ITEMS and all(_is_plain(item, False) for item in value)
    if isinstance(value, str):
        return len(value) <= MOST_LETTERS
    return value is None or isinstance(value, bool) or _is_number(value)
