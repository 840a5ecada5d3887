"""The knobs: the blocks' gains scaled, or blocks bypassed, and what becomes of answer, map and bands."""

from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from fmvr.errors import BadInput
from fmvr.explain.methods import METHOD
from fmvr.model.pyramid import Knobs
from viz.card import plain_card, plain_cards
from viz.energy import Levels, energy_figure
from viz.heatmap import common_scale, heat_layer
from viz.tabs import manner
from viz.tabs.comparison import Exhibit
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.manner import USUAL, Manner
from viz.tabs.tab import New, Tab, Visit
from viz.tags import stacked

TITLE = """## Turn the knobs
The block takes the tokens apart twice, by average and by max pooling: its two branches. Here the gains each has learned
are scaled: 1 is as trained, 0 leaves them out, 2 doubles them. This is a live ablation: something is taken away to see
what it did."""
BYPASSED = " With every block bypassed it is still not the model without FMVR: that one was trained so."
ALL_BYPASSED = " With every block bypassed it is the model without FMVR."
SAME = "The token set of {tokens} passed no block: no knob can change this answer."
HINT = "Look for the knob that changes the answer first: that branch, or that level, carries it."
ENERGY_HINT = "The energy of a token in each band, before the block (pale) and after it (full), the knobs as they are."


class KnobsTab(Tab):
    """Of the arm with blocks."""

    name, label, door = "knobs", "Knobs", "understand"
    needs = frozenset({"blocks"})

    def endpoints(self) -> None:
        knobs = [gr.Number(1, label="average"), gr.Number(1, label="max"), gr.JSON([], label="bypassed")]
        endpoint("turn_knobs", self.turn, parameters() + knobs + manner.parameters(self.lab))

    def turn(
        self,
        picture: str,
        question: str,
        visual_tokens: int,
        average: float,
        max: float,
        bypassed: list,
        longest: int = USUAL.longest,
        system: str = USUAL.system,
    ) -> dict:
        """The answer of the model with FMVR, as trained and with its knobs turned.

        `average` and `max` (0 to 2) scale the gains of the two branches; `bypassed` lists the grid sides (12, 6, 3)
        whose block is left out.
        Example: client.predict(handle_file("examples/sky.png"), "How many objects are there?", 36, 0.5, 1, [12],
        api_name="/turn_knobs")
        """
        if not isinstance(bypassed, list):
            raise BadInput("What is bypassed is a list of grid sides, such as [12, 6].")
        exhibit = self.comparer.look(picture, Manner.asked(longest, system))
        knobs = self._knobs(average, max, bypassed)
        both = {"as_trained": exhibit, "turned": exhibit.turned(knobs)}
        responses = {name: one.response(question, visual_tokens, self.lab.block_arm) for name, one in both.items()}
        return {
            name: {
                "answer": response.answer.text,
                "probabilities": [word.probability for word in response.answer.words],
                "right": response.verdict and response.verdict.score,
                "gradcam": both[name].map(response.answer).grid.tolist(),
            }
            for name, response in responses.items()
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(TITLE + (ALL_BYPASSED if self.lab.one_model else BYPASSED), elem_classes="section")
        with gr.Row(elem_classes="knobs"):
            average = gr.Slider(0, 2, value=1, step=0.05, label="Gains of the average branch")
            max_ = gr.Slider(0, 2, value=1, step=0.05, label="Gains of the max branch")
        levels = [(f"{side}×{side}", side) for side in self.lab.block_levels]
        bypassed = gr.CheckboxGroup(levels, value=[], label="Bypass the block at", elem_classes="knobs-levels")
        self.both = gr.HTML(elem_classes="answers")
        gr.Markdown(HINT, elem_classes="hint")
        self.energy = gr.Plot(label="Energy of the bands", show_label=False, container=False, elem_classes="energy")
        gr.Markdown(ENERGY_HINT, elem_classes="hint")
        self.controls = {"average": Control(average), "max": Control(max_), "bypassed": Control(bypassed)}
        self.outputs = [self.both, self.energy]

    def show(self, visit: Visit) -> Iterator[New]:
        turned = visit.exhibit.turned(self._knobs(**visit.chosen[self.name]))
        yield {self.both: self._answers(visit, turned)}
        yield {self.energy: energy_figure(self._energies(turned), self._energies(visit.exhibit))}

    def _energies(self, exhibit: Exhibit) -> Levels:
        levels = [level for level in exhibit.bands() if level.side in self.lab.block_levels]
        return [(level.side, level.before.energies(), (level.after or level.before).energies()) for level in levels]

    def _answers(self, visit: Visit, turned: Exhibit) -> Markup:
        arm, both = self.lab.block_arm, {"as trained": visit.exhibit, "knobs turned": turned}
        responses = {name: one.response(visit.question, visit.tokens, arm) for name, one in both.items()}
        maps = {name: both[name].map(response.answer).grid for name, response in responses.items()}
        scale = common_scale(list(maps.values()))
        cards = []
        for name, response in responses.items():
            drawn = stacked(visit.exhibit.behind, heat_layer(maps[name], scale), f"{METHOD} map, {name}")
            cards.append(plain_card(arm, name, response.answer, response.verdict, drawn))
        full = visit.tokens == max(self.lab.budgets_of(arm))
        return plain_cards(cards, SAME.format(tokens=visit.tokens) if full else "")

    def _knobs(self, average: float, max: float, bypassed: list[int]) -> Knobs:
        if not all(isinstance(factor, int | float) and 0 <= factor <= 2 for factor in (average, max)):
            raise BadInput("Gains can be scaled from 0 to 2.")
        if unknown := [side for side in bypassed if side not in self.lab.block_levels]:
            exist = ", ".join(map(str, self.lab.block_levels))
            raise BadInput(f"There is no block at level {unknown[0]}; the blocks stand at {exist}.")
        return Knobs(average, max, tuple(sorted(map(int, bypassed))))
