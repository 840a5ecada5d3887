"""The page in a real browser, as a visitor uses it."""

import re
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import ImageColor
from playwright.sync_api import expect

from fmvr.arms import arm
from tests.conftest import WIDTHS
from tests.pictures import BAD, write
from tests.visitor import BUDGETS, after, choose, open_tab, shown, sideways, slide, tab_of, tab_to, unfold
from tests.watched import LONGEST_WAIT_S


def test_results_are_there_before_anyone_clicks(page):
    assert [tokens for tokens, _ in shown(page)] == ["36", "36"]
    assert page.locator(".answers .layer").count() == 3, "two maps and their difference"
    assert sideways(page) == 0


def test_a_new_scene_is_asked_about_at_all_five_budgets(page):
    after(page, page.get_by_role("button", name="New picture").click)
    page.get_by_label("Question").fill("Who painted this?")  # of every picture it is known that it cannot be told
    after(page, page.get_by_role("button", name="Ask").click)
    expect(page.locator(".card .truth").first).to_contain_text("Right answer")
    seen = []
    for budget in BUDGETS:
        if page.locator(".budget output b").inner_text() != str(budget):
            slide(page, budget)
        cards = shown(page)
        assert [tokens for tokens, _ in cards] == [str(budget)] * 2
        seen.append([image for _, image in cards])
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


def test_the_block_drawn_follows_the_budget_and_the_knobs(page):
    tab_of(page, "The block").click()
    sum_, detail = page.locator(".half.together > figure .layer"), page.locator(".half.apart .high .layer").first
    expect(page.get_by_text("The block at 6×6, the last that 36 tokens passed.")).to_be_visible()
    drawn = sum_.get_attribute("src"), detail.get_attribute("src")
    page.get_by_role("checkbox", name="6×6").check()
    expect(page.get_by_text("bypassed: the tokens go on as they are")).to_be_visible()
    expect(sum_).not_to_have_attribute("src", drawn[0])
    expect(detail).to_have_attribute("src", drawn[1])
    choose(page, 9)
    expect(page.get_by_text("The block at 3×3, the last that 9 tokens passed.")).to_be_visible()
    expect(detail).not_to_have_attribute("src", drawn[1])
    choose(page, 576)
    expect(page.get_by_text("576 tokens passed no block")).to_be_visible()


def test_a_bad_picture_gets_a_sentence_and_the_next_good_one_an_answer(page, tmp_path):
    for name in ("text.png", "broken.png"):
        page.get_by_role("button", name="Remove Image").click()
        page.locator(".picture input[type=file]").set_input_files(write(tmp_path, name))
        expect(page.locator(".note.problem")).to_contain_text(BAD[name][1])
        assert "Traceback" not in page.content()
        after(page, page.get_by_role("button", name="New picture").click)
        expect(page.locator(".note.problem")).to_have_count(0)


def test_a_bad_question_gets_a_sentence_and_the_next_good_one_an_answer(page):
    for bad, thing in (("", "cat"), ("what " * 200, "dog"), ("<image> what is this?", "cow")):
        page.get_by_label("Question").fill(bad)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".note.problem")).to_be_visible()
        page.get_by_label("Question").fill(f"Is there a {thing}?")
        after(page, page.get_by_role("button", name="Ask").click)
        expect(page.locator(".note.problem")).to_have_count(0)


def test_who_clicks_through_the_tabs_quickly_sees_the_last_one(page):
    for name in ("The block", "Take away", "Tokens"):
        tab_of(page, name).click()
    expect(page.locator(".glance")).to_be_visible()
    expect(page).to_have_url(re.compile("tab=tokens"))


# One's own picture


COPY = """async () => {
    const paper = new OffscreenCanvas(99, 99), pen = paper.getContext('2d');
    pen.fillStyle = 'tomato';
    pen.fillRect(20, 20, 50, 50);
    const picture = await paper.convertToBlob({ type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}"""


