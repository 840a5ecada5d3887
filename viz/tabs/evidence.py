"""Evidence: what was measured, read from the kept results, with the command that measures it again."""

from collections.abc import Iterator
from functools import cached_property, lru_cache

import gradio as gr

from fmvr.evaluation.record import Record, kept, names
from fmvr.inputs import BadInput
from fmvr.lab import METHOD
from fmvr.model import FORMS
from fmvr.scenes.scene import Scene
from viz import notes
from viz.evidence import ablations, accuracy, bands, faithfulness, hallucination, robustness, wordings
from viz.evidence.parts import Section
from viz.heatmap import common_scale, heat_layer, quieter
from viz.tabs.endpoint import endpoint
from viz.tabs.tab import Tab, Visit
from viz.tags import source, stacked

TITLE = """## What the block does, measured
FMVR is a small block that is to give back the detail that fewer visual tokens lose. This is what it does in the pair of
models on this page, on scenes that neither was trained on."""
FORM = "The block here has the form “{form}”: {origin}. The other forms are among the ablations."
NOT_YOURS = (
    "These are figures of the pair of models that ships with FMVR Lab, not of the checkpoint this page runs on. To "
    "measure that one on pictures of your own: "
)
REPORT = "python -m fmvr.evaluation report --model DIR --images DIR"
MEASURES = {
    "accuracy": ("Accuracy", accuracy.draw),
    "wordings": ("By wording", wordings.draw),
    "hallucination": ("Hallucination", hallucination.draw),
    "faithfulness": ("Maps", lambda record, tokens: faithfulness.draw(record, tokens, METHOD)),
    "robustness": ("Out of the world", robustness.draw),
    "ablations": ("Ablations", ablations.draw),
    "bands": ("Bands", bands.draw),
}


class EvidenceTab(Tab):
    """One measure at a time; nothing is computed but the example maps."""

    name, label = "evidence", "Evidence"

    def endpoints(self) -> None:
        endpoint("evidence", self.evidence, [gr.Dropdown(list(MEASURES), label="measure")])

    def evidence(self, measure: str) -> dict:
        """What was measured of the pair that ships with FMVR Lab: the result, the command that made it, and the day.

        Shares are of 1. `measure` is one of accuracy, wordings, hallucination, faithfulness, robustness, ablations,
        bands.
        Example: client.predict("accuracy", api_name="/evidence")
        """
        return vars(self._record(measure))

    def build(self, visit: Visit) -> None:
        gr.Markdown(TITLE, elem_classes="section")
        if self.lab.embedded:
            gr.Markdown(FORM.format(form=self.lab.form, origin=FORMS[self.lab.form].origin), elem_classes="section")
        self.verdict = gr.HTML(apply_default_css=False)
        choices = [(label, name) for name, (label, _) in MEASURES.items() if name in names()]
        measure = gr.Radio(choices, value=choices[0][1], label="Measured", elem_classes="measures")
        self.above = gr.HTML(apply_default_css=False, elem_classes="evidence")
        self.figure = gr.Plot(label="What was measured", show_label=False, container=False, elem_classes="against")
        self.examples = gr.HTML(apply_default_css=False, elem_classes="evidence", visible=False)
        self.below = gr.HTML(apply_default_css=False, elem_classes="evidence")
        self.controls = {"measure": measure}
        self.outputs = [self.above, self.verdict, self.figure, self.examples, self.below]
        self.drawn = lru_cache(32)(self._drawn)

    def show(self, visit: Visit) -> Iterator[dict]:
        name = visit.chosen[self.name]["measure"]
        section = self.drawn(name, visit.tokens)
        new = {
            self.verdict: self._verdict,
            self.above: section.above,
            self.figure: gr.Plot(section.figure, visible=section.figure is not None),
            self.below: section.below,
        }
        yield new | {self.examples: gr.HTML(visible=False)}
        if name == "faithfulness" and self.lab.embedded:
            yield new | {self.examples: gr.HTML(self._examples, visible=True)}

    def _record(self, name: str) -> Record:
        if name not in MEASURES or name not in names():
            raise BadInput(f"There is no measure {name!r}; what was measured: {', '.join(set(MEASURES) & names())}.")
        return kept(name)

    def _drawn(self, name: str, tokens: int) -> Section:
        return MEASURES[name][1](self._record(name), tokens)

    @cached_property
    def _verdict(self) -> str:
        if not self.lab.embedded:
            return notes.note("fact", NOT_YOURS, REPORT)
        gains = sum(values.size for level in self.lab.gains().values() for values in level.values())
        return accuracy.sentences(self._record("accuracy").result, gains, self.lab.side(True)[0].num_parameters())

    @cached_property
    def _examples(self) -> str:
        """The most and the least faithful maps of those measured, made anew."""
        return faithfulness.examples([self._example(one) for one in self._record("faithfulness").result["examples"]])

    def _example(self, one: dict) -> faithfulness.Example:
        view = self.lab.look(Scene.from_seed(one["seed"]).render())
        answer = view.ask(one["question"], one["visual_tokens"], one["side"] == "with")
        found = view.gradcam(answer, len(answer.words) - 1)
        layer = heat_layer(found.grid, common_scale([found.grid]))
        said = f"Where the answer {answer.text} leans on the picture"
        return faithfulness.Example(
            stacked(source(quieter(view.image)), layer, said),
            answer.question,
            answer.text,
            one["side"],
            one["visual_tokens"],
            one["road"],
            one["inside"],
        )
