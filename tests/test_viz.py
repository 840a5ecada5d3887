"""Pictures, plots and pieces of HTML: pure functions of arrays and texts."""

import re
from pathlib import Path

import numpy as np
import pytest
from markupsafe import Markup
from PIL import Image

import viz
from fmvr.arms import ARMS, arm
from fmvr.explain.grids import elsewhere, touched
from viz.bands import BANDS, written
from viz.block import DECADES, LogScale, put_together, taken_apart
from viz.budgets import Cell, budget_grid, chance_figure, finding
from viz.card import CardMap, Reply, Verdict, card, difference, plain_card
from viz.energy import energy_figure
from viz.heatmap import common_scale, difference_layer, overlay
from viz.notes import budget_notes, doubt_notes, inside, note, small_print
from viz.noticed import noticed
from viz.places import grid_side, holders, patches_of, set_name, token_at
from viz.story import story
from viz.table import table
from viz.tags import arm_style, image_tag
from viz.theme import css, diverging, heat
from viz.tokengrid import TokenEnergy, glance, level, merging
from viz.tokens import cut, grid_picture, patches_picture, token_colours, token_picture
from viz.units import flops, percent, quoted, said, seconds
from viz.walk import Bar, Quiz, bars, verdict
from viz.worksheet import paper

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


def test_the_block_is_drawn_on_one_scale_from_tokens_to_sum():
    before = {name: np.full((3, 3), 10.0**power) for power, name in enumerate(BANDS)}
    after = {name: 100 * energies for name, energies in before.items()} | {"low_max": np.zeros((3, 3))}
    scale = LogScale.of([*before.values(), *after.values()])
    assert (scale.low, scale.high) == (0, 5) and list(scale.share(np.array([0, 1, 1000, 1e9]))) == [0, 0, 0.6, 1]
    first = taken_apart(3, np.ones((3, 3)), before, "", scale)
    then = put_together(3, np.ones((3, 3)), after, before, "", scale)
    assert first.count("<figure") == then.count("<figure") == first.count("<path") + 1 == 5
    assert then.count("<em>× 10</em>") == 3 and then.count("<em>left out</em>") == 1
    widths = [float(width) for width in re.findall(r"--wide: ([0-9.]+)px", first)]
    assert np.diff(widths) == pytest.approx([1.2] * 3), "ten times the energy is the same step wider"


def test_a_bypassed_block_says_so_and_draws_no_bands():
    drawn = put_together(3, np.ones((3, 3)), None, {}, "", LogScale(0, 1))
    assert drawn.count("<figure") == 1 and "bypassed" in drawn and "<path" not in drawn


@pytest.mark.parametrize("energies", [np.zeros(4), np.full(4, 7.0), np.array([1e-30, 1e5])])
def test_a_logarithmic_scale_holds_what_has_no_spread_or_too_much(energies):
    scale = LogScale.of([energies])
    assert 1 <= scale.high - scale.low <= DECADES and (scale.share(energies) <= 1).all()


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


class Answer:
    text, words, visual_tokens = "<b>cat", (), 36


@pytest.mark.parametrize("score, kind", [(1.0, "right"), (0.0, "wrong"), (0.5, "partly")])
def test_a_card_says_how_right_an_answer_is(score, kind):
    drawn = card("fmvr", Answer, Verdict(score, "dog"), CardMap("", PICTURE, "LayerCAM"), 1e9, 0.06)
    assert f"badge {kind}" in drawn and "dog" in drawn


def test_an_answer_cannot_write_into_the_page():
    assert "<b>cat" not in card("fmvr", Answer, None, CardMap("", PICTURE, "LayerCAM"), 1e9, 0.06)


def test_the_full_and_the_smallest_budget_are_explained():
    both = tuple(ARMS)
    assert "no block is applied" in budget_notes(576, [576, 36, 1], both)
    assert "no block of its own" in budget_notes(1, [576, 36, 1], both)
    assert budget_notes(36, [576, 36, 1], both) == ""
    assert "one model" in budget_notes(36, [576, 36, 1], ("fmvr",))


@pytest.mark.parametrize(
    "trained, says", [([576, 36, 1], "with all token budgets in turn"), ([576], "with 576 visual tokens alone")]
)
def test_one_model_is_said_to_be_trained_for_all_budgets_or_for_some(trained, says):
    assert says in budget_notes(36, [576, 36, 1], ("pooling",), trained)
    assert "trained" not in budget_notes(36, [576, 36, 1], ("pooling",), None)


