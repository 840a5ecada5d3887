"""All budgets: the grid, the curve, the tab and its endpoint."""

import json
import re

import gradio as gr
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.inputs import BadInput
from fmvr.lab import Lab
from fmvr.scenes.scene import SPLITS, Scene
from tests.models import BUDGETS, new_lab, picture
from tests.visitor import sideways
from viz.budgets import Cell, budget_grid, chance_figure, finding, smallest_budget
from viz.card import Verdict
from viz.tabs.budgets import BudgetsTab
from viz.tabs.comparison import Comparer
from viz.tabs.scenes import save_scene
from viz.tabs.tab import Visit

BOTH = ("without", "with")
QUESTION = "How many objects are there?"


@pytest.fixture(scope="module")
def lab():
    return Lab.load()


def cell(right: bool | None = True, same: bool = True, chance: float = 0.5, answer: str = "two") -> Cell:
    return Cell(answer, 0.9, 0.01, 0.02, None if right is None else Verdict(float(right), "two"), same, chance)


def rows(without: str, with_: str) -> dict:
    """A grid, the full budget first; `+` is a right answer, `-` a wrong one."""
    return {n: {"without": cell(a == "+"), "with": cell(b == "+")} for n, a, b in zip(BUDGETS, without, with_)}


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
    assert "<i>" not in budget_grid({576: {"with": cell(answer="<i>")}}, BUDGETS, ("with",), 36)


@pytest.mark.parametrize(
    "without, with_, smallest, said",
    [
        ("+++--", "+++++", (36, 1), "gets it right: without FMVR 36 tokens, with FMVR 1 token."),
        ("-----", "++---", (None, 144), "without FMVR none does, with FMVR 144 tokens."),
        ("-----", "-----", (None, None), "Neither model gets it right at any budget."),
        ("-+--+", "+++++", (1, 1), "More tokens do not always help: without FMVR it is wrong at 9 and 36 and 576."),
    ],
)
def test_the_smallest_budget_that_gets_it_right_is_told_in_a_sentence(without, with_, smallest, said):
    found = rows(without, with_)
    assert tuple(smallest_budget(found, side) for side in BOTH) == smallest
    assert said in plain(finding(found, BOTH))


def test_where_nobody_knows_the_truth_the_full_sets_answer_is_the_measure():
    found = {n: {side: cell(None, same=n > 9) for side in BOTH} for n in BUDGETS}
    assert "gives the answer of 576 tokens: without FMVR 36 tokens, with FMVR 36 tokens" in plain(finding(found, BOTH))
    drawn = budget_grid(found, BUDGETS, BOTH, 36)
    assert (drawn.count("= as at the full set"), drawn.count("≠ changed"), drawn.count("right")) == (4, 4, 0)


def test_one_model_alone_is_not_called_neither():
    found = {n: {"with": cell(False)} for n in BUDGETS}
    assert "This model does not get it right at any budget." in finding(found, ("with",))


def test_the_curve_has_a_point_for_every_budget_and_open_marks_where_the_answer_is_wrong():
    figure = chance_figure(rows("++---", "+++++"), BOTH, BUDGETS)
    assert [list(line.x) for line in figure.data] == [sorted(BUDGETS)] * 2
    assert [symbol.endswith("-open") for symbol in figure.data[0].marker.symbol] == [True, True, True, False, False]
    assert not any(symbol.endswith("-open") for symbol in figure.data[1].marker.symbol)
    assert figure.layout.yaxis.range == (0, 1.04)


def test_a_curve_of_small_probabilities_is_still_seen():
    figure = chance_figure({n: {"with": cell(chance=0.01)} for n in BUDGETS}, ("with",), BUDGETS)
    assert 0.01 < figure.layout.yaxis.range[1] < 0.02


def plain(html: str) -> str:
    return re.sub("<[^>]*>", "", html)


# how probable an answer is


