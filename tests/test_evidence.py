"""The evidence: figures come from the kept results, the results from the shipped models, the sentences from both."""

import re
from dataclasses import asdict, replace

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.evaluation import ablations as measure_ablations
from fmvr.evaluation import accuracy as measure_accuracy
from fmvr.evaluation import bands as measure_bands
from fmvr.evaluation import faithfulness as measure_faithfulness
from fmvr.evaluation import hallucination as measure_hallucination
from fmvr.evaluation import robustness as measure_robustness
from fmvr.evaluation import wordings as measure_wordings
from fmvr.evaluation.accuracy import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.record import Record, kept, names, shipped
from fmvr.evaluation.variants import BASE, QUESTIONS, VARIANTS
from fmvr.inputs import BadInput
from fmvr.lab import METHOD, Lab
from tests.models import BUDGETS
from tests.visitor import open_tab, settled
from viz.evidence import ablations, accuracy, paper, wordings
from viz.evidence.parts import apart, between, marked, points, signed, source, standing_out, table
from viz.tabs.comparison import Comparer
from viz.tabs.evidence import MEASURES, EvidenceTab
from viz.tabs.tab import Visit

FAR = 4  # standard errors
SAMPLE = 10  # scenes measured again


@pytest.fixture(scope="module")
def lab():
    return Lab.load()


@pytest.fixture(scope="module")
def tab(lab):
    tab = EvidenceTab(Comparer(lab))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    return tab


# the results are those of the shipped models


def estimates(found, where=()):
    """Every estimate of a result, by its place."""
    if isinstance(found, dict) and set(found) == {"mean", "low", "high"}:
        yield where, found
    elif isinstance(found, dict):
        for name, part in found.items():
            yield from estimates(part, (*where, str(name)))
    elif isinstance(found, list):
        for i, part in enumerate(found):
            yield from estimates(part, (*where, i))


def strangers(sample: dict, found: dict, share: float) -> list:
    """Where a sample is further from a result than chance allows; `share`: how much of it was measured again."""
    whole, compared, far = dict(estimates(found)), 0, []
    for where, small in estimates(sample):
        error = (whole[where]["high"] - whole[where]["low"]) / 3.92 / share**0.5
        if small["mean"] == small["mean"]:  # some families are not asked in a small sample
            compared += 1
            far += [where] if abs(small["mean"] - whole[where]["mean"]) > FAR * error + 0.02 else []
    assert compared > 10
    return far


@pytest.fixture(scope="module")
def answered(lab):
    return asdict(measure_accuracy.measure(lab, scenes=SAMPLE))["scores"]


def test_the_kept_accuracy_is_that_of_the_shipped_models(answered):
    found = kept("accuracy").result
    assert strangers(answered, found["scores"], SAMPLE / found["scenes"]) == []
    assert found["scenes"] >= 5000


def test_the_kept_hallucination_is_that_of_the_shipped_models(lab):
    found, sample = kept("hallucination").result, asdict(measure_hallucination.measure(lab, scenes=SAMPLE))
    assert strangers(sample, found, SAMPLE / found["scenes"]) == []


def test_the_kept_robustness_is_that_of_the_shipped_models(lab, monkeypatch):
    change = measure_robustness.CHANGES["noise"]
    steps = change.steps[0], change.steps[-1]
    monkeypatch.setattr(measure_robustness, "CHANGES", {"noise": replace(change, steps=steps)})
    found, sample = kept("robustness").result["rows"], asdict(measure_robustness.measure(lab, scenes=8))
    same = [row for row in found if row["change"] == "noise" and row["step"] in steps]
    assert strangers(sample["rows"], same, 8 / same[0]["scenes"]) == []


def test_the_kept_wordings_are_those_of_the_shipped_models(lab):
    found, sample = kept("wordings").result, asdict(measure_wordings.measure(lab, scenes=4))
    rows = {(row["family"], row["wording"]): row for row in found["rows"]}
    same = [rows[row["family"], row["wording"]] for row in sample["rows"]]
    scores, kept_scores = ([row["scores"] for row in them] for them in (sample["rows"], same))
    assert strangers(scores, kept_scores, 4 / found["scenes"]) == []
    for row in found["rows"]:
        for side, by in row["stray"].items():
            for n, stray in by.items():
                limit = 1 - row["scores"][side][n]["mean"] if row["family"] != "description" else 0
                assert 0 <= stray["mean"] <= limit + 1e-9, "a right answer is not astray"
    astray = [
        (example, there["example"][side][str(n)])
        for row, there in zip(sample["rows"], same)
        for side, by in row["example"].items()
        for n, example in by.items()
        if example
    ]
    assert len(astray) > 5 and all(list(ours) == theirs for ours, theirs in astray), "the first answers astray"


