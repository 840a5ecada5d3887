"""Two visitors at once never see each other's picture, question, answer or knobs."""

from playwright.sync_api import expect

from tests.visitor import after, open_tab, settled, shown


def test_two_visitors_at_once_keep_their_pictures_and_answers(visit):
    one, other = visit(), visit()
    for page, example in ((one, 3), (other, 7)):
        after(page, page.locator(".examples .gallery-item").nth(example).click)
    questions = [page.get_by_label("Question").input_value() for page in (one, other)]
    assert questions[0] != questions[1]
    seen = [shown(page) for page in (one, other)]
    assert {image for _, image in seen[0]}.isdisjoint(image for _, image in seen[1])
    for page, question, was in zip((one, other), questions, seen):
        page.get_by_role("button", name="Ask").click()
        settled(page)
        assert page.get_by_label("Question").input_value() == question
        assert shown(page) == was


def test_two_visitors_who_ask_in_the_same_moment_get_their_own_answers(visit):
    pages = [visit(), visit()]
    for page, question in zip(pages, ("Is there a frog?", "How many signs are there?")):
        page.get_by_label("Question").fill(question)
    for page in pages:
        page.get_by_role("button", name="Ask").click()
    truths = [page.locator(".card .truth").first for page in pages]
    expect(truths[0]).to_have_text("Right answer: yes")
    expect(truths[1]).to_have_text("Right answer: 4")


def test_one_visitors_knobs_turn_nobody_elses(visit):
    one, other = visit(), visit()
    for page in (one, other):
        open_tab(page, "The block")
        page.locator(".cards.plain .layer").nth(1).wait_for()
    turned = other.locator(".cards.plain .layer").nth(1).get_attribute("src")
    one.get_by_role("checkbox", name="12×12").check()
    expect(one.locator(".cards.plain .layer").nth(1)).not_to_have_attribute("src", turned)
    open_tab(other, "Answers")
    open_tab(other, "The block")
    assert other.locator(".cards.plain .layer").nth(1).get_attribute("src") == turned
