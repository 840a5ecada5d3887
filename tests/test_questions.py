"""Questions: nine families, balanced, each with a truth that can be read back from the words."""

import re
from collections import Counter

import numpy as np
import pytest

from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.questions import ask, ask_all
from fmvr.worlds.scenes.reading import truth
from fmvr.worlds.scenes.scene import SPLITS, Scene, SceneObject
from fmvr.worlds.scenes.scoring import named_in, score
from fmvr.worlds.scenes.wording import fill, fits

SCENES = 600


def thing(noun, box, colour=None, number=None) -> SceneObject:
    x0, y0, x1, y1 = box
    return SceneObject(noun, colour, number, x1 - x0, 0.0, False, x0, y0, box)


KNOWN = Scene(
    0,
    (
        thing("cat", (10, 10, 50, 50)),
        thing("cat", (60, 250, 110, 300)),
        thing("dog", (150, 150, 190, 190)),
        thing("sign", (280, 20, 330, 70), "blue", 47),
        thing("ring", (230, 290, 270, 330), "red"),
    ),
)

ANSWERS = {
    "Is there a cat?": "yes",
    "Is there an owl in the picture?": "no",
    "Do you see any red rings?": "yes",
    "are there any blue rings": "no",
    "IS A DOG IN THE PICTURE?": "yes",
    "How many cats are there?": "two",
    "Count the objects.": "five",
    "How many penguins do you see?": "zero",
    "What is the number of red rings?": "one",
    "Where is the dog?": "middle",
    "Where can you see the red ring?": "bottom right",
    "In which part of the picture is the sign?": "top right",
    "Is the dog left of the sign?": "yes",
    "Is the dog to the right of the blue sign?": "no",
    "Do you see the ring below the dog?": "yes",
    "Can you see the ring above the dog?": "no",
    "What is the leftmost object?": "cat",
    "Which object is lowest?": "red ring",
    "Name the rightmost object.": "blue sign",
    "Which is the topmost object?": "cat",
    "What color is the ring?": "red",
    "What is the colour of the sign?": "blue",
    "Which number does the blue sign show?": "47",
    "Read the sign.": "47",
    "Are there more cats than dogs?": "yes",
    "Do you see fewer cats than rings?": "no",
    "Can you see fewer owls than dogs?": "yes",
    "Are there more dogs than rings?": "no",
    "What do you see?": "two cats, a dog, a red ring and a blue sign.",
    "  what   can you see  ": "two cats, a dog, a red ring and a blue sign.",
}

CANNOT_SAY = [
    "",
    "What is the meaning of life?",
    "How many unicorns are there?",
    "Where is the cat?",
    "Where is the owl?",
    "Is the cat above the dog?",
    "Is the dog above the owl?",
    "What colour is the dog?",
    "What colour is the circle?",
    "What number is on the dog?",
    "What number is on the red sign?",
]


@pytest.fixture(scope="module")
def scenes():
    return [Scene.from_seed(SPLITS["train"] + i) for i in range(SCENES)]


@pytest.fixture(scope="module")
def trained(scenes):
    """(scene, question) pairs as training asks them."""
    return [(scene, q) for scene in scenes for q in ask_all(scene)]


@pytest.fixture(scope="module")
def tested():
    """(scene, question) pairs as the evaluation asks them."""
    scenes = [Scene.from_seed(SPLITS["test"] + i) for i in range(SCENES)]
    return [(scene, q) for scene in scenes for q in ask_all(scene, test=True)]


def is_test_wording(q) -> bool:
    """Whether a question is worded as one of those kept for the test."""
    plain = q.text.rstrip("?.").lower().replace("color", "colour")
    wordings = (w.rstrip("?.").lower() for w in FAMILIES[q.family].test_wordings)
    patterns = (w.replace("{a_x}", "an? .+").replace("{extreme}", r"\w+") for w in wordings)
    return any(re.fullmatch(re.sub(r"\{\w+\}", ".+", p), plain) for p in patterns)


@pytest.mark.parametrize("text, answer", ANSWERS.items())
def test_the_truth_about_a_known_scene(text, answer):
    assert truth(KNOWN, text).answer == answer


@pytest.mark.parametrize("text", CANNOT_SAY)
def test_what_a_scene_cannot_say_has_no_truth(text):
    assert truth(KNOWN, text) is None


def test_the_known_questions_are_of_every_family():
    assert {truth(KNOWN, text).family for text in ANSWERS} == set(FAMILIES)


def test_every_family_is_asked_often(trained):
    counts = Counter(q.family for _, q in trained)
    assert set(counts) == set(FAMILIES) and len(FAMILIES) >= 8
    assert min(counts.values()) > SCENES / 4


def test_every_wording_is_asked(trained, tested):
    for family in FAMILIES.values():
        starts = {w.split("{")[0].strip(" ?.").lower() for w in (*family.wordings, *family.test_wordings)}
        texts = [q.text.lower().replace("color", "colour") for _, q in trained + tested if q.family == family.name]
        assert all(any(text.startswith(start) for text in texts) for start in starts)


