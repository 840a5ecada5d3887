"""The evidence: figures come from the kept results, the sentences from both; of any number of arms, at any budget."""

import json
import re
from dataclasses import replace

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from markupsafe import Markup
from playwright.sync_api import expect

from fmvr.arms import arm
from fmvr.errors import BadInput
from fmvr.evaluation.ablations.variants import BASE, QUESTIONS, RECIPES, SEEDS, VARIANTS, recipe_of
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.measures.ablations import Ablations, VariantScore
from fmvr.evaluation.measures.accuracy import Accuracy
from fmvr.evaluation.record import Record, kept, plain
from fmvr.evaluation.statistics import Estimate, Paired
from fmvr.lab import Lab
from tests.models import BUDGETS
from tests.visitor import open_tab, settled
from viz.evidence import ablations, accuracy, paper, sections
from viz.evidence.forest import forest, headline
from viz.evidence.parts import apart, between, marked, nearest, points, signed, source, standing_out, table, versus
from viz.evidence.sections import SECTIONS, section
from viz.plot import GREY
from viz.tabs.comparison import Comparer
from viz.tabs.evidence import EvidenceTab, shown
from viz.tabs.tab import Visit

PAIR = "with − without"


@pytest.fixture(scope="module")
def lab():
    return Lab.load()


@pytest.fixture(scope="module")
def tab(lab):
    tab = EvidenceTab(Comparer(lab))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    return tab


# what follows from them


def estimate(mean: float, half: float = 0.005) -> Estimate:
    return Estimate(mean, mean - half, mean + half)


def pair(mean: float, half: float = 0.005) -> Paired:
    return Paired(estimate(mean, half), 9, 5, 0.2)


def result(apart_at: dict[int, float]) -> Accuracy:
    """An accuracy result in which the arms differ as given: budget → how far."""
    paired = {
        n: {row: pair(mean + more) for row, more in ((SEEN, 0.01), (UNSEEN, -0.01), (AVERAGE, 0))}
        for n, mean in apart_at.items()
    }
    retention = {arm: {n: estimate(0.9) for n in paired} for arm in ("pooling", "fmvr")}
    return Accuracy("scenes", 9, "pooling", {}, retention, {"fmvr": paired}, {}, {})


def test_a_gain_is_told_as_a_gain():
    said = accuracy.sentences(result({576: 0.001, 36: 0.02, 1: 0.03}), 10, 1000)
    assert "Accuracy at 36 tokens (+2.0 points), 1 token (+3.0 points)" in said
    assert "no accuracy at any budget" in said and "It is better at every budget with a block." in said


def test_a_loss_is_told_as_a_loss():
    said = accuracy.sentences(result({576: 0.001, 144: -0.02, 36: 0.001, 1: -0.001}), 10, 1000)
    assert "Nothing that can be told from chance" in said and "it comes closest at 36 tokens, +0.1" in said
    assert "and accuracy at 144 tokens (−2.0 points)" in said and "1 % of the model" in said
    by = "on average (−1.0 on questions in trained wordings, −3.0 in unseen wordings)"
    assert f"At 144 tokens the model with FMVR is worse {by}; at 36 and 1 tokens the two cannot be told apart." in said


@pytest.mark.parametrize("mean, how", [(-0.02, "worse (−2.0 points)"), (0.02, "better (+2.0 points)")])
def test_what_differs_where_no_block_is_applied_is_not_laid_to_the_block(mean, how):
    said = accuracy.sentences(result({576: mean, 36: 0.001}), 10, 1000)
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
    found = Estimate(-0.0114, -0.016, 0.007)
    assert (points(found), signed(-0.0114), between(found)) == ("-1.1", "−1.1", "−1.6 to 0.7")
    assert apart(found) == marked(found) == "−1.1 (−1.6 to +0.7)"
    assert marked(replace(found, high=-0.0004)) == Markup("<b>−1.1 (−1.6 to −0.0)</b>")


def test_a_table_names_its_rows_and_escapes_its_caption():
    drawn = table("<a>", ["", "n"], [["<row>", Markup("<b>1</b>")]])
    assert re.search(r'<th scope="row">&lt;row&gt;</th>\s*<td><b>1</b></td>', drawn) and "&lt;a&gt;" in drawn


