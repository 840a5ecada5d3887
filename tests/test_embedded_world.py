"""The crowded pictures as a world: every kind in turn, the same each time, asked and scored as every world is."""

import numpy as np
import pytest

from fmvr.worlds import WORLDS

WORLD = WORLDS["embedded"]


@pytest.fixture(scope="module")
def samples():
    return [WORLD.sample("test", place) for place in range(6)]


def test_the_kinds_take_turns_and_a_place_is_always_the_same_picture(samples):
    assert [sample.kind for sample in samples] == ["scene", "board", "text"] * 2
    assert samples == [WORLD.sample("test", place) for place in range(6)]
    assert WORLD.sample("train", 0) != samples[0]
    with pytest.raises(IndexError):
        WORLD.sample("test", -1)


def test_a_picture_is_drawn_as_a_model_sees_it(samples):
    for sample in samples:
        picture = WORLD.picture(sample)
        assert (picture.mode, picture.size) == ("RGB", (336, 336)) and np.asarray(picture).std() > 10


def test_every_question_is_of_a_family_and_its_own_answer_is_right(samples):
    for sample in samples:
        questions = WORLD.questions(sample, test=True)
        assert len(questions) > 10 and questions == WORLD.questions(sample, test=True)
        for question in questions:
            assert question.family in WORLD.families
            assert WORLD.score(question.family, question.answer, question.answer) == 1, question
            assert WORLD.longest(question.family) >= 16


def test_training_asks_in_no_wording_that_is_kept_from_it(samples):
    assert not any(question.unseen_wording for sample in samples for question in WORLD.questions(sample))
    assert any(question.unseen_wording for sample in samples for question in WORLD.questions(sample, test=True))


def test_a_typed_question_has_its_truth_and_its_subjects(samples):
    board = samples[1]
    item = board.items[0]
    question = WORLD.truth(board, f"What is in row {item.row}, column {item.column}?")
    assert WORLD.score(question.family, item.phrase, question.answer) == 1
    assert [one.box for one in WORLD.subjects(board, question.text)] == [item.box]
    assert WORLD.truth(board, "Who painted this?").answer == "I cannot tell."


def test_ever_new_questions_are_drawn(samples):
    rng = np.random.default_rng(0)
    texts = {WORLD.ask(samples[0], "existence", rng).text for _ in range(20)}
    assert len(texts) > 10
