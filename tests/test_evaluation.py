"""The measurements: batched answers are the lab's own, tables print, guesses guess, maps are weighed fairly."""

import sys
from collections import Counter, defaultdict
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from fmvr.answering.batch import answer_all
from fmvr.arms import ARMS, Arm
from fmvr.errors import BadInput
from fmvr.evaluation import card, shipped
from fmvr.evaluation.__main__ import main
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, scores_of
from fmvr.evaluation.measures import MEASURES, accuracy, faithfulness, hallucination, robustness, speed
from fmvr.evaluation.measures.accuracy import Accuracy, best_guesses
from fmvr.evaluation.record import kept
from fmvr.evaluation.road import Road
from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.explain.maps import Map
from fmvr.explain.methods import METHOD
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.reduce import REDUCERS, Reducer, TokenSet
from fmvr.worlds import WORLDS
from fmvr.worlds.changes import DISTURBANCES
from fmvr.worlds.scenes import changes
from fmvr.worlds.scenes.absent import adversarial_absent, random_absent
from fmvr.worlds.scenes.catalog import TEST_ONLY_COMBINATIONS
from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.questions import ask_all
from fmvr.worlds.scenes.reading import truth
from fmvr.worlds.scenes.scene import SPLITS, Scene
from fmvr.worlds.scenes.scoring import score
from tests.models import BUDGETS, new_lab, new_model, new_processor, picture

WORLD = WORLDS["scenes"]
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
    return accuracy.measure(lab, WORLD, samples=3)


@pytest.mark.parametrize("arm", ["fmvr", "pooling"])
@pytest.mark.parametrize("tokens", BUDGETS)
def test_many_answers_at_once_are_those_the_lab_gives_one_by_one(lab, tokens, arm):
    member = lab.member(arm)
    pictures = [picture(seed) for seed in range(len(QUESTIONS))]
    sets = [member.reducer(frame, tokens).tokens for frame in lab.features(pictures)[arm]]
    limited = [[(q, 64) for q in asked] for asked in QUESTIONS]
    together = answer_all(member.model, member.processor, torch.stack(sets), limited)
    for shown, asked, answers in zip(pictures, QUESTIONS, together):
        view = lab.look(shown)
        assert [" ".join(text.split()) for text in answers] == [view.ask(q, tokens, arm).text for q in asked]


def test_no_questions_have_no_answers(lab):
    member = lab.member("fmvr")
    assert answer_all(member.model, member.processor, torch.zeros(2, 9, 16), [[], []]) == [[], []]


def test_the_table_has_every_family_budget_and_arm(table):
    assert list(table.scores) == ["pooling", "fmvr"] and table.baseline == "pooling"
    for by_budget in table.scores.values():
        assert list(by_budget) == BUDGETS
        for row in by_budget.values():
            assert list(row) == [*FAMILIES, AVERAGE, SEEN, UNSEEN]
            assert all(found.low <= found.mean <= found.high for found in row.values() if found.mean == found.mean)
    scenes = [Scene.from_seed(SPLITS["test"] + i) for i in range(3)]
    asked = [q.family for scene in scenes for q in ask_all(scene, test=True)]
    assert {family: table.questions[family] for family in FAMILIES} == {f: asked.count(f) for f in FAMILIES}
    assert table.questions[AVERAGE] == len(asked) == table.questions[SEEN] + table.questions[UNSEEN]
    assert list(table.paired) == ["fmvr"] and list(table.paired["fmvr"]) == BUDGETS
    assert all(list(by) == [*FAMILIES, AVERAGE, SEEN, UNSEEN] for by in table.paired["fmvr"].values())


def test_scores_stand_at_their_scene_however_many_are_asked_at_once(lab):
    scenes = [Scene.from_seed(SPLITS["test"] + i) for i in range(2)]
    at_once, apart = (scores_of(lab, WORLD, scenes, test=True, batch=batch) for batch in (16, 1))
    for arm in lab.arms:
        for n in BUDGETS:
            np.testing.assert_array_equal(at_once[arm][n], apart[arm][n])
            asked = [{q.family for q in ask_all(scene, test=True)} for scene in scenes]
            assert [{f for f, s in zip(FAMILIES, row) if np.isfinite(s)} for row in apart[arm][n]] == asked


def test_the_table_prints_a_line_for_each_row(table):
    lines = str(table).splitlines()
    assert lines[0].startswith("3 test samples of the world scenes")
    rows = [*FAMILIES, AVERAGE, SEEN, UNSEEN]
    assert [line[:16].strip() for line in lines[2 : 2 + len(rows)]] == rows
    assert len({len(line) for line in lines[1 : 2 + len(rows)]}) == 1
    paired = [line.split(" at ")[1].split()[0] for line in lines[2 + len(rows) :]]
    assert paired == [str(n) for n in BUDGETS for _ in (AVERAGE, SEEN, UNSEEN)]