@pytest.mark.parametrize("fmvr", [True, False])
@pytest.mark.parametrize("tokens", BUDGETS)
def test_the_chance_of_the_models_own_answer_is_that_of_its_words_and_of_the_end(lab, tokens, fmvr):
    view = lab.look(Scene.from_seed(SPLITS["test"]).render())
    answer = view.ask(QUESTION, tokens, fmvr)
    model, processor = lab.side(fmvr)
    ids = torch.tensor([answer.prompt_ids + answer.answer_ids])
    with torch.no_grad():
        after = model(ids, mm_encoder_outputs=view.as_tokens(tokens, fmvr)).logits[0, -1].softmax(-1)
    end = after[processor.tokenizer.eos_token_id].item()
    assert view.chance(answer.text, QUESTION, tokens, fmvr) == pytest.approx(answer.probability * end, rel=1e-3)


def test_the_chances_of_all_one_word_answers_do_not_pass_one():
    small = new_lab()
    view, tokenizer = small.look(picture()), small.side(True)[1].tokenizer
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
    return save_scene(Scene.from_seed(SPLITS["test"] + 7), tmp_path)


def visit(tab, path, question=QUESTION) -> Visit:
    return Visit(tab.comparer.look(path), question, 36, {tab.name: {}})


def test_the_grid_fills_in_row_by_row_and_the_tower_is_not_run_again(tab, scene):
    seen, passes = visit(tab, scene), []
    hooks = [
        tab.lab.side(fmvr)[0].model.vision_tower.register_forward_hook(lambda *_: passes.append(1))
        for fmvr in (True, False)
    ]
    shown = [new[tab.grid] for new in tab.show(seen)]
    for hook in hooks:
        hook.remove()
    assert [drawn.count("…</td>") for drawn in shown] == [8, 6, 4, 2, 0]
    assert passes == []
    assert "budget" in shown[-1] and "Asking" not in shown[-1]
    assert len(list(tab.show(seen))) == 1, "what is remembered is shown at once"


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
    alone = built(Lab({"without": lab.side(False)}))
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
    for side in BOTH:
        cells = {row["visual_tokens"]: row[side] for row in result["rows"]}
        right = [n for n, found in cells.items() if found["right"] == 1]
        assert result["smallest_budget"][side] == min(right, default=None)
        assert all(
            0 <= found[name] <= 1 for found in cells.values() for name in ("probability", "followed_probability")
        )
        assert all(0 < found["first_token_seconds"] <= found["seconds"] for found in cells.values())
    assert json.dumps(result)


def test_a_program_without_a_question_gets_its_sentence(page_url):
    client = Client(page_url, verbose=False)
    path, _ = client.predict(api_name="/new_scene")
    with pytest.raises(AppError, match="no question yet"):
        client.predict(handle_file(path), "", api_name="/all_budgets")


def test_all_budgets_are_asked_at_one_click(page):
    page.get_by_role("tab", name="All budgets").click()
    expect(page.locator(".budgets tbody td .badge")).to_have_count(10)
    expect(page.locator(".finding")).to_contain_text("budget")
    expect(page.locator(".against .plot-container")).to_be_visible()
    assert [row.inner_text() for row in page.locator(".budgets tbody th").all()] == [str(n) for n in BUDGETS]
    for cell in page.locator(".budgets tbody td").all_inner_texts():
        assert (
            re.search(r"(✓ right|✗ wrong)", cell) and re.search(r"\d %\s+sure", cell) and re.search(r"in all \d", cell)
        )
    expect(page.locator(".budgets tr.now th")).to_have_text("36")
    right = {side: [int(n) for n in BUDGETS if "✓" in budget_cell(page, n, i)] for i, side in enumerate(BOTH)}
    told = page.locator(".finding").inner_text()
    for side, found in right.items():
        least = f"{min(found)} token" if found else "none does"
        assert f"{side} FMVR {least}" in told or not any(right.values()), "the smallest budget that gets it right"
    assert sideways(page) == 0


def budget_cell(page, tokens: int, column: int) -> str:
    row = page.locator(".budgets tbody tr").filter(has=page.get_by_role("rowheader", name=str(tokens), exact=True))
    return row.locator("td").nth(column).inner_text()