@pytest.mark.parametrize("change", [str, str.upper, str.lower, str.swapcase])
@pytest.mark.parametrize("mark", ["", "?", "."])
def test_every_question_reads_back_to_its_own_answer(trained, tested, change, mark):
    for scene, q in trained[::3] + tested[::3]:
        read = truth(scene, change(q.text.rstrip("?.")) + mark)
        assert (read.family, read.answer) == (q.family, q.answer), q.text


def test_american_spelling_makes_no_difference(trained):
    american = [(scene, q) for scene, q in trained if "color" in q.text]
    assert american
    for scene, q in american:
        assert truth(scene, q.text.replace("color", "colour")).answer == q.answer


def test_training_never_asks_in_the_words_kept_for_the_test(trained):
    assert not any(q.unseen_wording or is_test_wording(q) for _, q in trained)


def test_the_test_asks_every_family_in_words_of_its_own_sometimes(tested):
    assert {q.family for _, q in tested if q.unseen_wording} == set(FAMILIES)
    assert all(q.unseen_wording == is_test_wording(q) for _, q in tested)
    assert 0.2 < np.mean([q.unseen_wording for _, q in tested]) < 0.4


@pytest.mark.parametrize("family", FAMILIES)
def test_every_wording_asks_the_same_question(scenes, family):
    kind = FAMILIES[family]
    seen = set()
    for scene in scenes[:100]:
        slots = kind.draw(scene, np.random.default_rng(scene.seed))
        fitting = [w for w in (*kind.wordings, *kind.test_wordings) if slots is not None and fits(w, slots)]
        for wording in fitting:
            text = fill(wording, slots)
            assert "{" not in text
            if family != "description":
                assert truth(scene, text).answer == kind.answer(scene, slots), text
        seen |= set(fitting)
    assert seen == {*kind.wordings, *kind.test_wordings}


@pytest.mark.parametrize("family", ["existence", "relation", "comparison"])
def test_yes_is_no_better_a_guess_than_no(trained, family):
    answers = [q.answer for _, q in trained if q.family == family]
    assert set(answers) == {"yes", "no"}
    assert 0.4 < answers.count("yes") / len(answers) < 0.6


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "description"])
def test_no_single_answer_is_right_most_of_the_time(trained, family):
    answers = Counter(q.answer for _, q in trained if q.family == family)
    assert answers.most_common(1)[0][1] < 0.6 * answers.total()


def test_the_same_seed_asks_the_same_and_another_seed_something_else(scenes):
    asked = [[[q.text for q in ask_all(scene, seed)] for scene in scenes[:20]] for seed in (0, 0, 1)]
    assert asked[0] == asked[1] != asked[2]


def test_a_family_a_scene_has_no_question_for_is_not_asked():
    alone, rng = Scene(0, KNOWN.objects[:1]), np.random.default_rng(0)
    for family in ("relation", "extreme", "attribute", "reading"):
        assert ask(alone, family, rng) is None


def test_typing_varies_in_case_mark_and_spelling(trained):
    texts = [q.text for _, q in trained]
    assert any(text[0].islower() for text in texts) and any(text[0].isupper() for text in texts)
    assert any(text[-1] not in "?." for text in texts) and any(text[-1] in "?." for text in texts)
    assert any("color" in text for text in texts) and any("colour" in text for text in texts)


@pytest.mark.parametrize(
    "family, answer, right, expected",
    [
        ("existence", "yes", "yes", 1),
        ("existence", " Yes. ", "yes", 1),
        ("existence", "no", "yes", 0),
        ("existence", "", "yes", 0),
        ("existence", "Yes, there is a cat.", "yes", 1),
        ("existence", "Yesterday", "yes", 0),
        ("count", "5", "five", 1),
        ("count", "There are five.", "five", 0),
        ("position", "The top left.", "top left", 1),
        ("position", "top", "top left", 0),
        ("description", "a cat and two dogs.", "a cat and two dogs.", 1),
        ("description", "two dogs and a cat", "a cat and two dogs.", 1),
        ("description", "a cat and two dogs.", "a cat, two dogs and a red ring.", 6 / 7),
        ("description", "a cat and a dog.", "a cat and two dogs.", 4 / 5),
        ("description", "a cat, a dog, and two red rings.", "a cat, a dog and two red rings.", 1),
        ("description", "a blue ring.", "a red ring.", 0),
        ("description", "", "a cat.", 0),
        ("description", "nonsense", "a cat.", 0),
    ],
)
def test_answers_are_scored_by_their_words_and_descriptions_by_the_objects_they_name(family, answer, right, expected):
    assert score(family, answer, right) == pytest.approx(expected)


@pytest.mark.parametrize(
    "description, objects",
    [
        ("a cat, a dog, and a bee.", {"cat": 1, "dog": 1, "bee": 1}),
        ("a cat, two dogs and three red rings.", {"cat": 1, "dog": 2, "red ring": 3}),
        ("An owl, and an apple", {"owl": 1, "apple": 1}),
        ("", {}),
    ],
)
def test_a_description_names_its_objects_with_or_without_an_oxford_comma(description, objects):
    assert named_in(description) == objects


def test_every_answer_scores_full_marks_against_itself(tested):
    assert all(score(q.family, q.answer.upper(), q.answer) == 1 for _, q in tested)