def test_a_figure_says_where_it_is_from():
    said = source(Record("python -m <x>", "2026-01-02", "a machine", {}, None, "", None), "5 scenes", "one seed")
    assert "<code>python -m &lt;x&gt;</code>" in said and "5 scenes, one seed" in said
    assert "2 January 2026, on a machine" in said


def row(
    variant: str, mean: float, against: float | None = None, seed: int = 0, half: float = 0.005, recipe: str = ""
) -> VariantScore:
    """A row of the ablations at 36 tokens."""
    base = {} if against is None else {AVERAGE: {36: pair(against, half)}}
    scores = {AVERAGE: {36: estimate(mean)}}
    return VariantScore("Which form?", f"{variant}: in words", variant, recipe or variant, "x", seed, scores, base)


def made_up() -> Record[Ablations]:
    """Ablations as they are kept, with the pair's figures for every variant."""
    measured, which = kept("accuracy").result, (AVERAGE, SEEN, UNSEEN)
    means = {arm: {w: {n: rows[w] for n, rows in by.items()} for w in which} for arm, by in measured.scores.items()}
    paired = {w: {n: rows[w] for n, rows in measured.paired["fmvr"].items()} for w in which}
    variants = [
        VariantScore(
            question, says, name, recipe_of(name), one.form, one.seed, means["fmvr" if one.form else "pooling"], {}
        )
        for question, answers in QUESTIONS.items()
        for says, name in answers.items()
        if (one := VARIANTS[name])
    ]
    variants = [replace(row, against_base={} if row.variant == BASE else paired) for row in variants]
    result = Ablations(80, 600, 16, 300, "validation", BASE, variants, means, "pooling", {"fmvr": paired})
    return Record("python -m fmvr.evaluation ablations", "2026-01-02", "a machine", {}, None, "", result)


def test_only_what_neither_seed_nor_scenes_explain_is_named_among_the_ablations():
    rows = [
        row("residual", 0.8),
        row("another seed", 0.82, 0.02, seed=1, recipe="residual"),
        row("worse", 0.7, -0.1),
        row("worse", 0.7, -0.1),
        row("as a seed", 0.81, 0.01),
        row("as scenes", 0.85, 0.05, half=0.06),
    ]
    most = ablations.spread(rows, 36)
    assert most == pytest.approx(0.02)
    said = ablations.outside(rows, 36, most + 1e-9)
    assert said == "Further from the base than that, and beyond their interval: worse −10.0."
    assert ablations.outside(rows[:2], 36, most + 1e-9) == "No variant is further from the base than that."


def test_the_ablations_show_the_shipped_pair_and_how_far_apart_it_is():
    found = made_up().result
    last = section("ablations", made_up(), 36).below.split("<caption>")[-1].split("</table>")[0]
    without, with_ = last.split("<tr>")[2:]
    assert "without FMVR" in without and points(found.shipped["pooling"][AVERAGE][36]) in without
    assert "with FMVR" in with_ and points(found.shipped["fmvr"][AVERAGE][36]) in with_
    for which in (AVERAGE, SEEN, UNSEEN):
        difference = apart(found.shipped_paired["fmvr"][which][36].difference)
        assert difference in with_ and difference not in without


def test_the_ablations_show_the_block_against_none_for_every_seed():
    rows = made_up().result.variants
    found = ablations.with_minus_without(rows, AVERAGE, 36)
    first = next(row for row in rows if row.variant == "residual").against_base[AVERAGE][36].difference.mean
    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(RECIPES.keys() - {BASE}, len(SEEDS))
    assert found["residual"][0] == pytest.approx(first, abs=1e-5)


def test_only_what_scenes_do_not_explain_stands_out():
    found = {"noise 8": estimate(-0.3, 0.1), "blur 1": estimate(-0.1, 0.2)}
    said = standing_out(found, "steps", PAIR)
    assert said.startswith("The interval of with − without leaves out 0 for 1 of 2 steps;")
    assert said.endswith("would: noise 8, −30.0 (−40.0 to −20.0).")
    assert standing_out({"blur 1": found["blur 1"]}, "steps", PAIR).endswith(
        "0 for 0 of 1 steps; by chance about one in twenty would."
    )
    assert standing_out({}, "steps", PAIR) == ""