def test_a_printed_line_holds_count_guess_and_scores_in_percent():
    scores = {"fmvr": {n: {"existence": Estimate(mean, 0, 1)} for n, mean in ((576, 0.956), (1, 0.5))}}
    blind, questions = {"existence": 0.512}, {"existence": 10}
    table = Accuracy("scenes", 10, "fmvr", scores, retention={}, paired={}, blind=blind, questions=questions)
    assert str(table).splitlines()[-1].split() == ["existence", "10", "51.2", "95.6", "50.0"]


def test_a_guess_without_the_picture_gains_something_and_not_much():
    guesses = best_guesses(WORLD, 300)
    assert set(guesses) == set(FAMILIES)
    gained = {family: [] for family in FAMILIES}
    for seed in range(SPLITS["test"], SPLITS["test"] + 300):
        for q in ask_all(Scene.from_seed(seed), test=True):
            gained[q.family].append(score(q.family, guesses[q.family], q.answer))
    for family, scores in gained.items():
        assert 0.01 < np.mean(scores) < 0.65, family


@pytest.fixture(scope="module")
def pair():
    return Lab.load()


SOME = (METHOD, "LayerCAM", "Eigen-CAM")


@pytest.fixture(scope="module")
def maps(pair):
    return faithfulness.measure(pair, pair.world, samples=1, removed=[50], methods=SOME)


def test_every_method_is_weighed_on_the_same_scenes_beside_maps_that_know_nothing(maps):
    rows = {(row.arm, row.visual_tokens, row.method): row for row in maps.methods}
    assert len(rows) == len(maps.methods) == 2 * 2 * (len(SOME) + 2)
    assert {row.maps for row in maps.methods} == {1} and maps.method == METHOD
    for row in maps.methods:
        assert 0 <= row.inside.mean <= 1 and 0 < row.box < 1 / 4 and abs(row.road.mean) <= 0.5
        assert row.pointing.mean in (0, 1)
    for arm in ("pooling", "fmvr"):
        assert rows[arm, 576, "random"].ratio.mean == pytest.approx(1, abs=0.3)


def test_the_pages_method_is_the_one_that_was_found_best():
    road = defaultdict(list)
    result = kept("faithfulness").result
    for row in result.methods:
        road[row.method].append(row.road.mean)
    assert max(road, key=lambda method: np.mean(road[method])) == METHOD == result.method


def test_a_map_turned_upside_down_has_the_opposite_road(pair):
    view = pair.look(Scene.from_seed(SPLITS["test"] + 5).render())
    answer = view.ask("What is the leftmost object?", 36)
    road, found = Road(view, answer), view.gradcam(answer, len(answer.words) - 1).grid
    found = found + 1e-6 * np.random.default_rng(0).random(found.shape).astype(np.float32)  # no two places alike
    torch.manual_seed(0)
    up, down = road.of(Map(found, 336)), road.of(Map(found.max() - found, 336))
    assert up == pytest.approx(-down, abs=0.02) and up > 0
    assert float(road(road.hidden[:, 1:].transpose(1, 2).unflatten(2, (24, 24)))[0]) == pytest.approx(
        answer.probability, rel=1e-3
    )


def test_speed_compares_ten_answers_with_stock_generate(lab):
    found = speed.measure(lab, WORLD, samples=1)
    assert (found.rounds, found.answers) == (1, 10)
    assert 0 < found.look_s < found.all_budgets_s
    assert found.ratio == found.all_budgets_s / found.stock_s > 0


def test_the_model_cards_say_what_was_measured():
    cards = card.cards()
    assert list(cards) == ["pooling", "fmvr"]
    for arm, written in cards.items():
        assert (shipped.folders()[arm] / "README.md").read_text() == written


# Statistics


def draw(scenes: int, *shares: float, seed: int = 0) -> np.ndarray:
    """Right and wrong answers, [scenes, families], with missing ones."""
    rng = np.random.default_rng(seed)
    rights = (rng.random((scenes, len(shares))) < shares).astype(float)
    rights[rng.random(rights.shape) < 0.2] = np.nan
    return rights


def test_an_interval_holds_the_truth_as_often_as_it_says():
    found = [Bootstrap(200, seed, 400).estimate(draw(200, 0.6, 0.8, seed=seed)) for seed in range(200)]
    assert 0.9 <= np.mean([e.low <= 0.7 <= e.high for e in found]) <= 0.99
    assert np.mean([e.mean for e in found]) == pytest.approx(0.7, abs=0.01)


