"""The page in a real browser, as a visitor uses it."""

import re

import pytest
from playwright.sync_api import expect

from tests.pictures import write
from tests.visitor import BUDGETS, after, shown, sideways, slide


def test_results_are_there_before_anyone_clicks(page):
    assert [tokens for tokens, _ in shown(page)] == ["36", "36"]
    assert page.locator(".answers .layer").count() == 3, "two maps and their difference"
    assert sideways(page) == 0


def test_a_new_scene_is_asked_about_at_all_five_budgets(page):
    after(page, page.get_by_role("button", name="New scene").click)
    page.get_by_label("Question").fill("How many objects are there?")
    after(page, page.get_by_role("button", name="Ask").click)
    expect(page.locator(".card .truth").first).to_contain_text("The scene says")
    seen = []
    for budget in BUDGETS:
        if page.locator(".budget output b").inner_text() != str(budget):
            slide(page, budget)
        sides = shown(page)
        assert [tokens for tokens, _ in sides] == [str(budget)] * 2
        seen.append([image for _, image in sides])
    for maps in zip(*seen):
        assert len(set(maps)) == len(BUDGETS), "every budget has its own map"
    assert sideways(page) == 0


def test_the_slider_works_with_the_arrow_keys(page):
    page.locator(".budget input").focus()
    after(page, lambda: page.keyboard.press("ArrowRight"))
    assert [tokens for tokens, _ in shown(page)] == ["144", "144"]


def test_at_576_tokens_the_page_says_that_no_block_is_applied(page):
    slide(page, 576)
    expect(page.locator(".note.fact")).to_contain_text("no block is applied")


def test_a_suggestion_asks_its_question(page):
    chip = page.locator(".chips .gallery-item").nth(1)
    text = chip.inner_text()
    after(page, chip.click)
    assert page.get_by_label("Question").input_value() == text


def test_an_unknown_word_brings_a_notice_of_what_the_model_knows(page):
    page.get_by_label("Question").fill("Is there a zeppelin?")
    after(page, page.get_by_role("button", name="Ask").click)
    expect(page.locator(".note.doubt")).to_contain_text("zeppelin")
    expect(page.locator(".note.doubt")).to_contain_text("FMVR_MODEL")


def test_another_level_of_the_bands_can_be_shown(page):
    page.get_by_role("tab", name="Bands").click()
    expect(page.locator(".energy .plot-container")).to_be_visible()
    detail = page.locator(".band.high .layer").first
    before = detail.get_attribute("src")
    page.get_by_role("radio", name="3×3").check()
    expect(detail).not_to_have_attribute("src", before)


@pytest.mark.parametrize("name", ["text.png", "broken.png"])
def test_a_bad_picture_gets_a_sentence_and_the_next_good_one_an_answer(page, tmp_path, name):
    page.get_by_role("button", name="Remove Image").click()
    page.locator("input[type=file]").first.set_input_files(write(tmp_path, name))
    expect(page.locator(".note.problem")).to_be_visible()
    assert "Traceback" not in page.content()
    after(page, page.get_by_role("button", name="New scene").click)
    expect(page.locator(".note.problem")).to_have_count(0)


@pytest.mark.parametrize("question", ["", "what " * 200, "<image> what is this?"])
def test_a_bad_question_gets_a_sentence_and_the_next_good_one_an_answer(page, question):
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".note.problem")).to_be_visible()
    page.get_by_label("Question").fill("Is there a cat?")
    after(page, page.get_by_role("button", name="Ask").click)
    expect(page.locator(".note.problem")).to_have_count(0)


def test_who_clicks_through_the_tabs_quickly_sees_the_last_one(page):
    for name in ("Bands", "Knobs", "Take away", "Tokens"):
        page.get_by_role("tab", name=name, exact=True).click()
    expect(page.locator(".glance")).to_be_visible()
    expect(page).to_have_url(re.compile("tab=tokens"))