def test_a_picture_of_ones_own_comes_by_upload_by_paste_and_by_camera(page, tmp_path):
    page.context.grant_permissions(["clipboard-read", "clipboard-write", "camera"])
    desk, seen = page.locator(".picture"), [image for _, image in shown(page)]

    def upload():
        desk.locator("input[type=file]").set_input_files(write(tmp_path, "rotated.jpg"))

    def paste():
        page.evaluate(COPY)
        desk.get_by_role("button", name="Paste from clipboard").click()

    def photograph():
        desk.get_by_role("button", name="Capture from camera").click()
        desk.get_by_role("button", name="Click to Access Webcam").click()
        page.wait_for_function("document.querySelector('.picture video')?.videoWidth > 0")  # before, there is no photo
        desk.get_by_role("button", name="capture photo").click()

    for place, bring in enumerate((upload, paste, photograph)):
        page.get_by_role("button", name="Remove Image").click()
        expect(page.locator(".note.problem")).to_contain_text("Nothing is lost")
        bring()
        expect(page.locator(".note.doubt")).to_contain_text("none of the world")
        expect(page.get_by_label("Question")).to_have_value("")  # the last one was about another picture
        after(page, page.locator(".chips .gallery-item").nth(place).click)
        assert page.locator(".card .badge").count() == 0, "nobody knows the right answer"
        assert "inside" not in page.locator(".card .of").first.inner_text()
        new = [image for _, image in shown(page)]
        assert not set(new) & set(seen)
        seen += new
        expect(page.locator(".chips .gallery-item")).to_have_count(3)
        assert sideways(page) == 0


def test_a_video_is_answered_from_its_frames_and_a_bad_one_gets_a_sentence(page, tmp_path):
    open_tab(page, "Video")
    page.get_by_role("button", name="Example video").click()
    expect(page.locator(".filmstrip li")).to_have_count(16)  # eight frames for each of two arms
    page.get_by_role("radio", name="4", exact=True).check()
    expect(page.locator(".filmstrip li")).to_have_count(8)
    assert sideways(page) == 0
    (bad := tmp_path / "bad.mp4").write_text("a video")
    page.get_by_role("button", name="Clear").locator("visible=true").last.click()
    expect(page.locator(".filmstrip")).to_have_count(0)
    page.locator("input[type=file][accept*=video]").set_input_files(bad)
    expect(page.locator(".note.problem").first).to_contain_text("no video that can be read")


# How it feels


def test_a_picture_is_encoded_once_whatever_is_asked_about_it(visit, watched):
    home, models = watched
    page = visit(WIDTHS["phone"], home=home)
    before = models.encoded
    after(page, page.get_by_role("button", name="New picture").click)
    assert models.encoded == before + 1, "once for both models: they share their tower"
    page.get_by_label("Question").fill("Who painted this?")  # of every picture it is known that it cannot be told
    after(page, page.get_by_role("button", name="Ask").click)
    after(page, page.locator(".card[data-arm=fmvr] [data-word]").first.click)
    after(page, page.locator(".card[data-arm=pooling] .map").click)
    slide(page, 9)
    for tab in ("All budgets", "Tokens", "The block", "Walkthrough", "Take away"):
        open_tab(page, tab)
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.locator(".panel img")).to_be_visible()
    assert models.encoded == before + 1


def maps(page) -> list[str]:
    """The maps on the cards, whether or not their tab is in front."""
    return [card.get_attribute("src") for card in page.locator(".card .layer").all()]


@contextmanager
def stopped(page, models):
    """A question that the models have begun on when "Stop" is pressed; they are kept waiting until the end."""
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_hidden()
    models.gate.clear()
    models.held.clear()
    try:
        page.get_by_role("button", name="Ask").click()
        assert models.held.wait(LONGEST_WAIT_S)
        expect(page.locator(".sheet").get_by_text("processing").locator("visible=true")).to_have_count(1)
        stop.click()
        yield
        expect(stop).to_be_hidden()
    finally:
        models.gate.set()


def test_who_waits_sees_it_and_can_stop(visit, watched):
    home, models = watched
    page = visit(home=home)
    was = maps(page)
    page.get_by_label("Question").fill("Is there a cat and a cow?")
    with stopped(page, models):
        pass
    tab_of(page, "Cost").click()  # waits for whatever is still being asked
    expect(page.locator("table.cost")).to_have_count(3)
    assert maps(page) == was, "what was stopped never comes"
    page.get_by_label("Question").fill("Is there a cat?")
    after(page, tab_of(page, "Answers").click)
    assert maps(page) != was


def test_what_is_stopped_shows_no_error_when_the_server_is_slow(visit, watched):
    home, models = watched
    page = visit(home=home)
    sent = []
    page.route("**/cancel", lambda route: (sent.append(route.request), route.fulfill(json={"success": True})))
    page.get_by_label("Question").fill("Is there a cat and a pig?")
    with stopped(page, models):
        expect(page.locator(".sheet .wrap.minimal").first).to_have_class(re.compile("hide"))
        page.request.post(sent[0].url, data=sent[0].post_data_json)  # now the server's word is the last
        expect(page.locator(".sheet .error").first).to_be_attached()
    assert page.locator(".sheet .error").locator("visible=true").count() == 0


