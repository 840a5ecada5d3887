"""The Answers tab as a visitor uses it: words, places and the settings of the maps."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from fmvr.explain.methods import METHODS
from tests.visitor import after, drag, shown, sideways

CACTUSES = 3  # the example with cactuses
OFF = r"\d+ %|< 1 %|> 99 %"


@pytest.fixture
def sentence(page):
    """The page with answers of several words."""
    ask(page, "Describe the picture.")
    return page


def ask(page, question: str) -> None:
    page.get_by_label("Question").fill(question)
    after(page, page.get_by_role("button", name="Ask").click)


def count_cactuses(page) -> None:
    after(page, page.locator(".examples .gallery-item").nth(CACTUSES).click)
    ask(page, "How many cactuses are there?")


def layer(page, of: str) -> np.ndarray:
    """What lies over a picture: a map's colours, [24, 24, 4]."""
    source = page.locator(f"{of} .layer").get_attribute("src")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))), float)


def maps(page) -> list[str]:
    return [image for _, image in shown(page)]


def test_a_word_of_either_answer_shows_both_maps_of_it_and_their_difference(sentence):
    page, seen = sentence, {tuple(maps(sentence))}
    texts = page.locator(".card").locator(".words").all()
    assert all(len(words.locator("button").all()) > 3 for words in texts)
    for arm, other in (("pooling", "fmvr"), ("fmvr", "pooling")):
        count = page.locator(f"{card(arm)} [data-word]").count()
        for i in sorted({0, count // 2, count - 1}):
            word = page.locator(f"{card(arm)} [data-word='{i}']")
            text = re.sub(f" ({OFF})$", "", word.inner_text())
            after(page, word.click)
            expect(word).to_have_attribute("aria-pressed", "true")
            expect(page.locator(f"{card(arm)} .of")).to_contain_text(f"Map of “{text}”")
            theirs = page.locator(f"{card(other)} .words button").all_inner_texts()
            shared = bare(text) in [bare(re.sub(f" ({OFF})$", "", one)) for one in theirs]
            expect(page.locator(f"{card(other)} [aria-pressed=true]")).to_have_count(int(shared))
            expect(page.locator(".difference")).to_have_count(int(shared))
            if shared:
                pressed = page.locator(f"{card(other)} [aria-pressed=true]").inner_text()
                assert bare(pressed).startswith(bare(text)), "the same word on both sides"
            else:
                expect(page.locator(f"{card(other)} .of")).to_contain_text(
                    f"no “{bare(text)}”. Map of the whole answer"
                )
            seen.add(tuple(maps(page)))
        after(page, word.click)
        expect(page.locator(".card [aria-pressed=true]")).to_have_count(0)
        expect(page.locator(f"{card(arm)} .of")).to_contain_text("Map of the whole answer")
    assert len(seen) > 4, "words have maps of their own"
    expect(page.locator(".answers .cards + .scale")).to_have_count(1)
    assert sideways(page) == 0


def test_the_difference_is_green_where_the_map_with_is_brighter_and_pink_where_it_is_darker(page):
    pooling, fmvr = (layer(page, card(arm))[..., :3] @ [0.299, 0.587, 0.114] for arm in ("pooling", "fmvr"))
    apart = fmvr - pooling
    red, green = (layer(page, ".difference")[..., i] for i in (0, 1))
    assert (green > red)[apart > 25].all() and (green < red)[apart < -25].all()
    assert (abs(apart) > 25).any()
    expect(page.locator(".difference")).to_contain_text("with FMVR − without FMVR")


def test_the_share_inside_the_asked_object_stands_under_each_map(page):
    count_cactuses(page)
    for of in page.locator(".card .of").all():
        expect(of).to_have_text(re.compile(rf"({OFF}) of it inside: cactus \(({OFF}) of the picture\)\.$"))


def test_a_place_chosen_in_the_picture_tells_how_sure_each_word_still_is(sentence):
    page, here = sentence, page_map(sentence, "fmvr")
    box = here.bounding_box()
    after(page, lambda: here.click(position={"x": box["width"] * 0.76, "y": box["height"] * 0.26}))
    words = page.locator(".card [data-word]")
    hidden = page.locator(".card [data-word] em")
    expect(hidden).to_have_count(words.count())
    for one in hidden.all():
        expect(one).to_have_text(re.compile(f"^({OFF}) with the place hidden$"))
    frames = page.locator(".card .stacked b")
    expect(frames).to_have_count(2)
    for frame in frames.all():
        left, top = frame.evaluate("part => [part.style.left, part.style.top]")
        assert (left, top) == ("70.833%", "20.833%"), "the same place on both maps"
    after(page, lambda: page_map(page, "pooling").click(position={"x": 5, "y": 5}))
    assert hidden.all_inner_texts() and frames.first.evaluate("part => part.style.left") == "0%"
    after(page, lambda: page_map(page, "pooling").click(position={"x": 5, "y": 5}))
    expect(hidden).to_have_count(0)
    assert sideways(page) == 0


def test_what_is_asked_about_is_hidden_and_as_much_elsewhere(page):
    count_cactuses(page)
    after(page, page.get_by_label("Hide what is asked about").check)
    for arm in ("pooling", "fmvr"):
        told = page.locator(f"{card(arm)} .words button").first.inner_text()
        assert re.search(rf"({OFF}) with the cactus hidden", told), told
        assert re.search(rf"({OFF}) with as much elsewhere hidden", told), told
    ask(page, "What do you see?")
    expect(page.locator(".cards ~ .small")).to_contain_text("cannot be hidden")


def bare(word: str) -> str:
    return word.strip(".,;!?").lower()


def card(arm: str) -> str:
    """Where an arm's card is."""
    return f".card[data-arm={arm}]"


def page_map(page, arm: str):
    return page.locator(f"{card(arm)} .map")


def test_the_method_the_layer_and_the_opacity_of_the_maps_can_be_chosen(page):
    page.get_by_role("button", name="How the maps are made").click()
    seen = [maps(page)]
    method = page.get_by_role("combobox", name="Method")
    method.click()
    offered = page.get_by_role("option")
    expect(offered).to_have_count(len(METHODS))
    assert [re.sub(r"^✓\s*", "", name) for name in offered.all_inner_texts()] == list(METHODS)
    after(page, page.get_by_role("option", name="LayerCAM").click)
    expect(page.locator(".cards ~ .small")).to_contain_text("Both LayerCAM maps share this colour scale")
    seen.append(maps(page))
    after(page, lambda: drag(page, page.get_by_role("slider", name="Layer of the vision tower"), 0.0))
    page.wait_for_function("location.hash.includes('answers.layer=1')")
    seen.append(maps(page))
    after(page, lambda: drag(page, page.get_by_role("slider", name="Opacity"), 1.0))
    page.wait_for_function("location.hash.includes('answers.opacity=1')")
    seen.append(maps(page))
    for own in zip(*seen):
        assert len(set(own)) == len(own), "each choice changes the map"
    assert (layer(page, card("fmvr"))[..., 3] == 255).all(), "at full opacity the picture is covered"
    assert sideways(page) == 0


def test_each_map_can_have_a_colour_scale_of_its_own(page):
    expect(page.locator(".card .scale")).to_have_count(0)
    before = [image for _, image in shown(page)]
    page.get_by_text("How the maps are made").click()
    after(page, page.get_by_role("radio", name="own").check)
    expect(page.locator(".card .scale")).to_have_count(2)
    expect(page.locator(".cards + .small")).to_contain_text("brightness cannot be compared")
    assert [image for _, image in shown(page)] != before


def test_what_the_models_see_of_a_wide_picture_is_framed(page, tmp_path):
    Image.new("RGB", (640, 320), "tomato").save(tmp_path / "wide.png")
    page.get_by_role("button", name="Remove Image").click()
    page.locator(".picture input[type=file]").set_input_files(tmp_path / "wide.png")
    page.wait_for_function(  # in one look: between two, the page may draw the picture anew
        """() => {
            const picture = document.querySelector(".seen .stacked"), frame = picture?.querySelector("b")
            if (!frame) return false
            const [inner, outer] = [frame, picture].map((part) => part.getBoundingClientRect())
            return Math.abs(inner.width / outer.width - 0.5) < 0.1 && Math.abs(inner.height / outer.height - 1) < 0.15
        }"""
    )
