"""What a visitor brings: a picture, a question, a token budget."""

import json
from pathlib import Path

import gradio as gr

from fmvr.inputs import BadInput
from fmvr.scenes.catalog import COLOURS, SHAPES, THINGS
from viz import notes
from viz.tabs.comparison import Comparer
from viz.tabs.picture import Picture
from viz.tabs.scenes import any_question, new_scene, scene_picture, suggestions
from viz.tabs.slider import budget_slider
from viz.tabs.tab import QUIET, Visit, on_model

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST_BUDGET = 36
KNOWS = (
    f"drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and numbered signs "
    f"in {len(COLOURS)} colours, and simple questions about them."
)


class Desk:
    """The controls above and beside all tabs. Built in two parts: `build_picture`, `build_question`."""

    def __init__(self, comparer: Comparer):
        self.comparer = comparer
        self.examples = json.loads((EXAMPLES / "examples.json").read_text())
        first = self.examples[0]
        self.first_path = str(EXAMPLES / first["picture"])
        for side in comparer.lab.models:  # the first answer of a process is slow
            comparer.look(self.first_path).view.ask(first["question"], fmvr=side == "with")
        self.first = Visit(comparer.look(self.first_path), first["question"], FIRST_BUDGET)

    def build_picture(self) -> None:
        """The picture and where to get another one."""
        self.picture = Picture(
            self.first_path,
            format="png",
            label="Picture",
            show_label=False,
            buttons=["download"],
            sources=["upload", "clipboard", "webcam"],
            elem_classes="picture",
        )
        self.new = gr.Button("New scene")
        self.gallery = gr.Dataset(
            components=[gr.Image(visible=False)],
            samples=[[str(EXAMPLES / example["picture"])] for example in self.examples],
            label="Examples",
            show_label=False,
            type="index",
            samples_per_page=len(self.examples),
            elem_classes="examples",
        )
        unseen = ": scenes neither model was trained on" if self.comparer.lab.embedded else ""
        gr.Markdown(f"Examples{unseen}.", elem_classes="caption")

    def build_question(self) -> None:
        """The question, suggestions and the token budget."""
        with gr.Row(elem_classes="ask"):
            self.question = gr.Textbox(
                self.first.question, label="Question", show_label=False, container=False, max_lines=1, scale=1
            )
            self.ask = gr.Button("Ask", variant="primary", scale=0)
            self.stop = gr.Button("Stop", scale=0, elem_classes="stop")
        self.chips = gr.Dataset(
            components=[gr.Textbox(visible=False)],
            samples=[[text] for text in suggestions(self.first.seen.scene)],
            show_label=False,
            elem_classes="chips",
        )
        self.budget = budget_slider(self.comparer.lab.budgets, FIRST_BUDGET)
        self.told = gr.HTML(self.notices(self.first), elem_classes="told")

    def notices(self, visit: Visit) -> str:
        """What to know about a budget, or to mistrust about a picture and a question, on any tab."""
        lab = self.comparer.lab
        told = notes.budget_notes(visit.tokens, lab.budgets, lab.models)
        return told + notes.doubt_notes(lab.doubts(visit.question, visit.seen.view), KNOWS)

    @property
    def brought(self) -> list:
        """Everything on the desk that a link can set."""
        return [self.picture, self.question, self.budget, self.chips]

    def bring(self, path: str, visit: Visit) -> dict:
        """New values for all that is `brought`; `path` is the picture's file."""
        chips = gr.Dataset(samples=[[question] for question in suggestions(visit.seen.scene)])
        return dict(zip(self.brought, (path, visit.question, visit.tokens, chips)))

    def connect(self, asking: dict) -> list:
        """Bind every way to ask to one event; `asking` are its arguments. Returns what can be stopped."""
        drawn = self.new.click(self._from_new_scene, None, [self.picture, self.question], **QUIET)
        chosen = self.gallery.click(self._from_example, self.gallery, [self.picture, self.question], **QUIET)
        running = [
            then(
                self.offered,
                self.picture,
                self.chips,
                trigger_mode="always_last",
                **on_model(show_progress="hidden"),
            ).then(**asking)
            for then in (drawn.then, chosen.then, self.picture.input)
        ]
        return [
            *running,
            self.chips.click(lambda chip: chip[0], self.chips, self.question, **QUIET).then(**asking),
            gr.on([self.ask.click, self.question.submit], **asking),
            self.budget.release(**asking),
        ]

    def offered(self, path: str | None) -> gr.Dataset:
        """Questions to offer for a picture."""
        try:
            scene = self.comparer.look(path).scene
        except BadInput:
            return gr.skip()
        return gr.Dataset(samples=[[question] for question in suggestions(scene)])

    def _from_new_scene(self):
        scene = new_scene()
        return scene_picture(scene), any_question(scene)

    def _from_example(self, index: int):
        return str(EXAMPLES / self.examples[index]["picture"]), self.examples[index]["question"]
