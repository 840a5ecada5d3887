"""What folds below the block: the energy of its bands, whether it adds up, the gains, and a Fourier spectrum."""

from functools import cached_property

import gradio as gr
import numpy as np
import plotly.graph_objects as go

from fmvr.explain.bands import LevelBands, Spectrum
from fmvr.lab import Lab
from fmvr.model.forms import FORMS
from viz.balance import SPLITS, balance
from viz.energy import Levels, energy_figure
from viz.gains import GainLabel, gains_figure
from viz.spectrum import spectrum_figure
from viz.tabs.comparison import Exhibit
from viz.tabs.tab import New
from viz.tags import arm_style

ENERGY = """How much of the tokens lies in smooth bands (<b class="low">low: L<sub>A</sub>, L<sub>M</sub></b>) and in
detail (<b class="high">high: H<sub>A</sub>, H<sub>M</sub></b>), before the block (pale) and after it (full)."""
ENERGY_HINT = """Look for full dots far above their pale ones: those bands the block strengthens; each step of the axis
is ten times. What leaves the block is the sum of the full ones: a form may leave nearly all of it to one of the two
splits. A band without a full dot is not in the block's equation. “Frequency” here means these pooling splits, not
a Fourier transform."""
BALANCE = """Each split cuts the tokens X, as they reach the level, into two parts that sum to X. Their energies
(squared numbers, summed; the mean over all tokens) sum to that of X only if the two parts have nothing in common."""
BALANCE_HINT = """Look for the bar that is as long as the first: the average split shares the energy out exactly. The
parts of the max split overlap, so its energies cannot be read as shares of the whole; a single token, 1×1, has no
neighbours, and any split of it adds up."""
GAINS = """One number for each channel of the tokens, learned in training, the same for every picture. ⊙ multiplies
number by number."""
GAINS_HINT = """Look for shapes away from the dashed line, the value before training: the further away, the more the
block learned to do. The wider a shape, the more channels have that value; the box holds the middle half."""
SPECTRUM = """The same tokens, sorted by how many waves fit across the picture: few for large areas, many for fine
detail. Before the block <b class="arm" style="{style}">pale</b>, after it <b class="arm" style="{style}">full</b>;
the thin grey line is the finest level."""
SPECTRUM_HINT = """Look at where each level ends: a coarser grid cannot hold finer waves, and no block can bring them
back. A pale line above the grey one was raised by the blocks of finer levels. This is not what “frequency” means in
FMVR; the two meet at 0 waves only, which is the mean L<sub>A</sub>. Power: squared size of the Fourier coefficients
over the squared number of tokens, the mean over channels and directions."""
SHARES = (5, 25, 50, 75, 95)  # percentiles that stand for a gain's distribution


class BandFolds:
    """Four folds on a page, laid out as they are made; `outputs` are what `show` fills."""

    def __init__(self, lab: Lab):
        self.lab = lab
        with gr.Accordion("The energy of the bands, level by level", open=False):
            gr.Markdown(ENERGY, elem_classes="fold")
            self.energy = _plot("Energy of the bands, before and after the block", "energy")
            gr.Markdown(ENERGY_HINT, elem_classes="hint")
        with gr.Accordion("Does the energy add up?", open=False):
            gr.Markdown(BALANCE, elem_classes="fold")
            self.balance = gr.HTML()
            gr.Markdown(BALANCE_HINT, elem_classes="hint")
        with gr.Accordion("The learned gains", open=False):
            gr.Markdown(GAINS, elem_classes="fold")
            self.gains = _plot("The learned gains, a distribution for each gain and level", "gains")
            gr.Markdown(GAINS_HINT, elem_classes="hint")
        with gr.Accordion("A Fourier spectrum of the token grid", open=False):
            gr.Markdown(SPECTRUM.format(style=arm_style(lab.block_arm)), elem_classes="fold")
            self.spectrum = _plot("Fourier spectrum of the token grid, a panel for each level", "spectrum")
            gr.Markdown(SPECTRUM_HINT, elem_classes="hint")
        self.outputs = [self.energy, self.balance, self.gains, self.spectrum]

    def show(self, trained: Exhibit, turned: Exhibit, side: int) -> New:
        """A picture's bands with the gains `turned`, on the axis of those `trained`; the balance of one level."""
        arm, chosen = self.lab.block_arm, next(level for level in trained.bands() if level.side == side)
        return {
            self.energy: energy_figure(self._energies(turned), self._energies(trained)),
            self.balance: balance(side, chosen.pooled_energy, chosen.before.energies()),
            self.gains: self.learned,
            self.spectrum: spectrum_figure([(s.side, s.before, s.after) for s in turned.view.spectra(arm)], arm),
        }

    @cached_property
    def learned(self) -> go.Figure:
        """The gains; no picture changes them."""
        return gains_figure(self.lab.gains(), gain_labels(self.lab.form))

    def _energies(self, exhibit: Exhibit) -> Levels:
        levels = [level for level in exhibit.bands() if level.side in self.lab.block_levels]
        return [(level.side, level.before.energies(), (level.after or level.before).energies()) for level in levels]


def gain_labels(form: str) -> dict[str, GainLabel]:
    """How each gain of a form is shown."""
    return {
        name: GainLabel(gain.symbol, gain.band, gain.acts_on, gain.first) for name, gain in FORMS[form].gains.items()
    }


def _plot(label: str, kind: str) -> gr.Plot:
    return gr.Plot(label=label, show_label=False, container=False, elem_classes=["bandplot", kind])


def in_json(level: LevelBands, spectrum: Spectrum, gains: dict[str, np.ndarray] | None) -> dict:
    """A level as programs get it."""
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
