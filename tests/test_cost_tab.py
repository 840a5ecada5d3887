"""The cost tab: what is calculated, what is measured, and that the two are never mixed."""

import gradio as gr
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.cost import FORMULAS, GPUS, LLAVA_7B, TEXT_TOKENS, cost
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.worlds import WORLDS
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.models import BUDGETS
from tests.visitor import sideways, tab_of
from tests.watched import Watched
from viz.costs import cost_table, least_figure, measured_figure, measured_words, published, time_row
from viz.tabs.comparison import Comparer
from viz.tabs.cost import GPU, CostTab
from viz.tabs.samples import Specimen, save
from viz.tabs.tab import Visit

BOTH = ("pooling", "fmvr")
SHARE = {n: (n + 30) / 606 for n in BUDGETS}
TIMES = {name: {n: 0.01 * (1 + SHARE[n]) for n in BUDGETS} for name in BOTH}


# what is drawn


def test_a_table_has_a_row_for_every_budget_named_by_its_tokens():
    drawn = cost_table("<b>", "calculated", ["tokens", "FLOPs"], [[str(n), "1 T"] for n in BUDGETS])
    assert [drawn.count(f'<th scope="row">{n}</th>') for n in BUDGETS] == [1] * 5
    assert "<b><b>" not in drawn


def test_the_least_time_turns_flat_and_the_arithmetic_does_not():
    figure = least_figure({"A": lambda n: (max(n, 36) / 1000, n / 1000)}, BUDGETS, "a GPU")
    least, arithmetic = figure.data
    assert set(BUDGETS) <= set(least.x)
    assert least.y[0] == least.y[3] == 36 and arithmetic.y[0] == 1 and least.y[-1] == arithmetic.y[-1] == 576
    assert "a GPU" in figure.layout.annotations[0].text


def test_measured_times_stand_beside_what_they_would_be_if_they_fell_as_the_flops_do():
    figure = measured_figure(TIMES, SHARE, BUDGETS)
    measured, fallen = figure.data[:2]
    assert list(measured.x) == sorted(BUDGETS) and measured.y[-1] == fallen.y[-1] == pytest.approx(20)
    assert fallen.y[0] == pytest.approx(20 * SHARE[1]) and measured.y[0] == pytest.approx(10 * (1 + SHARE[1]))


def test_a_measurement_says_where_how_often_and_what_it_means():
    words = measured_words(TIMES, SHARE, 2, 5, "a machine")
    assert all(part in words for part in ("a machine", "median of 2 runs", "3 to come", "without FMVR 55 %"))
    assert "to come" not in measured_words(TIMES, SHARE, 5, 5, "a machine")
    assert "Measuring" in measured_words({}, SHARE, 0, 5, "")


def test_the_papers_number_and_ours_are_told_apart():
    drawn = published(9.4, "a formula", 30)
    ours = drawn.index("Calculated here")
    assert drawn.index("2603.11220") < ours < drawn.index("9.4")
    assert drawn.index("8.9") < ours and "a formula with 30 text tokens" in drawn


def test_times_in_a_table_have_one_digit_that_matters():
    assert [time_row(t) for t in (0.00648, 0.25, 2)] == ["6.5 ms", "250 ms", "2.0 s"]


# the tab


@pytest.fixture(scope="module")
def tab():
    tab = CostTab(Comparer(Lab.load()))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    return tab


@pytest.fixture
def scene(tmp_path):
    made = Scene.from_seed(SPLITS["test"] + 7)
    return save(WORLDS["scenes"], Specimen(made, made.code), tmp_path)


def shown(tab, formula="multiply and add", text=TEXT_TOKENS, gpu=GPU) -> dict:
    chosen = {tab.name: {"formula": formula, "text": text, "gpu": gpu}}
    return next(tab.show(Visit(None, "", 36, chosen)))


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_tables_name_their_formula_and_text_length(tab, formula):
    drawn = shown(tab, formula, 45)[tab.tables]
    assert FORMULAS[formula][0] in drawn and "45 text tokens" in drawn
    assert drawn.count("<table") == 3 and drawn.count("<tr>") == 3 * 6


def test_a_longer_text_costs_more(tab):
    assert shown(tab, text=30)[tab.tables] != shown(tab, text=300)[tab.tables]


@pytest.mark.parametrize("gpu", GPUS)
def test_the_plot_names_the_gpus_published_figures(tab, gpu):
    new = shown(tab, gpu=gpu)
    drawn = new[tab.least].layout.annotations[0].text
    assert gpu in drawn and f"{GPUS[gpu].peak / 1e12:.0f} TFLOP/s" in drawn and "TB/s" in drawn
    assert gpu in new[tab.why]


