"""Looking for examples: which questions turn with the token budget."""

import numpy as np
import pytest

from examples import find
from fmvr.worlds import WORLDS

WORLD = WORLDS["scenes"]
NOBODY = "nobody says this"


class Known:
    """In the place of a lab: answers right at all budgets but those that are said."""

    def __init__(self, **wrong):
        self.wrong = wrong

    def answers_of(self, lab, world, pictures, asked):
        return {
            arm: {
                n: [[NOBODY if n in wrong else q.answer for q in questions] for questions in asked]
                for n in (576, 36, 1)
            }
            for arm, wrong in self.wrong.items()
        }


@pytest.mark.parametrize(
    "wrong, turns, differ",
    [
        ({"pooling": (), "fmvr": ()}, False, False),
        ({"pooling": (1,), "fmvr": (1,)}, True, False),
        ({"pooling": (36, 1), "fmvr": (1,)}, True, True),
        ({"pooling": (576,), "fmvr": (1,)}, False, False),
    ],
    ids=str,
)
def test_what_turns_is_right_from_all_tokens_and_wrong_from_fewer(monkeypatch, wrong, turns, differ):
    monkeypatch.setattr(find, "answers_of", Known(**wrong).answers_of)
    found = list(find.turns(None, WORLD, range(3)))
    assert bool(found) == turns and {turn.place for turn in found} <= {0, 1, 2}
    assert all(turn.differs == differ for turn in found)
    assert all(NOBODY in str(turn) and turn.question.answer in str(turn) for turn in found)


def test_the_same_questions_are_asked_again():
    sample = WORLD.sample("test", 4)
    first, again = (find._questions(WORLD, sample, 4) for _ in range(2))
    assert first == again and len(first) > 5
    assert np.all([question.text[-1] in "?." for question in first])
