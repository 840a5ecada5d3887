"""The tokens: colours, grids and what pooling merged; the tab, its endpoint, and what a visitor does there."""

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import expect

from fmvr.explain.merging import merged
from fmvr.reduce.tokenset import cells
from tests.models import BUDGETS, new_lab, picture
from tests.visitor import open_tab, settled, sideways
from viz.places import token_at
from viz.tokengrid import TokenEnergy, energy_words, glance, level, merging
from viz.tokens import Sets, colour_picture, cut, grid_picture, patches_picture, token_colours, token_picture

SIDES = [24, 12, 6, 3, 1]
PLACES = {side * side: cells(side, 24).numpy() for side in SIDES}


def pooled(full: np.ndarray) -> Sets:
    """The sets of a grid, [24, 24, D], by plain averages."""
    rows = full.reshape(576, -1)
    return {budget: (places @ rows, places) for budget, places in PLACES.items()}


@pytest.fixture
def tokens() -> dict[str, Sets]:
    draw = np.random.default_rng(0)
    return {name: pooled(draw.normal(size=(24, 24, 8))) for name in ("pooling", "fmvr")}


def test_every_level_of_both_models_gets_colours(tokens):
    for shown in token_colours(tokens).values():
        assert [colours.shape for colours in shown.colours.values()] == [(n, 3) for n in BUDGETS]
        assert all(colours.min() >= 0 and colours.max() <= 1 for colours in shown.colours.values())
        assert 0 < shown.explained <= 1


def test_like_tokens_have_like_colours_at_every_level_and_in_both_models(tokens):
    both = token_colours({"pooling": tokens["fmvr"], "fmvr": tokens["fmvr"]})
    for budget in BUDGETS:
        assert np.allclose(both["pooling"].colours[budget], both["fmvr"].colours[budget])
    colours = both["fmvr"].colours
    assert np.corrcoef(colours[144].ravel(), (PLACES[144] @ colours[576]).ravel())[0, 1] > 0.9, "the same hues, paler"


def test_a_model_with_larger_tokens_is_not_drawn_in_louder_colours(tokens):
    plain = token_colours(tokens)
    larger = {n: (9 * rows + 4, places) for n, (rows, places) in tokens["fmvr"].items()}
    louder = token_colours({"pooling": tokens["pooling"], "fmvr": larger})
    assert np.allclose(plain["fmvr"].colours[36], louder["fmvr"].colours[36], atol=1e-5)


def test_a_block_that_raises_one_level_does_not_drown_its_colours(tokens):
    raised = tokens["fmvr"] | {36: (30 * tokens["fmvr"][36][0] + 9, tokens["fmvr"][36][1])}
    plain, loud = token_colours(tokens), token_colours(tokens | {"fmvr": raised})
    assert np.allclose(plain["fmvr"].colours[36], loud["fmvr"].colours[36], atol=1e-5)
    assert loud["fmvr"].outside[36] < 0.2


def test_the_basis_can_be_that_of_some_arms_alone(tokens):
    more = tokens | {"other": {n: (rows[:, ::-1], places) for n, (rows, places) in tokens["fmvr"].items()}}
    alone, beside = token_colours(tokens), token_colours(more, fit=tokens)
    assert np.allclose(alone["fmvr"].colours[36], beside["fmvr"].colours[36])


def test_three_directions_show_all_of_tokens_that_have_no_more():
    flat = np.zeros((24, 24, 8))
    flat[..., :3] = np.random.default_rng(0).normal(size=(24, 24, 3))
    assert token_colours({"fmvr": pooled(flat)})["fmvr"].explained == pytest.approx(1)


def test_tokens_beyond_the_range_are_counted(tokens):
    far = dict(tokens["fmvr"])
    far[1] = far[1][0] + 1000, far[1][1]
    shown = token_colours({"fmvr": far})["fmvr"]
    assert shown.outside[1] == 1 and shown.outside[576] < 0.2


def test_a_picture_of_one_colour_can_be_drawn():
    shown = token_colours({"fmvr": pooled(np.zeros((24, 24, 8)))})["fmvr"]
    assert np.isfinite(shown.colours[576]).all()


def test_the_grid_has_its_lines_and_the_chosen_token_its_frame():
    plain = Image.new("RGB", (48, 48), (90, 140, 90))
    drawn = np.asarray(grid_picture(plain, PLACES[36], size=480)).astype(int)
    changed = (drawn != (90, 140, 90)).any(-1)
    assert changed[40, 80] and changed[80, 40] and not changed[40, 40]
    framed = np.asarray(grid_picture(plain, PLACES[36], (23, 23), size=480))
    assert (framed[479, 440] == 255).all() and (framed[440, 479] == 255).all(), "at the edge of the picture too"


def test_tokens_are_drawn_as_squares_of_their_colours():
    colours = np.random.default_rng(0).random((9, 3))
    drawn = np.asarray(token_picture(colours, PLACES[9], size=480))
    assert np.allclose(drawn[80, 400], 255 * colours[2], atol=1)


