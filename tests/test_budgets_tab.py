"""All budgets: the grid, the curve, the tab and its endpoint."""

import json
import re

import gradio as gr
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.answering.one import as_encoded
from fmvr.arms import arm
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.worlds import WORLDS
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.models import BUDGETS, new_lab, picture
from tests.visitor import sideways, tab_of
from tests.watched import Watched
from viz.budgets import Cell, budget_grid, chance_figure, finding, smallest_budget
from viz.card import Verdict
from viz.tabs.budgets import BudgetsTab
from viz.tabs.comparison import Comparer
from viz.tabs.samples import Specimen, save
from viz.tabs.tab import Visit

BOTH = ("pooling", "fmvr")
QUESTION = "How many objects are there?"


@pytest.fixture(scope="module")
def lab():
    return Lab.load()


def cell(right: bool | None = True, same: bool = True, chance: float = 0.5, answer: str = "two") -> Cell:
    return Cell(answer, 0.9, 1e9, 0.01, 0.02, None if right is None else Verdict(float(right), "two"), same, chance)


def rows(pooling: str, fmvr: str) -> dict:
    """A grid, the full budget first; `+` is a right answer, `-` a wrong one."""
    return {n: {"pooling": cell(a == "+"), "fmvr": cell(b == "+")} for n, a, b in zip(BUDGETS, pooling, fmvr)}


# what is drawn


def test_the_grid_has_a_row_for_every_budget_and_a_column_for_every_model():
    drawn = budget_grid(rows("++---", "+++-+"), BUDGETS, BOTH, 36)
    assert [drawn.count(f'<th scope="row">{n}</th>') for n in BUDGETS] == [1] * 5
    assert (drawn.count("✓ right"), drawn.count("✗ wrong")) == (6, 4)
    assert drawn.count('<tr class="now"><th scope="row">36</th>') == 1


def test_rows_that_are_not_there_yet_hold_their_place():
    drawn = budget_grid({576: rows("+", "+")[576]}, BUDGETS, BOTH, 36)
    assert drawn.count("…") == 8 and drawn.count("✓ right") == 2


def test_an_answer_cannot_write_into_the_grid():
    assert "<i>" not in budget_grid({576: {"fmvr": cell(answer="<i>")}}, BUDGETS, ("fmvr",), 36)


@pytest.mark.parametrize(
    "pooling, fmvr, smallest, sentence",
    [
        ("+++--", "+++++", (36, 1), "gets it right: without FMVR 36 tokens, with FMVR 1 token."),
        ("-----", "++---", (None, 144), "without FMVR none does, with FMVR 144 tokens."),
        ("-----", "-----", (None, None), "Neither model gets it right at any budget."),
        ("-+--+", "+++++", (1, 1), "More tokens do not always help: without FMVR it is wrong at 9 and 36 and 576."),
    ],
)
def test_the_smallest_budget_that_gets_it_right_is_told_in_a_sentence(pooling, fmvr, smallest, sentence):
    grid = rows(pooling, fmvr)
    assert tuple(smallest_budget(grid, arm) for arm in BOTH) == smallest
    assert sentence in plain(finding(grid, BOTH))


def test_where_nobody_knows_the_truth_the_full_sets_answer_is_the_measure():
    grid = {n: {arm: cell(None, same=n > 9) for arm in BOTH} for n in BUDGETS}
    assert "gives the answer of 576 tokens: without FMVR 36 tokens, with FMVR 36 tokens" in plain(finding(grid, BOTH))
    drawn = budget_grid(grid, BUDGETS, BOTH, 36)
    assert (drawn.count("= as at the full set"), drawn.count("≠ changed"), drawn.count("right")) == (4, 4, 0)


def test_one_model_alone_is_not_called_neither():
    grid = {n: {"fmvr": cell(False)} for n in BUDGETS}
    assert "This model does not get it right at any budget." in finding(grid, ("fmvr",))


def test_the_curve_has_a_point_for_every_budget_and_open_marks_where_the_answer_is_wrong():
    figure = chance_figure(rows("++---", "+++++"), BOTH, BUDGETS)
    assert [list(line.x) for line in figure.data] == [sorted(BUDGETS)] * 2
    assert [symbol.endswith("-open") for symbol in figure.data[0].marker.symbol] == [True, True, True, False, False]
    assert not any(symbol.endswith("-open") for symbol in figure.data[1].marker.symbol)
    assert figure.layout.yaxis.range == (0, 1.04)


def test_a_curve_of_small_probabilities_is_still_seen():
    figure = chance_figure({n: {"fmvr": cell(chance=0.01)} for n in BUDGETS}, ("fmvr",), BUDGETS)
    assert 0.01 < figure.layout.yaxis.range[1] < 0.02


def plain(html: str) -> str:
    return re.sub("<[^>]*>", "", html)


# how probable an answer is


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("tokens", BUDGETS)
def test_the_chance_of_the_models_own_answer_is_that_of_its_words_and_of_the_end(lab, tokens, name):
    view = lab.look(Scene.from_seed(SPLITS["test"]).render())
    answer = view.ask(QUESTION, tokens, name)
    member, sets = lab.member(name), [view.token_set(tokens, name)]
    ids = torch.tensor([answer.prompt_ids + answer.answer_ids])
    with torch.no_grad():
        after = member.model(ids, mm_encoder_outputs=as_encoded(sets)).logits[0, -1].softmax(-1)
    end = after[member.processor.tokenizer.eos_token_id].item()
    assert view.chance(answer.text, QUESTION, tokens, name) == pytest.approx(answer.probability * end, rel=1e-3)