def test_the_kept_faithfulness_is_that_of_the_shipped_models(lab, monkeypatch):
    methods = {METHOD: measure_faithfulness.METHODS[METHOD]}
    monkeypatch.setattr(measure_faithfulness, "METHODS", methods)
    found, sample = kept("faithfulness").result["maps"], asdict(measure_faithfulness.measure(lab, scenes=2))
    same = [row for row in found if row["method"] in (*methods, "random", "centre")]
    assert strangers(sample["maps"], same, 2 / same[0]["maps"]) == []


def test_the_kept_bands_are_those_of_the_shipped_models(lab):
    found, sample = kept("bands").result, asdict(measure_bands.measure(lab, scenes=SAMPLE))
    assert strangers(sample["bands"], found["bands"], SAMPLE / found["scenes"]) == []
    for ours, theirs in zip(sample["gains"], found["gains"], strict=True):
        assert ours["quantiles"] == pytest.approx(tuple(theirs["quantiles"])), "gains do not depend on scenes"


def test_the_shipped_models_among_the_kept_ablations_are_the_shipped_models(lab):
    found, drawn = kept("ablations").result, measure_ablations.asked_about(SAMPLE)
    scores = measure_accuracy.scores_on(lab, drawn, test=True)
    sample = asdict(measure_ablations.table(measure_ablations.Shared(None, None, None), SAMPLE, {}, scores))
    for part in ("shipped", "shipped_paired"):
        assert strangers(sample[part], found[part], SAMPLE / found["scenes"]) == []


@pytest.mark.parametrize("name", sorted(names()))
def test_every_result_is_of_the_weights_that_are_shipped(name):
    assert kept(name).weights == shipped()


def test_a_result_of_other_models_is_found_out(answered):
    found = kept("accuracy").result
    for by in found["scores"].values():
        by["576"] = by["1"]
    assert strangers(answered, found["scores"], SAMPLE / found["scenes"])


# what follows from them


def estimate(mean: float, half: float = 0.005) -> dict:
    return {"mean": mean, "low": mean - half, "high": mean + half}


def result(**apart_at: float) -> dict:
    """An accuracy result in which the models differ as given: t576=0.02 and so on."""
    paired = {
        name[1:]: {
            row: {"difference": estimate(mean + more), "better": 9, "worse": 5, "p": 0.2}
            for row, more in ((SEEN, 0.01), (UNSEEN, -0.01), (AVERAGE, 0))
        }
        for name, mean in apart_at.items()
    }
    retention = {side: {n: estimate(0.9) for n in paired} for side in ("without", "with")}
    return {"paired": paired, "retention": retention}


def test_a_gain_is_told_as_a_gain():
    said = accuracy.sentences(result(t576=0.001, t36=0.02, t1=0.03), 10, 1000)
    assert "Accuracy at 36 tokens (+2.0 points), 1 token (+3.0 points)" in said
    assert "no accuracy at any budget" in said and "It is better at every budget with a block." in said


def test_a_loss_is_told_as_a_loss():
    said = accuracy.sentences(result(t576=0.001, t144=-0.02, t36=0.001, t1=-0.001), 10, 1000)
    assert "Nothing that can be told from chance" in said and "it comes closest at 36 tokens, +0.1" in said
    assert "and accuracy at 144 tokens (−2.0 points)" in said and "1 % of the model" in said
    by = "on average (−1.0 on questions in trained wordings, −3.0 in unseen wordings)"
    assert f"At 144 tokens the model with FMVR is worse {by}; at 36 and 1 tokens the two cannot be told apart." in said


@pytest.mark.parametrize("mean, how", [(-0.02, "worse (−2.0 points)"), (0.02, "better (+2.0 points)")])
def test_what_differs_where_no_block_is_applied_is_not_laid_to_the_block(mean, how):
    said = accuracy.sentences(result(t576=mean, t36=0.001), 10, 1000)
    assert "no accuracy at any budget" in said and "Nothing that can be told from chance" in said
    assert f"at 576 tokens, where no block is applied, it is {how}: a difference of that size" in said


def test_the_papers_numbers_are_calculated_from_what_it_published_and_called_its_own(tab):
    assert paper.average(paper.LLAVA) == pytest.approx(63.0, abs=0.05)
    shown = tab.drawn("accuracy", 36).below
    for tokens in BUDGETS:
        assert f"<i>{100 * paper.retention(tokens):.1f}</i>" in shown
    assert "not ours" in shown and "2603.11220" in shown
    assert paper.retention(100) is None


