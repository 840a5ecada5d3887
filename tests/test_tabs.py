"""Every tab of the page's table, on labs of every kind: the pair, a stock checkpoint alone, three arms, other arms."""

from unittest.mock import patch

import gradio as gr
import pytest

from fmvr.arms import ARMS, Arm
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.reduce import REDUCERS, Reducer, TokenSet
from tests.models import BUDGETS, new_lab, new_model, new_processor, picture, trained_gains
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.tab import NEEDS, Visit
from viz.tabs.table import TABS, tabs

QUESTION = "How many objects are there?"
FEW = 7  # tokens: not a square


class FirstPatches(Reducer):
    """The first seven patches, or all of them."""

    def budgets(self, patches):
        return [patches, FEW]

    def __call__(self, features, budget, question=None):
        places = features.tokens.new_zeros(budget, len(features.tokens))
        places[range(budget), range(budget)] = 1
        return TokenSet(features.tokens[:budget], places)


def stock() -> Checkpoint:
    return Checkpoint(new_model(fmvr_form=None, seed=5), new_processor())


LABS = {
    "the pair": new_lab,
    "blocks of cells": lambda: Lab({"fmvr": Checkpoint(trained_gains(new_model(fmvr_form="finer")), new_processor())}),
    "a stock checkpoint": lambda: Lab({"pooling": stock()}),
    "three arms": lambda: new_lab(first=stock()),
    "two arms of other sets": lambda: Lab({"pooling": stock(), "first": stock()}),
    "no pooling at all": lambda: Lab({"first": stock()}),
}
WITH_BLOCKS = {"the pair", "blocks of cells", "three arms"}


@pytest.fixture(scope="module")
def boards(tmp_path_factory):
    """A page on each lab, and the picture it is visited with."""
    path = str(tmp_path_factory.mktemp("pictures") / "picture.png")
    picture().save(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REDUCERS, "first", FirstPatches)
        patch.setitem(ARMS, "first", Arm("first", "of the first patches", None, "first", "#E69F00", "diamond"))
        pages = {}
        for name, lab in LABS.items():
            with gr.Blocks():
                pages[name] = Board(comparer := Comparer(lab()), tabs(comparer))
        yield pages, path


def visit(board: Board, path: str, tokens: int, tab: str) -> Visit:
    return Visit(board.comparer.look(path), QUESTION, tokens, board.sharing.at_first(), tab, "answers")


def shown(board: Board, path: str, tokens: int, tab: str) -> str:
    """All that a tab shows, as text."""
    parts, kind = {}, board.tabs[tab]
    for new in kind.show(visit(board, path, tokens, tab)):
        assert set(new) <= set(kind.outputs)
        parts |= new
    return " ".join(map(str, parts.values()))


def test_every_tab_has_a_name_a_label_and_needs_that_can_be_judged():
    assert len({kind.name for kind in TABS}) == len({kind.label for kind in TABS}) == len(TABS) == 13
    assert set().union(*(kind.needs for kind in TABS)) <= set(NEEDS)


@pytest.mark.parametrize("lab", LABS)
def test_every_tab_that_a_lab_can_fill_is_on_its_page_and_shows(boards, lab):
    (pages, path), missing = boards, set() if lab in WITH_BLOCKS else {"block"}
    board = pages[lab]
    assert {kind.name for kind in TABS} - set(board.tabs) == missing
    for name in board.tabs:
        for tokens in board.desk.budgets:
            try:
                text = shown(board, path, tokens, name)
            except BadInput as problem:  # of an arm that the tab is about and that has no such set
                assert "no set of" in str(problem) and lab == "two arms of other sets" and name == "walk"
            else:
                assert text or name == "teach", name


@pytest.mark.parametrize("lab", LABS)
def test_every_deed_of_every_tab_is_done(boards, lab):
    pages, path = boards
    board = pages[lab]
    for tab in board.tabs.values():
        for act in tab.deeds.values():
            for new in act(visit(board, path, board.desk.budgets[-1], tab.name)):
                assert set(new) <= set(tab.outputs)


