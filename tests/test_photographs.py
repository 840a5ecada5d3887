"""The page on a model of one's own: photographs and open questions, how it is asked, nothing of the embedded world."""

import html
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.media.question import MOST_SYSTEM
from fmvr.worlds.photographs import FOLDER, PhotographWorld
from fmvr.worlds.scoring import same_words
from tests.conftest import ROOT, launched
from tests.models import BUDGETS, new_lab, new_model, new_processor, picture
from viz.tabs import link
from viz.tabs import teach as teaching
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.manner import Manner
from viz.tabs.samples import new_specimen, picture_of, specimen_in, suggestions
from viz.tabs.tab import Visit
from viz.tabs.table import tabs

WORLD = PhotographWorld()
NAMES = list(WORLD.photographs)
QUESTION = "What is this?"


@pytest.fixture(scope="module")
def board():
    """The page on one stock model."""
    lab = Lab({"pooling": Checkpoint(new_model(fmvr_form=None), new_processor())})
    assert lab.photographs
    lab.world = WORLD
    comparer = Comparer(lab)
    with gr.Blocks():
        return Board(comparer, tabs(comparer))


# The photographs


def test_a_dozen_small_squares_lie_there():
    files = sorted(FOLDER.glob("*.jpg"))
    assert sorted(file.stem for file in files) == sorted(NAMES) and len(files) == 12
    sizes = [file.stat().st_size for file in files]
    assert max(sizes) < 60_000 and sum(sizes) < 600_000
    for file in files:
        with Image.open(file) as photograph:
            assert photograph.width == photograph.height >= 300


def test_source_and_licence_of_every_photograph_are_told():
    told = (ROOT / "THIRD_PARTY.md").read_text()
    assert [name for name in NAMES if f"{name}.jpg" not in told] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_photograph_is_known_as_a_file_and_as_what_the_page_draws(name, tmp_path):
    photograph = WORLD.photographs[name]
    specimen = specimen_in(WORLD, WORLD.path(photograph))
    assert specimen.sample == photograph and specimen.code == name
    assert suggestions(WORLD, specimen) == list(photograph.questions)
    picture_of(WORLD, specimen).save(tmp_path / "a.jpg")  # other pixels under no name
    assert specimen_in(WORLD, tmp_path / "a.jpg") is None
    assert WORLD.truth(photograph, photograph.questions[0]) is None


def test_a_file_that_only_says_it_is_a_photograph_is_none(tmp_path):
    Image.new("RGB", (448, 448)).save(tmp_path / "a.jpg", comment="photograph cat")
    assert specimen_in(WORLD, tmp_path / "a.jpg") is None
    assert suggestions(WORLD, None) == list(WORLD.for_any_picture)


# The page


def test_the_page_begins_with_a_photograph_and_an_open_question(board):
    first = board.desk.first
    assert first.exhibit.code == NAMES[0] and first.question == WORLD.photographs[NAMES[0]].questions[0]
    assert [path for path, _ in board.desk.examples] == [str(WORLD.path(one)) for one in WORLD.photographs.values()]
    assert {"build", "teach"} <= board.tabs.keys() and new_specimen(WORLD).code in NAMES
    assert board.desk.first.exhibit.doubts(QUESTION) == []


def test_a_link_keeps_the_photograph_and_how_the_model_was_asked(board, tmp_path):
    sharing = board.sharing
    chosen = sharing.at_first()
    chosen["answers"] |= {"longest": 8, "system": "Be brief & kind."}
    exhibit = board.comparer.look(str(FOLDER / "cat.jpg"), Manner.of(chosen["answers"]))
    address = sharing.link(Visit(exhibit, QUESTION, 9, chosen, "budgets"), "budgets", own_picture=True)
    assert "scene=cat" in address and "picture=" not in address
    arrived = sharing.follow(link.read(address), tmp_path)
    assert not arrived.problems and arrived.visit.chosen == chosen
    assert arrived.visit.exhibit.code == "cat" and arrived.visit.exhibit.manner == Manner(8, "Be brief & kind.")
    long = link.read(address.replace("Be+brief", "b" * (MOST_SYSTEM + 1)))
    assert sharing.follow(long, tmp_path).visit.chosen["answers"]["system"] == ""


def test_all_tabs_ask_in_the_same_manner(board):
    plain = board.desk.first.exhibit
    brief = plain.asked_in(Manner(3, "Be brief."))
    assert brief.asked_in(Manner()).manner == plain.manner and plain.asked_in(Manner()) is plain
    answer = brief.response(QUESTION, 9, "pooling").answer
    assert len(answer.answer_ids) <= 3
    assert answer.text_tokens > plain.response(QUESTION, 9, "pooling").answer.text_tokens
    expected = brief.view.chance("cat", QUESTION, 9, "pooling", system="Be brief.")
    assert brief.chance("cat", QUESTION, 9, "pooling") == expected
    assert expected != plain.chance("cat", QUESTION, 9, "pooling")