def test_families_count_alike_however_often_they_are_asked():
    rights = np.array([[1, np.nan], [1, np.nan], [1, 0]])
    assert Bootstrap(3, rounds=50).estimate(rights).mean == 0.5


def test_two_equal_models_are_not_told_apart_and_two_different_ones_are():
    one = draw(500, 0.7)
    same, worse = Bootstrap(500).paired(one, one), one.copy()
    worse[:100] = np.where(np.isfinite(one[:100]), 0, np.nan)
    assert (same.difference.mean, same.better, same.worse, same.p) == (0, 0, 0, 1)
    found = Bootstrap(500).paired(one, worse)
    assert found.difference.low > 0 and found.worse == 0 and found.p < 1e-6


def test_retention_is_a_share_of_the_full_budgets_score():
    full = draw(300, 0.8)
    kept = Bootstrap(300).retention(np.where(full == 1, [[1.0], [0.0]] * 150, full), full)
    assert kept.low < kept.mean < kept.high and kept.mean == pytest.approx(0.5, abs=0.05)


# Hallucination


def test_yes_and_no_are_asked_equally_often_and_truly():
    for place in range(100):
        scene = WORLD.sample("test", place)
        asked = hallucination.questions_of(WORLD, scene, place)
        existence = [q for kind, qs in asked.items() if kind != "description" for q in qs]
        assert all(q.answer == truth(scene, q.text).answer for q in existence)
        assert {q.answer for q in asked["present"]} == {"yes"}
        for kind in WORLD.negatives:
            assert {q.answer for q in asked[kind]} <= {"no"} and len(asked[kind]) <= len(asked["present"])
        assert len(asked["random"]) == len(asked["popular"]) == len(asked["present"])


def test_what_is_nearly_there_shares_its_colour_or_its_shape():
    for scene in map(Scene.from_seed, range(SPLITS["test"], SPLITS["test"] + 100)):
        coloured = [thing for thing in scene.objects if thing.colour]
        for phrase in adversarial_absent(scene):
            colour, noun = phrase.split()
            assert any((thing.colour == colour) != (thing.noun == noun) for thing in coloured)


def test_a_model_that_always_says_yes_and_one_that_makes_things_up_are_found_out(monkeypatch):
    def answers(lab, world, pictures, asked):
        texts = [["yes" if q.family == "existence" else "a cat, a dog and an owl." for q in qs] for qs in asked]
        return {"fmvr": {36: texts}}

    monkeypatch.setattr(hallucination, "answers_of", answers)
    found = hallucination.measure(None, WORLD, samples=40)
    for row in found.pope:
        assert row.accuracy.mean == row.precision.mean == 0.5 and row.recall.mean == row.yes.mean == 1
        assert row.f1.mean == pytest.approx(2 / 3)
    (described,) = found.chair
    assert described.made_up.mean > 0.8 and described.any_made_up.mean > 0.9 and described.named.mean < 0.2
    assert len(str(found).splitlines()) == 1 + 3 + 1 + 1


def test_a_description_is_held_against_the_scene_object_by_object():
    scene = Scene.from_seed(SPLITS["test"] + 1)
    n = len(scene.objects)
    assert hallucination.describe(WORLD, scene, scene.describe()) == (n, 0, False, 0, n, n)
    assert hallucination.describe(WORLD, scene, "") == (0, 0, False, 0, n, 0)


def test_what_is_there_but_named_too_often_is_not_made_up():
    scene = Scene.from_seed(SPLITS["test"] + 1)
    there = Counter(thing.phrase for thing in scene.objects)
    phrase, times = next(iter(there.items()))
    absent = random_absent(scene)[0]
    text = ", ".join([f"a {phrase}"] * (times + 2) + [f"a {absent}"])
    assert hallucination.describe(WORLD, scene, text) == (times + 3, 1, True, 2, len(scene.objects), times)


def test_the_pair_is_asked_at_every_budget(pair):
    found = hallucination.measure(pair, WORLD, samples=2)
    assert [(row.arm, row.visual_tokens) for row in found.chair] == [(arm, n) for arm in pair.arms for n in BUDGETS]
    assert len(found.pope) == 3 * len(found.chair)


def test_a_share_of_nothing_is_no_number():
    found = Bootstrap(3).ratio(np.zeros(3), np.zeros(3))
    assert np.isnan([found.mean, found.low, found.high]).all()