def test_doubts_say_what_the_model_knows_and_what_to_load():
    assert doubt_notes([], "scenes") == ""
    assert "FMVR_MODEL" in doubt_notes(["Strange."], "scenes.")


def test_numbers_read_as_a_person_says_them():
    assert (seconds(0.0421), seconds(1.26)) == ("42 ms", "1.3 s")
    assert (flops(8.6e11), flops(3.5e7)) == ("0.86 T", "35 M")
    assert (percent(0.97), percent(0.999), percent(0.001), percent(1.0)) == ("97 %", "> 99 %", "< 1 %", "100 %")


# HTML: texts are escaped wherever they are shown, and what is HTML is passed through


def test_no_html_is_put_together_by_hand():
    for file in Path(viz.__path__[0]).glob("*.py"):
        source = file.read_text()
        assert "html.escape" not in source and "from html import" not in source, file.name
        assert not re.search(r"""f["'][^"']*<(div|span|p|b|i|td|tr|th|li|img|figure|button)[ >]""", source), file.name


@pytest.mark.parametrize(
    "drawn",
    [
        note("fact", "<x>", "<x>"),
        table("cost", "<x>", ["<x>"], [["<x>", "<x>"]]),
        image_tag(PICTURE, '"><x>'),
        bars([Bar("<x>", 0.5, "<x>")], '"><x>'),
        verdict(Quiz("", ("<x>", "b"), 0, "<x>"), 1),
        noticed([PICTURE], {"fmvr": [Reply("<x>", 0.5, Verdict(1.0, "<x>"))]}, "<x>"),
        paper(Markup("<x>"), '"><x>'),
        plain_card("fmvr", "<x>", Answer, None, Markup("")),
        budget_grid({1: {"fmvr": Cell("<x>", 1, 1e9, 1, 1, None, True, 1)}}, [1], ("fmvr",), 1),
    ],
)
def test_a_text_cannot_write_into_the_page(drawn):
    assert isinstance(drawn, Markup) and "<x>" not in drawn and "x&gt;" in drawn


def test_what_is_html_already_stays_html():
    drawn = table("cost", Markup("<b>a</b>"), ["n"], [[written("L_A"), Markup("<i></i>")]], chosen=0)
    assert all(html in drawn for html in ("<b>a</b>", "L<sub>A</sub>", "<td><i></i></td>", '<tr class="now">'))


def test_indices_are_set_low_and_high():
    assert written("X ⊙ W_A^low") == "X ⊙ W<sub>A</sub><sup>low</sup>"
    assert written("<_b") == "&lt;<sub>b</sub>" and written(written("L_A")) == "L<sub>A</sub>"


# arms: whatever their number


THREE = (*ARMS, "another")


def cell(right: bool) -> Cell:
    return Cell("two", 0.9, 1e9, 0.01, 0.02, Verdict(float(right), "two"), True, 0.5)


def test_an_arm_brings_its_colour_and_its_mark_along():
    assert arm_style("fmvr") == "--arm: #009E73; --mark: ellipse()"
    assert arm_style("with") == arm_style("fmvr"), "by its old name too"
    drawn = card("another", Answer, None, CardMap("", PICTURE, "LayerCAM"), 1e9, 0.06)
    assert f'class="card arm" style="{arm_style("another")}"' in drawn and arm("another").colour in drawn
    assert not any(name in css() for name in (".with", ".without", *(shown.colour for shown in ARMS.values())))


def test_the_grid_of_budgets_has_a_column_for_every_arm_and_a_dash_where_it_has_no_such_set():
    rows = {36: dict.fromkeys(THREE[:2], cell(True)), 7: {"another": cell(False)}}
    drawn = budget_grid(rows, [36, 7, 1], THREE, 7)
    assert drawn.count('<th scope="col"') == 1 + 3 and drawn.count("<td>–</td>") == 3
    assert drawn.count('<td class="waiting">') == 3, "of the row that is not there yet"
    assert [list(line.x) for line in chance_figure(rows, THREE, [36, 7]).data] == [[36], [36], [7]]
    assert "another</b> none does" in finding(rows, THREE)
    assert "None of the models gets it right at any budget." in finding({7: dict.fromkeys(THREE, cell(False))}, THREE)


