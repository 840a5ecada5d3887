"""The token-budget slider: a stop for each budget, its value a number of tokens."""

import gradio as gr

# `input` follows the thumb; `change` comes once, when it is let go or an arrow key is pressed.
SCRIPT = """
const range = element.querySelector('input'), count = element.querySelector('output b');
const show = () => {
    const tokens = props.stops[range.value];
    count.textContent = tokens;
    range.setAttribute('aria-valuetext', tokens + ' visual tokens');
    element.querySelectorAll('li').forEach((stop, i) => stop.classList.toggle('now', i == range.value));
};
range.addEventListener('input', show);
range.addEventListener('change', () => { props.value = props.stops[range.value]; trigger('release'); });
element.querySelectorAll('li').forEach((stop, i) => stop.addEventListener('click', () => {
    range.value = i; range.dispatchEvent(new Event('input')); range.dispatchEvent(new Event('change'));
}));
show();
"""


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
    return gr.HTML(value, stops=stops, html_template=template, js_on_load=SCRIPT, apply_default_css=False)
