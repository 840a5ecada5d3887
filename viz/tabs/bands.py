"""The bands: where their energy lies over the picture, and how much of it, level by level."""

from collections.abc import Iterator

import gradio as gr

from viz.bandgrid import band_grid
from viz.bands import band_pictures
from viz.energy import energy_figure
from viz.tabs.endpoint import endpoint
from viz.tabs.picture import Picture
from viz.tabs.tab import Tab, Visit

ENERGY = """## Energy of the bands
How much of the tokens lies in smooth bands (<b class="low">low: L<sub>A</sub>, L<sub>M</sub></b>) and in detail
(<b class="high">high: H<sub>A</sub>, H<sub>M</sub></b>), before the block (pale) and after it (full)."""
ENERGY_HINT = """Look for full bars that stand above their pale ones: those bands the block strengthens. A band without
a full bar is not in the block's equation. Each panel has its own axis, from zero. “Frequency” here means these pooling
splits, not a Fourier transform."""
MAPS = """## The bands over the picture
Where each band has its energy at one level."""
MAPS_HINT = """Look for places that brighten from before to after: there the block restores what pooling wore down.
Each band has its own scale, the same for both pictures."""


class BandsTab(Tab):
    """Needs a model with blocks."""

    name, label = "bands", "Bands"

    def endpoints(self) -> None:
        endpoint("bands", self.energies, [Picture(label="picture")])

    def energies(self, picture: str) -> list[dict]:
        """For every level of the pyramid, the mean energy of a token in each band, before and after the block."""
        return [
            {
                "side": level.side,
                "pooled_energy": level.pooled_energy,
                "restored_energy": level.restored_energy,
                "before": level.before.energies(),
                "after": level.after and level.after.energies(),
            }
            for level in self.comparer.look(picture).view.bands()
        ]

    def build(self, visit: Visit) -> None:
        blocks = {f"{side}×{side}": side for side in self.lab.block_sides}
        gr.Markdown(ENERGY, elem_classes="section")
        self.energy = gr.Plot(show_label=False, container=False, elem_classes="energy")
        gr.Markdown(ENERGY_HINT, elem_classes="hint")
        gr.Markdown(MAPS, elem_classes="section")
        level = gr.Radio(
            list(blocks.items()), value=max(blocks.values()), label="Level", show_label=False, container=False
        )
        self.maps = gr.HTML(elem_classes="maps")
        gr.Markdown(MAPS_HINT, elem_classes="hint")
        self.controls = {"level": level}
        self.outputs = [self.energy, self.maps]

    def show(self, visit: Visit) -> Iterator[dict]:
        side = visit.chosen[self.name]["level"]
        levels = {level.side: level for level in visit.seen.view.bands() if level.after}
        energies = [(level.side, level.before.energies(), level.after.energies()) for level in levels.values()]
        chosen = levels[side]
        pictures = band_pictures(visit.seen.view.image, vars(chosen.before), vars(chosen.after))
        yield {self.energy: energy_figure(energies), self.maps: band_grid(side, pictures)}
