"""Permalinks: what is on the page as a link, and back; and links that strangers made."""

import base64
import io
import json

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.lab import Lab
from tests.conftest import WIDTHS
from tests.visitor import after, shown, tab_of
from viz.heatmap import common_scale, heat_layer
from viz.tabs.comparison import Comparer
from viz.tabs.link import State, fragment, read
from viz.tabs.packing import MOST_BYTES, packed, unpacked
from viz.tabs.samples import save, specimen_at
from viz.tabs.sharing import NO_SCENE, NOT_SO, Sharing
from viz.tabs.tab import Visit
from viz.tabs.table import tabs

FULL = State(
    scene="200000005",
    question="How many boats are there?",
    tokens=9,
    tab="answers",
    controls={"answers": {"word": ["fmvr", 0], "opacity": 0.3, "method": "LayerCAM"}, "block": {"average": 0.5}},
)


def picture(seed: int = 0) -> Image.Image:
    """Something like a photograph: a little of everything, and noise."""
    y, x = np.mgrid[0:336, 0:336]
    noise = np.random.default_rng(seed).normal(0, 12, (336, 336, 3))
    waves = np.stack([128 + 100 * np.sin(x / 40), 128 + 100 * np.cos(y / 30), (x + y) / 3], -1)
    return Image.fromarray((waves + noise).clip(0, 255).astype(np.uint8))


def test_a_link_says_what_was_on_the_page():
    assert read(fragment(FULL)) == FULL


def test_a_link_can_be_read_by_a_person():
    assert fragment(FULL).startswith("#scene=200000005&q=How+many+boats+are+there%3F&tokens=9&tab=answers&")
    assert "answers.method=LayerCAM" in fragment(FULL)


@pytest.mark.parametrize("value", [None, True, 0, 0.25, "", "12", "null", "a & b = c #", "ü ✓", [], ["with", 3], "NaN"])
def test_every_value_a_control_can_have_survives(value):
    state = State(controls={"one": {"two": value}})
    assert read(fragment(state)) == state


def test_nothing_is_said_of_what_is_as_at_the_start():
    assert fragment(State()) == "" and read("") == read("#") == read(None) == State()


@pytest.mark.parametrize(
    "link",
    [
        "#&&&=&==&%&%zz&\x00",
        "#tokens=-36&tab=<script>",
        "#tokens=99999999999999999999&tokens=3.6",
        "#answers.word=[[[[",
        "#answers.word=" + "[" * 900,
        "#__class__.x=1&answers.__init__=2&.=3&answers.=4",
        "#answers.word=" + "x" * 2000,
        "#q=",
    ],
)
def test_what_is_unknown_or_malformed_in_a_link_is_left_out(link):
    state = read(link)
    assert (state.scene, state.tokens, state.tab) == (None, None, None)
    assert json.dumps(state.controls, allow_nan=False) == "{}"


@pytest.mark.parametrize("cut", ["", "AAAA", "not base64 !", "UklGR"])
def test_a_broken_picture_in_a_link_is_told_in_one_sentence(cut):
    with pytest.raises(BadInput, match="picture in this link is broken"):
        read(f"#picture={cut or 'UklGRg'}&q=Is+there+a+cat%3F")


def test_a_picture_cut_short_is_told_in_one_sentence():
    whole = fragment(State(picture=packed(picture())))
    with pytest.raises(BadInput, match="cut short"):
        read(whole[: len(whole) // 2])


def test_a_picture_larger_than_the_model_sees_is_refused():
    data = io.BytesIO()
    Image.new("RGB", (4000, 4000)).save(data, "WEBP")
    with pytest.raises(BadInput):
        unpacked(data.getvalue())


def test_an_endless_link_is_refused():
    with pytest.raises(BadInput, match="the most is"):
        read("#q=" + "x" * 100_000)


def test_a_picture_of_ones_own_travels_in_the_link():
    mine = picture()
    data = packed(mine)
    assert len(data) <= MOST_BYTES
    state = read(fragment(State(picture=data)))
    apart = np.abs(np.asarray(unpacked(state.picture), float) - np.asarray(mine, float)).mean()
    assert state.picture == data and apart < 20
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (336, 336, 3), np.uint8))
    assert len(packed(noise)) <= MOST_BYTES, "even noise fits"