@pytest.mark.parametrize("tab", ["budgets", "tokens"])
def test_grids_have_a_place_for_every_arm_and_every_budget(boards, tab):
    pages, path = boards
    text = shown(pages["three arms"], path, 36, tab)
    assert all(label in text for label in ("without FMVR", "with FMVR", "of the first patches"))
    assert all(f">{n}<" in text for n in (*BUDGETS, FEW))
    assert text.count("<td>–</td>") == 6, "what an arm has not is left empty"


def test_times_are_measured_of_every_arm(boards):
    pages, path = boards
    tab = pages["three arms"].tabs["cost"]
    *_, last = tab._measure(visit(pages["three arms"], path, 36, "cost"))
    words = last[tab.words]
    assert "of the first patches" in words and f'<th scope="row">{FEW}</th>' in words and words.count("<td>–</td>") == 6


def test_the_last_table_of_the_walkthrough_has_every_arm(boards):
    pages, path = boards
    board = pages["three arms"]
    tab = board.tabs["walk"]
    at = tab.stop(board.comparer.look(path), QUESTION, 36)
    because = tab.quiz(len(tab.steps) - 1, at).because
    assert "of the first patches" in because and because.count("<td>–</td>") == 6


def test_the_answers_are_those_of_two_arms_and_programs_get_all(boards):
    pages, path = boards
    board = pages["three arms"]
    text = shown(board, path, 36, "answers")
    assert "with FMVR" in text and "of the first patches" not in text
    compare = board.tabs["answers"].compare
    assert set(compare(path, QUESTION, 576)) == {"pooling", "fmvr", "first", "doubts"}
    assert set(compare(path, QUESTION, FEW)) == {"first", "doubts"}
    with pytest.raises(BadInput, match="no set of 37"):
        compare(path, QUESTION, 37)


def test_the_slider_has_the_budgets_of_the_pair_alone(boards):
    pages, _ = boards
    assert pages["three arms"].desk.budgets == BUDGETS
    assert pages["two arms of other sets"].desk.budgets == sorted([*BUDGETS, FEW], reverse=True)
    assert pages["no pooling at all"].desk.first.tokens == FEW


def test_an_arm_that_cannot_make_the_budget_is_left_out_with_a_sentence(boards):
    pages, path = boards
    board = pages["two arms of other sets"]
    for tokens, there, out in (
        (36, "without FMVR", "of the first patches"),
        (FEW, "of the first patches", "without FMVR"),
    ):
        text = shown(board, path, tokens, "answers")
        assert there in text and out not in text and "Difference" not in text
        notices = board.desk.notices_of(visit(board, path, tokens, "answers"))
        assert f"The model {out} makes no set of {tokens} visual tokens" in notices
    assert "makes no set" not in board.desk.notices_of(visit(board, path, 576, "answers"))


# one event for each tab


def run(board: Board, name: str, front: str | None = None, noted=None, arrival=None, **chosen) -> list[dict]:
    """The tab's event, as Gradio runs it; what else was chosen on it is as at the start."""
    kind, earlier = board.tabs[name], [(noted or {}).get(tab) for tab in board.tabs]
    event, controls = board.event(kind, kind.show), (kind.at_first | chosen).values()
    values = [
        front or {"tab": name, "before": "answers", "doors": {}, "passing": False},
        "",
        arrival,
        *earlier,
        board.path,
        QUESTION,
        36,
        *controls,
    ]
    assert len(event["inputs"]) == len(values) and len(event["outputs"]) == 5 + len(kind.outputs)
    return list(event["fn"](*values))


@pytest.fixture
def board(boards):
    pages, path = boards
    pages["the pair"].path = path
    return pages["the pair"]


