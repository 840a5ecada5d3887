"""Building scenes: by hand in words and pixels, by programs, and on the page."""

import re
from dataclasses import replace

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded import captions, draw, edit
from fmvr.worlds.embedded import code as codes
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.scene import scene
from fmvr.worlds.embedded.sparse import as_scene, sparse
from fmvr.worlds.scenes.reading import truth
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.visitor import drag, open_tab, settled, sideways
from viz.card import Reply, Verdict
from viz.noticed import noticed, sentence
from viz.tabs.build import BuildTab
from viz.tabs.comparison import Comparer
from viz.tabs.samples import save, specimen_in
from viz.tabs.scenes import specimen_of
from viz.tabs.tab import Visit
from viz.workbench import PLACES, centre, workbench

FIRST = SPLITS["test"]
EMPTY = edit.empty(sparse(FIRST))
CAT = edit.add(EMPTY, "cat", 60, 60, 64)
TWO = edit.add(CAT, "sign", 250, 160, 80, "red", 42)
TABLE = edit.empty(scene(FIRST))  # one of the crowded world's grounds


def drawn_as(picture: Picture) -> Image.Image:
    return Image.fromarray(draw.pixels(picture)[0])


def pixels(picture: Picture) -> bytes:
    return draw.pixels(picture)[0].tobytes()


def test_an_object_is_placed_where_one_points():
    thing = CAT.items[0]
    assert thing.noun == "cat" and all(abs(at - 60) <= 1 for at in thing.centre)
    assert pixels(CAT) != pixels(EMPTY)


@pytest.mark.parametrize("x, y", [(0, 0), (336, 336), (-500, 160), (335.4, -1)])
@pytest.mark.parametrize("size, angle", [(21, 0), (112, 0), (112, 45)])
def test_an_object_stays_inside_the_picture(x, y, size, angle):
    box = edit.add(EMPTY, "octopus", x, y, size, angle=angle).items[0].box
    assert min(box) >= 0 and max(box) <= 336


def test_an_object_is_moved_resized_and_removed_and_the_others_stay():
    moved = edit.move(TWO, 0, 200, 300)
    assert all(abs(a - b) <= 1 for a, b in zip(moved.items[0].centre, (200, 300)))
    larger = edit.resize(TWO, 1, 112)
    assert larger.items[1].size == 112 and larger.items[1].number == 42
    assert all(abs(a - b) <= 1 for a, b in zip(larger.items[1].centre, TWO.items[1].centre))
    assert moved.items[1] == TWO.items[1] and larger.items[0] == TWO.items[0]
    assert edit.remove(TWO, 0).items == TWO.items[1:]
    assert edit.without(TWO, [TWO.items[0]]).items == TWO.items[1:]
    assert edit.empty(TWO) == EMPTY


def test_another_background_keeps_the_objects():
    other = edit.on_background(TWO, FIRST + 9)
    assert other.items == TWO.items and pixels(other) != pixels(TWO)


def test_the_truth_follows_every_edit():
    assert truth(as_scene(TWO), "What number is on the sign?").answer == "42"
    assert truth(as_scene(edit.remove(TWO, 1)), "Is there a sign?").answer == "no"
    assert truth(as_scene(edit.move(TWO, 0, 300, 300)), "Where is the cat?").answer == "bottom right"