def test_numbers_are_written_as_people_read_them():
    found = {"mean": -0.0114, "low": -0.016, "high": 0.007}
    assert (points(found), signed(-0.0114), between(found)) == ("-1.1", "−1.1", "−1.6 to 0.7")
    assert apart(found) == marked(found) == "−1.1 (−1.6 to +0.7)"
    assert marked(found | {"high": -0.0004}) == "<b>−1.1 (−1.6 to −0.0)</b>"


def test_a_table_names_its_rows_and_escapes_its_caption():
    drawn = table("<a>", ["", "n"], [["row", "1"]])
    assert '<th scope="row">row</th><td>1</td>' in drawn and "&lt;a&gt;" in drawn


def test_a_figure_says_where_it_is_from():
    said = source(Record("python -m <x>", "2026-01-02", "a machine", {}, {}), "5 scenes")
    assert "<code>python -m &lt;x&gt;</code>" in said and "5 scenes" in said
    assert "2 January 2026, on a machine" in said


def row(variant: str, mean: float, against: float | None = None, seed: int = 0, half: float = 0.005) -> dict:
    """A row of the ablations at 36 tokens, as results keep it."""
    base = {} if against is None else {"average": {"36": {"difference": estimate(against, half)}}}
    question = {"question": "Which form?", "says": f"{variant}: in words", "variant": variant, "seed": seed}
    return question | {"scores": {"average": {"36": estimate(mean)}}, "against_base": base}


def test_only_what_neither_seed_nor_scenes_explain_is_named_among_the_ablations():
    rows = [
        row("residual", 0.8),
        row("residual-seed-1", 0.82, 0.02, seed=1),
        row("worse", 0.7, -0.1),
        row("worse", 0.7, -0.1),
        row("as a seed", 0.81, 0.01),
        row("as scenes", 0.85, 0.05, half=0.06),
    ]
    most = ablations.spread(rows, "36")
    assert most == pytest.approx(0.02)
    said = ablations.outside(rows, "36", most + 1e-9)
    assert said == "Further from the base than that, and beyond their interval: worse −10.0."
    assert ablations.outside(rows[:2], "36", most + 1e-9) == "No variant is further from the base than that."


def test_the_kept_ablations_are_of_the_variants_that_the_command_trains():
    record = kept("ablations")
    rows = record.result["rows"]
    told = [(row["question"], row["says"], row["variant"], row["seed"]) for row in rows]
    assert told == [(q, says, name, VARIANTS[name].seed) for q, by in QUESTIONS.items() for says, name in by.items()]
    assert f"--steps {record.result['steps']}" in record.command
    base = next(row for row in rows if row["variant"] == BASE)["scores"]
    for shown in rows:
        assert all(set(by) == {str(n) for n in BUDGETS} for by in shown["scores"].values())
        for which, by in shown["against_base"].items():
            for n, paired in by.items():
                difference = shown["scores"][which][n]["mean"] - base[which][n]["mean"]
                assert difference == pytest.approx(paired["difference"]["mean"], abs=1e-6)


def test_the_ablations_show_the_shipped_pair_and_how_far_apart_it_is(tab):
    found = kept("ablations").result
    last = tab.drawn("ablations", 36).below.split("<caption>")[-1].split("</table>")[0]
    without, with_ = last.split("<tr>")[2:]
    assert "without FMVR" in without and points(found["shipped"]["without"][AVERAGE]["36"]) in without
    assert "with FMVR" in with_ and points(found["shipped"]["with"][AVERAGE]["36"]) in with_
    for which in (AVERAGE, SEEN, UNSEEN):
        shown = apart(found["shipped_paired"][which]["36"]["difference"])
        assert shown in with_ and shown not in without


def test_the_ablations_show_the_block_against_none_for_every_seed():
    rows = kept("ablations").result["rows"]
    found = ablations.with_minus_without(rows, AVERAGE, "36")
    first = next(row for row in rows if row["variant"] == "none")["against_base"][AVERAGE]["36"]["difference"]["mean"]
    assert {form: len(values) for form, values in found.items()} == {"residual": 3, "released": 3}
    assert found["residual"][0] == pytest.approx(-first, abs=1e-6)


def worded(wording: str, stray: float) -> dict:
    """A row of the wordings at 36 tokens, as results keep it."""
    strays = {"without": {"36": estimate(0)}, "with": {"36": estimate(stray)}}
    examples = {"without": {"36": None}, "with": {"36": ["How many <cats>?", "a dog."]}}
    return {"wording": wording, "stray": strays, "example": examples}