def test_a_tab_is_shown_when_it_is_chosen_whatever_the_clock_says(board):
    with patch("time.time", return_value=0.0):
        rings = [board._rung("answers")[board.bells["answers"]] for _ in range(3)]
    assert len(set(rings)) == 3  # each a change


def test_a_tab_that_a_door_opened_on_is_none_that_anybody_came_from(board):
    front = board._enter("judge", None, "answers")[board.front]
    assert front["tab"] == "evidence" and board._choose("take", front, "")[board.front]["before"] == "answers"
    front = board._choose("cost", front, "")[board.front]
    assert board._choose("take", front, "")[board.front]["before"] == "cost"
    assert board._enter("judge", None, "walk cost")[board.front]["tab"] == "cost", "as the page remembers"


ELSEWHERE = {"tab": "elsewhere", "before": "answers", "doors": {}, "passing": False}


@pytest.mark.parametrize("tab", [kind.name for kind in TABS])
def test_the_event_of_a_tab_fills_that_tab_and_notes_what_was_chosen_there(board, tab):
    first, *others = run(board, tab)
    noted = board.noted[tab]
    assert first[noted] == board.tabs[tab].at_first
    assert f"tab={tab}" in first[board.address] and not any(noted in new for new in others)


@pytest.mark.parametrize("tab", [kind.name for kind in TABS])
def test_for_a_tab_that_is_no_longer_in_front_nothing_is_computed(board, tab):
    assert run(board, tab, ELSEWHERE, {"cost": {"text": 45}}) == [{board.noted[tab]: board.tabs[tab].at_first}]


def test_what_was_chosen_on_another_tab_goes_into_the_address(board):
    chosen = {"answers": board.tabs["answers"].at_first | {"method": "LayerCAM"}}
    assert (
        "LayerCAM"
        in run(board, "take", {"tab": "take", "before": "answers", "doors": {}, "passing": False}, chosen)[-1][
            board.address
        ]
    )


@pytest.mark.parametrize("here", ["block answers", "answers block"])
def test_a_session_that_was_let_go_takes_the_tab_in_front_from_the_page(board, here):
    kind, earlier = board.tabs["block"], [None] * len(board.tabs)
    event = board.event(kind, kind.show)["fn"]
    parts = event(None, here, None, *earlier, board.path, QUESTION, 36, *kind.at_first.values())
    assert any(kind.outputs[0] in part for part in parts) == here.startswith("block")


@pytest.mark.parametrize("sent", [["nobody", 0], ["fmvr", -1], "fmvr", [[[["fmvr"]]]], float("nan")])
def test_what_the_page_cannot_have_held_is_as_at_the_start(board, sent):
    [new] = run(board, "answers", word=sent)
    assert new[board.noted["answers"]]["word"] is None


def test_what_a_link_could_not_set_is_told_while_the_page_shows_what_it_led_to(board):
    [first] = run(board, "answers")
    there = {"address": first[board.address], "problems": ["That was not so."]}
    assert "That was not so." in run(board, "answers", arrival=there)[0][board.desk.notices]
    assert "That was not so." not in run(board, "tokens", arrival=there)[0][board.desk.notices]


def test_what_cannot_be_used_leaves_the_tab_as_it_is(board):
    board.path = None
    [new] = run(board, "answers")
    assert set(new) == {board.noted["answers"], board.desk.notices} and "no picture yet" in new[board.desk.notices]


def test_every_section_begins_with_its_heading(board):
    sections = [text for text in _texts(board.doors.bar.children) if text]
    assert len(sections) > 10 and [text for text in sections if not text.startswith("#")] == []


def _texts(blocks) -> list[str]:
    """The Markdown of all sections in layout blocks."""
    found = []
    for block in blocks:
        if isinstance(block, gr.Markdown) and "section" in (block.elem_classes or ()):
            found.append(block.value)
        found += _texts(getattr(block, "children", ()))
    return found
