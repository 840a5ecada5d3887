"""Presets of the arena: what each claims is so, and choosing one lays it on the desk."""

from dataclasses import replace

import gradio as gr
import pytest
from playwright.sync_api import expect

from examples.presets import ASKED, CLAIMS, play, questions
from fmvr.lab import Lab
from fmvr.worlds import WORLDS
from tests.conftest import WIDTHS
from tests.models import new_lab
from tests.visitor import open_tab, sideways, tab_to
from viz.presets import ONE_PICTURE, PRESETS, Preset
from viz.tabs.arena import BUDGETS, ArenaTab
from viz.tabs.comparison import Comparer
from viz.tabs.samples import SPLIT, save, specimen_at
from viz.tabs.tab import Visit

WORLD = WORLDS["embedded"]
each_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)

# What the sentences tell: the right answer, and wrong ones.
TOLD = {
    "Random wins": ("2", {"12"}),
    "The question matters": ("4", {"44"}),
    "Small text": ("pie 168", {"pie 52", "offer 168"}),
    "A crowd": ("2", set()),
}


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab.load()


@each_preset
def test_what_a_preset_claims_is_so_of_the_models_that_ship(lab, preset):
    """With weights that make it untrue another one is to be looked for: python -m examples.presets"""
    [played] = play(lab, preset.place, [preset.question], preset.tokens)
    claim = CLAIMS[preset.name]
    assert claim(played) > 0, str(played)
    right, wrong = TOLD[preset.name]
    assert played.question.answer == right and wrong <= {one.text for one in played.entrants.values()}
    alike = {name: replace(one, right=True) for name, one in played.entrants.items()}
    assert claim(replace(played, entrants=alike)) == 0, "where all are right there is nothing to see"


def test_every_preset_is_claimed_and_every_claim_has_its_preset():
    assert [preset.name for preset in PRESETS] == list(CLAIMS) == list(TOLD)


@each_preset
def test_a_preset_asks_what_has_an_answer_at_a_budget_of_the_arena(preset):
    assert preset.tokens in BUDGETS
    assert WORLD.truth(WORLD.sample(SPLIT, preset.place), preset.question)


def test_the_crowd_is_as_large_as_told():
    assert f"among {len(WORLD.sample(SPLIT, PRESETS[-1].place).items)} things" in PRESETS[-1].look


def test_the_same_questions_are_looked_at_again_and_none_offers_its_answer():
    for place in range(4):
        asked = questions(WORLD, place)
        assert asked == questions(WORLD, place) and 0 < len(asked) <= ASKED
        sample = WORLD.sample(SPLIT, place)
        answers = {text: WORLD.truth(sample, text).answer for text in asked}
        assert not any(answer in ("yes", "no") or answer in text for text, answer in answers.items())


def arena(lab: Lab) -> ArenaTab:
    tab = ArenaTab(Comparer(lab))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    return tab


def told(tab: ArenaTab, preset: Preset, folder, question: str = "", tokens: int = 0) -> str:
    """What the tab says to look for, where a preset's picture is on the desk."""
    exhibit = tab.comparer.look(save(tab.lab.world, specimen_at(tab.lab.world, preset.place), folder))
    return tab._look_for(Visit(exhibit, question or preset.question, 36), tokens or preset.tokens)


def test_what_to_look_for_is_said_of_the_preset_alone_and_that_it_is_one_picture(lab, tmp_path):
    tab, preset = arena(lab), PRESETS[0]
    assert preset.look in told(tab, preset, tmp_path) and ONE_PICTURE in told(tab, preset, tmp_path)
    assert told(tab, preset, tmp_path, question="Is there a cat?") == told(tab, preset, tmp_path, tokens=9) == ""


def test_other_models_have_no_presets(lab, tmp_path):
    assert arena(lab).presets.visible
    tab = arena(new_lab())
    assert not tab.presets.visible and told(tab, PRESETS[0], tmp_path) == ""


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_preset_is_chosen_by_the_keyboard_and_its_link_brings_it_back(visit, width):
    page, preset = visit(WIDTHS[width]), PRESETS[1]
    open_tab(page, "Arena")
    shown = page.locator(".picture img").get_attribute("src")
    offered = page.get_by_role("button", name=preset.name, exact=True)
    tab_to(page, offered)
    page.keyboard.press("Enter")
    stands(page, preset)
    assert page.locator(".picture img").get_attribute("src") != shown
    assert sideways(page) == 0
    code = specimen_at(WORLD, preset.place).code
    page.wait_for_function("code => location.hash.includes(`scene=${code}&`)", arg=code)
    again = visit(WIDTHS[width], f"#{page.url.partition('#')[2]}")
    stands(again, preset)


def stands(page, preset: Preset) -> None:
    """A preset is what the page asks."""
    expect(page.locator(".sheet .note")).to_contain_text(preset.look)
    expect(page.get_by_label("Question").first).to_have_value(preset.question)
    expect(page.get_by_role("radio", name=str(preset.tokens), exact=True)).to_be_checked()
