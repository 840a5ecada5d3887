"""The walkthrough: every step tells of the picture at hand, asks, and answers from its tensors."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.explain.grids import apart, patches, pooled, twins, variety
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from tests.conftest import WIDTHS
from tests.models import new_lab, new_model, new_processor, picture
from tests.pictures import write
from tests.visitor import BUDGETS, open_tab, sideways, tab_of
from viz.tabs.comparison import Comparer, Exhibit
from viz.tabs.tab import Visit
from viz.tabs.walk.quizzes import left, smallest
from viz.tabs.walk.reading import gains
from viz.tabs.walk.steps import STEPS
from viz.tabs.walk.stop import Stop
from viz.tabs.walk.tab import WalkTab
from viz.walk import Bar, Quiz, bars, prompt, verdict

QUESTION = "How many objects are there?"
EXAMPLE = "examples/sky.png"
LEADS = [*(step.lead for step in STEPS if step.lead), smallest]
GRID = np.random.default_rng(0).normal(size=(24, 24, 8)).astype(np.float32)


@pytest.fixture(scope="module")
def exhibit():
    lab = new_lab()
    return Exhibit(lab, lab.look(picture()), None)


def words_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


# what is computed


def test_averaging_keeps_the_mean_and_loses_differences():
    assert np.allclose(pooled(GRID, 1)[0, 0], GRID.mean((0, 1)), atol=1e-6)
    assert variety(GRID) > variety(pooled(GRID, 12)) > variety(pooled(GRID, 3)) > variety(pooled(GRID, 1)) == 0
    assert np.isclose(apart(GRID).mean(), variety(GRID))


def test_patches_are_the_pictures_own_squares():
    pixels = np.arange(48 * 48 * 3).reshape(48, 48, 3) % 256
    assert np.array_equal(patches(pixels, 24)[1, 2], pixels[2:4, 4:6].reshape(-1))


def test_look_alikes_are_alike_and_far_apart():
    cut = np.random.default_rng(0).uniform(0, 255, (24, 24, 12))
    cut[20, 21] = cut[2, 3]
    cut[2, 4] = cut[2, 3]  # as alike, but next to it
    assert set(twins(cut, 8)) in ({(2, 3), (20, 21)}, {(2, 4), (20, 21)})


def test_the_next_words_begin_with_the_one_that_was_written(exhibit):
    answer = exhibit.view.ask(QUESTION, 36)
    nexts = exhibit.view.next_words(answer, 5)
    chances = [word.probability for word in nexts]
    assert nexts[0].text == answer.words[0].text
    assert nexts[0].probability == pytest.approx(answer.words[0].probability, rel=1e-3)
    assert len(nexts) == 5 and chances == sorted(chances, reverse=True) and sum(chances) <= 1


def test_the_prompt_holds_the_question_and_a_place_for_every_visual_token(exhibit):
    pieces = exhibit.view.prompt(exhibit.view.ask(QUESTION, 36))
    assert pieces.count(None) == 36
    assert "how many objects are there ?" in " ".join(piece.strip().lower() for piece in pieces if piece)


# what a step tells


@pytest.mark.parametrize("tokens", BUDGETS)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.label)
def test_every_step_can_be_told_at_every_budget(exhibit, step, tokens):
    at = Stop(exhibit, QUESTION, tokens)
    text = step.text(at)
    assert json.loads(json.dumps(text.numbers))
    assert text.facts and text.trial
    assert len(re.findall(r"[.?!](?= |$)", words_of(text.idea))) <= 3, "one idea, in at most three sentences"
    assert text.drawing.count("<img") == len(re.findall('<img alt="[^"]+"', text.drawing))


@pytest.mark.parametrize("tokens", BUDGETS)
@pytest.mark.parametrize(
    "lead", [*(step.lead for step in STEPS if step.lead), smallest], ids=lambda lead: lead.__name__
)
def test_every_question_has_a_few_choices_and_an_answer_among_them(exhibit, lead, tokens):
    quiz = lead(Stop(exhibit, QUESTION, tokens))
    assert 2 <= len(quiz.choices) <= 4 and len(set(quiz.choices)) == len(quiz.choices)
    assert quiz.right in range(len(quiz.choices)) and re.search(r"\d", quiz.because)


def test_an_answer_follows_from_the_tensors(exhibit):
    at = Stop(exhibit, QUESTION, 36)
    share = left(at, 36)
    full = exhibit.view.features("fmvr").tokens.numpy(force=True).reshape(24, 24, -1)
    assert share == pytest.approx(variety(pooled(full, 6)) / variety(full))
    quiz = STEPS[2].lead(at)
    assert quiz.right == (0 if share > 2 / 3 else 1 if share >= 1 / 3 else 2)


def test_what_the_block_does_to_the_mean_follows_from_the_tensors(exhibit):
    step = next(step for step in STEPS if step.text is gains)
    at = Stop(exhibit, QUESTION, 36)
    before, after = (tokens.mean((0, 1)) for tokens in (at.before_block(6), at.level(6)))
    text = step.text(at)
    assert text.numbers["mean_after_over_before"] == pytest.approx((after @ after) / (before @ before), rel=1e-4)
    assert (
        f"× {text.numbers['mean_after_over_before']:.2f}",
        "the energy of the mean they share, after ÷ before",
    ) in text.facts


def test_a_guess_is_answered_and_no_guess_is_not():
    quiz = Quiz("Which?", ("this", "that"), 1, "Because of 2.")
    assert verdict(quiz, None) == ""
    assert "Yes." in verdict(quiz, 1) and "that" in verdict(quiz, 0) and "Because of 2." in verdict(quiz, 0)


def test_bars_stay_within_their_line_and_a_prompt_tells_what_it_leaves_out():
    assert "--share:1.0000" in bars([Bar("a", 7.0, "7")], "bars")
    drawn = prompt(["user", None, "<b>"] + [None] * 99, np.zeros((100, 3)))
    assert "76 more" in drawn and "&lt;b&gt;" in drawn


# the tab


class Front:
    """The tab on a lab, as the page shows it."""

    def __init__(self, lab):
        import gradio as gr

        self.lab, self.tab = lab, WalkTab(Comparer(lab))
        with gr.Blocks():
            self.tab.build(None)

    def show(self, exhibit, step=0, guesses=(), tokens=36) -> dict:
        visit = Visit(exhibit, QUESTION, tokens, {"walk": {"step": step, "guesses": list(guesses)}})
        return {part: value for new in self.tab.show(visit) for part, value in new.items()}


@pytest.fixture(scope="module")
def front(exhibit):
    return Front(exhibit.lab)


def test_only_the_step_in_front_is_computed(front, exhibit):
    shown, tab = front.show(exhibit, step=2), front.tab
    assert [sheet in shown for sheet in tab.sheets] == [i == 2 for i in range(9)]
    assert shown[tab.bar].selected == 2


def test_a_guess_counts_for_what_was_asked_alone(front, exhibit):
    tab = front.tab
    mark = front.show(exhibit)[tab.mark]
    guesses = tab._guess(0)(mark, [], SimpleNamespace(index=1))
    assert front.show(exhibit, guesses=guesses)[tab.verdicts[0]]
    assert front.show(exhibit, guesses=guesses)[tab.quizzes[0]].value == 1
    assert front.show(exhibit, guesses=guesses, tokens=9)[tab.verdicts[0]] == "", "another budget asks anew"
    assert front.show(exhibit, step=1, guesses=guesses)[tab.verdicts[1]] == ""


def test_a_model_without_blocks_is_walked_through_without_their_steps():
    lab = Lab({"pooling": Checkpoint(new_model(fmvr_form=None), new_processor())})
    front, exhibit = Front(lab), Exhibit(lab, lab.look(picture()), None)
    assert [step.label for step in front.tab.steps if step.of_block] == []
    for step in range(len(front.tab.steps)):
        assert front.show(exhibit, step)[front.tab.sheets[step]]


def test_a_link_may_name_any_step_and_no_other(front):
    assert front.tab.controls["step"].accepts(0) and front.tab.controls["step"].accepts(8)
    assert not any(front.tab.controls["step"].accepts(wrong) for wrong in (9, -1, True, "1", None, 1.0))


# for programs


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def test_a_program_can_take_every_step(client):
    found = [client.predict(handle_file(EXAMPLE), QUESTION, 36, i, api_name="/walkthrough_step") for i in range(9)]
    assert [one["label"] for one in found] == [step.label for step in STEPS]
    assert all(one["numbers"] and one["asked"]["right"] in range(len(one["asked"]["choices"])) for one in found)


@pytest.mark.parametrize("step", [9, -1, None])
def test_a_step_that_does_not_exist_gets_a_sentence(client, step):
    with pytest.raises(AppError, match="the steps are 0 to 8"):
        client.predict(handle_file(EXAMPLE), QUESTION, 36, step, api_name="/walkthrough_step")


# on the page


def in_front(page, number: int):
    """Wait for a step, by its number from 1."""
    expect(page.locator(".step-sheet:visible")).to_be_visible()
    expect(page.locator(".walk [role=tab][aria-selected=true]")).to_have_attribute("data-tab-id", str(number - 1))


def test_a_visitor_is_led_through_all_steps_and_back(page):
    tab_of(page, "Walkthrough").click()
    ideas = []
    for number in range(1, 10):
        in_front(page, number)
        idea = page.locator(".step-sheet:visible .idea")
        if ideas:
            expect(idea).not_to_have_text(ideas[-1])
        ideas.append(idea.inner_text())
        expect(page.locator(".trial:visible")).to_have_count(1)
        expect(page.locator(".quiz:visible")).to_have_count(1)
        assert page.locator(".walk .guessed").count() == number - 1, "no answer before a guess"
        page.locator(".quiz:visible input").first.check()
        expect(page.locator(".guessed:visible")).to_contain_text(re.compile("Yes|The answer"))
        assert sideways(page) == 0
        if number < 9:
            page.get_by_role("button", name="Next").click()
    assert len(set(ideas)) == 9
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("button", name="Back").click()
    in_front(page, 8)
    expect(page.locator(".guessed:visible")).to_be_visible()


def test_another_budget_is_told_and_asked_anew(page):
    open_tab(page, "Walkthrough")
    page.locator(".quiz:visible input").first.check()
    expect(page.locator(".guessed:visible")).to_be_visible()
    page.locator(".budget input").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".walk-told p")).to_contain_text("144 visual tokens")
    expect(page.locator(".guessed:visible")).to_have_count(0)


def test_a_link_enters_at_the_last_step(visit):
    page = visit(WIDTHS["phone"], "#tab=walk&walk.step=8")
    in_front(page, 9)
    expect(page.locator(".step-sheet:visible .idea")).to_be_visible()
    assert page.locator(".guessed").count() == 0
    assert sideways(page) == 0
    page.get_by_role("button", name="Back").click()
    in_front(page, 8)


def test_the_steps_are_told_of_the_visitor_s_own_picture(page, tmp_path):
    tab_of(page, "Walkthrough").click()
    drawing, facts = page.locator(".step-sheet:visible img").first, page.locator(".step-sheet:visible dl")
    was = drawing.get_attribute("src")
    page.get_by_role("button", name="Remove Image").click()
    expect(page.locator(".note.problem")).to_be_visible()
    page.locator(".picture input[type=file]").set_input_files(write(tmp_path, "rotated.jpg"))
    expect(page.locator(".note.doubt")).to_be_visible()
    page.locator(".chips .gallery-item").first.click()
    expect(drawing).not_to_have_attribute("src", was)
    assert facts.inner_text()
    page.get_by_role("button", name="Next").click()
    in_front(page, 2)
    expect(page.locator(".quiz:visible")).to_be_visible()
    assert sideways(page) == 0