def test_a_flat_picture_travels_without_any_loss():
    flat = Image.new("RGB", (336, 336), (10, 200, 30))
    assert np.array_equal(np.asarray(unpacked(packed(flat))), np.asarray(flat))


@pytest.fixture(scope="module")
def sharing():
    """The links of a page with every tab."""
    comparer, path = Comparer(Lab.load()), "examples/sky.png"
    made = {tab.name: tab for tab in tabs(comparer)}
    first = Visit(comparer.look(path), "Is there a cat?", 36)
    with gr.Blocks():
        for tab in made.values():
            tab.build(first)
    return Sharing(comparer, made, first, path)


@pytest.mark.parametrize(
    "control, fitting, others",
    [
        ("tokens.place", [None, [0, 23]], ["x", [24, 0], [1, 2, 3], [10**400, 1], [1.0, 2], [-1, 0], {}]),
        ("answers.place", [None, [0, 23]], ["x", [24, 0], [1.0, 2], [True, 1]]),
        (
            "answers.word",
            [None, ["fmvr", 0]],
            [["fmvr", 1.0], ["fmvr", -1], ["both", 0], ["fmvr"], "fmvr", [["fmvr"], 0]],
        ),
        ("answers.layer", [1, 6], [1.5, 0, 7, "1", True, None]),
        ("answers.opacity", [0, 0.35, 1], [1.01, "0.5", 10**400]),
        ("answers.method", ["LayerCAM"], ["rm", None, ["LayerCAM"]]),
        ("tokens.level", [576, 144, 36, 9, 1], [7, "36", 36.0, None, True, [36]]),
        ("cost.text", [30], [1.5, 10**400, "30", None]),
        ("block.bypassed", [[], [12, 6]], [[24], 12, [[12]], ["12"]]),
        ("walk.step", [0, 8], [9, -1, 1.0, "0"]),
        ("walk.guesses", [[]], [None, {}, "x"]),
        ("choose.report", [None], ["/etc/passwd", {"path": "x"}]),
        ("arena.pins", [[], ["random", "tome"]], ["random", ["a", "b", "c"], [1], None]),
        ("video.video", [None], ["/etc/passwd", {"path": "x"}]),
        ("teach.sheet", [0, 999_999], [-1, 1_000_000, 1.5, None]),
    ],
)
def test_a_link_sets_controls_only_to_what_they_can_be(sharing, control, fitting, others):
    tab, name = control.split(".")
    accepts = sharing.tabs[tab].controls[name].accepts
    assert [value for value in [*fitting, *others] if accepts(value)] == fitting


