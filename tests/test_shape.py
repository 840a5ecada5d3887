"""The times and the memory at the shape of a published model, here at a tiny one."""

import sys

import pytest
import torch

from fmvr.cost import TEXT_TOKENS, Shape, cost
from fmvr.evaluation.__main__ import main
from fmvr.evaluation.shape.measure import measure
from fmvr.evaluation.shape.memory import ANSWER, kept, measure_memory
from fmvr.model import FORMS, budgets

TINY = Shape(layers=4, width=128, inner=256, kv_width=128)
TOWER = dict(
    hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=2, image_size=336, patch_size=14
)


def test_every_budget_has_its_times_and_every_form_what_its_blocks_add(monkeypatch):
    monkeypatch.setattr(sys.modules[measure.__module__], "bfloat16_is_faster", lambda: False)
    found = measure(TINY, 2, 1, TOWER)
    assert [row.tokens for row in found.rows] == budgets(24) and set(found.blocks_s) == set(FORMS)
    assert [row.flops for row in found.rows] == [cost(TINY, row.tokens).flops for row in found.rows]
    for row in found.rows:
        assert row.floor_s > 0 and row.prefill_s > 0
        assert row.first_token_s == pytest.approx(found.tower_s + found.pooling_s + row.prefill_s)
    text = str(found)
    assert "2 of 4 layers measured, times scaled up" in text and " float32," in text
    assert all(form in text for form in FORMS)


def test_all_layers_are_not_called_scaled():
    assert "times scaled up" not in str(measure(TINY, 4, 1, TOWER))


@pytest.mark.parametrize("name, value", [("--layers", "0"), ("--layers", "33"), ("--rounds", "0")])
def test_numbers_that_cannot_be_are_refused(monkeypatch, name, value):
    monkeypatch.setattr(sys, "argv", ["fmvr.evaluation", "speed", "--shape", "7b", name, value])
    with pytest.raises(SystemExit, match=f"{name} is 1 to"):
        main()


def test_memory_of_two_layers_is_scaled_to_that_of_all():
    found = measure_memory(TINY, TOWER)
    assert [row.tokens for row in found.rows] == budgets(24)
    for row in found.rows:
        length = row.tokens + TEXT_TOKENS + ANSWER
        assert row.cache == TINY.layers * 2 * length * TINY.kv_width * 2  # keys and values, two bytes each
    kept_for_maps = [row.map for row in found.rows]
    assert kept_for_maps == sorted(kept_for_maps, reverse=True) and kept_for_maps[-1] > 0
    text = str(found)
    assert "2 layers measured, scaled up to 4" in text and "bfloat16" in text


def test_what_is_kept_for_the_way_back_is_counted_once_and_weights_are_not():
    weight, x = torch.ones(8, 8), torch.ones(4, 8, requires_grad=True)
    with kept([weight]) as count:
        y = (x @ weight).sigmoid()  # keeps the weight, and its own result
        z = y * y
    assert count() == y.nbytes and z.grad_fn
