"""What a visitor meets: the story, the stage, the doors."""

import re

import pytest
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.evaluation.statistics import Estimate
from fmvr.lab import Lab
from tests.conftest import WIDTHS
from tests.pictures import write
from tests.visitor import BUDGETS, after, open_tab, slide, tab_of
from viz.card import Reply, Verdict
from viz.story import MOST_LETTERS, Average, on_average, story
from viz.tabs.comparison import Comparer
from viz.tabs.desk import Desk, asked
from viz.tabs.doors import DOORS
from viz.tabs.tab import Visit
from viz.tabs.table import TABS

SHARES = {576: 1.0, 36: 0.09}
SCREEN = {"desktop": 900, "tablet": 1024, "phone": 844}


def told(tokens: int = 36, average: Average | None = None, **texts: str) -> str:
    """The story's words, of arms and their answers; 47 is right."""
    replies = {name: Reply(text, 0.9, Verdict(float(text == "47"), "47")) for name, text in texts.items()}
    html = story(tokens, 576, SHARES, replies, average)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_story_tells_what_a_budget_saves_and_what_comes_of_it():
    assert "With 36 it does 9 % of the work and answers 47 with FMVR and without (right: 47)." in told(
        pooling="47", fmvr="47"
    )
    assert "and answers 41 without FMVR, 47 with FMVR (right: 47)." in told(pooling="41", fmvr="47")
    assert "and answers 47 (right: 47)." in told(fmvr="47")
    assert "Here it reads them all and answers" in told(576, pooling="47", fmvr="47")
    assert told().endswith("of the work. ") and "answers" not in told()
    assert "<b>&lt;i&gt;" not in told(pooling="<i>", fmvr="<i>") and len(told(fmvr="word " * 99)) < 200 + MOST_LETTERS


@pytest.mark.parametrize(
    "low, high, untouched, verdict",
    [
        (0.001, 0.01, 0, "is ahead, by more than chance"),
        (0.001, 0.01, 0.005, "no difference"),
        (-0.02, -0.01, 0.005, "is behind, by"),
        (-0.01, 0.01, 0, "no difference"),
    ],
)
def test_the_average_is_told_with_its_doubt(low, high, untouched, verdict):
    average = Average(5000, {"pooling": 0.926, "fmvr": 0.92}, Estimate((low + high) / 2, low, high), untouched)
    assert verdict in on_average(average, 36, 576)
    assert "is the training" in on_average(average, 576, 576) and "chance" not in on_average(average, 576, 576)
    assert "On 5,000 test pictures at 36 tokens: 92.6 % right without FMVR, 92 % with FMVR" in told(average=average)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(Comparer(Lab.load()))


def test_an_answer_flips_where_it_differs_from_that_of_the_next_larger_budget(desk):
    first = desk.first
    texts = {
        n: {name: one.answer.text for name, one in first.exhibit.responses(first.question, n).items()} for n in BUDGETS
    }
    flips = [small for small, large in zip(BUDGETS, BUDGETS[1:]) if texts[small] != texts[large]]
    assert flips, "the first example shows one"
    drawn = desk.flips(desk.first_path, first.question)
    assert f'data-flips="{sorted(flips, reverse=True)}"' in drawn and asked(first.exhibit, "") in drawn


def test_while_others_wait_no_flips_are_looked_for(desk, monkeypatch):
    monkeypatch.setattr(desk.lab.turns, "waiting", {"answers": []})
    computed = desk.first.exhibit.response.computed
    assert not isinstance(desk.flips(desk.first_path, "Is there a cow?"), str)
    assert desk.first.exhibit.response.computed == computed


def test_a_question_that_cannot_be_asked_leaves_the_story_without_answers(desk):
    visit = Visit(desk.first.exhibit, "", 36)
    with pytest.raises(BadInput):
        visit.responses  # noqa: B018
    assert "</b> of the work." in desk.story_of(visit) and "<q" not in desk.story_of(visit)


def test_every_tab_stands_behind_a_door():
    assert {kind.door for kind in TABS} == set(DOORS)
    assert [kind.door for kind in TABS] == sorted((kind.door for kind in TABS), key=list(DOORS).index)


@pytest.mark.parametrize("width", WIDTHS)
def test_answers_are_on_the_first_screen_and_picture_and_slider_stay_in_sight(visit, width):
    page = visit(WIDTHS[width])
    page.set_viewport_size({"width": WIDTHS[width], "height": SCREEN[width]})
    for answer in page.locator(".card .answer").all():
        expect(answer).to_be_in_viewport(ratio=1)
    page.locator(".cards ~ .small").scroll_into_view_if_needed()
    for part in (".picture img", ".budget input"):
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)
    expect(page.locator(".story").first).not_to_be_in_viewport()


def test_the_picture_dissolves_with_the_budget_and_the_work_shrinks(page):
    canvas, work = page.locator(".picture canvas"), page.locator(".work span")
    drawn = []
    for tokens in (576, 36, 1):
        slide(page, tokens)
        expect(page.locator(".story b").nth(1 if tokens < 576 else 0)).to_have_text(
            str(tokens) if tokens < 576 else "576 visual tokens"
        )
        drawn.append((canvas.evaluate("part => part.toDataURL()"), work.inner_text()))
    assert len(set(drawn)) == 3 and drawn[0][1] == "100 % of the work"
    expect(page.locator(".budget li.flip")).not_to_have_count(0)
    page.locator(".picture").hover()
    expect(canvas).to_have_css("opacity", "0")


def test_a_door_opens_on_the_tab_that_was_in_front_behind_it(page):
    open_tab(page, "The block")
    open_tab(page, "Cost")
    page.get_by_role("tab", name=DOORS["understand"].label, exact=True).click()
    page.wait_for_function("location.hash.includes('tab=block')")
    expect(tab_of(page, "The block")).to_have_attribute("aria-selected", "true")


def test_back_leads_to_the_tab_before_and_keeps_an_own_picture_and_its_address_says_that_it_is_gone(
    page, visit, tmp_path
):
    page.get_by_role("button", name="Remove Image").click()
    page.locator(".picture input[type=file]").set_input_files(write(tmp_path, "rotated.jpg"))
    expect(page.locator(".note.doubt")).to_be_visible()
    after(page, page.locator(".chips .gallery-item").first.click)
    own = page.locator(".picture img").get_attribute("src")
    open_tab(page, "All budgets")
    page.go_back()
    expect(tab_of(page, "Answers")).to_have_attribute("aria-selected", "true")
    page.wait_for_function("location.hash.includes('tab=answers')")
    assert page.locator(".picture img").get_attribute("src") == own
    expect(page.locator(".note.problem")).to_have_count(0)
    again = visit(address=f"#{page.url.partition('#')[2]}")
    expect(again.locator(".note.problem")).to_contain_text("Choose yours again.")