# whatever was measured


def of(name: str, **more) -> Record:
    """The kept record of a measure, its result changed."""
    read = kept(name)
    return replace(read, result=replace(read.result, **more))


def with_a_third(by_arm: dict) -> dict:
    """The same with an arm that has budgets of its own: 576 and 7."""
    fmvr = by_arm["fmvr"]
    return by_arm | {"largest": {576: fmvr[576], 7: fmvr[9]}}


def alone(by_arm: dict) -> dict:
    return {"fmvr": by_arm["fmvr"]}


def records(arms: int) -> dict[str, Record]:
    """The kept records as if one arm alone, or a third one with budgets of its own, had been measured."""
    all_kept = {name: made_up() if name == "ablations" else kept(name) for name in SECTIONS}
    if arms == 2:
        return all_kept
    many = alone if arms == 1 else with_a_third
    read = {name: record.result for name, record in all_kept.items()}

    def compared(paired: dict) -> dict:
        return {} if arms == 1 else paired | {"largest": {576: paired["fmvr"][576]}}

    def rows(some: list) -> list:
        if arms == 1:
            return [row for row in some if row.arm == "fmvr"]
        others = [row for row in some if row.arm == "fmvr" and row.visual_tokens in (576, 9)]
        budgets = {576: 576, 9: 7}
        return [*some, *(replace(row, arm="largest", visual_tokens=budgets[row.visual_tokens]) for row in others)]

    def alone_or_a_third(some: list) -> list:
        own = [row for row in some if row.arm == "fmvr"]
        return own if arms == 1 else [*some, *(replace(row, arm="largest") for row in own)]

    ahead = {} if arms > 1 else {"ahead": None}
    by = read["accuracy"]
    base, untrained = "fmvr" if arms == 1 else "pooling", read["bands"]
    shipped = {arm: read["ablations"].shipped[arm] for arm in (("fmvr",) if arms == 1 else ("pooling", "fmvr"))}
    return {
        "accuracy": of(
            "accuracy", baseline=base, scores=many(by.scores), retention=many(by.retention), paired=compared(by.paired)
        ),
        "hallucination": of(
            "hallucination", pope=rows(read["hallucination"].pope), chair=rows(read["hallucination"].chair)
        ),
        "faithfulness": of("faithfulness", methods=rows(read["faithfulness"].methods)),
        "robustness": of(
            "robustness", baseline=base, steps=[replace(step, **ahead) for step in rows(read["robustness"].steps)]
        ),
        "clips": of(
            "clips",
            baseline=base,
            cells=alone_or_a_third(read["clips"].cells),
            trades=alone_or_a_third(read["clips"].trades),
            paired={} if arms == 1 else read["clips"].paired | {"largest": read["clips"].paired["fmvr"]},
        ),
        "ablations": replace(
            all_kept["ablations"],
            result=replace(
                read["ablations"],
                shipped=shipped,
                shipped_baseline=base,
                shipped_paired={} if arms == 1 else read["ablations"].shipped_paired,
            ),
        ),
        "bands": of("bands", bands=[row for row in untrained.bands if arms > 1 or row.arm == "fmvr"]),
    }


@pytest.mark.parametrize("tokens", [576, 144, 37, 7, 1, 2304])
@pytest.mark.parametrize("arms", [1, 2, 3])
def test_every_section_shows_one_arm_or_several_at_any_budget(arms, tokens):
    for name, record in records(arms).items():
        drawn = section(name, record, tokens)
        assert record.command in drawn.below and drawn.above.startswith("<h2>")
        assert not re.search(r"\bnan\b", re.sub("<[^>]+>", " ", drawn.below))
        if drawn.figure:
            assert drawn.figure.data and all(len(trace.x) for trace in drawn.figure.data)
        if arms == 1:
            assert "without FMVR" not in re.sub("<h2>.*?</p>", "", drawn.below)
            assert "with − without" not in drawn.below


