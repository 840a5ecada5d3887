"""What a visitor brings: a picture, a question, a token budget."""

from typing import Any

import gradio as gr
import numpy as np
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.cost import TEXT_TOKENS, cost
from fmvr.errors import BadInput
from fmvr.evaluation.asking import AVERAGE
from fmvr.evaluation.record import kept
from viz import notes
from viz.story import Average, story
from viz.tabs.comparison import Comparer, Exhibit, budgets_of_pair
from viz.tabs.events import QUIET, on_model
from viz.tabs.picture import Picture
from viz.tabs.samples import any_question, examples_of, new_specimen, picture_of, suggestions
from viz.tabs.slider import budget_slider
from viz.tabs.tab import Visit
from viz.templates import render

FIRST_BUDGET = 36
RUNG = "watch('value', () => trigger('submit'))"  # rings when its value has changed
LEFT_OUT = "The model {} makes no set of {} visual tokens, so it is left out; its token budgets are {}."


class Desk:
    """The controls above and beside all tabs, built in parts: `build_story`, `build_picture`, `build_question`."""

    def __init__(self, comparer: Comparer):
        self.comparer, self.lab = comparer, comparer.lab
        self.budgets = budgets_of_pair(self.lab)
        self.examples = examples_of(self.lab.world)
        self.first_path, question = self.examples[0]
        exhibit = comparer.look(self.first_path)
        for name in self.lab.arms:  # the first answer of a process is slow
            exhibit.view.ask(question, _nearest(self.lab.budgets_of(name), FIRST_BUDGET), name)
        self.first = Visit(exhibit, question, _nearest(self.budgets, FIRST_BUDGET))

    def build_story(self) -> None:
        """What is at stake, in words; and which model it is, where it is somebody's own."""
        if self.lab.called:
            gr.HTML(str(render("called.html", name=self.lab.called)), apply_default_css=False)
        self.story = gr.HTML(str(self.story_of(self.first)), apply_default_css=False)
        now = asked(self.first.exhibit, self.first.question)
        self.asked = gr.HTML(now, visible="hidden", elem_classes="asked", js_on_load=RUNG)  # tells that it has changed
        self.flipping = gr.HTML(str(self._flips(self.first.exhibit, self.first.question)), visible="hidden")

    def build_picture(self) -> None:
        """The stage, which stays in sight: picture and token budget; and where to get another picture."""
        with gr.Column(elem_classes="stage"):
            self.picture = Picture(
                self.first_path,
                format="png",
                label="Picture",
                show_label=False,
                buttons=["download"],
                sources=["upload", "clipboard", "webcam"],
                elem_classes="picture",
            )
            self.budget = budget_slider(self.budgets, self.first.tokens)
        with gr.Column(elem_classes="more"):
            self.new = gr.Button("New picture")
            self.gallery = gr.Dataset(
                components=[gr.Image(visible=False)],
                samples=[[path] for path, _ in self.examples],
                label="Examples",
                show_label=False,
                type="index",
                samples_per_page=len(self.examples),
                elem_classes="examples",
            )
            unseen = ": pictures neither model was trained on" if self.lab.embedded else ""
            gr.Markdown(f"Examples{unseen}.", elem_classes="caption")

    def build_question(self) -> None:
        """The question and suggestions."""
        with gr.Row(elem_classes="ask"):
            self.question = gr.Textbox(
                self.first.question, label="Question", show_label=False, container=False, max_lines=1, scale=1
            )
            self.ask = gr.Button("Ask", variant="primary", scale=0)
            self.stop = gr.Button("Stop", scale=0, elem_classes="stop")
        self.chips = gr.Dataset(
            components=[gr.Textbox(visible=False)],
            samples=self._suggestions(self.first.exhibit.specimen),
            show_label=False,
            elem_classes="chips",
        )
        self.notices = gr.HTML(str(self.notices_of(self.first)), elem_classes="told")

    def story_of(self, visit: Visit) -> Markup:
        """What the budget saves and what comes of it; without answers where none can be had."""
        exhibit = visit.exhibit
        try:
            responses = visit.responses
        except BadInput:
            responses = {}
        text = next((one.cost.text_tokens for one in responses.values()), TEXT_TOKENS)
        shape, frames = self.lab.shape(), len(exhibit.view.frames)
        flops = {n: cost(shape, n * frames, text).flops for n in self.budgets}
        return story(
            visit.tokens,
            self.budgets[0],
            {n: flops[n] / flops[self.budgets[0]] for n in self.budgets},
            {name: one.reply for name, one in responses.items()},
            self._average(visit.tokens),
        )

    def _average(self, tokens: int) -> Average | None:
        """How the embedded pair does at a budget in general, whatever one answer suggests."""
        if not self.lab.embedded:
            return None
        result, (first, last) = kept("accuracy").result, self.lab.pair
        apart = {n: by[AVERAGE].difference for n, by in result.paired[last].items()}
        shares = {name: result.scores[name][tokens][AVERAGE].mean for name in (first, last)}
        return Average(result.samples, shares, apart[tokens], apart[max(apart)].mean)

    def flips(self, path: str | None, question: str) -> str:
        """At which budgets an answer changes, for the slider; nothing new while others wait for the models."""
        try:
            exhibit = self.comparer.look(path)
            return gr.skip() if self.lab.turns.waiting else str(self._flips(exhibit, question))
        except BadInput:
            return gr.skip()

    def _flips(self, exhibit: Exhibit, question: str) -> Markup:
        """The budgets at which an arm answers otherwise than at the next larger one; own models are too slow for it."""
        flips = []
        if self.lab.embedded:
            answers = [
                {name: one.answer.text for name, one in exhibit.responses(question, n).items()} for n in self.budgets
            ]
            flips = [n for n, large, small in zip(self.budgets[1:], answers, answers[1:]) if small != large]
        return render("flips.html", asked=asked(exhibit, question), flips=flips)

    def notices_of(self, visit: Visit) -> Markup:
        """What to know about a budget, or to mistrust about a picture and a question, on any tab."""
        lab, notices = self.lab, []
        for name in lab.pair:
            if visit.tokens not in lab.budgets_of(name):
                exist = ", ".join(map(str, lab.budgets_of(name)))
                notices.append(notes.note("fact", LEFT_OUT.format(arm(name).label, visit.tokens, exist)))
        trained = lab.member().trained_budgets
        exhibit = visit.exhibit
        if exhibit.view.cut:
            notices.append(notes.seen_part(*exhibit.view.cut))
        notices.append(notes.budget_notes(visit.tokens, self.budgets, tuple(lab.arms), trained, lab.one_model))
        notices.append(notes.doubt_notes(exhibit.doubts(visit.question), lab.knowledge))
        return Markup("").join(notices)

    @property
    def parts(self) -> list:
        """Everything on the desk that a link can set."""
        return [self.picture, self.question, self.budget, self.chips]

    def bring(self, path: str | None, visit: Visit) -> dict:
        """New values for all its `parts`; `path` is the picture's file, None for the one that is there."""
        chips, picture = gr.Dataset(samples=self._suggestions(visit.exhibit.specimen)), path or gr.skip()
        return dict(zip(self.parts, (picture, visit.question, visit.tokens, chips)))

    @property
    def offering(self) -> dict[str, Any]:
        """The arguments of an event that offers questions for the picture."""
        outputs = [self.chips, self.question]
        return {"fn": self.offered, "inputs": self.picture, "outputs": outputs, **on_model(show_progress="hidden")}

    def connect(self, ring: dict[str, Any]) -> list:
        """Bind every way to ask to one event, by its arguments; returns what can be stopped."""
        if self.lab.embedded:
            marking = on_model(show_progress="hidden", trigger_mode="always_last")
            self.asked.submit(self.flips, [self.picture, self.question], self.flipping, **marking)
        drawn = self.new.click(self._from_new_sample, None, [self.picture, self.question], **QUIET)
        chosen = self.gallery.click(self._from_example, self.gallery, [self.picture, self.question], **QUIET)
        suggested = self.chips.select(_chosen, None, self.question, **QUIET)
        offers = [
            then(**self.offering | {"trigger_mode": "always_last"})
            for then in (drawn.then, chosen.then, self.picture.input)
        ]
        for event in (*offers, suggested):
            event.then(**ring)
        gr.on([self.ask.click, self.question.submit, self.budget.release], **ring)
        return [*offers, suggested]

    def offered(self, path: str | None) -> tuple:
        """Questions to offer for a picture; one that is none of the world's begins without the last one's question."""
        try:
            specimen = self.comparer.shown(path)
        except BadInput:
            return gr.skip(), gr.skip()
        return gr.Dataset(samples=self._suggestions(specimen)), gr.skip() if specimen else ""

    def _suggestions(self, specimen) -> list[list[str]]:
        return [[question] for question in suggestions(self.lab.world, specimen)]

    def _from_new_sample(self):
        specimen = new_specimen(self.lab.world)
        return picture_of(self.lab.world, specimen), any_question(self.lab.world, specimen)

    def _from_example(self, index: int):
        return self.examples[index]


def asked(exhibit: Exhibit, question: str) -> str:
    """A question about a picture, as one text."""
    return f"{exhibit.key} {question}"


def _chosen(event: gr.SelectData) -> str:
    """A question as it stands on the page, whatever its session knows of it."""
    return event.value[0]


def _nearest(budgets: list[int], wanted: int) -> int:
    """The budget that is as many times larger, or smaller, than another as no other is."""
    return min(budgets, key=lambda n: abs(np.log(n / wanted)))
