"""The block: drawn on the picture's own tokens, with its gains to turn, and what becomes of answer and map."""

from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from fmvr.errors import BadInput
from fmvr.explain.bands import LevelBands
from fmvr.explain.methods import METHOD
from fmvr.model.forms import FORMS
from fmvr.model.pyramid import Knobs
from viz.bands import written
from viz.block import LogScale, put_together, taken_apart
from viz.card import plain_card, plain_cards
from viz.heatmap import common_scale, heat_layer
from viz.tabs import manner
from viz.tabs.bands import BandFolds, in_json
from viz.tabs.comparison import Exhibit
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.manner import USUAL, Manner
from viz.tabs.picture import Picture
from viz.tabs.tab import New, Tab, Visit
from viz.tags import stacked
from viz.templates import render
from viz.units import token_count

TITLE = """## The block, on this picture
Tokens are taken apart into low and high bands, once by average pooling (<b class="low">L<sub>A</sub></b>: the mean,
<b class="high">H<sub>A</sub></b>: what differs from it) and once by max pooling (<b class="high">H<sub>M</sub></b>: the
largest value around, <b class="low">L<sub>M</sub></b>: what falls short of it). Each is multiplied by gains learned in
training, and all are added up: {equation}.

**Turn the gains:** 1 is as trained, 0 leaves them out. Picture, answer and map follow."""
BYPASSED = " With every block bypassed it is still not the model without FMVR: that one was trained so."
ALL_BYPASSED = " With every block bypassed it is the model without FMVR."
SCALE = "energy of a token (its squared numbers, summed), one logarithmic scale for all pictures; × : a band’s numbers"
SHOWN = "The block at {side}×{side}, the last that {tokens} passed."
SAME = "{tokens} passed no block: no gain can change this answer. Drawn is the first block, at {side}×{side}."
HINT = "Look for the gain that changes the answer first: that branch, or that level, carries it."


class BlockTab(Tab):
    """Of the arm with blocks."""

    name, label, door = "block", "The block", "understand"
    needs = frozenset({"blocks"})
    former = frozenset({"knobs", "bands"})
    retired = frozenset({"level"})

    def endpoints(self) -> None:
        knobs = [gr.Number(1, label="average"), gr.Number(1, label="max"), gr.JSON([], label="bypassed")]
        endpoint("turn_knobs", self.turn, parameters() + knobs + manner.parameters(self.lab))
        endpoint("bands", self.bands, [Picture(label="picture")])

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

    def bands(self, picture: str) -> list[dict]:
        """For every level of the pyramid, the mean energy of a token in each band, before and after the block.

        `average_split` and `max_split` are the sums of each split's energies before the block, to hold against
        `pooled_energy`. `spectrum` is the radial Fourier power at 0, 1, 2 … waves across the picture. `gains` are the
        percentiles of every learned gain over the channels. What a level without a block lacks is null.
        Example: client.predict(handle_file("examples/sky.png"), api_name="/bands")
        """
        exhibit, gains = self.comparer.look(picture), self.lab.gains()
        levels = zip(exhibit.bands(), exhibit.view.spectra(self.lab.block_arm))
        return [in_json(level, spectrum, gains.get(level.side)) for level, spectrum in levels]

    def build(self, visit: Visit) -> None:
        equation = written(FORMS[self.lab.form].equation)
        bypassing = ALL_BYPASSED if self.lab.one_model else BYPASSED
        gr.Markdown(TITLE.format(equation=equation) + bypassing, elem_classes="section")
        self.level = gr.HTML()
        with gr.Row(elem_classes="drawn", equal_height=True):
            self.apart = gr.HTML()
            with gr.Column(elem_classes="knobs", min_width=140):
                average = gr.Slider(0, 2, value=1, step=0.05, label="Average gains")
                max_ = gr.Slider(0, 2, value=1, step=0.05, label="Max gains")
            self.together = gr.HTML()
        levels = [(f"{side}×{side}", side) for side in self.lab.block_levels]
        bypassed = gr.CheckboxGroup(levels, value=[], label="Bypass the block at", elem_classes="knobs-levels")
        self.both = gr.HTML(elem_classes="answers")
        gr.Markdown(HINT, elem_classes="hint")
        self.folds = BandFolds(self.lab)
        self.controls = {"average": Control(average), "max": Control(max_), "bypassed": Control(bypassed)}
        self.outputs = [self.both, self.level, self.apart, self.together, *self.folds.outputs]

    def show(self, visit: Visit) -> Iterator[New]:
        turned = visit.exhibit.turned(self._knobs(**visit.chosen[self.name]))
        side = self._side(visit.tokens)
        yield self._diagram(visit, turned, side)
        yield {self.both: self._answers(visit, turned)}
        yield self.folds.show(visit.exhibit, turned, side)

    def _side(self, tokens: int) -> int:
        """Of the last block that a token set passed; of the first one, where it passed none."""
        passed = [side for side in self.lab.block_levels if side * side >= tokens]
        return min(passed, default=max(self.lab.block_levels))

    def _diagram(self, visit: Visit, turned: Exhibit, side: int) -> New:
        trained, now = (_level(exhibit, side) for exhibit in (visit.exhibit, turned))
        after = vars(trained.after or trained.before).values()
        scale = LogScale.of([trained.pooled, trained.restored, *vars(trained.before).values(), *after])
        bands, behind = vars(now.before), visit.exhibit.behind
        passed = SAME if self._passed_none(visit.tokens) else SHOWN
        sentence = passed.format(side=side, tokens=token_count(visit.tokens))
        return {
            self.level: render("block_scale.html", sentence=sentence, scale=scale, what=SCALE),
            self.apart: taken_apart(side, now.pooled, bands, behind, scale),
            self.together: put_together(side, now.restored, now.after and vars(now.after), bands, behind, scale),
        }

    def _passed_none(self, tokens: int) -> bool:
        return tokens == max(self.lab.budgets_of(self.lab.block_arm))

    def _answers(self, visit: Visit, turned: Exhibit) -> Markup:
        arm, both = self.lab.block_arm, {"as trained": visit.exhibit, "gains turned": turned}
        responses = {name: one.response(visit.question, visit.tokens, arm) for name, one in both.items()}
        maps = {name: both[name].map(response.answer).grid for name, response in responses.items()}
        scale = common_scale(list(maps.values()))
        cards = []
        for name, response in responses.items():
            drawn = stacked(visit.exhibit.behind, heat_layer(maps[name], scale), f"{METHOD} map, {name}")
            cards.append(plain_card(arm, name, response.answer, response.verdict, drawn))
        return plain_cards(cards)

    def _knobs(self, average: float, max: float, bypassed: list[int]) -> Knobs:
        if not all(isinstance(factor, int | float) and 0 <= factor <= 2 for factor in (average, max)):
            raise BadInput("Gains can be scaled from 0 to 2.")
        if unknown := [side for side in bypassed if side not in self.lab.block_levels]:
            exist = ", ".join(map(str, self.lab.block_levels))
            raise BadInput(f"There is no block at level {unknown[0]}; the blocks stand at {exist}.")
        return Knobs(average, max, tuple(sorted(map(int, bypassed))))


def _level(exhibit: Exhibit, side: int) -> LevelBands:
    return next(level for level in exhibit.bands() if level.side == side)
