"""The comparison: one picture, one question, one budget; without FMVR beside with FMVR."""

import json
import random
from pathlib import Path

import gradio as gr

from fmvr.scenes.questions import ask_all
from viz import notes
from viz.tabs.api import ONE_AT_A_TIME
from viz.tabs.budget import budget_slider
from viz.tabs.comparison import Comparer
from viz.tabs.picture import Picture
from viz.tabs.results import Results
from viz.tabs.scenes import new_scene, scene_picture, sentence, suggestions

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ACCURACY = ROOT / "fmvr" / "evaluation" / "results" / "accuracy.json"
FIRST_BUDGET = 36
LEVELS = {"12×12": 12, "6×6": 6, "3×3": 3}  # where a block stands
QUIET = {"api_visibility": "private", "show_progress": "hidden"}
MODEL = QUIET | ONE_AT_A_TIME
TITLE = """# FMVR Lab
Ask about a picture, choose how many visual tokens the model may use, and see what frequency-modulated visual
restoration (FMVR) changes."""
ENERGY = """## Energy of the bands
How much of the tokens lies in smooth bands (<b class="low">low: L<sub>A</sub>, L<sub>M</sub></b>) and in detail
(<b class="high">high: H<sub>A</sub>, H<sub>M</sub></b>), before the block (pale) and after it (full)."""
ENERGY_HINT = """Look for full bars that stand above their pale ones: those bands the block strengthens. A band without
a full bar is not in the block's equation. Each panel has its own axis, from zero. “Frequency” here means these pooling
splits, not a Fourier transform."""
BANDS = """## The bands over the picture
Where each band has its energy at one level."""
BANDS_HINT = """Look for places that brighten from before to after: there the block restores what pooling wore down.
Each band has its own scale, the same for both pictures."""


def compare_tab(comparer: Comparer) -> None:
    """Add layout and events to the page being built, with answers to the first example already on it."""
    examples = json.loads((EXAMPLES / "examples.json").read_text())
    first, results = examples[0], Results(comparer)
    first_path = str(EXAMPLES / first["picture"])
    first_told, first_cards = results.answers(first_path, first["question"], FIRST_BUDGET)

    gr.Markdown(TITLE, elem_classes="title")
    with gr.Row(elem_classes="desk"):
        with gr.Column(elem_classes="left", min_width=280):
            picture = Picture(
                first_path,
                format="png",
                label="Picture",
                show_label=False,
                buttons=["download"],
                sources=["upload", "clipboard", "webcam"],
                elem_classes="picture",
            )
            new = gr.Button("New scene", elem_classes="new")
            gallery = gr.Dataset(
                components=[gr.Image(visible=False)],
                samples=[[str(EXAMPLES / example["picture"])] for example in examples],
                label="Examples",
                show_label=False,
                type="index",
                samples_per_page=len(examples),
                elem_classes="examples",
            )
            gr.Markdown("Examples: scenes neither model was trained on.", elem_classes="caption")
        with gr.Column(elem_classes="right", min_width=280):
            with gr.Row(elem_classes="ask"):
                question = gr.Textbox(
                    first["question"], label="Question", show_label=False, container=False, max_lines=1, scale=1
                )
                ask = gr.Button("Ask", variant="primary", scale=0)
            chips = gr.Dataset(
                components=[gr.Textbox(visible=False)],
                samples=[[text] for text in suggestions(comparer.look(first_path).scene)],
                show_label=False,
                elem_classes="chips",
            )
            budget = budget_slider(comparer.lab.budgets, FIRST_BUDGET)
            told = gr.HTML(first_told, elem_classes="told")
            answers = gr.HTML(first_cards, elem_classes="answers")
            if comparer.lab.embedded:
                gr.Markdown(_measured(), elem_classes="hint")

    def from_new_scene():
        scene = new_scene()
        return scene_picture(scene), sentence(random.choice(ask_all(scene)))

    def from_example(index: int):
        return str(EXAMPLES / examples[index]["picture"]), examples[index]["question"]

    brought = [
        new.click(from_new_scene, None, [picture, question], **QUIET).then,
        gallery.click(from_example, gallery, [picture, question], **QUIET).then,
        picture.input,
    ]
    asking = {"fn": results.answers, "inputs": [picture, question, budget], "outputs": [told, answers], **MODEL}
    asking |= {"show_progress": "minimal", "show_progress_on": answers}
    answered = [next_(results.chips, picture, chips, **MODEL).then(**asking) for next_ in brought]
    chips.click(lambda chip: chip[0], chips, question, **QUIET).then(**asking)
    gr.on([ask.click, question.submit], **asking)
    budget.release(**asking, trigger_mode="always_last")

    if "with" in comparer.lab.models:
        _bands(results, picture, first_path, answered)


def _measured() -> str:
    """How the pair does in general, whatever one answer suggests."""
    found = json.loads(ACCURACY.read_text())
    without, with_ = (found["scores"][side][str(FIRST_BUDGET)]["average"] for side in ("without", "with"))
    return notes.measured(found["scenes"], without, with_, FIRST_BUDGET)


def _bands(results: Results, picture: Picture, first_path: str, answered: list) -> None:
    """The lower half: what the block does to the bands of the picture."""
    figure, grid = results.bands(first_path, LEVELS["12×12"])
    gr.Markdown(ENERGY, elem_classes="section")
    energy = gr.Plot(figure, show_label=False, container=False, elem_classes="energy")
    gr.Markdown(ENERGY_HINT, elem_classes="hint")
    gr.Markdown(BANDS, elem_classes="section")
    level = gr.Radio(list(LEVELS.items()), value=12, label="Level", show_label=False, container=False)
    maps = gr.HTML(grid, elem_classes="maps")
    gr.Markdown(BANDS_HINT, elem_classes="hint")
    for event in answered:
        event.then(results.bands, [picture, level], [energy, maps], **MODEL)
    level.change(results.bands, [picture, level], [energy, maps], **MODEL)
