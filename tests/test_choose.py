"""Choosing a budget: the smallest that keeps enough within a limit, and what is said where there is none."""

import json

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from fmvr.errors import BadInput
from fmvr.evaluation.choice import Option, choose, reported
from fmvr.evaluation.record import kept
from fmvr.evaluation.statistics import Estimate
from fmvr.lab import Lab
from tests.visitor import open_tab
from viz.choice import offer, verdict
from viz.evidence import paper
from viz.tabs.choose import EMBEDDED, REPORT, SEVEN, THIRTEEN, ChooseTab, checked
from viz.tabs.comparison import Comparer

KEEPS = {576: 1.0, 144: 0.99, 36: 0.97, 9: 0.9, 1: 0.6}


def options(**changed) -> list[Option]:
    """Five budgets whose FLOPs, bytes and milliseconds are their tokens."""
    return [
        Option(
            **{"tokens": n, "flops": n, "kv_bytes": n * 1e6, "seconds": n / 1000, "breaks": f"x{n}"}
            | {"keeps": Estimate(share, share - 0.01, share + 0.01)}
            | changed
        )
        for n, share in KEEPS.items()
    ]


@pytest.mark.parametrize(
    "keep, limit, most, best",
    [
        (0.95, None, 0, 36),
        (0.99, None, 0, 144),
        (0.5, None, 0, 1),
        (0.95, "time", 36, 36),
        (0.95, "memory", 35.9, None),
        (0.95, "flops", 25, 36),
        (0.98, "flops", 10, None),
        (1.01, None, 0, None),
    ],
)
def test_the_smallest_that_keeps_enough_within_the_limit_is_taken(keep, limit, most, best):
    chosen = choose(options(), keep, limit, most)
    assert (chosen.best and chosen.best.tokens) == best


def test_what_is_said_names_what_it_keeps_costs_and_breaks_or_what_stands_in_the_way():
    def words(keep, limit=None, most=0, **changed):
        return verdict(choose(options(**changed), keep, limit, most), keep, limit, most).replace(
            "\N{NO-BREAK SPACE}", " "
        )

    assert words(0.965) == (
        "36 tokens: keeping 97 % (96.0 to 98.0) of the accuracy, with 6 % of the FLOPs, 36.0 MB of KV cache, "
        "36 ms to the first token. Its interval reaches below 96.5 %. Loses most: x36."
    )
    assert words(0.95, "time", 10).startswith("No budget keeps 95 % within 10 ms; 9 tokens: keeping 90 %")
    assert "95 % needs 36 tokens" in words(0.95, "time", 10)
    assert words(0.95, "time", 0.5).startswith("No budget stays within 0.5 ms: the smallest, 1 token, takes")
    assert "was not published" in words(0.95, "time", 200, keeps=None)
    with pytest.raises(BadInput, match="Nobody measured times"):
        words(0.95, "time", 10, seconds=None)


@pytest.mark.parametrize(
    "target", [(0, "none", 0), (101, "none", 0), (None, "none", 0), (95, "time", 0), (95, "time", None), (95, "x", 1)]
)
def test_a_target_or_limit_that_makes_no_sense_gets_its_sentence(target):
    with pytest.raises(BadInput, match="The target is|The limit is|The limits are"):
        checked(*target)


@pytest.fixture(scope="module")
def tab() -> ChooseTab:
    return ChooseTab(Comparer(Lab.load()))


def test_figures_of_the_paper_and_ours_are_never_mixed(tab):
    theirs, origin = tab._options(SEVEN, None)
    assert [one.keeps.mean for one in theirs] == [
        paper.retention(one.tokens) for one in theirs
    ] and "2603.11220" in origin
    ours, origin = tab._options(EMBEDDED, None)
    result = kept("accuracy").result
    assert [one.keeps for one in ours] == [
        result.retention["fmvr"][one.tokens] for one in ours
    ] and "2603" not in origin
    assert all(one.keeps is None for one in tab._options(THIRTEEN, None)[0])
    assert ours[0].breaks == "" and "points" in ours[-1].breaks


def summary(tmp_path, **changed) -> str:
    estimate = {"mean": 0.9, "low": 0.8, "high": 1.0}
    at = {
        "share": estimate,
        "retention": estimate,
        "lost": 1,
        "first_token_s": 0.1,
        "total_s": 1.0,
        "flops": 1e9,
        "kv_bytes": 1e6,
    }
    text = {
        "measures": [{"kind": "accuracy", "arms": {"pooling": {"9": at, "576": at | {"flops": 5e9}}}}],
        "breaks": [{"row": {"question": "<b>?"}, "budgets": {"pooling": 9}}],
    } | changed
    path = tmp_path / "summary.json"
    path.write_text(json.dumps(text))
    return str(path)


def test_a_report_of_one_s_own_is_read(tab, tmp_path):
    options, origin = tab._options(REPORT, summary(tmp_path))
    assert [one.tokens for one in options] == [576, 9] and options[1].keeps == Estimate(0.9, 0.8, 1.0)
    assert options[1].breaks == "“<b>?”" and "without FMVR" in origin
    drawn = offer(choose(options, 0.85), 0.85, None, 0, origin)
    assert "<b>?" not in drawn and "9 tokens: keeping 90" in drawn


@pytest.mark.parametrize(
    "changed",
    [
        {"measures": []},
        {"breaks": 3},
        {"measures": [{"arms": {"a": {"x": 1}}}]},
        {"measures": [{"arms": {"a": {"9": None}}}]},
    ],
)
def test_a_file_that_is_no_report_gets_its_sentence(tmp_path, changed):
    with pytest.raises(BadInput, match="no summary.json of a report"):
        reported(summary(tmp_path, **changed))
    (tmp_path / "broken.json").write_text("[" * 100_000)
    with pytest.raises(BadInput, match="no summary.json of a report"):
        reported(tmp_path / "broken.json")


def test_a_program_chooses_a_budget(page_url):
    client = Client(page_url, verbose=False)
    chosen = client.predict(SEVEN, 95, "time", 20, api_name="/choose_budget")
    assert chosen["budget"] in chosen["within"] and chosen["budget"] in chosen["enough"]
    with pytest.raises(AppError, match="The target is a share"):
        client.predict(SEVEN, 0, "none", 0, api_name="/choose_budget")


def test_an_engineer_is_told_a_budget_and_may_bring_a_report(page, tmp_path):
    open_tab(page, "Choose")
    sentence = page.locator(".headline:visible")
    expect(sentence).to_contain_text("9 tokens: keeping 96.9")
    page.get_by_label("Keep at least").fill("99")
    page.get_by_label("Keep at least").blur()
    expect(sentence).to_contain_text("36 tokens: keeping 99.9")
    page.get_by_role("combobox", name="For").click()
    page.get_by_role("option", name=REPORT).click()
    expect(page.locator(".note.problem")).to_contain_text("Drop the summary.json")
    page.locator(".sheet:visible input[type=file]").set_input_files(summary(tmp_path))
    expect(sentence).to_contain_text("No budget keeps 99")
    page.wait_for_function("location.hash.includes('choose.keep=99')")
    assert "summary" not in page.evaluate("location.hash")
