"""The token-budget slider: a stop for each budget, its value a number of tokens."""

import gradio as gr

from viz.templates import render

BUDGET = "visual_tokens"  # the label of every input that is a token budget


def budget_slider(budgets: list[int], value: int) -> gr.HTML:
    """A slider over `budgets`; gr.Slider has evenly spaced numbers only, and is silent for the keyboard."""
    stops = sorted(budgets)
    template = str(render("slider.html", stops=stops, value=value))
    script = "fmvr.budget(element, props, trigger, watch)"
    return gr.HTML(value, label=BUDGET, stops=stops, html_template=template, js_on_load=script, apply_default_css=False)