@pytest.mark.parametrize("name", ["hallucination", "robustness"])
def test_a_budget_that_nobody_measured_shows_the_nearest_that_was_and_says_so(name):
    near = section(name, kept(name), 36)
    for tokens, other in ((37, 36), (2304, 576)):
        drawn = section(name, kept(name), tokens)
        assert (
            f"Nothing was measured at {tokens} tokens: this is the nearest budget that was, {other} tokens"
            in drawn.above
        )
    assert "Nothing was measured" not in near.above
    assert section(name, kept(name), 37).below.split("</table>")[1:] == near.below.split("</table>")[1:]


def test_the_nearest_budget_is_the_smaller_of_two_at_the_same_distance():
    assert nearest([576, 144, 36], 90) == 36 and nearest([576, 144, 36], 91) == 144


def test_a_change_that_is_not_in_the_table_is_shown_by_its_own_name():
    steps = kept("robustness").result.steps
    far = Estimate(-0.3, -0.4, -0.2)
    fog = [replace(s, change="fog", unit="metres", ahead=s.ahead and far) for s in steps if s.change == "blur"]
    drawn = section("robustness", of("robustness", steps=[*steps, *fog]), 36)
    titles = [note.text for note in drawn.figure.layout.annotations]
    assert any(title.startswith("fog<br>") for title in titles) and any("Darker" in title for title in titles)
    assert "fog 4, −30.0 (−40.0 to −20.0)" in drawn.below


def test_a_new_kind_of_negatives_is_shown_with_the_others_and_counted():
    result = kept("hallucination").result
    new = [replace(row, negatives="<nonsense>") for row in result.pope if row.negatives == "random"]
    drawn = section("hallucination", of("hallucination", pope=[*result.pope, *new]), 36)
    assert "&lt;nonsense&gt;" in drawn.below and "<nonsense>" not in drawn.below
    assert "<nonsense>: F1" in [note.text for note in drawn.figure.layout.annotations]
    asked = sum({row.negatives: row.questions for row in [*result.pope, *new]}.values())
    assert f"{asked:,} questions a model and budget" in drawn.below


def test_a_measure_without_a_section_of_its_own_shows_what_it_prints():
    drawn = section("speed", kept("speed"), 36)
    assert str(kept("speed").result) in drawn.below and kept("speed").command in drawn.below
    assert "speed" not in SECTIONS and drawn.figure is None


def test_a_new_measure_is_on_the_page_with_one_entry(monkeypatch):
    monkeypatch.setitem(MEASURES, "speed", replace(MEASURES["speed"], label="How fast"))
    assert shown()["speed"] == "How fast"
    monkeypatch.delitem(sections.SECTIONS, "bands")
    drawn = section("bands", kept("bands"), 36)
    assert "<h2>Bands</h2>" in drawn.above and "H_A" in drawn.below


def test_what_two_labels_end_in_alike_is_left_out():
    assert versus("fmvr", "pooling") == "with − without"
    assert versus("ours", "pooling") == "ours − without FMVR"


def test_every_arm_that_is_compared_has_a_column_and_a_sentence_of_its_own():
    by_budget = section("accuracy", records(3)["accuracy"], 576).below
    assert "largest − without FMVR, points" in by_budget and "Largest − without FMVR by kind of question" in by_budget


# the tab


@pytest.mark.parametrize("name", shown())
def test_every_measure_shows_its_figure_its_command_and_its_size(tab, name):
    record = kept(name)
    drawn = tab.drawn(name, 36)
    assert record.command in drawn.below and ("clips" if name == "clips" else "pictures") in drawn.below
    assert drawn.above.startswith("<h2>")
    if drawn.figure:
        values = [trace.y for trace in drawn.figure.data]
        assert values and all(len(y) for y in values)


def test_panels_are_percent_with_intervals(tab):
    figure = tab.drawn("hallucination", 36).figure
    rows = [row for row in kept("hallucination").result.chair if row.arm == "fmvr"]
    made_up = [row.made_up for row in sorted(rows, key=lambda row: row.visual_tokens)]
    line = [trace for trace in figure.data if trace.name == "with FMVR"][-1]
    assert list(line.y) == pytest.approx([100 * found.mean for found in made_up])
    assert list(line.error_y.array) == pytest.approx([100 * (found.high - found.mean) for found in made_up])
    assert list(line.error_y.arrayminus) == pytest.approx([100 * (found.mean - found.low) for found in made_up])


