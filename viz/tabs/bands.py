"""The bands: how much energy lies in each and where, the gains on them, and a Fourier spectrum beside them."""

from collections.abc import Iterator
from functools import cached_property

import gradio as gr
import numpy as np
import plotly.graph_objects as go

from fmvr.explain.bands import LevelBands, Spectrum
from fmvr.model.forms import FORMS
from viz.balance import SPLITS, balance
from viz.bandgrid import band_grid
from viz.bands import band_pictures, written
from viz.energy import energy_figure
from viz.gains import GainLabel, gains_figure
from viz.spectrum import spectrum_figure
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint
from viz.tabs.picture import Picture
from viz.tabs.tab import New, Tab, Visit
from viz.tags import arm_style

ENERGY = """## Energy of the bands
How much of the tokens lies in smooth bands (<b class="low">low: L<sub>A</sub>, L<sub>M</sub></b>) and in detail
(<b class="high">high: H<sub>A</sub>, H<sub>M</sub></b>), before the block (pale) and after it (full)."""
ENERGY_HINT = """Look for full dots far above their pale ones: those bands the block strengthens; each step of the axis
is ten times. What leaves the block is the sum of the full ones: a form may leave nearly all of it to one of the two
splits. A band without a full dot is not in the block's equation. “Frequency” here means these pooling splits, not
a Fourier transform."""
MAPS = """## The bands over the picture
Where each band has its energy at one level."""
MAPS_HINT = """Look for places that are bright before and dark after, or the other way round: there the block moves
the weight of a band; whether that helps the answer is another question. Each picture has its own scale, from 0 to the
number below it."""
BALANCE = """## Does the energy add up?
Each split cuts the tokens X, as they reach the level, into two parts that sum to X. Their energies (squared numbers,
summed; the mean over all tokens) sum to that of X only if the two parts have nothing in common."""
BALANCE_HINT = """Look for the bar that is as long as the first: the average split shares the energy out exactly. The
parts of the max split overlap, so its energies cannot be read as shares of the whole; a single token, 1×1, has no
neighbours, and any split of it adds up."""
GAINS = """## The learned gains
One number for each channel of the tokens, learned in training, the same for every picture. ⊙ multiplies number by
number. The block here: """
GAINS_HINT = """Look for shapes away from the dashed line, the value before training: the further away, the more the
block learned to do. The wider a shape, the more channels have that value; the box holds the middle half."""
SPECTRUM = """## A Fourier spectrum of the token grid
The same tokens, sorted by how many waves fit across the picture: few for large areas, many for fine detail. Before the
block <b class="arm" style="{style}">pale</b>, after it <b class="arm" style="{style}">full</b>; the thin grey line is
the finest level."""
SPECTRUM_HINT = """Look at where each level ends: a coarser grid cannot hold finer waves, and no block can bring them
back. A pale line above the grey one was raised by the blocks of finer levels. This is not what “frequency” means in
FMVR; the two meet at 0 waves only, which is the mean L<sub>A</sub>. Power: squared size of the Fourier coefficients
over the squared number of tokens, the mean over channels and directions."""
SHARES = (5, 25, 50, 75, 95)  # percentiles that stand for a gain's distribution


