"""Evidence: what was measured, read from the kept results, with the command that measures it again."""

from collections.abc import Iterator
from functools import cached_property, lru_cache

import gradio as gr
from markupsafe import Markup

from fmvr.arms import PAIR
from fmvr.errors import BadInput
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.measures.faithfulness import MapExample
from fmvr.evaluation.record import Record, kept, names, plain
from fmvr.model import FORMS
from fmvr.worlds import WORLDS
from viz import notes
from viz.evidence import accuracy, faithfulness
from viz.evidence.forest import forest, headline
from viz.evidence.parts import Section
from viz.evidence.sections import section
from viz.heatmap import common_scale, heat_layer, quieter
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint
from viz.tabs.tab import New, Tab, Visit
from viz.tags import source, stacked
from viz.templates import render

TITLE = """## What the block does, measured
FMVR is a small block that is to give back the detail that fewer visual tokens lose. This is what it does in the pair of
models that ships with FMVR Lab, on pictures that neither was trained on."""
FORM = (
    "The block here has the form “{form}”: {origin}. The others can be trained and compared by "
    "`python -m fmvr.evaluation ablations`."
)
NOT_YOURS = (
    "These are figures of the pair of models that ships with FMVR Lab, not of the checkpoint this page runs on. To "
    "measure that one on pictures of your own: "
)
SHIPPED = "The pair that ships with FMVR Lab: "
REPORT = "python -m fmvr.evaluation report --model DIR{} --images DIR"


def shown() -> dict[str, str]:
    """The measures on the page, those that were kept: name → label."""
    return {name: measure.label for name, measure in MEASURES.items() if measure.label and name in names()}


class EvidenceTab(Tab):
    """One measure at a time; nothing is computed but the example maps."""

    name, label, door = "evidence", "Evidence", "judge"

    def endpoints(self) -> None:
        endpoint("evidence", self.evidence, [gr.Dropdown(list(shown()), label="measure")])

    def evidence(self, measure: str) -> dict:
        """What was measured of the pair that ships with FMVR Lab: the result, the command that made it, and the day.

        Shares are of 1. `measure` is one of those that the page offers: accuracy, hallucination, reducers …
        Example: client.predict("accuracy", api_name="/evidence")
        """
        return plain(self._record(measure))

    def build(self, visit: Visit) -> None:
        gr.Markdown(TITLE, elem_classes="section")
        if self.lab.embedded:
            gr.Markdown(FORM.format(form=self.lab.form, origin=FORMS[self.lab.form].origin), elem_classes="section")
        plot = {"show_label": False, "container": False}
        self.headline = gr.HTML(apply_default_css=False)
        self.forest = gr.Plot(label="With FMVR less without, family by family", **plot)
        self.verdict = gr.HTML(apply_default_css=False)
        choices = [(label, name) for name, label in shown().items()]
        measure = gr.Radio(choices, value=choices[0][1], label="Measured", elem_classes="measures")
        self.above = gr.HTML(apply_default_css=False, elem_classes="evidence")
        self.figure = gr.Plot(label="What was measured", elem_classes="against", **plot)
        self.examples = gr.HTML(apply_default_css=False, elem_classes="evidence", visible=False)
        self.below = gr.HTML(apply_default_css=False, elem_classes="evidence")
        self.controls = {"measure": Control(measure)}
        self.outputs = [self.above, self.headline, self.forest, self.verdict, self.figure, self.examples, self.below]
        self.drawn = lru_cache(32)(self._drawn)

    def show(self, visit: Visit) -> Iterator[New]:
        name = visit.chosen[self.name]["measure"]
        drawn = self.drawn(name, visit.tokens)
        new = self._lead(visit.tokens) | {
            self.verdict: self._verdict,
            self.above: drawn.above,
            self.figure: gr.Plot(drawn.figure, visible=drawn.figure is not None),
            self.below: drawn.below,
        }
        yield new | {self.examples: gr.HTML(visible=False)}
        if name == "faithfulness" and self.lab.embedded:
            yield new | {self.examples: gr.HTML(str(self._examples), visible=True)}

    def _record(self, name: str) -> Record:
        if name not in shown():
            raise BadInput(f"There is no measure {name!r}; what was measured: {', '.join(shown())}.")
        return kept(name)

    def _drawn(self, name: str, tokens: int) -> Section:
        return section(name, self._record(name), tokens)

    def _lead(self, tokens: int) -> New:
        """What comes of the block, in a sentence and a plot; of the pair that ships with FMVR Lab."""
        result, name = self._record("accuracy").result, PAIR[-1]
        world, whose = WORLDS.get(result.world), "" if self.lab.embedded else SHIPPED
        kinds = getattr(world, "groups", None) or (world.families if world else result.questions)
        return {
            self.headline: render("evidence/headline.html", sentence=whose + headline(result, name)),
            self.forest: forest(result, name, kinds, tokens),
        }

    @cached_property
    def _verdict(self) -> Markup:
        if not self.lab.embedded:
            return notes.note("fact", NOT_YOURS, REPORT.format(" --blocks FILE" if self.lab.one_model else ""))
        name = self.lab.block_arm
        gains = sum(values.size for level in self.lab.gains().values() for values in level.values())
        parameters = self.lab.member(name).model.num_parameters()
        return accuracy.sentences(self._record("accuracy").result, gains, parameters, name)

    @cached_property
    def _examples(self) -> Markup:
        """The most and the least faithful maps of those measured, made anew."""
        return faithfulness.examples([self._example(one) for one in self._record("faithfulness").result.examples])

    def _example(self, one: MapExample) -> faithfulness.ShownExample:
        world = self.lab.world
        view = self.lab.look(world.picture(world.sample("test", one.place)))
        answer = view.ask(one.question, one.visual_tokens, one.arm)
        heat = view.gradcam(answer)
        layer = heat_layer(heat.grid, common_scale([heat.grid]))
        alt = f"Where the answer {answer.text} leans on the picture"
        return faithfulness.ShownExample(
            picture=stacked(source(quieter(view.image)), layer, alt),
            question=answer.question,
            answer=answer.text,
            arm=one.arm,
            tokens=one.visual_tokens,
            road=one.road,
            inside=one.inside,
        )
