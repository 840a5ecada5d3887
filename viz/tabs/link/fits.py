"""Whether a value from a link is one that a control can have."""

from typing import Any

import gradio as gr
from gradio.components import Component

from fmvr.inputs import MOST_LETTERS

MOST_ITEMS = 16
MOST_NUMBER = 1e12


def fits(control: Component, value: Any) -> bool:
    """Judge a value as JSON knows them; what the control's kind does not settle must look like its first value."""
    if isinstance(control, gr.Slider | gr.Number):
        whole = isinstance(control.step, int) if isinstance(control, gr.Slider) else control.precision == 0
        low = -MOST_NUMBER if control.minimum is None else control.minimum
        high = MOST_NUMBER if control.maximum is None else control.maximum
        return _number(value) and low <= value <= high and (isinstance(value, int) or not whole)
    if isinstance(control, gr.Radio | gr.Dropdown):
        return _one_of(value, control.choices)
    if isinstance(control, gr.CheckboxGroup):
        return isinstance(value, list) and all(_one_of(item, control.choices) for item in value)
    return _plain(value) and (control.value is None or type(value) is type(control.value))


def is_place(value: Any, side: int) -> bool:
    """Whether a value is a row and a column of a grid."""
    return isinstance(value, list) and len(value) == 2 and all(type(at) is int and 0 <= at < side for at in value)


def _one_of(value: Any, choices: list) -> bool:
    return any(type(value) is type(choice) and value == choice for _, choice in choices)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST_NUMBER


def _plain(value: Any, nested: bool = True) -> bool:
    if isinstance(value, list):
        return nested and len(value) <= MOST_ITEMS and all(_plain(item, False) for item in value)
    if isinstance(value, str):
        return len(value) <= MOST_LETTERS
    return value is None or isinstance(value, bool) or _number(value)