def test_the_difference_of_any_two_arms_is_drawn_in_their_colours():
    assert diverging(np.array([-1.0, 1.0])).round().tolist() == [[204, 121, 167], [0, 158, 115]]
    layer = difference_layer(np.array([[1.0]]), 1.0, pair=("fmvr", "pooling"))
    assert layer.getpixel((0, 0))[:3] == (204, 121, 167)
    drawn = difference(Markup("<img>"), 0.5, ("another", "fmvr"))
    assert f"--from: {arm('another').colour}; --to: #009E73" in drawn and "with FMVR − another" in drawn


# tokens: drawn from the patches they stand for


def cells(side: int, full: int = 24) -> np.ndarray:
    """The places of a square grid, [side², full²]."""
    along = np.repeat(np.eye(side), full // side, 1) * side / full
    return np.kron(along, along)


def chosen_patches(*patches: int, full: int = 24) -> np.ndarray:
    """The places of tokens of one patch each."""
    return np.eye(full * full)[list(patches)]


PAIR_TOKEN = (np.eye(576)[[0]] + np.eye(576)[[30]]) / 2  # one token of two patches that do not touch


def test_a_patch_is_held_by_the_token_in_which_it_weighs_most():
    soft = np.array([[0.75, 0.25, 0, 0], [0, 0.5, 0.5, 0]])
    assert holders(soft).tolist() == [[0, 1], [1, -1]]
    assert (token_at(soft, (0, 1)), token_at(soft, (1, 1))) == (1, None)
    assert patches_of(soft, 0).tolist() == [[True, True], [False, False]], "in part is held too"


@pytest.mark.parametrize("side", [24, 12, 6, 3, 1])
def test_a_square_grid_is_known_and_named_by_its_side(side):
    assert grid_side(cells(side)) == side and set_name(cells(side)) == f"{side}×{side}"


def test_any_other_set_is_named_by_its_tokens():
    assert [set_name(chosen_patches(*range(count))) for count in (1, 7, 9)] == ["1 token", "7 tokens", "9 tokens"]
    assert grid_side(cells(6)[::-1]) is None, "a grid in another order is no grid"


def test_a_square_set_is_drawn_as_squares_and_lines_between_them():
    colours = np.random.default_rng(0).random((9, 3))
    drawn = token_picture(colours, cells(3))
    whole = Image.fromarray((255 * colours).round().astype(np.uint8).reshape(3, 3, 3)).resize((480, 480), 0)
    assert np.array_equal(drawn, whole)
    lines = (np.asarray(grid_picture(PICTURE, cells(3))) != PICTURE.getpixel((0, 0))).any(-1)
    assert lines[:, [160, 161, 320, 321]].all() and lines[[160, 161]].all() and lines.mean() < 0.02


def test_what_no_token_holds_is_transparent():
    drawn = np.asarray(token_picture(np.array([[1.0, 0, 0], [0, 0, 1.0]]), chosen_patches(0, 575)))
    assert drawn.shape == (480, 480, 4)
    assert drawn[10, 10].tolist() == [255, 0, 0, 255] and drawn[470, 470].tolist() == [0, 0, 255, 255]
    assert drawn[240, 240, 3] < 128


def test_the_frame_follows_the_outline_of_the_chosen_token():
    places = np.concatenate([PAIR_TOKEN, chosen_patches(500)])
    plain, framed = (np.asarray(grid_picture(PICTURE, places, patch)) for patch in (None, (1, 6)))
    changed = (plain != framed).any(-1)
    assert changed[0:20, 0:20].any() and changed[20:40, 120:140].any() and not changed[60:].any()
    assert (framed[20, 130] == 255).all() and (framed[0, 10] == 255).all()
    assert np.array_equal(plain, grid_picture(PICTURE, places, (9, 9))), "nothing is framed where no token is"


def test_the_piece_of_a_token_shows_its_patches_alone():
    black = Image.new("RGB", (48, 48))
    drawn = np.asarray(cut(black, PAIR_TOKEN, 0))  # patches (0, 0) and (1, 6), in a square of seven patches
    assert drawn[10, 10].max() == 0 and drawn[100, 450].max() == 0 and drawn[300, 300].min() > 150
    colours = np.tile([0.0, 1.0, 0.0], (576, 1))
    assert np.asarray(patches_picture(colours, PAIR_TOKEN, 0))[10, 10].tolist() == [0, 255, 0]


def test_arms_of_other_sets_and_widths_are_drawn_beside_each_other():
    draw = np.random.default_rng(0)
    square = {n * n: (draw.normal(size=(n * n, 8)), cells(n)) for n in (24, 6)}
    few = {7: (draw.normal(size=(7, 12)), chosen_patches(*range(0, 490, 70)))}
    models = token_colours({"pooling": square, "fmvr": square, "another": few})
    assert models["another"].colours[7].shape == (7, 3)
    drawn = glance(PICTURE, models, 7)
    assert drawn.count("<img") == 3 + 2 + 2 + 1 and '<th scope="col" class="now">tokens<span>7</span>' in drawn
    energies = dict.fromkeys(models, TokenEnergy(0.4, 0.4))
    assert level(PICTURE, models, 36, (0, 0)).count('data-places="6" data-grid="24" data-at="0,0"') == 3
    assert level(PICTURE, models, 7, (2, 22)).count('data-places="24" data-grid="24" data-at="2,22"') == 2
    assert "Token 2 of 7." in merging(PICTURE, models, 7, (2, 22), energies)
    assert "No token holds this patch." in merging(PICTURE, models, 7, (5, 5), energies)
    assert "Token in row 1, column 1 of 6×6." in merging(PICTURE, models, 36, (3, 3), energies)


def test_arms_that_share_the_patches_out_otherwise_have_a_picture_of_their_own():
    draw, places = np.random.default_rng(0), cells(6)
    models = token_colours({"fmvr": {36: (draw.normal(size=(36, 8)), places)}, "another": {36: (places, places[::-1])}})
    assert "the picture, another" in glance(PICTURE, models, 36) and "the picture, another" in level(
        PICTURE, models, 36, (0, 0)
    )


@pytest.mark.parametrize("boxes, count", [([(0, 0, 14, 14)], 1), ([(13, 0, 15, 14)], 2), ([(0, 0, 336, 28)], 48)])
def test_boxes_touch_the_places_they_reach_into(boxes, count):
    places = touched(boxes, 24, 336)
    assert places.sum() == count
    other = elsewhere(places)
    assert other.sum() == count and not (places & other).any()


def test_a_map_that_marks_other_things_is_called_so():
    assert inside(0.4, 0.09, "cat") == "40 % of it inside: cat (9 % of the picture)."
    assert inside(0.03, 0.09, "cat").endswith("Less than chance: this map marks other things.")


def test_a_map_that_does_not_look_at_the_answer_says_so():
    eigen, other = (small_print("2nd", 13, method, 2) for method in ("Eigen-CAM", "HiResCAM"))
    assert eigen.startswith("An Eigen-CAM map") and "does not look at the answer" in eigen
    assert other.startswith("A HiResCAM map") and "does not look" not in other


def test_a_map_that_is_brightest_in_a_corner_is_called_a_sink_and_maps_of_two_scales_no_comparison():
    assert "sink of attention" in inside(0.1, 0.05, "cat", corner=True)
    assert "sink" not in inside(0.1, 0.05, "cat")
    assert "cannot be compared" in small_print("2nd", 13, "HiResCAM", 2, common=False)
    assert "share this colour scale" in small_print("2nd", 13, "HiResCAM", 2)


def test_figures_of_turned_knobs_keep_the_axis_of_the_trained_ones():
    def levels(factor):
        energies = {name: 100.0 for name in BANDS}
        return [(12, energies, {name: factor * energy for name, energy in energies.items()})]

    ranges = [energy_figure(levels(factor), levels(2)).layout.yaxis.range for factor in (0.5, 1, 40)]
    assert ranges == [(1, 5)] * 3 and energy_figure(levels(2)).layout.yaxis.range is None


def test_an_answer_without_words_is_said_to_be_none():
    replies = {"pooling": Reply("", 0.2, None), "fmvr": Reply("cat", 0.2, None)}
    told = story(36, 576, {576: 1, 36: 0.06}, replies, None)
    assert "(no answer) without FMVR" in told and "<q" in told and "“”" not in told
    assert "answers (no answer)." in story(36, 576, {576: 1, 36: 0.06}, {"pooling": Reply("", 0.2, None)}, None)
    assert quoted("cat") == "“cat”" and quoted("") == said("") == "(no answer)"
