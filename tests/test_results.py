"""The kept results: of the weights that are shipped, unchanged since they were measured, made again to the digit on a
handful of questions, and in agreement with themselves.
"""

import json
import math
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
import torch
from scipy.stats import binomtest

from fmvr.errors import BadInput
from fmvr.evaluation import record, shipped
from fmvr.evaluation.ablations.variants import BASE, QUESTIONS, VARIANTS, recipe_of
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.measures.clips import FRAMES
from fmvr.evaluation.measures.faithfulness import BUDGETS as MAP_BUDGETS
from fmvr.evaluation.measures.replay import log_probability
from fmvr.evaluation.measures.strangers import is_right
from fmvr.evaluation.record import Record, digest_of, figures_of, handful_of, kept, names, plain
from fmvr.evaluation.statistics import Estimate, Paired
from fmvr.lab import Lab
from fmvr.worlds import WORLDS
from fmvr.worlds.changes import DISTURBANCES
from fmvr.worlds.embedded.clips import MOST_TOKENS
from fmvr.worlds.embedded.language.scoring import LISTS
from tests.models import BUDGETS, new_lab

WORLD, FREE = WORLDS["embedded"], LISTS  # families that are scored by a share, not by right or wrong
LOG = 1e-3  # of a log-probability: what another processor may differ by
AGAIN = 4  # of the replayed samples are asked about again: the rest are there for their number
DIGIT = 2e-6  # of a share: files hold six digits
ON_THE_PROCESSOR = pytest.mark.skipif(torch.cuda.is_available(), reason="measured on the processor, in float32")


@pytest.fixture(scope="module")
def lab():
    return Lab.load()


# Files


def test_every_measure_has_a_result():
    assert set(names()) == set(MEASURES)


@pytest.mark.parametrize("name", sorted(names()))
def test_every_result_is_of_its_measure_s_kind_of_the_shipped_weights_and_unchanged(name):
    read = kept(name)
    assert type(read.result) is MEASURES[name].result
    assert read.weights == shipped.weights()
    assert read.digest == digest_of(read.result)


