"""The bands measured: constructed grids with known answers, and the embedded pair."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from fmvr.evaluation.measures.band_energy import bands_of, measure
from fmvr.evaluation.record import kept
from fmvr.evaluation.sources import BANDS, TOKENS, Source
from fmvr.evaluation.statistics import Bootstrap
from fmvr.evaluation.traces import cover, grids, untrained
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.model import FORMS
from fmvr.model.pyramid import TokenPyramid
from fmvr.worlds import WORLDS
from fmvr.worlds.scenes.scene import SceneObject
from tests.models import new_lab, new_model, new_processor
from viz.evidence.sections import section

WORLD = WORLDS["scenes"]
LOOK = ("cat", None, None, 42, 0.0, False)
BOX = (slice(8, 12), slice(4, 10))  # rows and columns of a 24×24 grid


def constructed(values: np.ndarray) -> dict[str, float]:
    """Band → how many times as much of its energy as evenly spread energy lies in BOX, for [24, 24] tokens of one
    channel; None for an empty band.
    """
    tokens = torch.tensor(values, dtype=torch.float32).reshape(1, 576, 1)
    level, *_ = TokenPyramid(1, 24, None).trace(tokens)
    found = {Source("fmvr", False, 24, *key): grid.square().sum(1).numpy() for key, grid in grids(level, 3).items()}
    places = np.zeros((1, 24, 24))
    places[0][BOX] = 1
    rows = bands_of(found, {24: places}, Bootstrap(1))
    return {row.band: None if row.ratio is None else row.ratio.mean for row in rows}


def test_detail_inside_a_box_lies_there_and_nowhere_else():
    values, all_in_box = np.zeros((24, 24)), 576 / 24
    values[BOX] = np.where(np.indices((4, 6)).sum(0) % 2, 1.0, -1.0)  # its mean is 0
    found = constructed(values)
    assert found[TOKENS] == found["high_average"] == pytest.approx(all_in_box)
    assert found["low_average"] is None and 0 < found["low_max"] < all_in_box


def test_the_low_band_of_max_pooling_lies_around_what_is_bright_and_in_what_is_dark():
    values = np.zeros((24, 24))
    values[BOX] = 1
    assert constructed(values)["low_max"] == 0
    assert constructed(-values)["low_max"] == pytest.approx(576 / 24)


def test_energy_spread_evenly_lies_as_much_on_objects_as_they_cover():
    found = constructed(np.ones((24, 24)))
    assert found[TOKENS] == found["low_average"] == found["high_max"] == pytest.approx(1)
    assert found["high_average"] is None and found["low_max"] is None


def test_a_token_counts_with_the_part_of_it_that_boxes_cover():
    thing = SceneObject.at(LOOK, 7, 28)  # its left side is the middle of a token
    x0, y0, x1, y1 = thing.box
    places = cover((thing, thing), 24)  # twice the same: a union, not a sum
    assert places[2, 0] == 0.5 and places[2, 1] == 1 and not places[1].any()
    for side in (24, 12, 6, 3):
        assert cover((thing,), side).mean() == pytest.approx((x1 - x0) * (y1 - y0) / 336**2)


def test_another_scenes_boxes_are_what_elsewhere_says():
    energy, places = np.zeros((2, 24, 24)), np.zeros((2, 24, 24))
    places[0, :12], places[1, 12:] = 1, 1
    energy[:] = places
    found = {Source("fmvr", False, 24, "pooled", band): energy for band in (TOKENS, "high_average")}
    row = bands_of(found, {24: places}, Bootstrap(2))[1]
    assert (row.inside.mean, row.ratio.mean, row.elsewhere.mean) == (1, 2, 0)


def test_known_gains_are_found_in_gains_and_in_channels():
    lab = new_lab()
    block = lab.member("fmvr").blocks[12].gains
    for name, gain in block.named_parameters():
        gain.data[:] = 0
        gain.data[:4] = {"average_high": 1.0, "max_low": 0.5}.get(name, 0)
    before = {name: gain.clone() for name, gain in block.named_parameters()}
    found = measure(lab, WORLD, samples=2)
    gains = {row.gain: row for row in found.gains if row.level == 12}
    assert (gains["average_high"].raised, gains["average_high"].lowered, gains["average_a"].raised) == (0.25, 0, 0)
    assert gains["average_high"].quantiles == (0, 0, 0, 0.25, 1) and gains["average_high"].symbol == "W_A"
    rows = {(row.stage, row.band): row for row in found.channels if row.level == 12}
    assert rows["modulated", "high_average"].quantiles == pytest.approx((1, 1, 1, 1.25, 2))
    assert rows["modulated", "high_average"].raised == 0.25
    assert rows["modulated", "low_max"].quantiles[-1] == pytest.approx(0.5)
    assert ("modulated", "low_average") not in rows and ("modulated", "high_max") not in rows
    assert all(torch.equal(gain, before[name]) for name, gain in block.named_parameters())


@pytest.fixture(scope="module")
def pair():
    return measure(Lab.load(), WORLD, samples=4, batch=3)


def test_every_arm_level_and_stage_has_its_bands(pair):
    rows = {(row.arm, row.untrained, row.level, row.stage, row.band): row for row in pair.bands}
    block = [(side, stage) for side in (12, 6, 3) for stage in ("pooled", "modulated", "restored")]
    expected = {("pooling", False, side, "pooled") for side in (24, 12, 6, 3)}
    expected |= {("fmvr", before, *at) for before in (False, True) for at in [(24, "pooled"), *block]}
    assert {key[:4] for key in rows} == expected and len(rows) == len(pair.bands) and pair.block_arm == "fmvr"
    for (arm, before, side, stage, band), row in rows.items():
        if stage != "modulated":
            parts = [rows[arm, before, side, stage, part].share.mean for part in ("low_average", "high_average")]
            assert sum(parts) == pytest.approx(1, rel=1e-3)
            even = rows[arm, before, side, stage, "low_average"].ratio
            assert (even.low, even.mean, even.high) == pytest.approx((1, 1, 1), rel=1e-3)
        if row.ratio:
            assert row.ratio.low <= row.ratio.mean <= row.ratio.high and 0 <= row.inside.mean <= 1
        assert band in (*BANDS, TOKENS) and (stage != "pooled" or row.times.mean == 1)


def test_untrained_blocks_have_the_gains_they_began_with_and_do_something_else_than_the_trained(pair):
    lab = Lab.load()
    gains = dict(untrained(lab.member("fmvr").reducer.pyramid).named_parameters())
    assert gains and all(
        (gain == FORMS[lab.form].gains[name.split(".")[-1]].first).all() for name, gain in gains.items()
    )
    restored = [row for row in pair.bands if (row.arm, row.stage) == ("fmvr", "restored")]
    by = {before: [row.times.mean for row in restored if row.untrained == before] for before in (True, False)}
    assert len(by[True]) == len(by[False]) == 3 * 5
    assert any(abs(one / other - 1) > 0.05 for one, other in zip(*by.values()))


def test_the_figures_print_and_are_kept_as_plain_numbers(pair):
    lines = str(pair).splitlines()
    assert lines[0].startswith("4 test pictures") and sum("H_A" in line for line in lines) > 3
    assert len({len(line) for line in lines if " 95 %" in line or "modulated" in line}) < 5
    assert json.loads(json.dumps(asdict(pair), allow_nan=False))["covered"] == pair.covered


def test_a_lab_without_blocks_has_bands_before_a_block_and_no_gains():
    lab = Lab({"pooling": Checkpoint(new_model(fmvr_form=None), new_processor())})
    found = measure(lab, WORLD, samples=2)
    assert {row.arm for row in found.bands} == {"pooling"} and {row.stage for row in found.bands} == {"pooled"}
    assert (found.block_arm, found.gains, found.channels) == (None, [], []) and "pooling" in str(found)
    assert section("bands", replace(kept("bands"), result=found), 36).figure.data