REFUSED = {
    "nine objects": lambda: edit.add(replace(TWO, items=TWO.items * 4), "cat", 9, 9),
    "an unknown noun": lambda: edit.add(EMPTY, "zeppelin", 9, 9),
    "a noun that is no text": lambda: edit.add(EMPTY, ["cat"], 9, 9),
    "a red cat": lambda: edit.add(EMPTY, "cat", 9, 9, colour="red"),
    "a shape without a colour": lambda: edit.add(EMPTY, "ring", 9, 9),
    "a sign without a number": lambda: edit.add(EMPTY, "sign", 9, 9, colour="red"),
    "a sign with a long number": lambda: edit.add(EMPTY, "sign", 9, 9, colour="red", number=100),
    "a tiny object": lambda: edit.add(EMPTY, "cat", 9, 9, 20),
    "a huge object": lambda: edit.resize(CAT, 0, 113),
    "a size in words": lambda: edit.resize(CAT, 0, "large"),
    "a place that is none": lambda: edit.move(CAT, 0, float("nan"), 3),
    "an object that is not there": lambda: edit.remove(CAT, 1),
    "an object before the first": lambda: edit.remove(CAT, -1),
    "mirrored in words": lambda: edit.add(EMPTY, "cat", 9, 9, mirrored="false"),
    "mirrored in JSON, in words": lambda: edit.apply(
        EMPTY, [{"do": "add", "noun": "cat", "x": 9, "y": 9, "mirrored": "false"}]
    ),
    "mirrored as a number": lambda: edit.add(EMPTY, "cat", 9, 9, mirrored=0),
    "an unknown background": lambda: edit.on_background(CAT, 10**8 * 3),
    "an unknown edit": lambda: edit.apply(CAT, [{"do": "__class__"}]),
    "an edit that is no edit": lambda: edit.apply(CAT, ["remove"]),
    "an edit too few words": lambda: edit.apply(CAT, [{"do": "move", "index": 0}]),
    "edits that are no list": lambda: edit.apply(CAT, {"do": "empty"}),
    "edits without end": lambda: edit.apply(CAT, [{"do": "empty"}] * 101),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_told_in_a_sentence(act):
    with pytest.raises(BadInput, match=r"\.$|:"):
        act()


def test_a_scene_of_the_crowded_world_is_edited_alike():
    two = edit.add(edit.add(TABLE, "cat", 60, 60, 21), "sign", 250, 160, 80, "red", 42)
    assert [item.phrase for item in two.items] == ["cat", "red sign"] and two.ground == TABLE.ground
    assert codes.read(codes.write(two)) == two
    moved = edit.resize(edit.move(two, 0, 168, 168), 1, 40)
    assert captions.change(two, edit.move(two, 0, 168, 168)).startswith("you moved the cat")
    assert pixels(moved) != pixels(two) and moved.items[1].text == "42"
    other = edit.on_background(two, FIRST + 9)
    assert other.items == two.items and pixels(other) != pixels(two)
    assert captions.change(two, other) == "you chose another background"
    full = replace(two, items=two.items * 20)
    assert codes.read(codes.write(full)) == full and len(codes.write(full)) <= codes.LONGEST
    with pytest.raises(BadInput, match="most is 40"):
        edit.add(full, "cat", 9, 9)


def test_edits_come_as_json():
    steps = [
        {"do": "add", "noun": "cat", "x": 60, "y": 60, "size": 64},
        {"do": "add", "noun": "sign", "x": 250, "y": 160, "size": 80, "colour": "red", "number": 42},
    ]
    assert edit.apply(EMPTY, steps) == TWO
    assert edit.apply(TWO, [{"do": "remove", "index": 1}, {"do": "resize", "index": 0, "size": 30}]).items[0].size == 30


@pytest.mark.parametrize("mirrored", [True, False])
def test_a_thing_is_mirrored_where_an_edit_says_so(mirrored):
    step = {"do": "add", "noun": "cat", "x": 60, "y": 60, "mirrored": mirrored}
    assert edit.apply(EMPTY, [step]).items[0].mirrored is mirrored


def test_objects_are_named_by_what_they_are_and_where():
    assert captions.names(TWO) == ["cat at the top left", "red sign 42 at the right"]
    twins = edit.add(edit.add(CAT, "cat", 70, 40), "cat", 168, 168)
    assert captions.names(twins) == ["cat at the top left (1)", "cat at the top left (2)", "cat in the middle"]


def test_an_overlap_by_hand_is_allowed_and_measured():
    assert edit.most_overlap(TWO) == edit.most_overlap(EMPTY) == 0
    assert edit.most_overlap(edit.add(CAT, "dog", 60, 60, 64)) > 0.5


@pytest.mark.parametrize(
    "after, words",
    [
        (edit.remove(TWO, 0), "took away: cat at the top left"),
        (edit.empty(TWO), "took away: cat at the top left, red sign 42 at the right"),
        (edit.add(TWO, "owl", 20, 300, 30), "added: an owl at the bottom left"),
        (edit.move(TWO, 0, 168, 168), "moved the cat (it was at the top left, it is in the middle)"),
        (edit.resize(TWO, 0, 30), "made the cat smaller"),
        (edit.on_background(TWO, FIRST + 1), "another background"),
        (TWO, "nothing changed"),
    ],
)
def test_an_edit_is_told_in_words(after, words):
    assert words in captions.change(TWO, after)


def test_one_of_two_equal_objects_taken_away_is_told_once():
    twins = edit.add(CAT, CAT.items[0].noun, *CAT.items[0].centre, CAT.items[0].size)
    assert twins.items[0] == twins.items[1]
    assert captions.change(twins, CAT).count("cat") == 1


def reply(text: str, right: str | None) -> Reply:
    return Reply(text, 0.5, None if right is None else Verdict(float(text == right), right))


@pytest.mark.parametrize(
    "before, after, words",
    [
        (reply("two", "two"), reply("one", "one"), "it noticed"),
        (reply("two", "two"), reply("two", "one"), "did not notice"),
        (reply("two", "two"), reply("three", "one"), "not to the right one"),
        (reply("two", "two"), reply("two", "two"), "stayed the same, and so did this one"),
        (reply("two", "two"), reply("one", "two"), "yet this one changed"),
        (reply("two", None), reply("one", "one"), "the answer changed"),
        (reply("two", "two"), reply("two", None), "stayed “two”"),
    ],
)
def test_the_page_says_whether_an_answer_noticed(before, after, words):
    assert words in sentence(before, after)


def test_an_answer_cannot_write_into_the_page():
    picture = Image.new("RGB", (9, 9))
    drawn = noticed([picture], {"fmvr": [reply("<b>cat", "<i>")]}, "")
    assert "<b>cat" not in drawn and "<i>" not in drawn


def test_the_picture_to_build_in_says_what_a_click_does():
    drawn = workbench(drawn_as(TWO), captions.names(TWO), None, None)
    assert "cat at the top left" in drawn and "put a new object there" in drawn
    assert "move there: cat" in workbench(drawn_as(TWO), captions.names(TWO), 0, TWO.items[0].box)
    assert centre(0, PLACES - 1, 336) == pytest.approx((336 - 3.5, 3.5))


def saved(picture: Picture, folder) -> str:
    """The scene as a picture file with its code."""
    return save(WORLDS["scenes"], specimen_of(WORLDS["scenes"], picture), folder)


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    """The tab without a page, over the embedded pair, and a way to visit a scene."""
    import gradio as gr

    tab = BuildTab(Comparer(Lab.load()))
    folder = tmp_path_factory.mktemp("scenes")

    def visit(scene, question="Is there a cat?", **chosen):
        exhibit = tab.comparer.look(saved(scene, folder) if isinstance(scene, Picture) else scene)
        return Visit(exhibit, question, 36, {"build": {"object": None, "edit": None} | chosen})

    with gr.Blocks():
        tab.build(visit(CAT))
    return tab, visit


def shown(tab, visit) -> dict:
    together = {}
    for new in tab.show(visit):
        together |= new
    return together


def test_without_an_edit_the_tab_shows_the_answers_now(tab):
    tab, visit = tab
    drawn = shown(tab, visit(CAT))[tab.noticed]
    assert "now" in drawn and "before" not in drawn and drawn.count("<tr") == 4


def test_after_an_edit_the_tab_shows_the_answers_before_and_after(tab):
    tab, visit = tab
    drawn = shown(tab, visit(EMPTY, edit=[codes.write(CAT), codes.write(EMPTY)]))[tab.noticed]
    assert "before" in drawn and "after" in drawn and "took away: cat at the top left" in drawn
    assert re.search(r"<td>yes</td>\s*<td>no</td>", drawn), "the scene's own answers"
    assert drawn.count("badge") == 4


@pytest.mark.parametrize("last", [["1", "2"], ["x", codes.write(EMPTY)], ["", ""]], ids=str)
def test_an_edit_that_did_not_make_this_scene_is_not_told(tab, last):
    tab, visit = tab
    assert "before" not in shown(tab, visit(EMPTY, edit=last))[tab.noticed]


def test_a_picture_that_is_no_scene_gets_a_sentence(tab, tmp_path):
    tab, visit = tab
    Image.new("RGB", (80, 60), "green").save(tmp_path / "plain.png")
    drawn = shown(tab, visit(str(tmp_path / "plain.png")))
    assert "no scene" in drawn[tab.about] and drawn[tab.noticed] == ""


def test_the_chosen_object_is_framed_and_one_too_many_is_none(tab):
    tab, visit = tab
    framed = shown(tab, visit(TWO, object=1))
    assert "move there: red sign 42" in framed[tab.bench] and framed[tab.size] == 80
    assert "put a new object" in shown(tab, visit(TWO, object=7))[tab.bench]


def test_a_large_overlap_is_told(tab):
    tab, visit = tab
    assert "12 %" in shown(tab, visit(edit.add(CAT, "dog", 60, 60, 64)))[tab.about]
    assert shown(tab, visit(TWO))[tab.about] == ""


@pytest.mark.parametrize(
    "control, value, well",
    [
        ("object", 3, True),
        ("object", None, True),
        ("object", -1, False),
        ("object", True, False),
        ("object", "1", False),
        ("edit", ["1", "1."], True),
        ("edit", ["1"], False),
        ("edit", [1, 2], False),
        ("edit", ["1" * 999, "1"], False),
    ],
)
def test_links_can_set_only_what_the_tab_can_show(tab, control, value, well):
    assert tab[0].controls[control].accepts(value) is well


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def test_a_program_builds_a_scene(client):
    steps = [{"do": "add", "noun": "sign", "x": 168, "y": 168, "size": 100, "colour": "blue", "number": 8}]
    path, result = client.predict(codes.write(EMPTY), steps, api_name="/build_scene")
    made = Scene.from_code(result["code"])
    assert [thing.phrase for thing in made.objects] == ["blue sign"] and result["objects"][0]["name"].startswith("blue")
    with Image.open(path) as picture:
        assert specimen_in(WORLDS["scenes"], path, picture.convert("RGB")).sample == made
    answers = client.predict(
        {"path": path, "meta": {"_type": "gradio.FileData"}}, "What number is on the sign?", 36, api_name="/compare"
    )
    assert answers["fmvr"]["truth"] == "8"


@pytest.mark.parametrize("code, steps", [("cat", []), ("", []), (codes.write(EMPTY), [{"do": "fly"}])], ids=str)
def test_a_program_is_told_what_cannot_be_built(client, code, steps):
    with pytest.raises(AppError, match="code of a scene|what to"):
        client.predict(code, steps, api_name="/build_scene")


def ready(page) -> None:
    expect(page.locator(".noticed td").first).to_be_attached()
    settled(page)


def test_taking_the_asked_object_away_shows_the_answers_before_and_after(page):
    open_tab(page, "Build")
    ready(page)
    page.get_by_label("Question").fill("Is there a frog?")
    page.get_by_role("button", name="Ask", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Take the asked object away").click()
    expect(page.locator(".noticing")).to_contain_text("you took away")
    expect(page.locator("table.noticed th", has_text="before")).to_be_visible()
    assert page.locator("table.noticed .badge").count() == 4
    assert sideways(page) == 0
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".noticing")).to_contain_text("you added")