def test_what_is_shown_at_one_budget_follows_the_slider(tab):
    assert tab.drawn("hallucination", 1).below != tab.drawn("hallucination", 576).below
    assert "at 1 token" in tab.drawn("robustness", 1).above


def test_every_shown_map_is_made_anew_and_is_the_one_that_was_measured(tab):
    for one in kept("faithfulness").result.examples:
        drawn = tab._example(one)
        assert drawn.road == one.road and "<img" in drawn.picture and drawn.answer


def test_the_endpoint_gives_the_kept_result_and_refuses_what_was_not_measured(page_url):
    client = Client(page_url, verbose=False)
    sent = json.dumps(plain(kept("accuracy"))).replace("NaN", "null")
    assert client.predict("accuracy", api_name="/evidence") == json.loads(sent)
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
    for label in shown().values():
        page.get_by_role("radio", name=label, exact=True).check()
        settled(page)
        expect(page.locator(".evidence .made code").locator("visible=true")).to_contain_text("fmvr.evaluation")
    expect(page).to_have_url(re.compile("evidence.measure="))


def test_the_maps_shown_as_examples_come_after_the_figures(page):
    open_tab(page, "Evidence")
    page.get_by_role("radio", name="Maps", exact=True).check()
    expect(page.locator(".samples figure")).to_have_count(len(kept("faithfulness").result.examples))
    before = page.locator(".evidence h2").locator("visible=true").inner_text()
    page.locator(".budget li", has_text="576").locator("text=/^576$/").click()
    expect(page.locator(".evidence h2").locator("visible=true")).not_to_have_text(before)


# the lead


def paired(**by_budget):
    """The accuracy of the pair, its differences on average replaced: budget (as b36) → mean, low, high."""
    result = kept("accuracy").result
    differences = {
        int(n[1:]): {row: Paired(Estimate(*each), 1, 1, 0.5) for row in (AVERAGE, "count")}
        for n, each in by_budget.items()
    }
    return replace(result, paired={"fmvr": differences})


FULL, AHEAD, BEHIND, EVEN = (0.0, -0.1, 0.1), (0.02, 0.01, 0.03), (-0.02, -0.03, -0.01), (0.0, -0.01, 0.01)


def test_the_headline_claims_nothing_whose_interval_holds_zero():
    assert headline(paired(b576=AHEAD, b36=EVEN, b9=EVEN), "fmvr") == (
        "On average FMVR gives back nothing that can be told from chance, at any token budget."
    )
    assert headline(paired(b576=AHEAD, b36=AHEAD), "fmvr").endswith(
        "at any token budget. It is ahead at 36 tokens, +2.0 (+1.0 to +3.0) points, but so it is at the full set, "
        "without any block: +2.0."
    )
    assert headline(paired(b576=FULL, b36=BEHIND, b9=EVEN), "fmvr").endswith(
        "; it costs accuracy at 36 tokens, −2.0 (−3.0 to −1.0) points."
    )
    assert headline(paired(b576=FULL, b36=AHEAD, b9=BEHIND, b1=AHEAD), "fmvr") == (
        "FMVR gives back accuracy at 36 tokens, +2.0 (+1.0 to +3.0) points, and at 1 token, +2.0 (+1.0 to +3.0) "
        "points; it costs some at 9 tokens, −2.0 (−3.0 to −1.0) points."
    )


def test_the_forest_has_the_average_and_every_family_in_the_colour_of_who_is_clearly_ahead():
    result = paired(b576=FULL, b36=AHEAD, b9=BEHIND)
    for tokens, colour in ((36, arm("fmvr").colour), (9, arm("pooling").colour), (500, GREY)):
        drawn = forest(result, "fmvr", ["count", "colour"], tokens)
        assert [trace.y[0] for trace in drawn.data] == ["count", f"<b>{AVERAGE}</b>"]
        assert {trace.marker.color for trace in drawn.data} == {colour}
