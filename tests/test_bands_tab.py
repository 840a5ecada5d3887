"""What folds below the block: sums, gains and spectra, drawn and on the page."""

import re

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from playwright.sync_api import expect

from fmvr.explain.bands import radial_power
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.model.forms import FORMS
from tests.models import new_lab, picture
from tests.visitor import choose, open_tab, sideways, unfold
from viz.balance import balance, verdict
from viz.bands import BANDS, written
from viz.gains import gains_figure
from viz.spectrum import spectrum_figure
from viz.tabs.bands import gain_labels
from viz.units import amount

SIDES = [24, 12, 6, 3, 1]


@pytest.fixture(scope="module")
def lab():
    return new_lab()


def test_the_average_split_adds_up_at_every_level_and_the_max_split_does_not(lab):
    for level in lab.look(picture()).bands():
        energies = level.before.energies()
        average = energies["low_average"] + energies["high_average"]
        assert average == pytest.approx(level.pooled_energy, rel=1e-4)
        assert verdict(level.pooled_energy, average).startswith("✓")
        if level.side > 1:
            assert verdict(level.pooled_energy, energies["high_max"] + energies["low_max"]).startswith("✗")


def test_the_balance_shows_the_numbers_it_is_about():
    drawn = balance(6, 10.0, {"low_average": 4.0, "high_average": 6.0, "high_max": 9.0, "low_max": 11.0})
    assert "4.000 + 6.000 = 10.000" in drawn and "✓ adds up" in drawn
    assert "9.000 + 11.000 = 20.000" in drawn and "2.00 times" in drawn


def test_tokens_of_nothing_still_add_up():
    assert "✓" in balance(6, 0.0, dict.fromkeys(BANDS, 0.0))


def test_the_gains_are_those_of_the_blocks(lab):
    gains = lab.gains()
    assert list(gains) == lab.block_levels == [12, 6, 3]
    for side, found in gains.items():
        block = lab.member("fmvr").blocks[side]
        assert list(found) == list(FORMS[lab.form].gains)
        assert np.array_equal(found["max_low"], block.gains["max_low"].detach().numpy())


def test_a_model_that_pools_only_has_no_gains(lab):
    pooling = lab.member("pooling")
    alone = Lab({"pooling": Checkpoint(pooling.model, pooling.processor)})
    assert alone.gains() == {} and alone.form is None


@pytest.mark.parametrize("form", FORMS)
def test_every_gain_of_every_form_has_its_panel_with_a_violin_a_level(form):
    labels = gain_labels(form)
    gains = {side: {name: np.linspace(-1, 1, 16) for name in labels} for side in (12, 6, 3)}
    figure = gains_figure(gains, labels)
    assert len(figure.data) == 3 * len(labels)
    assert len(figure.layout.shapes) == len(labels), "a dashed line at the untrained value"
    assert len({label.symbol for label in labels.values()}) == len(labels)


def test_a_gain_says_what_it_acts_on():
    ours, released = gain_labels("residual"), gain_labels("released")
    assert (ours["max_a"].kind, written(ours["max_a"].acts_on)) == ("low", "X ⊙ L<sub>M</sub>")
    assert (released["max_a"].kind, written(released["max_a"].acts_on)) == ("high", "X ⊙ H<sub>M</sub>")
    assert written(released["average_low"].acts_on) == "L<sub>A</sub>"


@pytest.mark.parametrize("waves", [0, 1, 5])
def test_a_wave_stands_where_it_belongs_in_the_spectrum(waves):
    wave = np.cos(2 * np.pi * waves * np.arange(24) / 24)
    power = radial_power(torch.tensor(np.tile(wave, (2, 24, 1)))[None])  # [1, 2, 24, 24]
    assert len(power) == 13 and power.argmax() == waves
    assert np.delete(power, waves).max() < 1e-9


def test_at_no_waves_the_spectrum_is_the_energy_of_the_mean(lab):
    view = lab.look(picture())
    channels = view.features("fmvr").tokens.shape[-1]
    for level, spectrum in zip(view.bands(), view.spectra()):
        assert spectrum.before[0] * channels == pytest.approx(level.before.energies()["low_average"], rel=1e-3)
        assert len(spectrum.before) == level.side // 2 + 1
        assert (spectrum.after is None) == (level.after is None)


def test_the_spectrum_figure_has_a_panel_for_every_level_of_more_than_one_token(lab):
    figure = spectrum_figure([(s.side, s.before, s.after) for s in lab.look(picture()).spectra()])
    assert [note.text for note in figure.layout.annotations] == ["24×24", "12×12", "6×6", "3×3"]
    assert len(figure.data) == 1 + 3 * 3, "the finest once; then the finest again, before and after"


def test_energies_read_as_a_person_says_them():
    assert [amount(value) for value in (103456, 2994.06, 1.2345, 0.01234, 0)] == [
        "103,000",
        "2,990",
        "1.23",
        "0.0123",
        "0",
    ]


def test_a_program_gets_sums_spectra_and_gains_with_the_bands(page_url):
    levels = Client(page_url, verbose=False).predict(handle_file("examples/sky.png"), api_name="/bands")
    assert [level["side"] for level in levels] == SIDES
    for level in levels:
        assert level["average_split"] == pytest.approx(level["pooled_energy"], rel=1e-4)
        assert len(level["spectrum"]["before"]) == level["side"] // 2 + 1
        assert (level["gains"] is None) == (level["after"] is None) == (level["spectrum"]["after"] is None)
    assert levels[0]["max_split"] > 1.01 * levels[0]["pooled_energy"]
    middle = levels[1]["gains"]["average_high"]
    assert list(middle.values()) == sorted(middle.values())


def test_a_visitor_unfolds_every_level_its_sums_the_gains_and_the_spectrum(page):
    open_tab(page, "The block")
    unfold(page)
    for plot in (".energy", ".gains", ".spectrum"):
        expect(page.locator(f"{plot} .js-plotly-plot")).to_be_visible()
        wide, sheet = (page.locator(part).bounding_box()["width"] for part in (f"{plot} .main-svg >> nth=0", plot))
        assert wide == pytest.approx(sheet, abs=2), "a plot that was folded finds its width"
    assert page.locator(".gains .violinlayer path.violin").count() > 2, "the gains as distributions"
    hints = page.locator(".sheet .prose.hint").locator("visible=true").all_inner_texts()
    assert len(hints) == 5 and all(re.search(r"\bLook (for|at|where) ", hint) for hint in hints)
    for tokens, side in ((576, 12), (144, 12), (36, 6), (9, 3), (1, 3)):
        choose(page, tokens)
        expect(page.locator(".balance h4")).to_contain_text(f"{side}×{side}")
        expect(page.locator(".balance")).to_contain_text("✓ adds up")
        low, high, both, all_ = sums(page)
        assert low + high == pytest.approx(both, rel=1e-3) and both == pytest.approx(all_, rel=1e-3)
        expect(page.locator(".balance", has_text="✗ does not add up")).to_have_count(1)
    assert sideways(page) == 0


def sums(page) -> tuple[float, ...]:
    """The numbers of the balance as a visitor reads them: low, high, their sum; and all."""
    whole, average = page.locator(".balance dd:not(.bar)").all_inner_texts()[:2]
    numbers = [float(text.replace(",", "")) for text in re.findall(r"[\d,]+(?:\.\d+)?", average)[:3]]
    return *numbers, float(whole.replace(",", ""))
