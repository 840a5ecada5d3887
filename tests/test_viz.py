"""Pictures and plots: pure functions of arrays."""

import numpy as np
import pytest
from PIL import Image

from viz.bandgrid import band_grid
from viz.bands import BANDS, band_pictures
from viz.card import Shown, Verdict, card
from viz.energy import energy_figure
from viz.heatmap import common_scale, overlay
from viz.notes import budget_notes, doubt_notes
from viz.theme import heat
from viz.units import flops, percent, seconds

PICTURE = Image.new("RGB", (48, 48), (90, 140, 90))


def brightness(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L"), float)


def test_an_overlay_is_brighter_where_the_map_is_larger():
    values = np.zeros((2, 2), np.float32)
    values[0, 1] = 1
    shown = brightness(overlay(PICTURE, values, 1.0))
    assert shown[:24, 24:].min() > shown[24:].max()


def test_two_maps_on_one_scale_can_be_compared():
    weak, strong = np.full((3, 3), 1.0), np.full((3, 3), 4.0)
    scale = common_scale([weak, strong])
    assert scale == 4
    assert brightness(overlay(PICTURE, weak, scale)).mean() < brightness(overlay(PICTURE, strong, scale)).mean()


def test_a_map_of_nothing_is_drawn_without_a_scale():
    assert overlay(PICTURE, np.zeros((24, 24), np.float32), common_scale([np.zeros(1)])).size == PICTURE.size


def test_the_heat_scale_grows_brighter_all_the_way():
    light = heat(np.linspace(0, 1, 20)) @ [0.299, 0.587, 0.114]
    assert (np.diff(light) > 0).all()


def test_every_band_is_drawn_before_and_after_each_on_its_own_scale():
    before = {name: np.linspace(0, 1, 9).reshape(3, 3) for name in BANDS}
    after = {name: 200 * energies for name, energies in before.items()}
    pictures = band_pictures(before, after)
    assert [p.name for p in pictures] == list(BANDS)
    assert all((p.before.scale, p.after.scale) == (1, 200) for p in pictures)
    assert all(np.array_equal(p.before.layer, p.after.layer) for p in pictures), "it is as strong at the same places"
    drawn = band_grid(3, pictures, "")
    assert drawn.count("<figure") == 8 and drawn.count("<span>200</span>") == 4


def test_the_energy_figure_has_a_mark_before_and_after_for_every_level_and_band():
    levels = [(side, dict.fromkeys(BANDS, 1.0), dict.fromkeys(BANDS, 2.0)) for side in (12, 6, 3)]
    figure = energy_figure(levels)
    marks = [line for line in figure.data if line.mode == "markers"]
    assert len(marks) == 2 * len(BANDS)
    assert all(list(line.x) == ["12×12", "6×6", "3×3"] for line in marks)
    assert {tuple(line.y) for line in marks} == {(1.0,) * 3, (2.0,) * 3}


def test_a_band_without_energy_has_no_mark_on_the_logarithmic_axis():
    figure = energy_figure([(12, dict.fromkeys(BANDS, 1.0), dict.fromkeys(BANDS, 0.0))])
    assert {tuple(line.y) for line in figure.data if line.mode == "markers"} == {(1.0,), (None,)}


class Said:
    text, words, visual_tokens, first_token_s = "<b>cat", (), 36, 0.02


@pytest.mark.parametrize("score, kind", [(1.0, "right"), (0.0, "wrong"), (0.5, "partly")])
def test_a_card_says_how_right_an_answer_is(score, kind):
    drawn = card("with", Said, Verdict(score, "dog"), Shown("", PICTURE, "LayerCAM"), 1e9)
    assert f"badge {kind}" in drawn and "dog" in drawn


def test_an_answer_cannot_write_into_the_page():
    assert "<b>cat" not in card("with", Said, None, Shown("", PICTURE, "LayerCAM"), 1e9)


def test_the_full_and_the_smallest_budget_are_explained():
    both = ("without", "with")
    assert "no block is applied" in budget_notes(576, [576, 36, 1], both)
    assert "no block of its own" in budget_notes(1, [576, 36, 1], both)
    assert budget_notes(36, [576, 36, 1], both) == ""
    assert "one model" in budget_notes(36, [576, 36, 1], ("with",))


def test_doubts_say_what_the_model_knows_and_what_to_load():
    assert doubt_notes([], "scenes") == ""
    assert "FMVR_MODEL" in doubt_notes(["Strange."], "scenes.")


def test_numbers_read_as_a_person_says_them():
    assert (seconds(0.0421), seconds(1.26)) == ("42 ms", "1.3 s")
    assert (flops(8.6e11), flops(3.5e7)) == ("0.86 T", "35 M")
    assert (percent(0.97), percent(0.999), percent(0.001), percent(1.0)) == ("97 %", "> 99 %", "< 1 %", "100 %")
