"""The page's first tab: one picture, one question, one budget; without FMVR beside with FMVR."""

import json
import random
from pathlib import Path

import gradio as gr

from fmvr.inputs import BadInput
from fmvr.scenes.catalog import COLOURS, SHAPES, THINGS
from fmvr.scenes.questions import ask_all
from viz import notes
from viz.bandgrid import band_grid
from viz.bands import band_pictures
from viz.card import card, cards
from viz.energy import energy_figure
from viz.heatmap import common_scale, overlay
from viz.tabs.api import ONE_AT_A_TIME
from viz.tabs.budget import BudgetSlider
from viz.tabs.comparison import Comparer, Seen
from viz.tabs.picture import Picture
from viz.tabs.scenes import new_scene, scene_picture, sentence, suggestions

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST_BUDGET = 36
LEVELS = (12, 6, 3)  # grid sides at which a block stands
KNOWS = (
    f"only drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and signs "
    f"with numbers, in {len(COLOURS)} colours, and simple questions about them."
)


class CompareTab:
    """Layout, events and what they show. Build it inside gr.Blocks."""

    def __init__(self, comparer: Comparer):
        self.comparer, self.lab = comparer, comparer.lab
        self.examples = json.loads((EXAMPLES / "examples.json").read_text())
        self._layout()
        self._events()

    def answer(self, path: str | None, question: str, tokens: int) -> tuple:
        """Notices and cards. What cannot be used leaves the cards as they are."""
        try:
            seen = self.comparer.look(path)
            sides = self.comparer.ask(seen, question, tokens)
        except BadInput as problem:
            gr.Warning(str(problem))
            return notes.problem(str(problem)), gr.skip()
        scale = common_scale([side.map.pixels for side in sides.values()])
        both = [
            card(name, side.answer, side.verdict, overlay(seen.view.image, side.map.pixels, scale), side.cost.flops)
            for name, side in sides.items()
        ]
        cost = next(iter(sides.values())).cost
        told = notes.budget_notes(tokens, self.lab.budgets, self.lab.models)
        told += notes.doubt_notes(self.lab.doubts(question, seen.view), KNOWS)
        return told, cards(both, scale, notes.small_print(cost.formula, cost.text_tokens))

    def bands(self, path: str | None, side: int) -> tuple:
        """The energy figure, and the band maps of one level; the last ones stay where there is no picture."""
        try:
            seen = self.comparer.look(path)
        except BadInput:
            return gr.skip(), gr.skip()
        levels = [level for level in seen.view.bands("with" in self.lab.models) if level.after]
        figure = energy_figure([(level.side, level.before.energies(), level.after.energies()) for level in levels])
        return figure, self._band_maps(seen, side)

    def _layout(self) -> None:
        ...
