"""The arena: every reducer on one picture, the best first, what it kept drawn over it."""

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.lab import Lab
from fmvr.reduce import REDUCERS
from tests.visitor import open_tab
from tests.watched import Watched
from viz.arena import GONE, Entry, arena, kept_layer, kept_words, ordered
from viz.card import Reply, Verdict
from viz.tabs.arena import ArenaTab, _pin
from viz.tabs.comparison import Comparer
from viz.tabs.tab import Visit

COUNT = "examples/sky.png"
QUESTION = "How many objects are there?"
WHOLE = np.eye(576, dtype=np.float32)


def entry(name: str, score: float, chance: float, places=WHOLE[:9], inside: bool = False) -> Entry:
    return Entry(name, name.upper(), Reply("<b>7", 0.5, Verdict(score, "seven")), chance, 0.1, places, inside)


def test_the_right_ones_come_first_and_then_the_surest():
    entries = [entry("a", 0, 0.9), entry("b", 1, 0.2), entry("c", 1, 0.6)]
    assert [one.name for one in ordered(entries)] == ["c", "b", "a"]


def test_a_kept_patch_is_clear_a_gone_one_dark_and_a_merged_one_coloured():
    places = np.zeros((2, 576), np.float32)
    places[0, 0], places[1, 1:3] = 1, 0.5
    layer = np.asarray(kept_layer(places))
    assert layer.shape == (24, 24, 4)
    assert tuple(layer[0, 0]) == (0, 0, 0, 0) and tuple(layer[5, 5]) == GONE
    assert (layer[0, 1] == layer[0, 2]).all() and layer[0, 1, 3] not in (0, GONE[3])
    assert kept_words(entry("a", 1, 1, places)) == "3 patches are merged into 2 tokens, 573 are gone"
    assert kept_words(entry("a", 1, 1)) == "9 of 576 patches are kept"
    assert "in the last layer" in kept_words(entry("a", 1, 1, inside=True))


def test_what_an_arm_says_cannot_break_the_grid():
    drawn = arena("data:x", [entry("a", 1, 0.5)], ["a"], "<i>", True, {"x": "<u>"})
    assert "<b>7" not in drawn.replace("<b>&lt;b&gt;7", "") and "<i>" not in drawn and "<u>" not in drawn
    assert drawn.count('aria-pressed="true"') == 1


@pytest.fixture(scope="module")
def tab() -> ArenaTab:
    tab = ArenaTab(Comparer(Lab.load()))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    return tab


def test_all_that_can_make_the_budget_are_there_from_one_pass_of_the_tower(tab):
    models = Watched(tab.lab)
    entries, followed, right, unable = tab._entries(tab.comparer.look(COUNT), QUESTION, 36)
    assert models.encoded == 1
    there = {one.name for one in entries}
    assert {"pooling", "fmvr", "random", "divprune", "tome"} <= there
    assert right and followed == tab.comparer.look(COUNT).truth(QUESTION).answer
    assert len(there) + len(unable) == len(REDUCERS), "who is not there is named with the reason"
    for one in entries:
        assert len(one.places) == 36 or one.inside
    pooled, grid = (next(one for one in entries if one.name == name) for name in ("pooling", "grid"))
    assert pooled.reply.text == grid.reply.text and pooled.chance == pytest.approx(grid.chance, rel=1e-4)
    list(tab.show(Visit(tab.comparer.look(COUNT), QUESTION, 36, {"arena": {"budget": 64, "pins": ["random", "tome"]}})))
    assert models.encoded == 1


def test_where_focusllava_looks_is_drawn_when_it_is_asked_for(tab):
    visit = Visit(tab.comparer.look(COUNT), "How many <i>?", 36, {"arena": {"budget": 9, "pins": []}})
    (new,) = tab._focus(visit)
    drawn, layers = str(new[tab.focus]), tab.lab.shape().layers - 1
    assert f"layer {layers}" in drawn and f"layer {layers + 1}" not in drawn and drawn.count("<li>") == layers + 1
    assert "of 36 regions" in drawn and "&lt;i&gt;" in drawn and "<i>?" not in drawn
    assert all(tab.focus not in one or not one[tab.focus] for one in tab.show(visit)), "gone with the next question"


def test_two_are_pinned_and_a_third_takes_the_first_one_s_place():
    class Event:
        reducer = "c"

    assert _pin(["a", "b"], Event) == ["b", "c"] and _pin(["c"], Event) == [] and _pin(None, Event) == ["c"]


def test_a_program_enters_the_arena(page_url):
    client = Client(page_url, verbose=False)
    found = client.predict(handle_file(COUNT), QUESTION, 50, api_name="/arena")
    kept = {one["reducer"]: one["kept"] for one in found["entries"]}
    assert len(kept["random"]) == 50 and kept["random"] == sorted(kept["random"]) and kept["tome"] is None
    with pytest.raises(AppError, match="Nobody here makes a set of 577"):
        client.predict(handle_file(COUNT), QUESTION, 577, api_name="/arena")


def test_a_visitor_sees_them_side_by_side_and_two_of_them_closer(page):
    open_tab(page, "Arena")
    entries = page.locator(".entry")
    expect(entries.first).to_be_visible()
    page.get_by_role("radio", name="36", exact=True).check()
    expect(page.locator(".entry[data-reducer=fmvr]")).to_be_visible()
    for name in ("random", "fmvr"):
        page.locator(f".entry[data-reducer={name}]").click()
        expect(page.locator(f".entry[data-reducer={name}]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".closer img").first).to_be_visible()
    expect(page.get_by_text("Move the line")).to_be_visible()
    page.wait_for_function("location.hash.includes('arena.pins')")