def test_the_least_time_counts_every_operation_whatever_formula_is_chosen(tab):
    one, other = (shown(tab, formula)[tab.least].data[0].y for formula in ("2ndm", "multiply and add"))
    assert one == other


@pytest.mark.parametrize("text", [None, 0, -3, 10**6])
def test_a_text_length_that_makes_no_sense_is_refused(tab, text):
    with pytest.raises(BadInput, match="The text length is a number of tokens from 1 to"):
        shown(tab, text=text)


def test_a_measurement_comes_in_round_by_round_and_leaves_the_tower_alone(tab, scene):
    asked, models = Visit(tab.comparer.look(scene), "Is there a cat?", 36), Watched(tab.lab)
    first, *rounds = tab._measure(asked)
    assert "Measuring" in first[tab.words] and models.encoded == 0
    assert ["to come" in new[tab.words] for new in rounds] == [True] * (len(rounds) - 1) + [False]
    assert tab.lab.machine in rounds[-1][tab.words]
    assert all(f'<th scope="row">{n}</th>' in rounds[-1][tab.words] for n in BUDGETS)


def test_a_measurement_of_no_question_is_refused(tab, scene):
    with pytest.raises(BadInput, match="no question yet"):
        list(tab._measure(Visit(tab.comparer.look(scene), "", 36)))


def test_what_was_measured_stays_when_the_controls_change(tab):
    assert not {tab.words, tab.measured} & set(shown(tab))


# the endpoint and the page


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def test_a_program_gets_the_calculated_costs(client):
    result = client.predict("3ndm", 40, GPU, None, "", api_name="/cost")
    rows = result["calculated"]["LLaVA-1.5-7B"]
    assert [row["visual_tokens"] for row in rows] == BUDGETS
    assert [row["flops"] for row in rows] == [cost(LLAVA_7B, n, 40, "3ndm").flops for n in BUDGETS]
    assert set(result["calculated"]) == {"LLaVA-1.5-7B", "LLaVA-1.5-13B", "here"}
    assert result["formula"] == FORMULAS["3ndm"][0] and result["measured"] is None


def test_a_program_can_have_the_models_measured(client):
    path, _ = client.predict(api_name="/new_scene")
    result = client.predict("3ndm", 40, GPU, handle_file(path), "Is there a cat?", api_name="/cost")
    times = result["measured"]["first_token_seconds"]
    assert set(times) == set(BOTH) and all(0 < times[name][str(n)] < 60 for name in BOTH for n in BUDGETS)


def test_a_text_length_that_makes_no_sense_gets_its_sentence(client):
    with pytest.raises(AppError, match="The text length is a number"):
        client.predict("3ndm", 0, GPU, None, "", api_name="/cost")
    with pytest.raises(AppError, match="The formulas are .* the GPUs are"):
        client.predict("3ndm", 30, None, None, "", api_name="/cost")


def test_the_costs_are_calculated_at_once_and_measured_on_request(page):
    tab_of(page, "Cost").click()
    expect(page.locator("table.cost")).to_have_count(3)
    expect(page.locator(".against .plot-container:visible")).to_have_count(1)
    before = page.locator("table.cost").first.inner_text()
    page.get_by_label("Text tokens").fill("400")
    page.get_by_label("Text tokens").blur()
    expect(page.locator("table.cost").first).not_to_have_text(before, use_inner_text=True)
    for name in ("LLaVA-1.5-7B", "LLaVA-1.5-13B", "The small model of this page"):
        expect(page.locator("table.cost", has_text=name)).to_contain_text("calculated")
    expect(page.get_by_text("n = visual tokens + 400 text tokens")).to_be_visible()
    for control, other in (("FLOPs by", FORMULAS["2ndm"][0]), ("GPU", list(GPUS)[-1])):
        before = page.locator("table.cost").first.inner_text()
        page.get_by_role("combobox", name=control).click()
        page.get_by_role("option", name=other).click()
        expect(page.locator("table.cost").first).not_to_have_text(before, use_inner_text=True)
        expect(page.locator(".sheet:visible").get_by_text(other).first).to_be_visible()
    expect(page.locator(".prose.reason")).to_contain_text(list(GPUS)[-1])
    page.get_by_role("button", name="Measure here").click()
    expect(page.locator(".measured")).to_contain_text("median of 5 runs;")
    expect(page.locator("table.cost")).to_have_count(4)
    expect(page.locator(".against .plot-container:visible")).to_have_count(2)
    assert sideways(page) == 0