def test_what_is_written_is_read_back_as_the_same_and_a_result_keeps_its_lines_short(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    every = names()
    for name in every:
        monkeypatch.undo()
        read = kept(name)
        monkeypatch.setattr(record, "RESULTS", tmp_path)
        record.write(name, read)
        assert kept(name) == read
        text = (tmp_path / f"{name}.json").read_text()
        assert json.loads(text) == plain(read) and len(text.splitlines()) < 1500
    assert names() == every


@pytest.mark.parametrize("change", ["{", '{"command": "x"}', '{"more": 1, '])
def test_a_broken_result_is_named_in_a_sentence(tmp_path, monkeypatch, change):
    text = (record.RESULTS / "speed.json").read_text()
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    (tmp_path / "speed.json").write_text(change + text[1:] if change.endswith(", ") else change)
    with pytest.raises(BadInput, match="speed.json is broken or of another version; python -m fmvr.evaluation speed"):
        kept("speed")


def test_a_result_that_is_not_there_is_named_with_the_command_that_makes_it():
    with pytest.raises(BadInput, match="no result of nothing; python -m fmvr.evaluation nothing --write"):
        kept("nothing")


# Made again


@ON_THE_PROCESSOR
def test_the_replayed_answers_are_given_again_word_for_word(lab):
    replay, views, asked, apart = kept("replay").result, {}, 0, []
    assert len(replay.questions) >= 50 and list(replay.answers) == list(lab.arms)
    again = [q for q in replay.questions if q.place < AGAIN]
    for i, question in enumerate(again):
        if question.place not in views:
            views[question.place] = lab.look(WORLD.picture(WORLD.sample("test", question.place)))
        for arm, by_budget in replay.answers.items():
            assert list(by_budget) == BUDGETS
            for n, answers in by_budget.items():
                answer = views[question.place].ask(question.text, n, arm, WORLD.longest(question.family))
                asked += 1
                if answer.text != answers[i].text or abs(log_probability(answer) - answers[i].log_probability) > LOG:
                    apart.append((arm, n, question.text, answers[i], answer.text))
    assert apart == [] and asked == len(again) * 2 * len(BUDGETS) > 250


def test_what_is_called_strange_is_made_again(lab):
    again, result = MEASURES["strangeness"].run(lab, WORLD, 20), kept("strangeness").result
    assert (again.photographs, again.drawings) == (result.photographs, result.drawings)
    assert again.own.strange <= 2
    with pytest.raises(BadInput, match="of your own"):
        MEASURES["strangeness"].run(new_lab(), WORLD, 1)


def test_the_replayed_questions_are_those_of_the_first_test_samples():
    questions = kept("replay").result.questions
    for place in dict.fromkeys(question.place for question in questions):
        asked = WORLD.questions(WORLD.sample("test", place), test=True)
        assert [(q.family, q.text) for q in asked] == [(q.family, q.text) for q in questions if q.place == place]


@ON_THE_PROCESSOR
@pytest.mark.parametrize("name", [name for name, measure in MEASURES.items() if measure.handful and name in names()])
def test_a_handful_of_figures_of_every_measure_is_made_again_to_the_digit(name, lab):
    few = kept(name).handful
    again = handful_of(name, lab)
    assert few.samples == again.samples and len(few.figures) == len(again.figures) >= 10
    np.testing.assert_allclose(again.figures, few.figures, rtol=LOG, atol=LOG)


def test_the_replayed_answers_are_as_right_as_the_kept_accuracy_says():
    replay, accuracy = kept("replay").result, kept("accuracy").result
    right = {}
    for place in {question.place for question in replay.questions}:
        for q in WORLD.questions(WORLD.sample("test", place), test=True):
            right[place, q.text] = q.answer
    for arm, by_budget in replay.answers.items():
        for n, answers in by_budget.items():
            assert abs(surprise(replay.questions, answers, right, accuracy.scores[arm][n])) < 4, (arm, n)
    silent = [replace(answer, text="") for answer in replay.answers["fmvr"][576]]
    assert surprise(replay.questions, silent, right, accuracy.scores["fmvr"][576]) < -4, "others are found out"


def surprise(questions, answers, right, scores) -> float:
    """By how many standard errors of the binomial more answers are right than the scores say."""
    more, variance = 0.0, 0.0
    for question, answer in zip(questions, answers, strict=True):
        if question.family not in FREE:
            share = scores[question.family].mean
            more += WORLD.score(question.family, answer.text, right[question.place, question.text]) - share
            variance += share * (1 - share)
    return more / math.sqrt(variance)


# In agreement with themselves


def walk(value, kind):
    """Every part of a result that is of a kind."""
    if isinstance(value, kind):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from walk(getattr(value, field.name), kind)
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from walk(part, kind)


def near(one: float, other: float, far: float = DIGIT) -> bool:
    return abs(one - other) <= far


def whole(share: float, count: int) -> bool:
    """Whether a share of so many is a share of whole ones."""
    return near(share * count, round(share * count), DIGIT * max(count, 1))


def check_estimates(result) -> None:
    """Every interval holds its mean; every sign test is that of its counts."""
    for estimate in walk(result, Estimate):
        assert estimate.low - 2 * DIGIT <= estimate.mean <= estimate.high + 2 * DIGIT
    for pair in walk(result, Paired):
        split = pair.better + pair.worse
        p = binomtest(pair.better, split).pvalue if split else 1.0
        assert pair.p == pytest.approx(p, rel=1e-4)
        assert pair.difference.low - DIGIT <= pair.difference.mean <= pair.difference.high + DIGIT


def check_accuracy(result) -> None:
    families = list(WORLD.families)
    counts = result.questions
    assert result.samples >= 1000 and result.baseline == "pooling"
    assert counts[AVERAGE] == sum(counts[family] for family in families) == counts[SEEN] + counts[UNSEEN]
    assert near(result.blind[AVERAGE], np.mean([result.blind[family] for family in families]))
    for arm, by_budget in result.scores.items():
        full = by_budget[max(by_budget)][AVERAGE].mean
        assert list(by_budget) == BUDGETS == list(result.retention[arm])
        for n, rows in by_budget.items():
            assert near(rows[AVERAGE].mean, np.mean([rows[family].mean for family in families]))
            assert near(result.retention[arm][n].mean, rows[AVERAGE].mean / full, 4 * DIGIT)  # may exceed 1
            for family in families:
                if family not in FREE:
                    check_share(rows[family], counts[family])
    for arm, by_budget in result.paired.items():
        for n, rows in by_budget.items():
            for row, pair in rows.items():
                ours, theirs = (result.scores[one][n][row].mean for one in (arm, result.baseline))
                assert near(pair.difference.mean, ours - theirs)
                if row in families and row not in FREE:
                    assert near(pair.better - pair.worse, pair.difference.mean * counts[row], 0.02)


def check_share(estimate: Estimate, count: int) -> None:
    """A share of so many questions: of whole ones, with an interval as wide as the binomial's."""
    assert whole(estimate.mean, count)
    error = math.sqrt(estimate.mean * (1 - estimate.mean) / count)
    if count * estimate.mean * (1 - estimate.mean) > 20:
        assert (estimate.high - estimate.low) / 3.92 == pytest.approx(error, rel=0.2)


def check_hallucination(result) -> None:
    assert {row.negatives for row in result.pope} == set(WORLD.negatives)
    for row in result.pope:
        half = row.questions / 2  # as many yeses as noes
        hit = row.recall.mean * half
        false = row.yes.mean * row.questions - hit
        assert whole(row.recall.mean, round(half)) and near(false, round(false), 0.05)
        assert near(row.precision.mean, hit / (hit + false), 1e-5)
        assert near(row.accuracy.mean, (hit + half - false) / row.questions, 1e-5)
        assert near(row.f1.mean, 2 * hit / (2 * hit + false + half - hit), 1e-5)
    for row in result.chair:
        assert row.descriptions == result.samples and whole(row.any_made_up.mean, row.descriptions)
        assert row.made_up.mean <= row.any_made_up.mean and row.made_up.mean + row.too_often.mean < 1


def check_robustness(result) -> None:
    averages = {(step.change, step.step, step.arm, step.visual_tokens): step.average.mean for step in result.steps}
    assert len(averages) == len(result.steps)
    for step in result.steps:
        base = averages[step.change, step.step, result.baseline, step.visual_tokens]
        assert (step.ahead is None) == (step.arm == result.baseline)
        assert step.ahead is None or near(step.ahead.mean, step.average.mean - base)
    first = {change: next(s.step for s in result.steps if s.change == change) for change, *_ in averages}
    for (change, step, arm, n), average in averages.items():
        if step == first[change] and change in DISTURBANCES:  # the others take pictures that they can change
            assert average == averages["noise", 0, arm, n], "undisturbed scenes are the same in every plot"


def check_faithfulness(result) -> None:
    assert {row.visual_tokens for row in result.methods} == set(MAP_BUDGETS)
    for row in result.methods:
        assert whole(row.pointing.mean, row.maps) and 0 < row.box < row.inside.mean + 1 and abs(row.road.mean) <= 0.5
    boxes = {(row.arm, row.visual_tokens): row.box for row in result.methods}
    assert all(row.box == boxes[row.arm, row.visual_tokens] for row in result.methods)
    roads = [one.road for one in result.examples]
    assert roads == sorted(roads, reverse=True) and len(roads) > 1


def check_bands(result) -> None:
    rows = {(r.arm, r.untrained, r.level, r.stage, r.band): r for r in result.bands}
    assert len(rows) == len(result.bands) and result.block_arm == "fmvr"
    for (arm, untrained, level, stage, band), row in rows.items():
        if stage != "modulated":
            low, high = (rows[arm, untrained, level, stage, f"{part}_average"].share.mean for part in ("low", "high"))
            assert near(low + high, 1, 1e-3)
        assert (stage != "pooled" or row.times.mean == 1) and (band != "low_average" or near(row.ratio.mean, 1, 1e-3))
    for row in (*result.gains, *result.channels):
        assert list(row.quantiles) == sorted(row.quantiles) and row.raised + row.lowered <= 1 + DIGIT


def check_ablations(result) -> None:
    told = [(row.question, row.answer, row.variant, row.seed) for row in result.variants]
    trained = {row.variant for row in result.variants}
    rows = [(q, says, name, VARIANTS[name].seed) for q, by in QUESTIONS.items() for says, name in by.items()]
    assert told == [row for row in rows if row[2] in trained] and len(trained) >= 10
    base = next(row for row in result.variants if row.variant == BASE)
    for row in result.variants:
        assert row.recipe == recipe_of(row.variant) and row.form == VARIANTS[row.variant].form
        assert all(list(by) == BUDGETS for by in row.scores.values())
        assert bool(row.against_base) == (row.variant != BASE)
        check_differences(row.against_base, row.scores, base.scores)
    for arm, paired in result.shipped_paired.items():
        check_differences(paired, result.shipped[arm], result.shipped[result.shipped_baseline])


def check_differences(paired, ours, theirs) -> None:
    for which, by_budget in paired.items():
        for n, pair in by_budget.items():
            assert near(pair.difference.mean, ours[which][n].mean - theirs[which][n].mean)


def check_reducers(result) -> None:
    averages = {(one.reducer, one.visual_tokens): one.average.mean for one in result.scores}
    assert len(averages) == len(result.scores) and not {one.reducer for one in result.scores} & result.unable.keys()
    for one in result.scores:
        assert set(one.rows) < set(result.questions) and (one.time_ratio or 1) > 0
        if one.over_random:
            other = averages["random", one.visual_tokens]
            assert near(one.over_random.difference.mean, one.average.mean - other)
        if one.reducer == "pooling":
            assert near(one.over_pooling.difference.mean, 0), "the pyramid without blocks is grid pooling"
    assert len(result.sentences) == len({n for _, n in averages})


def check_clips(result) -> None:
    shapes = {(cell.frames, cell.visual_tokens) for cell in result.cells}
    assert {frames for frames, _ in shapes} == set(FRAMES) and all(frames * n <= MOST_TOKENS for frames, n in shapes)
    scores = {(cell.arm, cell.frames, cell.visual_tokens): cell.scores for cell in result.cells}
    for (_, frames, _), own in scores.items():
        assert set(own) == {AVERAGE, *result.questions} - ({"one frame"} if frames < max(FRAMES) else set())
    for one in result.trades:
        assert math.prod(one.more) == math.prod(one.fewer) and one.more[0] > one.fewer[0]
        for group, pair in one.differences.items():
            more, fewer = (scores[one.arm, *shape][group].mean for shape in (one.more, one.fewer))
            assert near(pair.difference.mean, more - fewer)
    assert result.questions[AVERAGE] == sum(
        n for group, n in result.questions.items() if group not in (AVERAGE, "one frame")
    )


def check_speed(result) -> None:
    assert result.ratio == pytest.approx(result.all_budgets_s / result.stock_s, rel=1e-5)
    assert result.look_s < result.all_budgets_s and result.answers == 2 * len(BUDGETS)


def check_replay(result) -> None:
    for by_budget in result.answers.values():
        for answers in by_budget.values():
            assert len(answers) == len(result.questions) and all(one.log_probability <= 0 for one in answers)


def check_strangers(result) -> None:
    assert len(result.questions) == 100
    for arm, by_budget in result.said.items():
        assert list(by_budget) == list(result.right[arm]) == BUDGETS
        for n, said in by_budget.items():
            right = [is_right(WORLD, asked, answer) for asked, answer in zip(result.questions, said, strict=True)]
            assert near(np.mean(right), result.right[arm][n])


def check_strangeness(result) -> None:
    for group in (result.own, result.resaved, result.photographs, result.drawings):
        assert 0 <= group.strange <= group.pictures
    for group in (result.photographs, result.drawings):
        assert sum(group.missed.values()) == group.pictures - group.strange
    assert result.photographs.pictures + result.drawings.pictures > 100
    assert result.false_alarms < 0.03 and result.misses < 0.1, "else the page had better not say it"


CHECKS = {
    "accuracy": check_accuracy,
    "hallucination": check_hallucination,
    "faithfulness": check_faithfulness,
    "robustness": check_robustness,
    "clips": check_clips,
    "ablations": check_ablations,
    "bands": check_bands,
    "reducers": check_reducers,
    "speed": check_speed,
    "replay": check_replay,
    "strangers": check_strangers,
    "strangeness": check_strangeness,
}


@pytest.mark.parametrize("name", sorted(names()))
def test_every_result_agrees_with_itself(name):
    result = kept(name).result
    check_estimates(result)
    CHECKS[name](result)


def forged_accuracy(result):
    fmvr = result.scores["fmvr"]
    return replace(result, scores=result.scores | {"fmvr": fmvr | {576: fmvr[1]}})


def forged_hallucination(result):
    first, second, *others = result.pope
    return replace(result, pope=[replace(first, precision=second.precision), second, *others])


def forged_robustness(result):
    first, *others = result.steps
    return replace(result, steps=[replace(first, average=others[-1].average), *others])


def forged_ablations(result):
    base, second, *others = result.variants
    scores = second.scores | {AVERAGE: second.scores[SEEN]}
    return replace(result, variants=[base, replace(second, scores=scores), *others])


FORGERIES = {
    "accuracy": forged_accuracy,
    "hallucination": forged_hallucination,
    "robustness": forged_robustness,
    "ablations": forged_ablations,
}


@pytest.mark.parametrize("name", sorted(FORGERIES.keys() & names()))
def test_a_result_of_other_models_is_found_out(name):
    read = kept(name)
    forged = FORGERIES[name](read.result)
    assert digest_of(forged) != read.digest
    with pytest.raises(AssertionError):
        check_estimates(forged)
        CHECKS[name](forged)


def test_the_least_change_of_a_result_changes_its_digest():
    read: Record = kept("speed")
    assert digest_of(replace(read.result, ratio=read.result.ratio + 1e-4)) != read.digest
    assert digest_of(replace(read.result, ratio=read.result.ratio + 1e-9)) == read.digest, "files hold six digits"


def test_figures_are_all_numbers_that_are_no_counts_and_means_alone():
    accuracy = kept("accuracy").result
    assert list(figures_of(accuracy.scores["fmvr"][36]["count"])) == [accuracy.scores["fmvr"][36]["count"].mean]
    assert list(figures_of([{"a": 1, "b": 0.5}, ("x", 0.25)])) == [0.5, 0.25]