class BandsTab(Tab):
    """Of the arm with blocks."""

    name, label, door = "bands", "Bands", "understand"
    needs = frozenset({"blocks"})

    def endpoints(self) -> None:
        endpoint("bands", self.bands, [Picture(label="picture")])

    def bands(self, picture: str) -> list[dict]:
        """For every level of the pyramid, the mean energy of a token in each band, before and after the block.

        `average_split` and `max_split` are the sums of each split's energies before the block, to hold against
        `pooled_energy`. `spectrum` is the radial Fourier power at 0, 1, 2 … waves across the picture. `gains` are the
        percentiles of every learned gain over the channels. What a level without a block lacks is null.
        Example: client.predict(handle_file("examples/sky.png"), api_name="/bands")
        """
        exhibit, gains = self.comparer.look(picture), self.lab.gains()
        levels = zip(exhibit.bands(), exhibit.view.spectra(self.lab.block_arm))
        return [_in_json(level, spectrum, gains.get(level.side)) for level, spectrum in levels]

    def build(self, visit: Visit) -> None:
        choices = [(f"{side}×{side}", side) for side in self.lab.levels]
        gr.Markdown(ENERGY, elem_classes="section")
        self.energy = _plot("Energy of the bands, before and after the block", "energy")
        gr.Markdown(ENERGY_HINT, elem_classes="hint")
        gr.Markdown(MAPS, elem_classes="section")
        level = gr.Radio(
            choices, value=max(self.lab.block_levels), label="Level of the bands", show_label=False, container=False
        )
        self.maps = gr.HTML()
        gr.Markdown(MAPS_HINT, elem_classes="hint")
        gr.Markdown(BALANCE, elem_classes="section")
        self.balance = gr.HTML()
        gr.Markdown(BALANCE_HINT, elem_classes="hint")
        gr.Markdown(f"{GAINS}{written(FORMS[self.lab.form].equation)}.", elem_classes="section")
        self.gains = _plot("The learned gains, a distribution for each gain and level", "gains")
        gr.Markdown(GAINS_HINT, elem_classes="hint")
        gr.Markdown(SPECTRUM.format(style=arm_style(self.lab.block_arm)), elem_classes="section")
        self.spectrum = _plot("Fourier spectrum of the token grid, a panel for each level", "spectrum")
        gr.Markdown(SPECTRUM_HINT, elem_classes="hint")
        self.controls = {"level": Control(level)}
        self.outputs = [self.energy, self.maps, self.balance, self.gains, self.spectrum]

    def show(self, visit: Visit) -> Iterator[New]:
        side, exhibit, arm = visit.chosen[self.name]["level"], visit.exhibit, self.lab.block_arm
        levels = {level.side: level for level in exhibit.bands()}
        blocks = [level for level in levels.values() if level.after]
        chosen, spectra = levels[side], exhibit.view.spectra(arm)
        pictures = band_pictures(vars(chosen.before), chosen.after and vars(chosen.after))
        yield {
            self.energy: energy_figure([(b.side, b.before.energies(), b.after.energies()) for b in blocks]),
            self.maps: band_grid(side, pictures, exhibit.behind),
            self.balance: balance(side, chosen.pooled_energy, chosen.before.energies()),
            self.gains: self.learned,
            self.spectrum: spectrum_figure([(s.side, s.before, s.after) for s in spectra], arm),
        }

    @cached_property
    def learned(self) -> go.Figure:
        """The gains; no picture changes them."""
        return gains_figure(self.lab.gains(), gain_labels(self.lab.form))


def gain_labels(form: str) -> dict[str, GainLabel]:
    """How each gain of a form is shown."""
    return {
        name: GainLabel(gain.symbol, gain.band, gain.acts_on, gain.first) for name, gain in FORMS[form].gains.items()
    }


def _plot(label: str, kind: str) -> gr.Plot:
    return gr.Plot(label=label, show_label=False, container=False, elem_classes=["bandplot", kind])


def _in_json(level: LevelBands, spectrum: Spectrum, gains: dict[str, np.ndarray] | None) -> dict:
    before = level.before.energies()
    return {
        "side": level.side,
        "pooled_energy": level.pooled_energy,
        "restored_energy": level.restored_energy,
        "before": before,
        "after": level.after and level.after.energies(),
        **{f"{split}_split": sum(before[name] for name in names) for split, names in SPLITS.items()},
        "spectrum": {
            "before": spectrum.before.tolist(),
            "after": None if spectrum.after is None else spectrum.after.tolist(),
        },
        "gains": gains
        and {
            name: {f"{share} %": float(np.percentile(values, share)) for share in SHARES}
            for name, values in gains.items()
        },
    }
