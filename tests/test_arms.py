"""How arms are drawn: apart, whatever they are called."""

import pytest

from fmvr import arms
from fmvr.arms import ARMS, LOOKS, SPARE, Arm, arm
from fmvr.reduce import REDUCERS
from tests.models import new_lab, picture
from viz.report.plot import MARKS
from viz.theme import COLOUR_NAMES, SHAPES


@pytest.fixture(autouse=True)
def nobody_met(monkeypatch):
    monkeypatch.setattr(arms, "_given", {})


def looks(members) -> list[tuple[str, str]]:
    return [(member.colour, member.mark) for member in members]


def by_letters(name: str) -> tuple[str, str]:
    return SPARE[sum(name.encode()) % len(SPARE)]


def test_a_name_has_the_look_of_its_letters_whoever_else_is_met():
    for name in ("divprune", "mine"):
        arms._given.clear()
        assert looks([arm(name)]) == [by_letters(name)]


def test_four_names_of_the_same_letters_have_four_colours():
    names = ["abcd", "bacd", "cabd", "dabc"]
    assert len({by_letters(name) for name in names}) == 1
    found = looks(map(arm, names))
    assert found[0] == by_letters(names[0]) and set(found) == set(SPARE)
    assert looks(map(arm, reversed(names))) == found[::-1], "a name that was met keeps its look"


def test_no_two_reducers_of_a_view_are_drawn_alike():
    lab = new_lab()
    view = lab.look(picture()).reduced(*lab.able()[0])
    assert len(view.arms) > 20
    found = looks(view.member(name).arm for name in view.arms)
    assert len(set(found)) == len(found)
    assert found == looks(map(arm, view.arms)), "what is drawn by name is drawn as the view has it"


def test_all_reducers_and_a_report_of_them_are_drawn_apart():
    found = looks(arm(name) for name in REDUCERS)
    assert len(set(found)) == len(REDUCERS)
    reduced = new_lab().reduced(["tome", "dart", "aim", "divprune"], [64])
    assert len(set(looks(reduced.arms.values()))) == 4


def test_the_look_of_an_entry_of_the_table_is_nobody_elses(monkeypatch):
    monkeypatch.setitem(ARMS, "mine", Arm("mine", "with mine", None, "fmvr", *by_letters("divprune")))
    assert looks([arm("divprune")]) != looks([arm("mine")])


def test_where_all_looks_are_given_a_name_goes_by_its_letters():
    for i in range(len(LOOKS)):
        arm(f"arm {i}")
    assert len(set(arms._given.values())) == len(LOOKS)
    assert looks([arm("one more")]) == [by_letters("one more")] and "one more" not in arms._given


def test_every_look_can_be_drawn():
    for colour, mark in LOOKS:
        assert colour in COLOUR_NAMES and mark in SHAPES and mark in MARKS
