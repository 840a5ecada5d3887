"""The knobs: blocks as trained at 1, another answer's tokens elsewhere, the pair untouched."""

from itertools import combinations

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.model import TokenPyramid
from fmvr.model.forms import FORMS
from fmvr.model.pyramid import Knobs
from tests.models import new_lab, picture, trained_gains
from tests.visitor import drag, open_tab, settled, sideways, tab_of

QUESTION = "What do you see?"
TOKENS = torch.randn(1, 576, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def pyramid():
    pyramid = TokenPyramid(8)
    with torch.no_grad():
        for gain in pyramid.parameters():
            gain.normal_(generator=torch.Generator().manual_seed(1))
    return pyramid


def test_at_one_the_blocks_are_as_trained(pyramid):
    turned = pyramid.turned(Knobs())(TOKENS)
    assert all(torch.equal(turned[budget], tokens) for budget, tokens in pyramid(TOKENS).items())


def test_with_every_block_bypassed_or_every_gain_at_nothing_the_pyramid_pools_only(pyramid):
    pooled = TokenPyramid(8, form=None)(TOKENS)
    for knobs in (Knobs(bypassed=(12, 6, 3)), Knobs(average=0, max=0)):
        turned = pyramid.turned(knobs)(TOKENS)
        assert all(torch.allclose(turned[budget], tokens, atol=1e-5) for budget, tokens in pooled.items())


def test_a_bypassed_level_leaves_the_finer_sets_alone(pyramid):
    trained, turned = pyramid(TOKENS), pyramid.turned(Knobs(bypassed=(6,)))(TOKENS)
    assert torch.equal(trained[144], turned[144])
    assert not torch.allclose(trained[36], turned[36])


@pytest.mark.parametrize("knobs", [Knobs(average=2), Knobs(max=0.5)])
def test_each_branch_has_its_own_knob(pyramid, knobs):
    turned = pyramid.turned(knobs)
    gains = FORMS[next(iter(pyramid.blocks.values())).form].gains
    for name, gain in pyramid.blocks.named_parameters():
        factor = getattr(knobs, gains[name.rpartition(".")[2]].branch)
        assert torch.allclose(turned.blocks.get_parameter(name), factor * gain)


def test_turning_the_knobs_of_a_picture_changes_nothing_for_anyone_else():
    lab = new_lab()
    trained_gains(lab.member("fmvr").model)
    view = lab.look(picture())
    before = view.ask(QUESTION, 36), view.bands()[1].restored_energy
    turned = view.turned(Knobs(average=2, max=0))
    assert turned.bands()[1].restored_energy != before[1]
    assert view.ask(QUESTION, 36).words == before[0].words and view.bands()[1].restored_energy == before[1]
    assert np.array_equal(turned.bands("pooling")[1].before.high_max, view.bands("pooling")[1].before.high_max)


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def test_a_program_can_turn_them(client):
    asked = (handle_file("examples/sky.png"), "How many objects are there?", 36)
    same = client.predict(*asked, 1, 1, [], api_name="/turn_knobs")
    assert same["turned"] == same["as_trained"]
    other = client.predict(*asked, 2, 0, [12], api_name="/turn_knobs")
    assert other["turned"]["gradcam"] != other["as_trained"]["gradcam"]
    again = client.predict(*asked, 2, 0, [12.0], api_name="/turn_knobs")
    assert again["turned"]["gradcam"] == other["turned"]["gradcam"]


@pytest.mark.parametrize(
    "knobs, sentence",
    [
        ((3, 1, []), "from 0 to 2"),
        (("0.5", 1, []), "from 0 to 2"),
        ((1, -1, []), "from 0 to 2"),
        ((1, 1, [24]), "12, 6, 3"),
        ((1, 1, 5), "list of grid sides"),
    ],
)
def test_a_knob_that_does_not_exist_gets_a_sentence(client, knobs, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(handle_file("examples/sky.png"), "Is there a cat?", 36, *knobs, api_name="/turn_knobs")


def test_on_the_page_each_branch_is_turned_from_nothing_to_twice_and_back(page):
    open_tab(page, "The block")
    expect(page.get_by_text("1 is as trained, 0 leaves them out.")).to_be_visible()
    layers, sum_ = page.locator(".cards.plain .layer"), page.locator(".half.together > figure .layer")
    trained = layers.first.get_attribute("src")

    def looks() -> tuple:
        return layers.nth(1).get_attribute("src"), sum_.get_attribute("src")

    seen = [looks()]
    for branch in ("average", "max"):
        knob = page.get_by_role("slider", name=f"{branch.capitalize()} gains")
        for share, value in ((0.0, "0"), (1.0, "2"), (0.5, "1")):
            drag(page, knob, share)
            assert knob.input_value() == value
            says = "!location.hash.includes" if value == "1" else "location.hash.includes"
            page.wait_for_function(f"{says}('block.{branch}={'' if value == '1' else value}')")
            settled(page)
            if value == "1":
                expect(layers.nth(1)).to_have_attribute("src", trained)
            else:
                seen.append(looks())
                assert layers.first.get_attribute("src") != seen[-1][0]
    for one, other in combinations(seen, 2):
        assert one[0] != other[0] and one[1] != other[1], "map and tokens change with every turn"
    expect(page.locator(".cards.plain .answer")).to_have_count(2)
    assert sideways(page) == 0


def test_on_the_page_a_bypassed_level_changes_the_map(page):
    tab_of(page, "The block").click()
    turned = page.locator(".cards.plain .layer").nth(1)
    trained = page.locator(".cards.plain .layer").first
    turned.wait_for()
    assert turned.get_attribute("src") == trained.get_attribute("src")
    page.get_by_role("checkbox", name="12×12").check()
    page.wait_for_function(
        "(([a, b]) => a && b && a.src !== b.src)([...document.querySelectorAll('.cards.plain .layer')])"
    )
    assert sideways(page) == 0


def test_the_knobs_turn_by_keys_too(page):
    open_tab(page, "The block")
    page.get_by_role("slider", name="Average gains").focus()
    page.keyboard.press("Home")
    page.wait_for_function("location.hash.includes('block.average=0')")
