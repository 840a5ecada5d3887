"""The page on checkpoints of one's own, one model or a pair: every tab shows what it can."""

import gradio as gr
import pytest

from fmvr.errors import BadInput
from fmvr.lab import Lab
from tests.models import new_model, new_processor, save_stock_checkpoint
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.tab import Visit
from viz.tabs.table import tabs

ARMS = {"stock": "pooling", "fmvr": "fmvr"}


@pytest.fixture(scope="module", params=ARMS)
def board(request, tmp_path_factory):
    """The page on a stock LLaVA-1.5 checkpoint, and on one of FMVR-LLaVA alone, both in half precision."""
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "stock":
        save_stock_checkpoint(directory).half().save_pretrained(directory)
    else:
        new_model(fmvr_form="residual").half().save_pretrained(directory)
        new_processor().save_pretrained(directory)
    comparer = Comparer(Lab.load(directory))
    assert tuple(comparer.lab.arms) == (ARMS[request.param],) and comparer.lab.number_bytes == 2
    with gr.Blocks():
        return Board(comparer, tabs(comparer))


def test_the_tabs_that_need_blocks_are_there_only_where_blocks_are(board):
    assert ("block" in board.tabs) == (tuple(board.comparer.lab.arms) == ("fmvr",))


def visit(board, tab: str, tokens: int = 36) -> Visit:
    chosen = {name: t.at_first for name, t in board.tabs.items()}
    return Visit(board.desk.first.exhibit, "What do you see?", tokens, chosen, tab, "answers")


@pytest.mark.parametrize("tokens", [576, 36, 1])
def test_every_tab_shows_something_and_no_other_model(board, tokens):
    for name, tab in board.tabs.items():
        shown = list(tab.show(visit(board, name, tokens)))
        assert shown and set().union(*shown) <= set(tab.outputs), name
    answers = board.tabs["answers"]
    [new] = answers.show(visit(board, "answers", tokens))
    other = {"pooling": "with FMVR</h3>", "fmvr": "without FMVR</h3>"}[board.comparer.lab.main]
    assert other not in new[answers.cards] and "Both" not in new[answers.cards]


def test_a_visitor_is_told_at_once_that_there_is_one_model(board):
    assert "one model" in board.desk.notices.value and "single word or phrase" in board.desk.notices.value
    stock = board.comparer.lab.main == "pooling"
    assert ("trained with 576 visual tokens alone" in board.desk.notices.value) == stock


def test_the_buttons_of_every_tab_work(board):
    for name, tab in board.tabs.items():
        for deed in tab.deeds.values():
            assert list(deed(visit(board, name)))


def save(directory, form: str | None) -> None:
    new_model(fmvr_form=form).save_pretrained(directory)
    new_processor().save_pretrained(directory)


@pytest.mark.parametrize("pooling, fmvr", [("pooling", "fmvr"), ("without", "with")])
def test_a_pair_of_ones_own_is_shown_side_by_side(pooling, fmvr, tmp_path):
    save(tmp_path / fmvr, "residual")
    save(tmp_path / pooling, None)
    comparer = Comparer(Lab.load(tmp_path))
    assert tuple(comparer.lab.arms) == ("pooling", "fmvr") and not comparer.lab.embedded
    with gr.Blocks():
        board = Board(comparer, tabs(comparer))
    for name, tab in board.tabs.items():
        assert list(tab.show(visit(board, name))), name
    assert (
        "not of the checkpoint"
        in next(board.tabs["evidence"].show(visit(board, "evidence")))[board.tabs["evidence"].verdict]
    )


def test_two_models_that_are_no_pair_are_refused_in_a_sentence(tmp_path):
    save(tmp_path / "fmvr", "residual")
    save(tmp_path / "pooling", "residual")
    with pytest.raises(BadInput, match="pooling is to answer without FMVR, and its model has trained blocks"):
        Lab.load(tmp_path)