def test_the_chances_of_all_one_word_answers_do_not_pass_one():
    small = new_lab()
    view, tokenizer = small.look(picture()), small.member().processor.tokenizer
    words = [tokenizer.decode([i]) for i in range(5, len(tokenizer))]
    chances = [view.chance(word, QUESTION, 9) for word in words if word.strip()]
    assert all(0 <= chance <= 1 for chance in chances) and 0 < sum(chances) <= 1 + 1e-5


def test_a_placeholder_cannot_be_an_answer():
    with pytest.raises(BadInput, match="An answer cannot contain <image>"):
        new_lab().look(picture()).chance("<image>", QUESTION, 9)


# the tab


@pytest.fixture(scope="module")
def tab(lab):
    return built(lab)


def built(lab: Lab) -> BudgetsTab:
    tab = BudgetsTab(Comparer(lab))
    with gr.Blocks():
        tab.build(Visit(None, QUESTION, 36))
    return tab


@pytest.fixture
def scene(tmp_path):
    made = Scene.from_seed(SPLITS["test"] + 7)
    return save(WORLDS["scenes"], Specimen(made, made.code), tmp_path)


def visit(tab, path, question=QUESTION) -> Visit:
    return Visit(tab.comparer.look(path), question, 36, {tab.name: {}})


def test_the_grid_fills_in_row_by_row_and_the_tower_is_not_run_again(tab, scene):
    asked, models = visit(tab, scene), Watched(tab.lab)
    shown = [new[tab.grid] for new in tab.show(asked)]
    assert [drawn.count("…</td>") for drawn in shown] == [8, 6, 4, 2, 0]
    assert models.encoded == 0
    assert "budget" in shown[-1] and "Asking" not in shown[-1]
    assert len(list(tab.show(asked))) == 1, "what is remembered is shown at once"


def test_a_scene_is_measured_against_its_truth_and_another_picture_against_the_full_set(tab, scene, tmp_path):
    *_, known = tab.show(visit(tab, scene))
    assert "right answer" in known[tab.of]
    Scene.from_seed(SPLITS["test"] + 8).render().save(tmp_path / "nameless.png")
    *_, unknown = tab.show(visit(tab, str(tmp_path / "nameless.png")))
    assert "Nobody knows the right answer" in unknown[tab.of] and "576 tokens" in unknown[tab.grid]


def test_a_question_that_cannot_be_asked_is_refused(tab, scene):
    with pytest.raises(BadInput, match="no question yet"):
        list(tab.show(visit(tab, scene, " ")))


def test_a_lab_of_one_model_has_one_column(lab, scene):
    pooling = lab.member("pooling")
    alone = built(Lab({"pooling": Checkpoint(pooling.model, pooling.processor)}))
    *_, last = alone.show(visit(alone, scene))
    assert "with FMVR" not in last[alone.grid] and len(last[alone.curve].data) == 1


# the endpoint and the page


def test_a_program_asks_at_all_budgets_at_once(page_url):
    client = Client(page_url, verbose=False)
    path, known = client.predict(api_name="/new_scene")
    question = known["questions"][0]
    result = client.predict(handle_file(path), question["question"], api_name="/all_budgets")
    assert result["truth"] == question["answer"] and set(result["followed"].values()) == {question["answer"]}
    assert [row["visual_tokens"] for row in result["rows"]] == BUDGETS
    for name in BOTH:
        cells = {row["visual_tokens"]: row[name] for row in result["rows"]}
        right = [n for n, cell in cells.items() if cell["right"] == 1]
        assert result["smallest_budget"][name] == min(right, default=None)
        assert all(0 <= cell[key] <= 1 for cell in cells.values() for key in ("probability", "followed_probability"))
        assert all(0 < cell["first_token_seconds"] <= cell["seconds"] for cell in cells.values())
    assert json.dumps(result)


def test_a_program_without_a_question_gets_its_sentence(page_url):
    client = Client(page_url, verbose=False)
    path, _ = client.predict(api_name="/new_scene")
    with pytest.raises(AppError, match="no question yet"):
        client.predict(handle_file(path), "", api_name="/all_budgets")


def test_all_budgets_are_asked_at_one_click(page):
    tab_of(page, "All budgets").click()
    expect(page.locator(".budgets tbody td .badge")).to_have_count(10)
    expect(page.locator(".finding")).to_contain_text("budget")
    expect(page.locator(".against .plot-container")).to_be_visible()
    assert [row.inner_text() for row in page.locator(".budgets tbody th").all()] == [str(n) for n in BUDGETS]
    for cell in page.locator(".budgets tbody td").all_inner_texts():
        assert re.search(r"(✓ right|✗ wrong)", cell) and re.search(r"\d %\s+sure", cell) and cell.endswith(" FLOPs")
    expect(page.locator(".budgets tr.now th")).to_have_text("36")
    right = {name: [int(n) for n in BUDGETS if "✓" in budget_cell(page, n, i)] for i, name in enumerate(BOTH)}
    sentence = page.locator(".finding").inner_text()
    for name, budgets in right.items():
        least = f"{min(budgets)} token" if budgets else "none does"
        assert f"{arm(name).label} {least}" in sentence or not any(right.values()), "the smallest that gets it right"
    assert sideways(page) == 0


def budget_cell(page, tokens: int, column: int) -> str:
    row = page.locator(".budgets tbody tr").filter(has=page.get_by_role("rowheader", name=str(tokens), exact=True))
    return row.locator("td").nth(column).inner_text()
