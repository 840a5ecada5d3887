"""The times at the shape of a published model, here at a tiny one."""

import sys

import pytest

from fmvr.cost import Shape, cost
from fmvr.evaluation.__main__ import main
from fmvr.evaluation.shape.measure import measure
from fmvr.model import FORMS, budgets

TINY = Shape(layers=4, width=128, inner=256, kv_width=128)
TOWER = dict(
    hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=2, image_size=336, patch_size=14
)


def test_every_budget_has_its_times_and_every_form_what_its_blocks_add():
    found = measure(TINY, 2, 1, TOWER)
    assert [row.tokens for row in found.rows] == budgets(24) and set(found.blocks_s) == set(FORMS)
    assert [row.flops for row in found.rows] == [cost(TINY, row.tokens).flops for row in found.rows]
    for row in found.rows:
        assert row.floor_s > 0 and row.prefill_s > 0
        assert row.first_token_s == pytest.approx(found.tower_s + found.pooling_s + row.prefill_s)
    text = str(found)
    assert "2 of 4 layers measured, times scaled up" in text and "random weights" in text
    assert all(form in text for form in FORMS)


def test_all_layers_are_not_called_scaled():
    assert "scaled" not in str(measure(TINY, 4, 1, TOWER))


@pytest.mark.parametrize("name, value", [("--layers", "0"), ("--layers", "33"), ("--rounds", "0")])
def test_numbers_that_cannot_be_are_refused(monkeypatch, name, value):
    monkeypatch.setattr(sys, "argv", ["fmvr.evaluation", "speed", "--shape", "7b", name, value])
    with pytest.raises(SystemExit, match=f"{name} is 1 to"):
        main()
