"""ZeroGPU, by a stand-in that does as `spaces.GPU` does: a process is forked, what goes in and comes out is pickled."""

import multiprocessing
import os
import sys
from types import SimpleNamespace

import gradio as gr
import pytest
import torch

from app import build
from fmvr.worlds.photographs import PhotographWorld
from tests.models import new_lab
from viz.tabs import lending
from viz.tabs.events import ON_GPU
from viz.tabs.lending import LEAST_S, MOST_S, lent_gpu, seconds

QUESTION = "Is there a cat?"


class Lender:
    """`spaces.GPU`; `durations`: for which a GPU was lent."""

    def __init__(self):
        self.durations: list[int] = []

    def __call__(self, duration):
        return lambda task: self.lent(task, duration)

    def lent(self, task, duration):
        def handler(*values):
            self.durations.append(duration(*values))
            fork = multiprocessing.get_context("fork")
            there, back = fork.SimpleQueue(), fork.SimpleQueue()

            def work():
                for result in task(*there.get()):
                    back.put((os.getpid(), result))
                back.put(None)

            process = fork.Process(target=work, daemon=True)
            process.start()
            there.put(values)
            while (one := back.get()) is not None:
                assert one[0] != os.getpid()
                yield one[1]
            process.join()

        return handler


@pytest.fixture(scope="module")
def pages():
    """The page as ever, and with a GPU that is lent; who lends it."""
    lender, labs = Lender(), [new_lab(), new_lab()]
    for lab in labs:
        lab.world = PhotographWorld()
    return build(labs[0]), build(labs[1], lender, "cpu"), lender


@pytest.fixture(scope="module")
def sign():
    world = PhotographWorld()
    return str(world.path(world.photographs["sign"]))


def called(page: gr.Blocks, name: str, *values):
    """What an endpoint of a page returns in the end."""
    result = next(event for event in page.fns.values() if event.api_name == name).fn(*values)
    return result if not hasattr(result, "__next__") else [*result][-1]


def timeless(answers: dict) -> dict:
    return {
        name: {key: value for key, value in one.items() if not key.endswith("seconds")}
        for name, one in answers.items()
        if isinstance(one, dict)
    }


def test_what_runs_on_a_lent_gpu_gives_what_it_gives_without(pages, sign):
    plain, lent, lender = pages
    first = timeless(called(lent, "compare", sign, QUESTION, 36))
    assert first == timeless(called(plain, "compare", sign, QUESTION, 36)) and first["fmvr"]["answer"]
    assert lender.durations[-1] == seconds(36) < seconds(576)
    assert len(called(lent, "all_budgets", sign, QUESTION)["rows"]) == 5 and lender.durations[-1] == MOST_S


def test_every_event_that_runs_a_model_has_its_gpu(pages):
    on_gpu = [event for event in pages[1].fns.values() if event.concurrency_id in ON_GPU]
    assert len(on_gpu) > 20 and all(event.fn.__module__ and hasattr(event.fn, "__wrapped__") for event in on_gpu)


def test_what_cannot_be_used_gets_its_sentence(pages, sign):
    with pytest.raises(gr.Error, match="There is no set of 7 visual tokens"):
        called(pages[1], "compare", sign, QUESTION, 7)


def test_files_that_an_event_made_are_there_after_it(pages, sign):
    files, _ = called(pages[1], "take_away", sign, QUESTION, 36)
    assert files and all(os.path.getsize(file) for file in files)


def test_the_page_itself_is_shown_from_a_lent_gpu(pages, sign):
    _, lent, lender = pages
    shown = set()
    for event in lent.fns.values():
        bound = getattr(getattr(event.fn, "__wrapped__", None), "args", ())  # its tab and what it does
        if not bound or bound[0].name not in ("answers", "tokens", "take") or bound[0].name in shown:
            continue
        values = [None if isinstance(one, gr.State) else one.value for one in event.inputs]
        values[1] = bound[0].name
        desk = bound[0].board.desk
        for component, value in ((desk.picture, sign), (desk.question, QUESTION), (desk.budget, 9)):
            values[event.inputs.index(component)] = value
        before = len(lender.durations)
        parts = list(event.fn(*values))
        assert all(set(part) <= set(event.outputs) for part in parts)
        assert lender.durations[before:] == [seconds(9)]
        shown.add(bound[0].name)
    assert len(shown) == 3


def test_durations_grow_with_the_budget():
    assert [seconds(n) for n in (1, 36, 144, 576)] == sorted(seconds(n) for n in (1, 36, 144, 576))
    assert LEAST_S <= seconds(1) < seconds(576) == seconds(9999) < seconds(None)


@pytest.mark.parametrize("zero", [True, False])
def test_a_gpu_is_lent_on_zerogpu_alone(zero, monkeypatch):
    lender = Lender()
    monkeypatch.setattr(lending, "find_spec", lambda name: True)
    config = SimpleNamespace(Config=SimpleNamespace(zero_gpu=zero))
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=lender, config=config))
    assert lent_gpu() is (lender if zero else None)
    monkeypatch.setattr(lending, "find_spec", lambda name: None)
    assert lent_gpu() is None


def test_a_lab_moves_to_another_device():
    lab = new_lab()
    lab.move("meta")
    assert {p.device for member in lab.members.values() for p in member.model.parameters()} == {torch.device("meta")}