def test_only_what_scenes_do_not_explain_stands_out():
    found = {"noise 8": estimate(-0.3, 0.1), "blur 1": estimate(-0.1, 0.2)}
    said = standing_out(found, "steps")
    assert "0 for 1 of 2 steps;" in said and said.endswith("would: noise 8, −30.0 (−40.0 to −20.0).")
    assert standing_out({"blur 1": found["blur 1"]}, "steps").endswith(
        "0 for 0 of 1 steps; by chance about one in twenty would."
    )
    assert standing_out({}, "steps") == ""


def test_the_wording_furthest_astray_is_named_with_an_answer():
    rows = [worded("Count the {xs}.", 0.1), worded("How many {xs}?", 0.4)]
    said = wordings.furthest(rows, 36)
    assert "“How many …?” with FMVR: 40.0 % of its answers" in said
    assert "“How many &lt;cats&gt;?”, is “a dog.”" in said
    assert wordings.furthest([worded("How many {xs}?", 0)], 36) == ""


# the tab


@pytest.mark.parametrize("name", sorted(set(MEASURES) & names()))
def test_every_measure_shows_its_figure_its_command_and_its_size(tab, name):
    record = kept(name)
    section = tab.drawn(name, 36)
    assert record.command in section.below and "scenes" in section.below
    assert section.above.startswith("<h2>")
    if section.figure:
        shown = [trace.y for trace in section.figure.data]
        assert shown and all(len(y) for y in shown)


def test_panels_are_percent_with_intervals(tab):
    figure = tab.drawn("hallucination", 36).figure
    rows = [row for row in kept("hallucination").result["chair"] if row["side"] == "with"]
    made_up = [row["made_up"] for row in sorted(rows, key=lambda row: row["visual_tokens"])]
    line = [trace for trace in figure.data if trace.name == "with FMVR"][-1]
    assert list(line.y) == pytest.approx([100 * found["mean"] for found in made_up])
    assert list(line.error_y.array) == pytest.approx([100 * (found["high"] - found["mean"]) for found in made_up])
    assert list(line.error_y.arrayminus) == pytest.approx([100 * (found["mean"] - found["low"]) for found in made_up])


def test_what_is_shown_at_one_budget_follows_the_slider(tab):
    assert tab.drawn("hallucination", 1).below != tab.drawn("hallucination", 576).below
    assert "at 1 token" in tab.drawn("robustness", 1).above


def test_every_shown_map_is_made_anew_and_is_the_one_that_was_measured(tab):
    for one in kept("faithfulness").result["examples"]:
        drawn = tab._example(one)
        assert drawn.road == one["road"] and "<img" in drawn.picture and drawn.answer


def test_the_endpoint_gives_the_kept_result_and_refuses_what_was_not_measured(page_url):
    client = Client(page_url, verbose=False)
    assert client.predict("accuracy", api_name="/evidence") == vars(kept("accuracy"))
    with pytest.raises(AppError):
        client.predict("../../etc/passwd", api_name="/evidence")
    with pytest.raises(AppError, match="measure takes one of its choices, not a list"):
        client.predict(["accuracy"], api_name="/evidence")


def test_the_tab_refuses_a_measure_that_is_not_there(tab):
    with pytest.raises(BadInput, match="There is no measure 'speed'"):
        tab.evidence("speed")


def test_a_reader_sees_what_it_gains_costs_and_where_it_does_not_help(page):
    open_tab(page, "Evidence")
    expect(page.locator(".verdict dt")).to_have_text(
        ["What it gains", "What it costs", "Where it does not help", "What fewer tokens keep"]
    )
    for label in [MEASURES[name][0] for name in MEASURES if name in names()]:
        page.get_by_role("radio", name=label, exact=True).check()
        settled(page)
        expect(page.locator(".evidence .made code").locator("visible=true")).to_contain_text("fmvr.evaluation")
    expect(page).to_have_url(re.compile("evidence.measure="))


def test_the_maps_shown_as_examples_come_after_the_figures(page):
    open_tab(page, "Evidence")
    page.get_by_role("radio", name="Maps", exact=True).check()
    expect(page.locator(".samples figure")).to_have_count(len(kept("faithfulness").result["examples"]))
    before = page.locator(".evidence h2").locator("visible=true").inner_text()
    page.locator(".budget li", has_text="576").locator("text=/^576$/").click()
    expect(page.locator(".evidence h2").locator("visible=true")).not_to_have_text(before)