def test_programs_and_the_card_ask_in_the_manner_chosen(board):
    path, tabs = str(FOLDER / "cat.jpg"), board.tabs
    expected = board.comparer.look(path, Manner(8, "Be brief.")).response(QUESTION, 9, "pooling").answer.text
    assert expected != board.comparer.look(path).response(QUESTION, 9, "pooling").answer.text
    assert tabs["answers"].compare(path, QUESTION, 9, 8, "Be brief.")["pooling"]["answer"] == expected
    row = tabs["budgets"].all_budgets(path, QUESTION, 8, "Be brief.")["rows"][-2]
    assert row["visual_tokens"] == 9 and row["pooling"]["answer"] == expected
    pooled = tabs["arena"].arena(path, QUESTION, 9, 8, "Be brief.")["entries"]
    assert expected in [one["answer"] for one in pooled if one["reducer"] == "pooling"]
    _, result = next(tabs["take"].take_away(path, QUESTION, 9, 8, "Be brief."))
    assert "longest" in result["permalink"] and "Be+brief" in result["permalink"]
    request = SimpleNamespace(headers={"referer": "http://x/"})
    teach = tabs["teach"]
    card = next(teach._card(request, path, QUESTION, 9, 8, "Be brief."))[teach.card]
    assert expected in html.unescape(html.unescape(card)) and "longest" in card


@pytest.mark.parametrize("longest", [7, 513, None, "8"])
def test_a_program_is_told_how_long_an_answer_may_be(board, longest):
    with pytest.raises(BadInput, match="The longest answer has 8 to 512 tokens of text"):
        board.tabs["answers"].compare(str(FOLDER / "cat.jpg"), QUESTION, 9, longest, "")


def test_a_worksheet_holds_a_model_against_its_own_answer_from_all_tokens(board, monkeypatch):
    monkeypatch.setattr(teaching, "TASKS", 3)
    teach = board.tabs["teach"]
    *_, (tasks, replies) = teach._asked(1, "http://x/")
    for task, reply in zip(tasks, replies):
        assert task.truth is None and "scene=" in task.link
        verdict = reply["pooling"].verdict
        assert verdict.tokens == max(BUDGETS) and verdict.score == same_words(reply["pooling"].text, verdict.truth)
        assert verdict.score == 1 or task.tokens < max(BUDGETS)
    for sheet in teach.sheets(1, "http://x/"):
        texts = [Path(path).read_text(encoding="utf-8") for path in sheet[:2]]
        assert "with all tokens" in texts[0] and "right answer" not in texts[0].lower()
        assert "its own answer from all visual tokens" in texts[1] and "As from all tokens" in texts[1]
        assert "as_from_all_tokens" in sheet[2][0]["pooling"]


def test_a_scene_can_be_built_for_it_and_knows_its_truth(board):
    drawn, result = board.tabs["build"].edited(
        "200000005", [{"do": "empty"}, {"do": "add", "noun": "cat", "x": 100, "y": 60, "size": 64}]
    )
    specimen = specimen_in(WORLD, _file(drawn), drawn.convert("RGB"))
    assert specimen.code == result["code"] and WORLD.truth(specimen.sample, "Is there a cat?").answer == "yes"


def _file(drawn: Image.Image) -> BytesIO:
    from viz.tabs.samples import CODE, PngInfo

    file, text = BytesIO(), PngInfo()
    text.add_text(CODE, drawn.info[CODE])
    drawn.save(file, "PNG", pnginfo=text)
    file.seek(0)
    return file


# What a model is told first, and how long it answers


def test_the_system_prompt_comes_before_all_else():
    view = new_lab().look(picture())
    answer = view.ask(QUESTION, 9, "pooling", system="  Be \n brief. ")
    text = "".join("█" if token is None else token for token in view.prompt(answer))
    plain = "".join("█" if token is None else token for token in view.prompt(view.ask(QUESTION, 9, "pooling")))
    assert len(text) > len(plain) and text.index("█") > plain.index("█")
    assert text[text.index("█") :] == plain[plain.index("█") :]


@pytest.mark.parametrize(
    "asked, sentence",
    [
        ({"system": "a" * (MOST_SYSTEM + 1)}, f"This system prompt has {MOST_SYSTEM + 1} characters; the most is"),
        ({"system": "See <image>."}, "A system prompt cannot contain <image>"),
        ({"longest": 0}, "An answer has at least 1 token, not 0"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(asked, sentence):
    with pytest.raises(BadInput, match=sentence):
        new_lab().look(picture()).ask(QUESTION, 9, **asked)


def test_a_system_prompt_that_leaves_no_room_is_told_of(monkeypatch):
    lab = new_lab()
    for member in lab.members.values():
        member.model.config.text_config.max_position_embeddings = 30
    view = lab.look(picture())
    view.ask(QUESTION, 9)
    with pytest.raises(BadInput, match="this question and system prompt take .* or shorten them"):
        view.ask(QUESTION, 9, system="Is there a cat? " * 8)


# In a browser


def test_the_slider_speaks_on_a_model_of_one_s_own(visit):
    lab = Lab({"pooling": Checkpoint(new_model(fmvr_form=None), new_processor())}, called="llava-of-mine")
    lab.world = WORLD
    with launched(lab) as url:
        page = visit(home=url)
        assert "llava-of-mine" in page.text_content(".story.aside")
        spoken = []
        for key in ("Home", "End"):
            page.press(".budget input", key)
            expect(page.locator(".budget .work")).to_contain_text("100 %" if key == "End" else "% of the work")
            spoken.append(page.text_content(".budget .work"))
        assert spoken[0] != spoken[1]
        page.close()
