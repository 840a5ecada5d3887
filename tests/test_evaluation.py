"""The measurements: batched answers are the lab's own, tables print, guesses guess, maps are weighed fairly."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from fmvr.evaluation import accuracy, faithfulness, speed
from fmvr.evaluation.accuracy import AVERAGE, UNSEEN, Table, best_guesses
from fmvr.evaluation.batch import answer_all
from fmvr.gradcam import Map
from fmvr.scenes.questions import FAMILIES, ask_all, score
from fmvr.scenes.scene import SPLITS, Scene
from tests.models import BUDGETS, new_lab, picture

QUESTIONS = [
    ["Is there a cat?", "What do you see?", "Where in the picture is the red circle?"],
    [],
    ["How many dogs are there?"],
]


@pytest.fixture(scope="module")
def lab():
    return new_lab()


@pytest.fixture(scope="module")
def table(lab):
    return accuracy.measure(lab, scenes=3, batch=2)


@pytest.mark.parametrize("fmvr", [True, False])
@pytest.mark.parametrize("tokens", BUDGETS)
def test_many_answers_at_once_are_those_the_lab_gives_one_by_one(lab, tokens, fmvr):
    model, processor = lab.side(fmvr)
    pictures = [picture(seed) for seed in range(len(QUESTIONS))]
    pixels = processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
    together = answer_all(model, processor, model.token_sets(pixels)[tokens], QUESTIONS, 64)
    for shown, asked, said in zip(pictures, QUESTIONS, together):
        view = lab.look(shown)
        assert [" ".join(text.split()) for text in said] == [view.ask(q, tokens, fmvr).text for q in asked]


def test_no_questions_have_no_answers(lab):
    assert answer_all(*lab.side(True), torch.zeros(2, 9, 16), [[], []], 8) == [[], []]


def test_the_table_has_every_family_budget_and_side(table):
    assert list(table.scores) == ["without", "with"]
    for by_budget in table.scores.values():
        assert list(by_budget) == BUDGETS
        for row in by_budget.values():
            assert list(row) == [*FAMILIES, AVERAGE, UNSEEN]
    scenes = [Scene.from_seed(SPLITS["test"] + i) for i in range(3)]
    asked = [q.family for scene in scenes for q in ask_all(scene, test=True)]
    assert {family: table.questions[family] for family in FAMILIES} == {f: asked.count(f) for f in FAMILIES}
    assert table.questions[AVERAGE] == len(asked)


def test_the_table_prints_a_line_for_each_row(table):
    lines = str(table).splitlines()
    assert lines[0].startswith("3 test scenes")
    assert [line[:16].strip() for line in lines[2:]] == [*FAMILIES, AVERAGE, UNSEEN]
    assert len({len(line) for line in lines[1:]}) == 1


def test_a_printed_line_holds_count_guess_and_scores_in_percent():
    scores = {"with": {576: {"existence": 0.956}, 1: {"existence": 0.5}}}
    table = Table(scenes=10, scores=scores, blind={"existence": 0.512}, questions={"existence": 10})
    assert str(table).splitlines()[-1].split() == ["existence", "10", "51.2", "95.6", "50.0"]


def test_a_guess_without_the_picture_gains_something_and_not_much():
    guesses = best_guesses(300)
    assert set(guesses) == set(FAMILIES)
    gained = {family: [] for family in FAMILIES}
    for seed in range(SPLITS["test"], SPLITS["test"] + 300):
        for q in ask_all(Scene.from_seed(seed), test=True):
            gained[q.family].append(score(q.family, guesses[q.family], q.answer))
    for family, scores in gained.items():
        assert 0.01 < np.mean(scores) < 0.65, family


def measure_maps(heat) -> faithfulness.Faithfulness:
    """Faithfulness of a lab that names one object of each test scene and draws `heat(box)` as its map."""
    scenes = {s.render().tobytes(): s for s in map(Scene.from_seed, range(SPLITS["test"], SPLITS["test"] + 20))}

    def look(picture):
        scene = scenes[picture.tobytes()]
        named = next((thing for thing in scene.objects if len(scene.matching(thing.phrase)) == 1), None)
        answer = SimpleNamespace(text=named.phrase if named else "nothing", words=("word",))
        grid = heat(named.box if named else None)
        return SimpleNamespace(ask=lambda *_: answer, gradcam=lambda answer, word: Map(grid, 336))

    (found,) = faithfulness.measure(SimpleNamespace(models=("with",), look=look), scenes=5)
    assert (found.side, found.visual_tokens, found.maps) == ("with", 576, 5)
    assert 0 < found.box < 1 / 4
    return found


def test_a_map_without_meaning_has_the_boxs_share_in_the_box():
    found = measure_maps(lambda box: np.ones((336, 336), np.float32))
    assert found.inside == pytest.approx(found.box) and found.ratio == pytest.approx(1)


def test_a_map_of_the_box_alone_has_all_of_it_in_the_box():
    def filled(box):
        grid = np.zeros((336, 336), np.float32)
        if box:
            x0, y0, x1, y1 = box
            grid[y0:y1, x0:x1] = 1
        return grid

    found = measure_maps(filled)
    assert found.inside == 1 and found.ratio > 1 / found.box


def test_an_empty_map_has_nothing_in_the_box():
    found = measure_maps(lambda box: np.zeros((336, 336), np.float32))
    assert (found.inside, found.ratio) == (0, 0)


def test_speed_compares_ten_answers_with_stock_generate(lab):
    found = speed.measure(lab, rounds=1)
    assert (found.rounds, found.answers) == (1, 10)
    assert 0 < found.look_s < found.all_budgets_s
    assert found.ratio == found.all_budgets_s / found.stock_s > 0
