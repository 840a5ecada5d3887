"""The four seams: what is added here is answered, mapped, shown and measured with nothing else changed."""

import re

import gradio as gr
import numpy as np
import pytest
from markupsafe import escape
from PIL import Image

from fmvr.arms import ARMS, Arm
from fmvr.evaluation.measures.accuracy import measure
from fmvr.explain.merging import merged
from fmvr.loading import Checkpoint
from fmvr.reduce import REDUCERS, Reducer, TokenSet
from fmvr.worlds.scoring import score_open
from fmvr.worlds.world import Question
from tests.models import BUDGETS, SIDE, new_lab, new_model, new_processor, picture
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.tab import Visit
from viz.tabs.table import tabs

KEPT = 7
QUESTION = "What do you see?"


class LargestNorm(Reducer):
    """The patches with the largest norm, in their order: seven of them, or all."""

    def budgets(self, patches):
        return [patches, KEPT]

    def __call__(self, features, budget, question=None):
        chosen = features.tokens.norm(dim=-1).topk(budget).indices.sort().values
        places = features.tokens.new_zeros(budget, len(features.tokens))
        places[range(budget), chosen] = 1
        return TokenSet(features.tokens[chosen], places)


class TwoColours:
    """Pictures that are red or blue all over."""

    name, families = "two colours", ("colour", "existence")

    def sample(self, split, place):
        return ("red", "blue")[(place + len(split)) % 2]

    def size(self, split):
        return None

    def picture(self, sample):
        return Image.new("RGB", (SIDE, SIDE), sample)

    def questions(self, sample, test=False):
        return [
            Question("colour", "What colour is this?", sample),
            Question("existence", "Is it red?", self._red(sample)),
        ]

    def truth(self, sample, text):
        return next((q for q in self.questions(sample) if q.text == text), None)

    def subjects(self, sample, text):
        return []

    def score(self, family, answer, right):
        return score_open(answer, right)

    def longest(self, family):
        return 4

    def _red(self, sample):
        return "yes" if sample == "red" else "no"


@pytest.fixture
def lab(monkeypatch):
    """A lab with a third arm: a model with random weights, its tokens the patches with the largest norm."""
    monkeypatch.setitem(REDUCERS, "largest", LargestNorm)
    monkeypatch.setitem(ARMS, "largest", Arm("largest", "by size", None, "largest", "#E69F00", "diamond"))
    return new_lab(largest=Checkpoint(new_model(fmvr_form=None, seed=5), new_processor()))


def test_a_lab_answers_with_a_third_arm(lab):
    assert list(lab.arms) == ["pooling", "fmvr", "largest"] and lab.pair == ("pooling", "fmvr")
    assert lab.budgets == sorted([*BUDGETS, KEPT], reverse=True)
    assert lab.budgets_of("largest") == [576, KEPT] and lab.budgets_of("fmvr") == BUDGETS
    answer = lab.look(picture()).ask(QUESTION, KEPT, "largest")
    assert answer.arm == "largest" and answer.words
    assert len(answer.prompt_ids) == KEPT + answer.text_tokens


def test_a_map_of_tokens_that_are_no_square_lies_where_they_are(lab):
    view = lab.look(picture())
    tokens = view.token_set(KEPT, "largest")
    assert tokens.side is None and np.allclose(tokens.arrays()[1].sum(1), 1)
    answer = view.ask(QUESTION, KEPT, "largest")
    grid = view.gradcam(answer, method="Grad-CAM elementwise").grid
    there = tokens.arrays()[1].any(0).reshape(24, 24)
    assert grid[there].any() and not grid[~there].any()


def test_what_is_merged_is_told_of_tokens_that_are_no_square(lab):
    view = lab.look(picture())
    full, tokens = (view.token_set(n, "largest").arrays() for n in (576, KEPT))
    found = merged(full[0], *tokens)
    assert np.allclose(found.kept, 1) and np.allclose(found.given, 1), "a token that is a patch keeps it whole"


def test_the_page_shows_a_third_arm_in_its_grids(lab):
    comparer = Comparer(lab)
    with gr.Blocks():
        board = Board(comparer, tabs(comparer))
    first, tab = board.desk.first, board.tabs["budgets"]
    visit = Visit(first.exhibit, first.question, first.tokens, board.sharing.at_first(), "budgets", "answers")
    *_, new = tab.show(visit)
    grid = new[tab.grid]
    rows = re.findall(r"<tr.*?</tr>", grid, re.DOTALL)
    assert "by size" in rows[0] and len(rows) == 1 + len(lab.budgets)
    row = next(row for row in rows if f">{KEPT}<" in row)
    own = lab.look(first.exhibit.view.image).ask(first.question, KEPT, "largest").text
    assert str(escape(own)) in row and row.count("–") == 2, "the pair has no set of seven"


def test_a_measure_runs_on_another_world(lab):
    table = measure(lab, TwoColours(), 6)
    assert table.samples == 6
    assert list(table.scores) == list(lab.arms)
    for arm, by in table.scores.items():
        assert list(by) == lab.budgets_of(arm)
        for rows in by.values():
            assert all(0 <= rows[name].mean <= 1 for name in ("colour", "existence", "average"))
    assert list(table.paired) == ["fmvr", "largest"] and list(table.paired["largest"]) == [576]
    assert "two colours" in str(table)
