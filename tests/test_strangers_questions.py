"""A stranger's questions: each about a picture, none twice; answers that say the same in other words are right."""

import pytest

from fmvr.errors import BadInput
from fmvr.evaluation.measures import strangers
from fmvr.evaluation.measures.strangers import StrangersQuestion, is_right, questions
from fmvr.worlds import WORLDS
from tests.models import new_lab

WORLD = WORLDS["embedded"]


def test_there_are_a_hundred_about_a_dozen_pictures():
    every = questions(1000)
    assert len(every) == len({(one.picture, one.question) for one in every}) == 100
    assert len({one.picture for one in every}) == 12
    assert all(one.answers for one in every)


@pytest.mark.parametrize(
    ("answers", "said", "right"),
    [
        (["3", "three"], "three", True),
        (["3"], "There are 3.", True),
        (["top left"], "upper left", True),
        (["no"], "no", True),
        (["none", "there is no dog"], "There is no dog.", True),
        (["I cannot tell"], "I cannot tell.", True),
        (["11, 16 and 21"], "16, 21 and 11", True),
        (["a sign with 8"], "a red sign with 8", False),
        (["red"], "blue", False),
        (["3"], "4", False),
        (["I cannot tell"], "red", False),
    ],
)
def test_an_answer_is_right_where_it_says_the_same(answers, said, right):
    assert is_right(WORLD, StrangersQuestion(0, "", answers), said) is right


def test_every_question_is_asked_at_every_budget():
    lab = new_lab()
    found = strangers.measure(lab, WORLD, 2)
    assert all(len(texts) == 2 for by in found.said.values() for texts in by.values())
    assert {arm: list(by) for arm, by in found.said.items()} == {arm: list(lab.budgets_of(arm)) for arm in lab.arms}
    assert str(found).startswith("2 questions")


def test_other_worlds_have_no_such_questions():
    with pytest.raises(BadInput, match="not of 'scenes'"):
        strangers.measure(new_lab(), WORLDS["scenes"], 2)
