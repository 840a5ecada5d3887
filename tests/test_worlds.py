"""Worlds: what every world does, in scenes and in a folder of one's own; how open answers are scored."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from fmvr.errors import BadInput
from fmvr.worlds import WORLDS
from fmvr.worlds.folder import LONGEST, QUESTION, FolderWorld, Problem, Row, pictures, read
from fmvr.worlds.scenes import absent
from fmvr.worlds.scenes.questions import ask_all
from fmvr.worlds.scenes.scene import SPLIT_SIZE, SPLITS, Scene
from fmvr.worlds.scoring import same_words, score_open

TABLE = [
    {"image": "a.png", "question": "What is this?", "answer": "a red wall"},
    {"image": "a.png", "question": "Is it red?", "answer": "yes"},
    {"image": "in/b.png", "question": "What  is this?"},
    {"image": "in/b.png", "question": "How many?", "answer": "5"},
    {"image": "none.png", "question": "What is this?", "answer": "nothing"},
]


@pytest.fixture
def folder(tmp_path):
    """Two pictures, one of them below, and a table of questions about them."""
    (tmp_path / "in").mkdir()
    Image.new("RGB", (8, 6), "red").save(tmp_path / "a.png")
    Image.new("RGBA", (8, 6), (0, 0, 0, 0)).save(tmp_path / "in" / "b.png")
    (tmp_path / "questions.json").write_text(json.dumps(TABLE))
    return tmp_path


@pytest.fixture(params=["scenes", "folder"])
def world(request, folder):
    return WORLDS["scenes"] if request.param == "scenes" else FolderWorld(folder, folder / "questions.json")


def test_worlds_are_found_by_their_name():
    assert all(world.name == name for name, world in WORLDS.items()) and "scenes" in WORLDS


def test_a_world_draws_asks_and_scores(world):
    sizes = {split: world.size(split) for split in ("train", "validation", "test")}
    assert sizes["test"] is None or sizes["test"] > 0
    sample = world.sample("test", 0)
    assert sample == world.sample("test", 0)
    assert world.picture(sample).mode == "RGB"
    questions = world.questions(sample)
    assert questions == world.questions(sample) and questions
    families = [question.family for question in questions]
    assert len(set(families)) == len(families) and set(families) <= set(world.families)
    for question in questions:
        truth = world.truth(sample, question.text.upper())
        assert (truth.family, truth.answer) == (question.family, question.answer)
        assert world.score(question.family, question.answer, question.answer) == 1
        assert world.score(question.family, "no such thing", question.answer) == 0
        assert world.longest(question.family) > 0
        for thing in world.subjects(sample, question.text):
            x0, y0, x1, y1 = thing.box
            assert x0 <= thing.centre[0] <= x1 and y0 <= thing.centre[1] <= y1 and thing.phrase and thing.size > 0
    assert world.truth(sample, "Why is there something rather than nothing?") is None


@pytest.mark.parametrize("place", [-1, SPLIT_SIZE])
def test_a_place_that_a_split_does_not_have_is_no_sample(world, place):
    with pytest.raises(IndexError, match="test"):
        world.sample("test", place)


# Scenes


def test_a_sample_of_the_scenes_is_the_scene_of_its_seed():
    world = WORLDS["scenes"]
    for split, first in SPLITS.items():
        assert [world.sample(split, i) for i in (0, 7)] == [Scene.from_seed(first), Scene.from_seed(first + 7)]
        assert world.size(split) is None
    scene = world.sample("test", 3)
    assert world.questions(scene) == ask_all(scene) and world.questions(scene, test=True) == ask_all(scene, test=True)
    assert world.picture(scene).tobytes() == scene.render().tobytes()


@pytest.mark.parametrize("negatives", WORLDS["scenes"].negatives)
def test_what_is_absent_is_not_there_and_is_asked_about_in_words_of_the_training(negatives, monkeypatch):
    monkeypatch.setattr(absent, "_most_common", lambda: ("cat", "circle", "sign"))  # counting them takes long
    world, some = WORLDS["scenes"], 0
    for place in range(40):
        scene = world.sample("test", place)
        for phrase in world.absent(scene, negatives):
            question = world.existence(phrase, False)
            assert world.truth(scene, question.text).answer == question.answer == "no"
            some += 1
        for phrase in world.present(scene):
            assert world.truth(scene, world.existence(phrase, True).text).answer == "yes"
    assert some


def test_a_description_names_what_is_present():
    world = WORLDS["scenes"]
    for place in range(40):
        scene = world.sample("test", place)
        assert world.named(scene.describe()) == world.present(scene)


def test_training_asks_all_but_descriptions_as_often_as_the_world_wants():
    world = WORLDS["scenes"]
    assert {*world.often, world.description} == set(world.families) and world.description not in world.often
    question = world.ask(world.sample("train", 0), world.description, np.random.default_rng(0))
    assert question.answer == world.sample("train", 0).describe()


# A folder of one's own


def test_a_table_is_read_as_rows_and_problems(folder):
    rows, problems = read(folder, folder / "questions.json")
    assert rows[2] == Row("in/b.png", "What is this?") and len(rows) == 4
    assert problems == [Problem("questions.json, entry 5", "There is no picture none.png.")]
    assert pictures(folder) == ["a.png", "in/b.png"]


def test_a_folder_is_a_world_whose_samples_are_the_questions_with_an_answer(folder):
    world = FolderWorld(folder, folder / "questions.json")
    assert world.name == "folder" and world.families == ("open",)
    assert (world.size("test"), world.size("train"), world.size("validation")) == (3, 0, 0)
    samples = [world.sample("test", i) for i in range(3)]
    assert [(row.image, row.answer) for row in samples] == [
        ("a.png", "a red wall"),
        ("a.png", "yes"),
        ("in/b.png", "5"),
    ]
    assert [q.text for row in samples for q in world.questions(row)] == ["What is this?", "Is it red?", "How many?"]
    assert len(world.rows) == 4 and world.questions(world.rows[2]) == []
    assert world.longest("open") == LONGEST
    assert len(world.problems) == 1


def test_a_folders_world_knows_the_answers_of_its_table_and_no_others(folder):
    world = FolderWorld(folder, folder / "questions.json")
    first, _, last = (world.sample("test", i) for i in range(3))
    assert world.truth(first, " is it  RED").answer == "yes"
    assert world.truth(first, "How many?") is None, "that was asked about the other picture"
    assert world.truth(last, "What is this?") is None, "nobody gave an answer"
    assert world.subjects(first, "Is it red?") == []


def test_a_folders_pictures_are_read_as_people_bring_them(folder):
    world = FolderWorld(folder, folder / "questions.json")
    assert np.asarray(world.picture(world.sample("test", 2))).min() == 255, "transparency on white"
    (folder / "a.png").write_bytes(b"broken")
    with pytest.raises(BadInput, match="picture"):
        world.picture(world.sample("test", 0))


def test_a_folder_without_a_table_is_asked_one_question_a_picture_and_has_no_answers(folder):
    world = FolderWorld(folder)
    assert [(row.image, row.question) for row in world.rows] == [("a.png", QUESTION), ("in/b.png", QUESTION)]
    assert world.size("test") == 0


def test_a_folder_that_is_not_there_is_told_of(tmp_path):
    with pytest.raises(BadInput, match="There is no folder"):
        FolderWorld(tmp_path / "none")


# Open answers


@pytest.mark.parametrize(
    "answer, right, score",
    [
        ("A red wall.", "red wall", 1),
        ("the  Red\twall", "a red wall", 1),
        ("red", "red wall", 0),
        ("5", "five", 1),
        ("ten", "10", 0),
        ("Yes, it is.", "yes", 1),
        ("No, it is not.", "yes", 0),
        ("Yes it is", "yes", 0),
        ("red, I think", "red", 0),
        ("", "red", 0),
        ("5.", "5", 1),
    ],
)
def test_open_answers_are_right_by_their_words(answer, right, score):
    assert score_open(answer, right) == score


def test_same_words_go_both_ways():
    assert same_words("The five cats.", "5 cats") and same_words("5 cats", "The five cats.")
    assert not same_words("yes, it is", "yes")


def test_worlds_know_no_torch():
    code = "import sys, fmvr.worlds, fmvr.worlds.folder; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
