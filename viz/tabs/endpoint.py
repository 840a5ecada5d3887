"""A tab's function as a named endpoint for programs: token budgets are token counts, answers are JSON."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import wraps
from inspect import isgeneratorfunction

import gradio as gr
from gradio.components import Component

from fmvr.errors import BadInput
from viz.tabs.events import MODEL
from viz.tabs.picture import Picture
from viz.tabs.slider import BUDGET


def endpoint(name: str, function: Callable, inputs: list[Component], outputs: list[Component] | None = None) -> None:
    """Offer `function` as `/name`; its docstring is its documentation. What it cannot use gets one sentence.

    Args:
        inputs: components whose labels are the parameters' names; they are never drawn.
        outputs: one JSON result where None.
    """

    @contextmanager
    def in_words(values):
        try:
            for component, value in zip(inputs, values):  # Gradio checks a list's entries, not that there is but one
                if isinstance(component, gr.Dropdown) and isinstance(value, list):
                    raise BadInput(f"{component.label} takes one of its choices, not a list.")
            yield
        except BadInput as problem:
            raise gr.Error(str(problem), print_exception=False) from problem

    if isgeneratorfunction(function):  # its last result counts; what it holds open is there until that is sent

        @wraps(function)
        def call(*values):
            with in_words(values):
                yield from function(*values)
    else:

        @wraps(function)
        def call(*values):
            with in_words(values):
                return function(*values)

    call.__name__ = name  # as an MCP tool it goes by its function's name
    outputs = outputs or [gr.JSON(label="result")]
    gr.Button().click(call, inputs, outputs, api_name=name, **MODEL)


def parameters() -> list[Component]:
    """The parameters most endpoints share: `picture`, `question`, `visual_tokens`."""
    return [
        Picture(label="picture"),
        gr.Textbox(label="question"),
        gr.Number(36, label=BUDGET, precision=0),
    ]
