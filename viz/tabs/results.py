"""What the page shows for a question and for a picture, in one piece each."""

import gradio as gr
import plotly.graph_objects as go

from fmvr.inputs import BadInput
from fmvr.scenes.catalog import COLOURS, SHAPES, THINGS
from viz import notes
from viz.bandgrid import band_grid
from viz.bands import band_pictures
from viz.card import card, cards
from viz.energy import energy_figure
from viz.heatmap import common_scale, overlay
from viz.tabs.comparison import Comparer
from viz.tabs.scenes import suggestions

KNOWS = (
    f"drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and numbered signs "
    f"in {len(COLOURS)} colours, and simple questions about them."
)


class Results:
    """Turns what a visitor chose into what the page shows. What cannot be used leaves the page as it is."""

    def __init__(self, comparer: Comparer):
        self.comparer, self.lab = comparer, comparer.lab

    def answers(self, path: str | None, question: str, tokens: int) -> tuple[str, str]:
        """Notices, and the cards of the models."""
        try:
            seen = self.comparer.look(path)
            sides = self.comparer.ask(seen, question, tokens)
        except BadInput as problem:
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

    def chips(self, path: str | None) -> gr.Dataset:
        """Questions to offer for a picture."""
        try:
            scene = self.comparer.look(path).scene
        except BadInput:
            return gr.skip()
        return gr.Dataset(samples=[[question] for question in suggestions(scene)])

    def bands(self, path: str | None, side: int) -> tuple[go.Figure, str]:
        """The energy of every level with a block, and the band maps of the level of grid side `side`."""
        try:
            seen = self.comparer.look(path)
        except BadInput:
            return gr.skip(), gr.skip()
        levels = {level.side: level for level in seen.view.bands() if level.after}
        energies = [(level.side, level.before.energies(), level.after.energies()) for level in levels.values()]
        chosen = levels[side]
        pictures = band_pictures(seen.view.image, vars(chosen.before), vars(chosen.after))
        return energy_figure(energies), band_grid(side, pictures)