def test_resamples_without_any_of_the_whole_do_not_count():
    found = Bootstrap(3).ratio(np.array([1, 0, 0]), np.array([2, 0, 0]))
    assert (found.mean, found.low, found.high) == (0.5, 0.5, 0.5)


# Out of the world


def test_the_first_step_of_every_change_changes_nothing():
    seed = SPLITS["test"] + 3
    scene = Scene.from_seed(seed)
    for name, change in (DISTURBANCES | changes.CHANGES).items():
        first = change.steps[0]
        if name != "combination":
            assert change.sample(WORLD, 3, first) == scene
        assert np.array_equal(change.picture(scene.render(), first, seed), scene.render()), name


@pytest.mark.parametrize("name", ["noise", "blur", "JPEG", "brightness"])
def test_every_step_takes_a_picture_further_away(name):
    change, picture_ = DISTURBANCES[name], Scene.from_seed(SPLITS["test"] + 3).render()
    plain = np.asarray(picture_, float)
    apart = [np.abs(np.asarray(change.picture(picture_, step, 1), float) - plain).mean() for step in change.steps[:4]]
    assert apart == sorted(apart) and apart[0] == 0 < apart[1]


def test_smaller_objects_stay_where_they_were_and_can_be_asked_about():
    for seed in range(SPLITS["test"], SPLITS["test"] + 20):
        whole = Scene.from_seed(seed)
        half = changes.smaller(whole, 0.5)
        for big, small in zip(whole.objects, half.objects):
            assert small.size == round(big.size / 2)
            assert np.allclose(big.centre, small.centre, atol=1)
        assert half.render().size == (336, 336) and ask_all(half)


def test_a_crowd_has_as_many_objects_as_it_says_and_no_number_without_a_word():
    for seed in range(SPLITS["test"], SPLITS["test"] + 20):
        crowd = changes.fuller(seed, 13)
        assert 10 <= len(crowd.objects) <= 16 and all(q.answer for q in ask_all(crowd))
        assert truth(crowd, "How many objects are there?") is None


def test_combinations_are_unseen_or_seen():
    change, places = changes.CHANGES["combination"], range(200)
    pairs = [(change.sample(WORLD, place, 0), change.sample(WORLD, place, 1)) for place in places]
    assert all((seen is None) == (unseen is None) for seen, unseen in pairs)
    kept = [pair for pair in pairs if pair[0]]
    assert 5 < len(kept) < 100
    for seen, unseen in kept:
        assert unseen == Scene.from_seed(unseen.seed)
        assert not {(thing.colour, thing.noun) for thing in seen.objects} & TEST_ONLY_COMBINATIONS
        for one, other in zip(seen.objects, unseen.objects, strict=True):
            assert replace(one, colour=other.colour) == other, "the same thing at the same place"
            assert (one == other) == ((other.colour, other.noun) not in TEST_ONLY_COMBINATIONS)


def test_every_change_is_measured_at_every_step_and_budget(pair):
    found = robustness.measure(pair, WORLD, samples=1, names=("noise", "combination"))
    assert len(found.steps) == (5 + 2) * 2 * len(BUDGETS) and found.baseline == "pooling"
    assert all((step.ahead is None) == (step.arm == "pooling") for step in found.steps)
    assert len(str(found).splitlines()) == 1 + 7 * 2


# One arm, three arms, other budgets, other worlds


class LargestNorm(Reducer):
    """The seven patches with the largest norm, or all."""

    needs = frozenset({"question"})

    def budgets(self, patches):
        return [patches, 7]

    def __call__(self, features, budget, question=None):
        assert question, "it is told the question"
        chosen = features.tokens.norm(dim=-1).topk(budget).indices.sort().values
        places = torch.eye(len(features.tokens))[chosen]
        return TokenSet(features.tokens[chosen], places)


@pytest.fixture
def three(monkeypatch):
    """A lab of three arms, the third with budgets of its own and a reducer that looks at the question."""
    monkeypatch.setitem(REDUCERS, "largest", LargestNorm)
    monkeypatch.setitem(ARMS, "largest", Arm("largest", "by size", None, "largest", "#E69F00", "diamond"))
    return new_lab(largest=Checkpoint(new_model(fmvr_form=None, seed=5), new_processor()))


@pytest.fixture(scope="module")
def one():
    """A lab of one arm."""
    return Lab({"fmvr": Checkpoint(new_model(), new_processor())})