OTHERWISE = {  # for each tab: values that its controls do not have at first
    "answers": {
        "word": ["fmvr", 0],
        "place": [3, 4],
        "method": "LayerCAM",
        "layer": 1,
        "opacity": 0.35,
        "scale": "own",
        "hide": True,
    },
    "budgets": {},
    "arena": {"budget": 36, "pins": ["random", "tome"]},
    "choose": {"model": "LLaVA-1.5-13B", "keep": 90, "limit": "time", "most": 5.5},
    "tokens": {"level": 144, "place": [5, 6]},
    "block": {"average": 0.5, "max": 2, "bypassed": [12, 6]},
    "video": {"question": "What came?", "way": "collage", "frames": 4, "tokens": 9},
    "build": {"object": 1, "edit": ["200000005", "200000005."]},
    "cost": {"formula": "2ndm", "text": 45, "gpu": "H100 80 GB (SXM)"},
    "evidence": {"measure": "bands"},
    "walk": {"step": 8, "guesses": [5, 1]},
    "teach": {"sheet": 12},
    "take": {},
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_every_control_of_every_tab_can_be_set_by_a_link_and_read_back(sharing, tmp_path, name):
    tab, values = sharing.tabs[name], OTHERWISE[name]
    assert set(OTHERWISE) == set(sharing.tabs) and set(values) == {
        name for name, control in tab.controls.items() if control.linked
    }
    assert all(value != tab.at_first[control] for control, value in values.items())
    visit = Visit(
        sharing.first.exhibit, "Is there a cat?", 9, sharing.at_first() | {name: tab.at_first | values}, name, name
    )
    arrival = sharing.follow(read(sharing.link(visit, name, own_picture=False)), tmp_path)
    assert not arrival.problems and arrival.visit.tab == name and arrival.visit.tokens == 9
    assert arrival.visit.chosen == visit.chosen


OLD_LINKS = {  # as the first edition wrote them → what they set
    "#scene=200000005&q=Is+there+a+cat%3F&tokens=9&tab=answers&answers.word=[%22with%22,0]": {
        "answers": {"word": ["fmvr", 0]}
    },
    '#answers.word=["without",1]&answers.place=[3,4]': {"answers": {"word": ["pooling", 1], "place": [3, 4]}},
    "#answers.method=LayerCAM&answers.layer=2&answers.opacity=0.3&tokens=144": {
        "answers": {"method": "LayerCAM", "layer": 2, "opacity": 0.3}
    },
    "#tab=tokens&tokens.level=12&tokens.place=[4,21]": {"tokens": {"level": 144, "place": [4, 21]}},
    **{f"#tab=tokens&tokens.level={side}": {"tokens": {"level": side**2}} for side in (24, 6, 3, 1)},
    "#tab=bands&bands.level=3": {},
    "#tab=knobs&knobs.average=0.5&knobs.max=2&knobs.bypassed=[12,6]": {
        "block": {"average": 0.5, "max": 2, "bypassed": [12, 6]}
    },
    '#tab=build&build.object=1&build.edit=["200000005","200000005."]': {
        "build": {"object": 1, "edit": ["200000005", "200000005."]},
    },
    "#tab=cost&cost.formula=3ndm&cost.text=45": {"cost": {"formula": "3ndm", "text": 45}},
    "#tab=evidence&evidence.measure=faithfulness": {"evidence": {"measure": "faithfulness"}},
    "#tab=walk&walk.step=3&walk.guesses=[123,0]": {"walk": {"step": 3, "guesses": [123, 0]}},
    "#tab=teach&teach.sheet=7": {"teach": {"sheet": 7}},
}


@pytest.mark.parametrize("link", OLD_LINKS)
def test_links_of_the_first_edition_lead_where_they_led(sharing, tmp_path, link):
    arrival, first = sharing.follow(read(link), tmp_path), sharing.at_first()
    assert not arrival.problems
    assert arrival.visit.chosen == first | {name: first[name] | values for name, values in OLD_LINKS[link].items()}


@pytest.mark.parametrize("name", ["bands", "knobs"])
def test_what_became_of_a_former_tab_opens(sharing, tmp_path, name):
    assert sharing.follow(read(f"#tab={name}"), tmp_path).visit.tab == "block"


@pytest.mark.parametrize(
    "link, problems",
    [
        ("#scene=../../etc/passwd", [NO_SCENE]),
        ("#scene=200000005)", [NO_SCENE]),
        ("#scene=200000005&tokens=37", [NOT_SO]),
        ("#scene=200000005&tokens=9", []),
    ],
)
def test_a_scene_or_a_budget_that_is_not_there_is_told(sharing, tmp_path, link, problems):
    arrival = sharing.follow(read(link), tmp_path)
    assert list(arrival.problems) == problems
    assert arrival.visit.tokens == (9 if "=9" in link else 36)


# The page


def test_the_address_bar_follows_what_is_shown(page):
    assert page.evaluate("location.hash") == ""
    page.get_by_label("Question").first.fill("Is there a cat?")
    after(page, page.get_by_role("button", name="Ask").click)
    page.wait_for_function("location.hash.includes('q=Is+there+a+cat')")
    tab_of(page, "The block").click()
    page.wait_for_function("location.hash.includes('tab=block')")


@pytest.fixture
def arrive(visit):
    """Opens a link and waits until the address bar says `until`: the page."""

    def come(link: str, until: str):
        page = visit(WIDTHS["phone"], link)
        page.wait_for_function(f"location.hash.includes({json.dumps(until)})")
        return page

    return come


def test_a_link_brings_back_picture_question_budget_tab_and_choices(arrive):
    page = arrive(
        "#scene=200000005&q=Is+there+a+cat%3F&tokens=9&tab=knobs&knobs.max=0.5&knobs.bypassed=[12]", "scene=200000005"
    )
    expect(tab_of(page, "The block")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("slider", name="Max gains")).to_have_value("0.5")
    expect(page.get_by_role("checkbox", name="12×12")).to_be_checked()
    expect(page.get_by_label("Question").first).to_have_value("Is there a cat?")
    expect(page.locator(".budget output b")).to_have_text("9")
    tab_of(page, "Answers").click()
    page.wait_for_function("location.hash.includes('tab=answers')")
    assert [tokens for tokens, _ in shown(page)] == ["9", "9"]


@pytest.mark.parametrize("name", ["fmvr", "with"])  # as it is called today, and as the first edition called it
def test_a_link_brings_back_the_chosen_word(arrive, name):
    page = arrive(f"#scene=200000005&q=Is+there+a+cat%3F&answers.word=[%22{name}%22,0]", "answers.word")
    expect(page.locator('.card[data-arm=fmvr] [data-word="0"]')).to_have_attribute("aria-pressed", "true")


def test_a_link_made_by_one_process_shows_the_same_in_another(arrive, tmp_path):
    comparer = Comparer(Lab.load())
    world = comparer.lab.world
    exhibit = comparer.look(save(world, specimen_at(world, 123), tmp_path))
    responses = exhibit.responses("How many objects are there?", 9)
    maps = exhibit.maps(responses, None, "LayerCAM")
    scale = common_scale([one.grid for one in maps.values()])
    state = State(exhibit.code, None, "How many objects are there?", 9, "answers", {"answers": {"method": "LayerCAM"}})
    page = arrive(fragment(state), "tokens=9")
    for name, response in responses.items():
        expect(page.locator(f".card[data-arm={name}] .answer")).to_have_text(response.answer.text)
        here, there = np.asarray(heat_layer(maps[name].grid, scale), int), drawn(page, name)
        assert np.abs(here - there).max() <= 1, "the same map"


def drawn(page, arm: str) -> np.ndarray:
    """The pixels of an arm's map on the page, RGBA."""
    source = page.locator(f".card[data-arm={arm}] .layer").get_attribute("src")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))), int)


