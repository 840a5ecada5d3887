"""The crowded pictures as a world: every kind in turn, the same each time, asked and scored as every world is."""

import numpy as np
import pytest

from fmvr.worlds import WORLDS
from fmvr.worlds.embedded import edit
from fmvr.worlds.embedded.catalog import TEST_ONLY_COMBINATIONS
from fmvr.worlds.embedded.changes import CHANGES
from viz.tabs.samples import MOST_OFFERED, Specimen, specimen_at, suggestions

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


def test_what_makes_a_question_hard_is_told(samples):
    told = [
        aspect for sample in samples for q in WORLD.questions(sample, test=True) for aspect in WORLD.aspects(sample, q)
    ]
    assert {f"kind: {sample.kind}" for sample in samples} <= set(told)
    assert any(aspect.startswith("size: ") and aspect.endswith(" px") for aspect in told)
    for sample in samples:
        question = WORLD.questions(sample)[0]
        items = next(aspect for aspect in WORLD.aspects(sample, question) if aspect.startswith("items: "))
        low = int(next((word for word in items.split() if word.isdigit()), 0))
        assert (len(sample.items) < low) == ("under" in items)


@pytest.mark.parametrize(
    "answer, refuses",
    [("I cannot tell.", True), ("There is no cat.", True), ("no", False), ("There are no birds.", False), ("7", False)],
)
def test_an_answer_that_refuses_is_known(answer, refuses):
    assert WORLD.refuses(answer) is refuses


def test_what_is_there_and_what_is_not_is_known(samples):
    for sample in samples:
        there = WORLD.present(sample)
        assert bool(there) == (sample.kind != "text")
        if not there:
            continue  # what a text is written on may be called a sign
        for negatives in WORLD.negatives:
            for phrase in WORLD.absent(sample, negatives):
                assert phrase not in there
                asked = WORLD.existence(phrase, False)
                assert WORLD.truth(sample, asked.text).answer == "no", (asked.text, sample.seed)
        for phrase in there:
            assert WORLD.truth(sample, WORLD.existence(phrase, True).text).answer == "yes"


def test_a_question_to_print_is_worded_plainly(samples):
    rng = np.random.default_rng(0)
    for sample in samples:
        for family in WORLD.families:
            question = WORLD.pose(sample, family, rng)
            if question is not None:
                assert question.text[0].isupper() and question.text[-1] in ".?" and not question.unseen_wording
                again = WORLD.truth(sample, question.text)
                assert again is not None and WORLD.score(family, again.answer, question.answer) == 1, question


def test_a_few_plain_questions_are_offered_the_same_each_time(samples):
    for place, sample in enumerate(samples):
        specimen = specimen_at(WORLD, place)
        offered = suggestions(WORLD, specimen)
        assert specimen.sample == sample and offered == suggestions(WORLD, specimen)
        assert 3 < len(offered) <= MOST_OFFERED and len(set(offered)) == len(offered)


def test_an_emptied_picture_can_be_asked_about(samples):
    for sample in samples:
        bare = edit.empty(sample)
        for family in WORLD.families:
            for seed in range(4):
                question = WORLD.pose(bare, family, np.random.default_rng(seed))
                assert question is None or WORLD.truth(bare, question.text) is not None
        assert suggestions(WORLD, Specimen(bare, WORLD.code(bare)))


def test_smaller_things_stay_where_they_were_and_are_asked_about():
    for place in range(12):
        whole, half = (CHANGES["size"].sample(WORLD, place, step) for step in (1, 0.5))
        sample = WORLD.sample("test", place)
        fits = sample.ground != "plain" and not any(item.face for item in sample.items)
        assert (half is not None) == (whole is not None) == fits
        if half:
            assert all(np.allclose(big.centre, small.centre, atol=1) for big, small in zip(whole.items, half.items))
            assert all(small.size == round(big.size / 2) for big, small in zip(whole.items, half.items))
            assert WORLD.picture(half).size == (336, 336) and WORLD.questions(half)


def test_combinations_are_unseen_or_seen():
    pairs = [[CHANGES["combination"].sample(WORLD, place, there) for there in (0, 1)] for place in range(60)]
    kept = [(seen, unseen) for seen, unseen in pairs if seen]
    assert 5 < len(kept) < 60 and all((seen is None) == (unseen is None) for seen, unseen in pairs)
    for seen, unseen in kept:
        assert not {(item.colour, item.noun) for item in seen.items} & TEST_ONLY_COMBINATIONS
        assert {(item.colour, item.noun) for item in unseen.items} & TEST_ONLY_COMBINATIONS
        assert not np.array_equal(WORLD.picture(seen), WORLD.picture(unseen))


def test_every_family_is_in_one_group():
    grouped = [family for families in WORLD.groups.values() for family in families]
    assert sorted(grouped) == sorted(WORLD.families) and not set(WORLD.groups) & set(WORLD.families)
    sample = WORLD.sample("test", 0)
    for question in WORLD.questions(sample):
        assert question.family in WORLD.groups[WORLD.aspects(sample, question)[0]]