def test_every_arm_is_measured_at_its_own_budgets_and_held_against_pooling_where_both_have_one(three):
    own = {"pooling": BUDGETS, "fmvr": BUDGETS, "largest": [576, 7]}
    table = accuracy.measure(three, WORLD, 2)
    some = hallucination.measure(three, WORLD, 1)
    steps = robustness.measure(three, WORLD, 1, names=["blur"], last=True).steps
    assert {arm: list(by) for arm, by in table.scores.items()} == own
    assert {arm: list(by) for arm, by in table.retention.items()} == own
    assert {arm: list(by) for arm, by in table.paired.items()} == {"fmvr": BUDGETS, "largest": [576]}
    assert {(row.arm, row.visual_tokens) for row in some.chair} == {(arm, n) for arm, ns in own.items() for n in ns}
    ahead = {(step.arm, step.visual_tokens): step.ahead for step in steps}
    assert ahead.keys() == {(arm, n) for arm, ns in own.items() for n in ns}
    assert ahead["largest", 576] and ahead["largest", 7] is None and ahead["pooling", 576] is None
    for result in (table, some):
        assert "largest" in str(result)


def test_bands_are_those_of_arms_with_a_pyramid(three):
    found = MEASURES["bands"].run(three, WORLD, 1)
    assert {row.arm for row in found.bands} == {"pooling", "fmvr"} and found.block_arm == "fmvr"
    largest = Lab({"largest": Checkpoint(new_model(fmvr_form=None), new_processor())})
    with pytest.raises(BadInput, match="none of the arms largest has one"):
        MEASURES["bands"].run(largest, WORLD, 1)


def test_a_single_arm_is_measured_and_held_against_nothing(one):
    table = accuracy.measure(one, WORLD, 2)
    steps = robustness.measure(one, WORLD, 1, names=["blur"], last=True).steps
    assert table.paired == {} and table.baseline == "fmvr"
    assert all(step.ahead is None for step in steps)


class Coins:
    """A world of two coins, without descriptions, with two samples."""

    name, families = "coins", ("which",)

    def sample(self, split, place):
        return ("head", "tail")[place]

    def size(self, split):
        return 0 if split == "validation" else 2

    def picture(self, sample):
        return picture(len(sample))

    def questions(self, sample, test=False):
        return [asking_question(sample)]

    def score(self, family, answer, right):
        return float(answer == right)

    def longest(self, family):
        return 2


def asking_question(answer):
    return SimpleNamespace(family="which", text="Which is it?", answer=answer, unseen_wording=False)


def test_accuracy_is_measured_in_any_world_of_as_many_samples_as_there_are(lab):
    table = accuracy.measure(lab, Coins(), 10)
    assert table.samples == 2 and table.world == "coins" and table.blind == {}
    assert table.questions == {"which": 2, AVERAGE: 2, SEEN: 2, UNSEEN: 0}
    assert np.isnan(table.scores["fmvr"][36][UNSEEN].mean) and "coins" in str(table)


def test_any_world_s_pictures_are_disturbed(lab):
    found = robustness.measure(lab, Coins(), 10, names=["blur"])
    assert {row.samples for row in found.steps} == {2} and {row.step for row in found.steps} == {0, 1, 2, 4}


@pytest.mark.parametrize("name", ["hallucination", "bands"])
def test_what_a_world_cannot_tell_is_said_in_a_sentence(lab, name):
    with pytest.raises(BadInput, match="world 'coins'"):
        MEASURES[name].run(lab, Coins(), 1)


def test_a_world_without_test_samples_cannot_be_measured(lab, monkeypatch):
    monkeypatch.setattr(Coins, "size", lambda world, split: 0)
    with pytest.raises(BadInput, match="'coins' has no test samples"):
        accuracy.measure(lab, Coins(), 3)


# The commands


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["fmvr.evaluation", *arguments])
    main()


def test_every_measure_is_a_command_that_says_what_it_measures(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "--help")
    told = " ".join(capsys.readouterr().out.split())
    for name, measure in MEASURES.items():
        assert name in told and measure.help.split()[0] in told
    assert "report" in told and "card" in told


def test_a_command_takes_samples_by_their_old_name_too(monkeypatch, capsys, lab):
    monkeypatch.setattr("fmvr.evaluation.own.Lab.load", lambda *_: lab)
    for option in ("--samples", "--scenes"):
        run(monkeypatch, "accuracy", option, "2")
        assert capsys.readouterr().out.startswith("2 test samples")


@pytest.mark.parametrize(
    "options, sentence", [(["--samples", "0"], "at least 1, not 0"), (["--model", "x", "--write"], "--write keeps")]
)
def test_a_command_refuses_in_a_sentence(monkeypatch, options, sentence):
    with pytest.raises(SystemExit, match=sentence):
        run(monkeypatch, "accuracy", *options)
