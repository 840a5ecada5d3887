"""The page in a real browser, as a visitor uses it."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import find
from tests.pictures import write

WIDTHS = {"desktop": 1440, "phone": 390}
BUDGETS = [1, 9, 36, 144, 576]
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def page(request, browser, page_url):
    """The loaded page at one width; fails the test on any error in the console."""
    context = browser.new_context(viewport={"width": WIDTHS[request.param], "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    errors, outside = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith((page_url, "data:", "blob:")) else outside.append(sent))
    page.goto(page_url)
    page.wait_for_selector(".card img")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert errors == []
    assert [sent.url for sent in outside] == []


def shown(page) -> list[tuple[str, str]]:
    """For each side: tokens and map, as they stand on the page."""
    sides = page.locator(".card").all()
    return [(card.locator("dl dd").first.inner_text(), card.locator("img").get_attribute("src")) for card in sides]


def after(page, act) -> None:
    """Do something and wait until the cards have been drawn anew."""
    page.evaluate("document.querySelectorAll('.card').forEach(card => card.dataset.old = 1)")
    act()
    page.wait_for_function("!document.querySelector('.card[data-old]') && document.querySelector('.card img')")


def slide(page, budget: int) -> None:
    after(page, page.locator(".budget li", has_text=str(budget)).locator(f"text=/^{budget}$/").click)


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_results_are_there_before_anyone_clicks(page):
    assert [tokens for tokens, _ in shown(page)] == ["36", "36"]
    expect(page.locator(".energy .plot-container")).to_be_visible()
    assert page.locator(".bands img").count() == 8
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
    detail = page.locator(".band.high img").first
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
