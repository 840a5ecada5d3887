"""The teacher's sheets: ten tasks that can be made again, and a key made by asking the models."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import cv2
import gradio as gr
import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.worlds import WORLDS
from tests.visitor import open_tab, sideways
from viz.card import Reply, Verdict
from viz.qr import qr
from viz.tabs.comparison import Comparer
from viz.tabs.drafts import TASKS, draw_tasks
from viz.tabs.link import read
from viz.tabs.samples import sentence
from viz.tabs.teach import LOCAL, TeachTab, _address, _here
from viz.worksheet import Task, answer_key, paper, progress, share_card, worksheet

BUDGETS = [576, 144, 36, 9, 1]
A4 = {(595, 842)}  # points
TASK = Task(Image.new("RGB", (336, 336)), "count", "How many <b>cats</b>?", 36, "http://x/#q=a&b=\"'", "two")
REPLIES = {"pooling": Reply("two", 0.9, Verdict(1.0, "two")), "fmvr": Reply("<i>one", 0.4, Verdict(0.0, "two"))}
LINK = LOCAL + "#scene=200000005&q=Is+there+a+cat%3F&tokens=9&tab=answers"
WORLD = WORLDS["scenes"]


class Page(HTMLParser):
    """What a document holds: its links, and everything it would fetch."""

    def __init__(self, document: str):
        super().__init__()
        self.links, self.sources, self.alts = [], [], []
        self.feed(document)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given["href"]] if tag == "a" else []
        self.sources += [given[name] for name in ("src", "srcset") if name in given]
        self.alts += [given.get("alt")] if tag == "img" else []
        assert tag not in ("script", "link", "iframe", "object")


def test_a_sheet_has_every_kind_of_question_and_every_budget_twice():
    tasks = draw_tasks(WORLD, 3, BUDGETS)
    assert len(tasks) == TASKS
    assert {task.question.family for task in tasks} == set(WORLD.families)
    assert set(Counter(task.tokens for task in tasks).values()) == {2}


def test_the_same_number_is_the_same_sheet():
    assert draw_tasks(WORLD, 5, BUDGETS) == draw_tasks(WORLD, 5, BUDGETS) != draw_tasks(WORLD, 6, BUDGETS)


def test_the_worksheet_gives_no_answer_away():
    document = worksheet(4, [TASK], ["pooling", "fmvr"])
    assert "two</" not in document and "<b>cats" not in document
    assert document.count('class="line"') == 2 + 4
    page = Page(document)
    assert page.links == [TASK.link]
    assert all(source.startswith("data:image/") for source in page.sources) and all(page.alts)
    assert "@page" in document and "A4" in document


def test_a_link_stands_there_as_a_code_that_a_phone_reads():
    side, dark = re.search(r'viewBox="-2 -2 (\d+) .*? d="(.*?)"', qr(LINK), re.DOTALL).groups()
    modules = np.full((int(side) - 4, int(side) - 4), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", dark):
        modules[int(y), int(x)] = 0
    scales = (3, 4, 5, 6)  # OpenCV's reader does not find every size
    photos = [cv2.resize(modules, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST) for scale in scales]
    assert LINK in {cv2.QRCodeDetector().detectAndDecode(photo)[0] for photo in photos}
    assert qr("x" * 5000) == "" and worksheet(4, [TASK], ["fmvr"]).count("<svg") == 1


def test_the_card_holds_the_answers_and_where_to_look_for_oneself():
    card = share_card(TASK.picture, "How many <b>?", 9, 576, REPLIES, LINK)
    assert Page(card).links == [LINK] and "<b>?" not in card
    assert "9 tokens of 576" in card and "&lt;i&gt;one" in card and "✗ wrong" in card and card.count("<svg") == 1


def test_the_key_gives_the_right_answers_and_what_the_models_said():
    document = answer_key(4, [TASK], [REPLIES], "on 1 May 2026")
    assert "on 1 May 2026" in document and "<i>one" not in document
    assert "✓ right" in document and "✗ wrong" in document
    assert "without FMVR 1 of 1, with FMVR 0 of 1" in document
    assert Page(document).links == [TASK.link]


def test_one_model_alone_makes_a_sheet_too():
    assert "with FMVR" not in worksheet(4, [TASK], ["pooling"])
    assert "with FMVR" not in answer_key(4, [TASK], [{"pooling": REPLIES["pooling"]}], "today").split("</h1>")[1]


def test_a_preview_cannot_run_a_script():
    shown = paper("<script>alert('x')</script>", "Preview")
    assert "<script" not in shown and "allow-scripts" not in shown


def test_progress_is_told_in_words():
    assert "3 of 10" in progress(3, 10)


@pytest.mark.parametrize(
    "page", ["", None, "ftp://x/", "javascript:alert(1)", "https://x/?a", 'https://x/"><b>', "https://" + "x" * 999]
)
def test_an_address_that_is_none_is_refused(page):
    with pytest.raises(BadInput, match="has to look like"):
        _address(page)


@pytest.mark.parametrize(
    "referer, page",
    [
        ("http://127.0.0.1:7860/?__theme=dark#x", "http://127.0.0.1:7860/"),
        ("https://lab.example.org/fmvr/", "https://lab.example.org/fmvr/"),
        ("", LOCAL),
        ('https://x/"><script>', LOCAL),
    ],
)
def test_links_lead_to_the_page_as_the_visitor_has_it_open(referer, page):
    class Request:
        headers = {"referer": referer}

    assert _here(Request) == page


@pytest.fixture(scope="module")
def made():
    """Sheet 1, as a program gets it, without a page."""
    with gr.Blocks():
        tab = TeachTab(Comparer(Lab.load()))
        for sheet, key, tasks in tab.sheets(1, LOCAL):  # the files are there while they are sent
            return tab, Path(sheet).read_text(), Path(key).read_text(), tasks


def test_every_link_shows_its_task(made):
    (_, sheet, key, tasks), embedded = made, WORLDS["embedded"]
    assert Page(sheet).links == Page(key).links == [task["link"] for task in tasks]
    for task in tasks:
        page, _, fragment = task["link"].partition("#")
        state = read(fragment)
        assert page == LOCAL and (state.question, state.tokens) == (task["question"], task["tokens"])
        assert embedded.truth(embedded.from_code(state.scene), state.question).answer == task["truth"]


def test_the_key_holds_what_the_models_answer(made):
    tab, _, key, tasks = made
    task = tasks[0]
    world = WORLDS["embedded"]
    view = tab.lab.look(world.picture(world.from_code(read(task["link"].partition("#")[2]).scene)))
    for name in tab.lab.arms:
        assert task[name]["answer"] == view.ask(task["question"], task["tokens"], name).text
        assert task[name]["answer"] in key


def test_the_sheets_are_printed_from_themselves_alone(made):
    _, sheet, key, _ = made
    for document in (sheet, key):
        assert len(Page(document).alts) == TASKS and all(Page(document).alts)
        assert all(source.startswith("data:image/") for source in Page(document).sources)
        assert not re.search(r"url\(|@import", document)


def test_files_for_programs_are_gone_once_they_are_sent(made, monkeypatch):
    monkeypatch.setattr(made[0], "_asked", lambda number, page: iter([([TASK], [REPLIES])]))
    for sheet, key, _ in made[0].sheets(2, LOCAL):
        assert Path(sheet).exists() and Path(key).exists()
    assert not Path(sheet).exists() and not Path(key).exists()


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def test_a_program_gets_both_sheets(client):
    sheet, key, tasks = client.predict(1, "https://example.org/lab/", api_name="/worksheet")
    assert len(tasks) == TASKS and all(task["link"].startswith("https://example.org/lab/#scene=") for task in tasks)
    assert "answer key" not in Path(sheet).read_text().lower() and "Answer key" in Path(key).read_text()


@pytest.mark.parametrize("sheet, page", [(-1, LOCAL), (None, LOCAL), (10**9, LOCAL), (1, "nowhere")])
def test_a_program_is_told_what_cannot_be_built(client, sheet, page):
    with pytest.raises(AppError, match="numbered from|has to look like"):
        client.predict(sheet, page, api_name="/worksheet")


def test_a_teacher_builds_a_sheet_opens_its_links_and_prints_it(page, tmp_path):
    open_tab(page, "Teach")
    page.get_by_label("Sheet number").fill("7")
    page.get_by_role("button", name="Build the sheet").click()
    expect(page.locator(".asking")).to_contain_text("of 10 tasks")
    expect(page.locator(".previewed iframe").first).to_be_visible(timeout=180_000)
    page.get_by_role("button", name="Make the card").click()
    expect(page.frame_locator("[title='Preview of the card']").locator(".share h1")).to_contain_text("black sign")
    assert sideways(page) == 0
    assert page.get_by_title("Preview of the answer key").is_hidden(), "the key is not for pupils' eyes"
    frame = page.frame_locator(".previewed iframe").first
    expect(frame.locator("li")).to_have_count(TASKS)
    assert frame.locator("a").first.get_attribute("href").startswith(page.url.split("#")[0] + "#scene=")
    page.get_by_role("button", name="Answer key: not for pupils' eyes").click()
    key = page.frame_locator("[title^='Preview of the answer key']")
    expect(key.locator(".scroll tbody tr")).to_have_count(TASKS)
    task = draw_tasks(WORLDS["embedded"], 7, BUDGETS)[0]
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="open task 1 on the page", exact=True).click()
    expect(opened.value.get_by_label("Question")).to_have_value(sentence(task.question))
    expect(opened.value.locator(".card .truth").first).to_have_text(f"Right answer: {task.question.answer}")
    expect(opened.value.locator(".budget output b")).to_have_text(str(task.tokens))
    for name, words in (
        ("Download the worksheet", "worksheet 7"),
        ("Download the answer key", "Answer key to worksheet 7"),
    ):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
        assert taken.value.suggested_filename.endswith("-7.html")
        document = tmp_path / taken.value.suggested_filename
        taken.value.save_as(document)
        assert words in document.read_text()
        opened.value.goto(document.as_uri())
        printed = opened.value.pdf(prefer_css_page_size=True)
        sizes = {tuple(map(round, map(float, box.split()[2:]))) for box in re.findall(rb"/MediaBox \[([^]]+)", printed)}
        assert sizes == A4
        assert 1 < len(re.findall(rb"/Type\s*/Page\b", printed)) <= TASKS
