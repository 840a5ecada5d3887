"""The token-budget slider: a stop for each budget, its value a number of tokens."""

import gradio as gr


def budget_slider(budgets: list[int], value: int) -> gr.HTML:
    """A slider over `budgets`; gr.Slider has evenly spaced numbers only, and is silent for the keyboard."""
    stops = sorted(budgets)
    marks = "".join(f"<li>{tokens}</li>" for tokens in stops)
    template = (
        '<div class="budget"><label for="budget">Token budget</label>'
        f'<output for="budget"><b>{value}</b> visual tokens</output>'
        f'<input id="budget" type="range" min="0" max="{len(stops) - 1}" step="1" value="{stops.index(value)}">'
        f'<ol aria-hidden="true">{marks}</ol></div>'
    )
    script = "fmvr.budget(element, props, trigger, watch)"
    return gr.HTML(value, stops=stops, html_template=template, js_on_load=script, apply_default_css=False)
