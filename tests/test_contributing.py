"""Every recipe of CONTRIBUTING.md works as it stands there."""

import re

import gradio as gr
import pytest

from fmvr.arms import ARMS, Arm
from fmvr.evaluation.lmms.models.fmvr_llava import FMVRLlava
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.record import Record
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.reduce import REDUCERS
from fmvr.worlds import WORLDS
from tests.conftest import ROOT
from tests.models import new_lab, new_model, new_processor, picture, save_stock_checkpoint
from viz.evidence.sections import section
from viz.tabs.arena import ArenaTab
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.tab import Visit
from viz.tabs.table import tabs

QUESTION = "What do you see?"
RECIPES = dict(
    re.findall(r"^## (An? \w+)\n.*?^```python\n(.*?)^```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL | re.M)
)


@pytest.fixture
def follow():
    """Runs a recipe; the tables are as they were afterwards."""
    before = [(table, dict(table)) for table in (ARMS, REDUCERS, WORLDS, MEASURES)]

    def run(name: str) -> dict:
        names = {"__name__": __name__}
        exec(compile(RECIPES[name], f"CONTRIBUTING.md, {name}", "exec", dont_inherit=True), names)
        return names

    yield run
    for table, entries in before:
        table.clear()
        table.update(entries)


def test_there_are_five_recipes():
    assert list(RECIPES) == ["An arm", "A reducer", "A world", "A tab", "A measure"]


def test_an_arm(follow, tmp_path):
    follow("An arm")
    for name, form in (("pooling", None), ("fmvr", "residual"), ("mine", "residual")):
        new_model(fmvr_form=form).save_pretrained(tmp_path / name)
        new_processor().save_pretrained(tmp_path / name)
    lab = Lab.load(tmp_path)
    assert [one.label for one in lab.arms.values()] == ["without FMVR", "with FMVR", "with mine"]
    assert lab.look(picture()).ask(QUESTION, 36, "mine").arm == "mine"


def test_a_reducer(follow):
    follow("A reducer")
    ARMS["own"] = Arm("own", "the loudest", None, "loudest", "#E69F00", "diamond")
    view = new_lab(own=Checkpoint(new_model(fmvr_form=None), new_processor())).look(picture()).reduced("loudest")
    for arm in ("own", "loudest"):
        assert view.ask(QUESTION, 9, arm).visual_tokens == 9
        assert view.token_set(4, arm).places.sum(1).tolist() == [1] * 4


def test_a_reducer_is_in_the_arena_in_the_measure_and_in_lmms_eval(follow, tmp_path):
    follow("A reducer")
    lab, shown = new_lab(), tmp_path / "a.png"
    picture().save(shown)
    tab = ArenaTab(Comparer(lab))
    entries, *_ = tab._entries(tab.comparer.look(str(shown)), QUESTION, 9)
    assert "loudest" in {one.name for one in entries}
    some = {"budgets": (9,), "reducers": ("random", "grid", "loudest"), "timed": 0}
    table = MEASURES["reducers"].run(lab, WORLDS["scenes"], 1, **some)
    assert "loudest" in {one.reducer for one in table.scores}
    save_stock_checkpoint(tmp_path / "stock")
    model = FMVRLlava(str(tmp_path / "stock"), visual_tokens=9, reducer="loudest")
    assert type(model.member.reducer) is REDUCERS["loudest"]


def test_a_world(follow):
    follow("A world")
    table = MEASURES["accuracy"].run(new_lab(), WORLDS["two colours"], 2)
    assert table.questions["colour"] == 2


def test_a_tab(follow):
    kind, lab = follow("A tab")["LettersTab"], new_lab()
    comparer = Comparer(lab)
    with gr.Blocks():
        board = Board(comparer, [*tabs(comparer), kind(comparer)])
    tab, visit = board.tabs["letters"], board.desk.first
    chosen = board.sharing.at_first()
    chosen["letters"]["more"] = 2
    *_, new = tab.show(Visit(visit.exhibit, visit.question, visit.tokens, chosen, "letters", "answers"))
    lengths = {name: len(one.answer.text) + 2 for name, one in visit.responses.items()}
    assert new[tab.length] == ", ".join(f"{name}: {length}" for name, length in lengths.items())


def test_a_measure(follow):
    follow("A measure")
    lab = new_lab()
    result = MEASURES["length"].run(lab, lab.world, 2)
    assert set(result.letters) == set(lab.arms)
    record = Record("python -m fmvr.evaluation length", "2026-01-01", lab.machine, {}, None, "", result)
    assert str(result).splitlines()[0] in section("length", record, 36).below
