"""The tokens: colours, grids and what pooling merged; the tab, its endpoint, and what a visitor does there."""

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import expect

from fmvr.merging import merged
from tests.models import BUDGETS, new_lab, picture
from tests.visitor import open_tab, sideways
from viz.tokengrid import Held, glance, level, merging, told
from viz.tokens import cut, grid_picture, token_colours, token_picture, under

SIDES = [24, 12, 6, 3, 1]


def pooled(full: np.ndarray) -> dict[int, np.ndarray]:
    """The levels of a grid, [24, 24, D], by plain averages."""
    levels = {}
    for side in SIDES:
        each = 24 // side
        levels[side] = full.reshape(side, each, side, each, -1).mean((1, 3))
    return levels


@pytest.fixture
def tokens() -> dict[str, dict[int, np.ndarray]]:
    draw = np.random.default_rng(0)
    return {name: pooled(draw.normal(size=(24, 24, 8))) for name in ("without", "with")}


def test_every_level_of_both_models_gets_colours(tokens):
    for found in token_colours(tokens).values():
        assert [grid.shape for grid in found.grids.values()] == [(side, side, 3) for side in SIDES]
        assert all(grid.min() >= 0 and grid.max() <= 1 for grid in found.grids.values())
        assert 0 < found.explained <= 1


def test_like_tokens_have_like_colours_at_every_level_and_in_both_models(tokens):
    both = token_colours({"without": tokens["with"], "with": tokens["with"]})
    for side in SIDES:
        assert np.allclose(both["without"].grids[side], both["with"].grids[side])
    found = both["with"]
    inside = (found.grids[24] > 0) & (found.grids[24] < 1)
    means = pooled(found.grids[24])[12]
    whole = inside.reshape(12, 2, 12, 2, 3).all((1, 3, 4))  # where no patch was cut off by the colours' range
    assert np.allclose(found.grids[12][whole], means[whole], atol=1e-5)


def test_a_model_with_larger_tokens_is_not_drawn_in_louder_colours(tokens):
    plain = token_colours(tokens)
    louder = token_colours({"without": tokens["without"], "with": {s: 9 * g + 4 for s, g in tokens["with"].items()}})
    assert np.allclose(plain["with"].grids[6], louder["with"].grids[6], atol=1e-5)


def test_three_directions_show_all_of_tokens_that_have_no_more():
    flat = np.zeros((24, 24, 8))
    flat[..., :3] = np.random.default_rng(0).normal(size=(24, 24, 3))
    assert token_colours({"with": pooled(flat)})["with"].explained == pytest.approx(1)


def test_tokens_beyond_the_range_are_counted(tokens):
    far = dict(tokens["with"])
    far[6] = far[6] + 1000
    found = token_colours({"with": far})["with"]
    assert found.outside[6] == 1 and found.outside[24] < 0.2


def test_a_picture_of_one_colour_can_be_drawn():
    found = token_colours({"with": pooled(np.zeros((24, 24, 8)))})["with"]
    assert np.isfinite(found.grids[24]).all()


def test_the_grid_has_its_lines_and_the_chosen_token_its_frame():
    plain = Image.new("RGB", (48, 48), (90, 140, 90))
    drawn = np.asarray(grid_picture(plain, 6, size=480)).astype(int)
    changed = (drawn != (90, 140, 90)).any(-1)
    assert changed[40, 80] and changed[80, 40] and not changed[40, 40]
    framed = np.asarray(grid_picture(plain, 6, (5, 5), size=480))
    assert (framed[479, 440] == 255).all() and (framed[440, 479] == 255).all(), "at the edge of the picture too"


def test_tokens_are_drawn_as_squares_of_their_colours():
    colours = np.random.default_rng(0).random((3, 3, 3))
    drawn = np.asarray(token_picture(colours, size=480))
    assert np.allclose(drawn[80, 400], 255 * colours[0, 2], atol=1)


def test_a_token_holds_the_patches_under_it():
    assert under((1, 2), 6, 24) == (slice(4, 8), slice(8, 12))
    halves = Image.new("RGB", (48, 48), "black")
    halves.paste("white", (24, 0, 48, 48))
    assert np.asarray(cut(halves, (0, 0), 2, 24))[10, 10].max() == 0
    assert np.asarray(cut(halves, (0, 1), 2, 24))[10, 10].min() == 255


def test_patches_that_are_alike_lose_nothing_and_opposite_ones_all():
    full = np.ones((24, 24, 4))
    assert all(np.allclose(found.kept, 1) for found in merged(pooled(full)))
    full[::2] = -1
    assert np.allclose(merged(pooled(full))[1].kept, 0)


def test_without_blocks_a_token_is_the_mean_of_its_patches_and_with_them_it_is_not():
    view = new_lab().look(picture())
    for found in merged(view.tokens(False)):
        assert np.allclose(found.kept, found.given, rtol=1e-3)
    with_ = {found.side: found for found in merged(view.tokens(True))}
    assert np.allclose(with_[24].kept, with_[24].given)
    assert not np.allclose(with_[6].kept, with_[6].given, rtol=1e-2)


def test_what_is_left_of_the_patches_is_told_in_a_sentence():
    assert told(Held(1.0, 1.0), 1).endswith("nothing is merged.")
    assert told(Held(0.4, 0.4), 16) == "Their plain mean keeps 40 % of their energy, and that mean is the token."
    assert "has 2.5 times their energy" in told(Held(0.4, 2.5), 16)
    assert "has 70 % of their energy" in told(Held(0.4, 0.7), 16)


def test_every_picture_has_a_name(tokens):
    image, colours = Image.new("RGB", (48, 48)), token_colours(tokens)
    held = dict.fromkeys(colours, Held(0.5, 0.5))
    for drawn, pictures in (
        (glance(image, colours, 6), 15),
        (level(image, colours, 6, (0, 0)), 3),
        (merging(image, colours, 6, (0, 0), held), 5),
    ):
        assert drawn.count("<img") == pictures == drawn.count('alt="') - drawn.count('alt=""')


def test_one_model_alone_is_drawn_alone(tokens):
    colours = token_colours({"without": tokens["without"]})
    assert glance(Image.new("RGB", (48, 48)), colours, 6).count("<img") == 10


def test_a_program_gets_the_tokens_of_both_models(page_url):
    found = Client(page_url, verbose=False).predict(handle_file("examples/38-count.png"), api_name="/tokens")
    for side in ("without", "with"):
        assert 0 < found[side]["variation_shown"] <= 1
        assert [grid["side"] ** 2 for grid in found[side]["levels"]] == BUDGETS
        for grid in found[side]["levels"]:
            assert np.shape(grid["colours"]) == (grid["side"], grid["side"], 3)
            assert np.shape(grid["kept"]) == np.shape(grid["given"]) == (grid["side"], grid["side"])
    assert np.allclose(found["without"]["levels"][2]["kept"], found["without"]["levels"][2]["given"], rtol=1e-2)


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
    maps.first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(piece).to_have_text("Token in row 2, column 2 of 3×3.")
    page.get_by_role("radio", name="6×6").check()
    expect(piece).to_have_text("Token in row 4, column 4 of 6×6.")
    assert sideways(page) == 0
