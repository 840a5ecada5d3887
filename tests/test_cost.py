"""Costs: the published formulas at LLaVA-1.5-7B's size give the published numbers."""

import pytest

from fmvr.cost import (
    FORMULAS,
    GPUS,
    LLAVA_7B,
    LLAVA_13B,
    Gpu,
    Shape,
    cost,
    floor_tokens,
    least_seconds,
    weight_bytes,
)
from fmvr.timing import first_token_times
from tests.models import new_lab, picture

BUDGETS = (576, 36, 9, 1)
TERAFLOPS = {
    # formula: at 576, 36, 9 and 1 visual tokens with 30 text tokens
    "2ndm": (3.146, 0.333, 0.197, 0.156),
    "3ndm": (4.021, 0.429, 0.253, 0.201),
}


@pytest.mark.parametrize("formula", TERAFLOPS)
@pytest.mark.parametrize("place, tokens", enumerate(BUDGETS))
def test_prefill_of_llava_7b_costs_what_is_published(formula, place, tokens):
    teraflops = cost(LLAVA_7B, tokens, text_tokens=30, formula=formula).flops / 1e12
    assert round(teraflops, 3) == TERAFLOPS[formula][place]


@pytest.mark.parametrize("tokens, megabytes", [(576, 302.0), (144, 75.5), (36, 18.9), (9, 4.7), (1, 0.5)])
def test_the_kv_cache_of_llava_7b_takes_what_is_published(tokens, megabytes):
    assert round(cost(LLAVA_7B, tokens).kv_bytes / 1e6, 1) == megabytes


def test_36_tokens_cost_nine_times_less_than_576():
    full, some = (cost(LLAVA_7B, tokens, formula="3ndm").flops for tokens in (576, 36))
    assert full / some == pytest.approx(9.4, abs=0.05)


def test_multiply_and_add_counts_every_product_twice():
    both, once = (cost(LLAVA_7B, 144, formula=formula).flops for formula in ("multiply and add", "3ndm"))
    assert both == 2 * once


def test_every_formula_agrees_with_a_sum_done_by_hand():
    tiny = Shape(layers=1, width=2, inner=3, kv_width=2)  # n = 1 + 1, d = 2, m = 3
    by_hand = {"2ndm": 32 + 16 + 24, "3ndm": 32 + 16 + 36, "multiply and add": 2 * (32 + 16 + 36)}
    assert {name: cost(tiny, 1, 1, name).flops for name in FORMULAS} == by_hand


@pytest.mark.parametrize("formula, factor, matrices", [("2ndm", 1, 2), ("3ndm", 1, 3), ("multiply and add", 2, 3)])
def test_grouped_query_attention_projects_to_fewer_keys_and_values(formula, factor, matrices):
    grouped = Shape(layers=2, width=8, inner=5, kv_width=2)  # n = 3: q and o 8×8, k and v 8×2
    found = cost(grouped, 1, 2, formula)
    assert found.flops == factor * 2 * (2 * 3 * 64 + 2 * 3 * 16 + 2 * 9 * 8 + matrices * 3 * 8 * 5)
    assert "2nd(d + k)" in found.formula and found.formula.endswith("k = 2")
    assert found.flops < cost(Shape(2, 8, 5, 8), 1, 2, formula).flops


def test_a_cost_names_its_formula_and_text_length():
    found = cost(LLAVA_7B, 36, text_tokens=12, formula="2ndm")
    assert (found.formula, found.text_tokens) == ("L(4nd² + 2n²d + 2ndm)", 12)


def test_text_adds_flops_and_no_visual_cache():
    short, long = cost(LLAVA_7B, 36, text_tokens=30), cost(LLAVA_7B, 36, text_tokens=60)
    assert long.flops > short.flops
    assert long.kv_bytes == short.kv_bytes


def test_a_wider_number_and_a_larger_model_take_more_memory():
    half = cost(LLAVA_7B, 36).kv_bytes
    assert cost(LLAVA_7B, 36, bytes_a_number=4).kv_bytes == 2 * half
    assert cost(LLAVA_13B, 36).kv_bytes / half == pytest.approx(40 * 5120 / (32 * 4096))


@pytest.mark.parametrize("shape, billions", [(LLAVA_7B, 6.607), (LLAVA_13B, 12.852)])
def test_a_prefill_reads_all_weights_but_the_embeddings(shape, billions):
    embeddings = 32_000 * shape.width / 1e9
    assert weight_bytes(shape) / 2e9 == pytest.approx(billions, abs=0.001)
    assert billions + embeddings == pytest.approx({32: 6.738, 40: 13.016}[shape.layers], abs=0.001)  # Vicuna's size


def test_weights_agree_with_a_sum_done_by_hand():
    tiny = Shape(layers=2, width=4, inner=3, kv_width=2)  # q and o 4×4, k and v 4×2, three of 4×3, a head of 5×4
    assert weight_bytes(tiny) == 2 * (2 * (32 + 16 + 36) + 32_000 * 4)


def test_the_least_time_is_that_of_the_arithmetic_or_of_the_weights():
    assert least_seconds(flops=8, weights=1, gpu=Gpu(peak=2, bandwidth=1)) == 4
    assert least_seconds(flops=1, weights=3, gpu=Gpu(peak=2, bandwidth=1)) == 3


@pytest.mark.parametrize("gpu", GPUS.values(), ids=GPUS)
def test_below_so_many_tokens_the_weights_take_longer_than_the_arithmetic(gpu):
    even, reading = floor_tokens(LLAVA_7B, gpu), weight_bytes(LLAVA_7B) / gpu.bandwidth
    at, above = (cost(LLAVA_7B, n, 0).flops / gpu.peak for n in (even, even + 1))
    assert at <= reading < above
    assert even == pytest.approx(gpu.peak / gpu.bandwidth, rel=0.05)  # two operations and two bytes a weight


def test_times_are_measured_for_every_model_and_budget_round_by_round():
    rounds = list(first_token_times(new_lab().look(picture()), "Is there a cat?", rounds=2))
    assert len(rounds) == 2
    for times in rounds:
        assert {name: list(taken) for name, taken in times.items()} == dict.fromkeys(
            ("pooling", "fmvr"), [576, 144, 36, 9, 1]
        )
        assert all(taken > 0 for budgets in times.values() for taken in budgets.values())
