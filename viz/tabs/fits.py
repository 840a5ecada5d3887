"""Whether a value from a link is one that a control can have."""

from math import isfinite
from typing import Any

import gradio as gr
from gradio.components import Component

MOST_LETTERS = 300
MOST_ITEMS = 16


def fits(control: Component, value: Any) -> bool:
    """Judge a value as JSON knows them; what the control's kind does not settle must look like its first value."""
    if isinstance(control, gr.Slider):
        return _number(value) and control.minimum <= value <= control.maximum
    if isinstance(control, gr.Checkbox):
        return isinstance(value, bool)
    if isinstance(control, gr.Radio | gr.Dropdown | gr.CheckboxGroup):
        choices = [choice for _, choice in control.choices]
        if isinstance(control, gr.CheckboxGroup) or getattr(control, "multiselect", False):
            return isinstance(value, list) and all(_one_of(item, choices) for item in value)
        return _one_of(value, choices)
    if isinstance(control, gr.Number):
        low = -1e12 if control.minimum is None else control.minimum
        high = 1e12 if control.maximum is None else control.maximum
        return _number(value) and low <= value <= high
    return _plain(value) and (control.value is None or value is None or type(value) is type(control.value))


def _one_of(value: Any, choices: list) -> bool:
    return any(type(value) is type(choice) and value == choice for choice in choices)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _plain(value: Any, nested: bool = True) -> bool:
    if isinstance(value, list):
        return nested and len(value) <= MOST_ITEMS and all(_plain(item, False) for item in value)
    if isinstance(value, str):
        return len(value) <= MOST_LETTERS
    return value is None or isinstance(value, bool) or _number(value)
