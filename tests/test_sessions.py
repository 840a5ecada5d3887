"""A visitor whose session the server let go, because many others came, notices nothing."""

import pytest
from playwright.sync_api import expect

from fmvr.lab import Lab
from tests.conftest import launched
from tests.visitor import after, open_tab, settled, slide


@pytest.fixture(scope="module")
def forgetful():
    """The address of a page that keeps its last visitor's session alone."""
    with launched(Lab.load(), state_session_capacity=1) as url:
        yield url


@pytest.fixture
def visitors(visit, forgetful):
    """One who stays, and a function that has another one come in between."""
    stays, other = visit(home=forgetful), visit(home=forgetful)
    budgets = iter([9, 144, 1, 576, 36])
    return stays, lambda: slide(other, next(budgets))


def test_an_offered_question_is_asked_and_a_knob_turned(visitors):
    page, come_between = visitors
    after(page, page.locator(".examples .gallery-item").nth(3).click)
    settled(page)
    come_between()
    chip = page.locator(".chips button").nth(1)
    after(page, chip.click)
    assert page.get_by_label("Question").first.input_value() == chip.inner_text()
    open_tab(page, "The block")
    come_between()
    page.get_by_role("checkbox", name="12×12").check()
    page.wait_for_function("location.hash.includes('bypassed')")


def test_a_walk_goes_on_where_it_was(visitors):
    page, come_between = visitors
    open_tab(page, "Walkthrough")
    page.get_by_role("button", name="Next").click()
    settled(page)
    come_between()
    page.locator(".quiz:visible input").first.check()
    expect(page.locator(".guessed:visible")).to_be_visible()
    come_between()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("location.hash.includes('walk.step=2')")
    assert "walk.guesses" in page.evaluate("location.hash")


def test_a_chosen_object_is_the_one_that_goes(visitors):
    page, come_between = visitors
    open_tab(page, "Build")
    before = page.locator(".which input").count()
    page.locator(".which input").nth(1).check()
    expect(page.get_by_role("button", name="Remove it")).to_be_enabled()
    come_between()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".noticing")).to_contain_text("you took away")
    expect(page.locator(".which input")).to_have_count(before - 1)