def test_an_object_is_placed_with_a_click_then_moved_and_removed(page):
    open_tab(page, "Build")
    ready(page)
    page.get_by_role("button", name="Empty scene").click()
    expect(page.locator(".bench img")).to_have_attribute(
        "alt", "The scene: nothing on a plain background. Choose a place to put a new object there"
    )
    page.locator(".bench button").click(position={"x": 60, "y": 60})
    expect(page.locator(".noticing")).to_contain_text("you added")
    page.get_by_role("radio", name="cat at the top left").check()
    expect(page.locator(".bench img")).to_have_attribute("alt", re.compile("move there: cat"))
    page.locator(".bench button").click(position={"x": 290, "y": 290})
    expect(page.get_by_role("radio", name="cat at the bottom right")).to_be_checked()
    expect(page.locator(".noticing")).to_contain_text("you moved the cat")
    drag(page, page.get_by_role("slider", name="Size in pixels"), 1.0)
    expect(page.locator(".noticing")).to_contain_text("you made the cat larger")
    bench = page.locator(".bench img").get_attribute("src")
    page.get_by_role("button", name="Other background").click()
    expect(page.locator(".noticing")).to_contain_text("another background")
    assert page.locator(".bench img").get_attribute("src") != bench
    page.get_by_role("radio", name="cat at the bottom right").check()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".noticing")).to_contain_text("you took away: cat")
    assert sideways(page) == 0


def test_an_empty_scene_can_be_had_where_there_is_no_picture(page):
    open_tab(page, "Build")
    ready(page)
    page.get_by_role("button", name="Remove Image").click()
    expect(page.locator(".note.problem").first).to_contain_text("no picture")
    page.get_by_role("button", name="Empty scene").locator("visible=true").first.click()
    expect(page.locator(".bench img")).to_have_attribute("alt", re.compile("nothing on a plain background"))


def test_an_object_is_placed_with_the_keyboard(page):
    open_tab(page, "Build")
    ready(page)
    page.get_by_role("button", name="Empty scene").click()
    expect(page.locator(".noticing")).to_contain_text("you took away")
    page.locator(".bench button").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="cat in the middle")).to_be_visible()


def test_a_built_scene_comes_back_from_its_link(page, visit):
    open_tab(page, "Build")
    ready(page)
    page.get_by_role("button", name="Take the asked object away").click()
    expect(page.locator(".noticing")).to_contain_text("you took away")
    address = page.evaluate("location.hash")
    words = page.locator(".noticing").inner_text()
    other = visit(1440, address)
    expect(other.locator(".noticing")).to_have_text(words, use_inner_text=True)