def test_a_token_holds_the_patches_under_it():
    token = token_at(PLACES[36], (4, 8))
    assert token == 8 and token == token_at(PLACES[36], (7, 11)) != token_at(PLACES[36], (7, 12))
    halves = Image.new("RGB", (48, 48), "black")
    halves.paste("white", (24, 0, 48, 48))
    quarters = cells(2, 24).numpy()
    assert np.asarray(cut(halves, quarters, 0))[10, 10].max() == 0
    assert np.asarray(cut(halves, quarters, 1))[10, 10].min() == 255
    colours = np.repeat(np.linspace(0, 1, 576)[:, None], 3, 1)
    held = np.asarray(patches_picture(colours, PLACES[36], token))
    assert held[0, 0, 0] == round(255 * (4 * 24 + 8) / 575) and held[-1, -1, 0] == round(255 * (7 * 24 + 11) / 575)
    assert np.asarray(colour_picture(np.array([0, 1, 0.5])))[0, 0].tolist() == [0, 255, 128]


def test_patches_that_are_alike_lose_nothing_and_opposite_ones_all():
    full = np.ones((24, 24, 4))
    rows = pooled(full)[576][0]
    assert all(np.allclose(merged(rows, *one).kept, 1) for one in pooled(full).values())
    full[::2] = -1
    rows = pooled(full)[576][0]
    assert np.allclose(merged(rows, *pooled(full)[144]).kept, 0)


def test_without_blocks_a_token_is_the_mean_of_its_patches_and_with_them_it_is_not():
    view = new_lab().look(picture())
    merges = {}
    for name in ("pooling", "fmvr"):
        sets = {n: view.token_set(n, name).arrays() for n in BUDGETS}
        merges[name] = {n: merged(sets[576][0], *one) for n, one in sets.items()}
    for one in merges["pooling"].values():
        assert np.allclose(one.kept, one.given, rtol=1e-3)
    assert np.allclose(merges["fmvr"][576].kept, merges["fmvr"][576].given)
    assert not np.allclose(merges["fmvr"][36].kept, merges["fmvr"][36].given, rtol=1e-2)


def test_what_is_left_of_the_patches_is_told_in_a_sentence():
    assert energy_words(TokenEnergy(1.0, 1.0), 1).endswith("nothing is merged.")
    plain = "Their plain mean keeps 40 % of their energy, and that mean is the token."
    assert energy_words(TokenEnergy(0.4, 0.4), 16) == plain
    assert "has 2.5 times their energy" in energy_words(TokenEnergy(0.4, 2.5), 16)
    assert "has 70 % of their energy" in energy_words(TokenEnergy(0.4, 0.7), 16)


def test_every_picture_has_a_name(tokens):
    image, colours = Image.new("RGB", (48, 48)), token_colours(tokens)
    energies = dict.fromkeys(colours, TokenEnergy(0.5, 0.5))
    for drawn, pictures in (
        (glance(image, colours, 36), 15),
        (level(image, colours, 36, (0, 0)), 3),
        (merging(image, colours, 36, (0, 0), energies), 5),
    ):
        assert drawn.count("<img") == pictures == drawn.count('alt="') - drawn.count('alt=""')


def test_one_model_alone_is_drawn_alone(tokens):
    colours = token_colours({"pooling": tokens["pooling"]})
    assert glance(Image.new("RGB", (48, 48)), colours, 36).count("<img") == 10


def test_a_program_gets_the_tokens_of_both_models(page_url):
    result = Client(page_url, verbose=False).predict(handle_file("examples/sky.png"), api_name="/tokens")
    for arm in ("pooling", "fmvr"):
        assert 0 < result[arm]["variation_shown"] <= 1
        assert [grid["side"] ** 2 for grid in result[arm]["levels"]] == BUDGETS
        assert [grid["visual_tokens"] for grid in result[arm]["levels"]] == BUDGETS
        for grid in result[arm]["levels"]:
            assert np.shape(grid["colours"]) == (grid["side"], grid["side"], 3)
            assert np.shape(grid["kept"]) == np.shape(grid["given"]) == (grid["side"], grid["side"])
    middle = result["pooling"]["levels"][2]
    assert np.allclose(middle["kept"], middle["given"], rtol=1e-2)


def test_a_visitor_chooses_a_level_and_a_token_and_sees_what_it_holds(page):
    open_tab(page, "Tokens")
    expect(page.locator(".glance img")).to_have_count(15)
    maps, piece = page.locator(".level .map"), page.locator(".level.merging figcaption").first
    for side in SIDES:
        page.get_by_role("radio", name=f"{side}×{side}", exact=True).check()
        expect(piece).to_contain_text(f"of {side}×{side}.")
        expect(page.get_by_role("img", name=f"The {side}×{side} grid over the picture", exact=True)).to_be_visible()
        for model in ("without FMVR", "with FMVR"):
            name = f"{side * side} token{'s' * (side > 1)} {model}, as colours"
            expect(page.get_by_role("img", name=name, exact=True)).to_be_visible()
        merged_into = "nothing is merged" if side == 24 else "of their energy"
        expect(page.locator(".level.merging figcaption").nth(1)).to_contain_text(merged_into)
    expect(page.get_by_text("the same in all these pictures")).to_be_visible()
    page.get_by_role("radio", name="3×3").check()
    expect(maps.first).to_have_attribute("data-places", "3")
    box = maps.nth(1).bounding_box()
    maps.nth(1).click(position={"x": box["width"] / 6, "y": box["height"] * 5 / 6})
    expect(piece).to_have_text("Token in row 3, column 1 of 3×3.")
    settled(page)  # a map that is drawn anew takes the focus with it
    maps.first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(piece).to_have_text("Token in row 2, column 2 of 3×3.")
    page.get_by_role("radio", name="6×6").check()
    expect(piece).to_have_text("Token in row 4, column 4 of 6×6.")
    assert sideways(page) == 0