def test_the_slider_answers_when_it_is_let_go_and_not_before(page):
    asked = []
    page.on("request", lambda sent: asked.append(sent.url) if "/queue/join" in sent.url else None)
    thumb = page.locator(".budget input")
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for share, tokens in ((0.25, "9"), (0.02, "1"), (0.98, "576"), (0.75, "144")):
        page.mouse.move(box["x"] + share * box["width"], middle, steps=3)
        expect(page.locator(".budget output b")).to_have_text(tokens)
    assert asked == [] and [tokens for tokens, _ in shown(page)] == ["36", "36"]
    after(page, page.mouse.up)
    assert len(asked) == 1 and [tokens for tokens, _ in shown(page)] == ["144", "144"]


def test_everything_on_the_first_sheet_is_done_with_the_keyboard(page):
    question = page.get_by_label("Question")
    tab_to(page, question)
    page.keyboard.press("Control+A")
    page.keyboard.type("How many objects are there?")
    after(page, lambda: page.keyboard.press("Enter"))
    chip = page.locator(".chips .gallery-item").last
    tab_to(page, chip)
    after(page, lambda: page.keyboard.press("Enter"))
    assert question.input_value() == chip.inner_text()
    tab_to(page, page.locator(".budget input"))
    after(page, lambda: page.keyboard.press("ArrowLeft"))
    word = page.locator(".card[data-arm=pooling] [data-word]").first
    tab_to(page, word)
    after(page, lambda: page.keyboard.press("Enter"))
    expect(word).to_have_attribute("aria-pressed", "true")
    tab_to(page, page.locator(".card[data-arm=fmvr] .map"))
    page.keyboard.press("ArrowUp")
    after(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".card[data-arm=fmvr] .words em").first).to_contain_text("with the place hidden")
    new = page.get_by_role("button", name="New picture")
    tab_to(page, new, backwards=True)
    after(page, lambda: page.keyboard.press("Enter"))
    cost = tab_of(page, "Cost")
    tab_to(page, cost)
    page.keyboard.press("Enter")
    expect(page.locator("table.cost")).to_have_count(3)


@pytest.mark.parametrize("theme, width", [("light", "phone"), ("dark", "desktop")])
def test_the_page_is_light_or_dark_throughout(visit, theme, width):
    page = visit(WIDTHS[width], f"?__theme={theme}")

    def brightness(selector: str, colour: str) -> float:
        found = page.locator(selector).first.evaluate(f"part => getComputedStyle(part).{colour}")
        return np.mean([float(part) for part in re.findall(r"[\d.]+", found)[:3]])

    ground = brightness("gradio-app", "backgroundColor")
    assert ground < 60 if theme == "dark" else ground > 200
    for words in ("h1", ".card .answer", ".budget output b", ".hint p", ".card .of", "[role=tab]"):
        assert abs(brightness(words, "color") - ground) > 90, words


def test_one_colour_means_one_thing_in_words_plots_and_cards(page):
    colours = page.evaluate(
        "['low', 'high'].map(of => getComputedStyle(document.documentElement).getPropertyValue('--fmvr-' + of).trim())"
    )
    low, high, pooling, fmvr = map(ImageColor.getrgb, (*colours, arm("pooling").colour, arm("fmvr").colour))
    assert drawn(page, ".card[data-arm=pooling]", "borderTopColor") == {pooling}
    assert drawn(page, ".card[data-arm=fmvr]", "borderTopColor") == {fmvr}
    open_tab(page, "The block")
    unfold(page)
    expect(page.locator(".energy .js-plotly-plot")).to_be_visible()
    assert drawn(page, ".energy .points path", "fill") == {low, high}
    assert drawn(page, ".balance i.low", "backgroundColor") == {low}
    assert drawn(page, ".balance i.high", "backgroundColor") == {high}
    open_tab(page, "All budgets")
    expect(page.locator(".against .js-plotly-plot")).to_be_visible()
    assert drawn(page, ".against .js-line", "stroke") == {pooling, fmvr}
    assert drawn(page, ".budgets th.arm", "borderBottomColor") == {pooling, fmvr}


def drawn(page, parts: str, what: str) -> set[tuple[int, ...]]:
    """The colours of the parts of the page that are seen, red, green and blue."""
    page.locator(parts).locator("visible=true").first.wait_for()
    found = (
        page.locator(parts)
        .locator("visible=true")
        .evaluate_all(f"parts => parts.map(part => getComputedStyle(part).{what})")
    )
    return {tuple(int(part) for part in re.findall(r"\d+", colour)[:3]) for colour in found}