@pytest.mark.parametrize(
    "link",
    [
        "#scene=999999999999&tokens=7&tab=nowhere&answers.word=[%22with%22,%22x%22]&answers.opacity=1e9&x.y=1",
        "#scene=200000005&answers.word={}&answers.place=[-5,1e30]&answers.layer=0&answers.method=rm",
        f"#scene=200000005&answers.layer=1.5&tokens.place=[{'9' * 400},1]&tab=answers",
    ],
)
def test_a_stranger_s_link_leaves_the_page_usable(arrive, link):
    page = arrive(link, "tab=answers")
    assert len(shown(page)) == 2
    expect(page.locator(".note.problem").last).to_contain_text("Some settings in this link cannot be used")
    page.get_by_label("Question").first.fill("Is there a cat?")
    after(page, page.get_by_role("button", name="Ask").click)
    expect(page.locator(".card .answer")).to_have_count(2)


def test_a_broken_picture_in_a_link_gets_a_sentence_on_the_page(visit):
    page = visit(address="#picture=AAAA")
    expect(page.locator(".note.problem")).to_contain_text("picture in this link is broken")
    page.get_by_label("Question").first.fill("Is there a cat?")
    after(page, page.get_by_role("button", name="Ask").click)


def test_without_a_link_the_page_asks_the_server_for_nothing(browser, visit):
    sent = []

    def note(request):
        sent.append(request.url)

    browser.on("request", note)
    visit().wait_for_timeout(2000)
    browser.remove_listener("request", note)
    assert sent and not [url for url in sent if "/queue/join" in url]
