"""The block: its bands, its equations, the authors' parameters."""

import pytest
import torch
import torch.nn.functional as F

from fmvr.model import FORMS, FrequencyModulation
from fmvr.model.splits import split, split_cells

D, S = 5, 6
RELEASED_BRANCHES = ("gap", "mp")


@pytest.fixture
def finer():
    return torch.randn(2, D, 2 * S, 2 * S, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def x(finer):
    return F.avg_pool2d(finer, 2)


@pytest.fixture(params=FORMS)
def block(request):
    return random_block(request.param)


def random_block(form: str) -> FrequencyModulation:
    block, draw = FrequencyModulation(D, form), torch.Generator().manual_seed(1)
    for gain in block.parameters():
        gain.data = torch.randn(gain.shape, generator=draw)
    return block


def neighbourhood_maximum(x):
    """The largest of the 3×3 values around each place, written without max_pool2d."""
    return F.pad(x, (1, 1, 1, 1), value=-torch.inf).unfold(2, 3, 1).unfold(3, 3, 1).amax((-2, -1))


def released_parameters(seed: int = 2) -> dict[str, torch.Tensor]:
    """The authors' names and shapes for one block, with the five branches their forward never calls."""
    draw = torch.Generator().manual_seed(seed)
    branches = (*RELEASED_BRANCHES, "lap", "gau", "dct", "fft", "dwt")
    names = ("low_weight", "high_weight", "a", "b")
    return {f"{branch}.{name}": torch.randn(D, 1, 1, generator=draw) for branch in branches for name in names}


def released_forward(x, state):
    """The block as released, term by term."""
    mean = x.mean((2, 3), keepdim=True)
    peak = neighbourhood_maximum(x)
    w = {name: state[f"gap.{name}"] for name in ("low_weight", "high_weight", "a", "b")}
    high = x - mean
    average = w["low_weight"] * mean + (1 + w["high_weight"]) * high + w["a"] * x * high + w["b"] * x + x
    w = {name: state[f"mp.{name}"] for name in ("low_weight", "high_weight", "a", "b")}
    low = x - peak
    maximum = w["low_weight"] * low + (1 + w["high_weight"]) * peak + w["a"] * x * peak + w["b"] * x
    return average + maximum + x


def test_each_split_adds_up_to_the_grid(x):
    bands = split(x)
    torch.testing.assert_close(bands.low_average + bands.high_average, x)
    torch.testing.assert_close(bands.high_max + bands.low_max, x)


def test_bands_are_the_mean_and_the_neighbourhood_maximum(x):
    bands = split(x)
    torch.testing.assert_close(bands.low_average[:, :, 0, 0], x.mean((2, 3)))
    assert torch.equal(bands.high_max, neighbourhood_maximum(x))
    assert (bands.low_max <= 0).all()


def test_the_average_split_keeps_the_energy_at_every_scale(x):
    bands = split(x)
    energy = [band.square().sum() for band in (x, bands.low_average, bands.high_average)]
    torch.testing.assert_close(energy[0], energy[1] + energy[2])


def test_the_paper_form_is_figure_3(x):
    block = random_block("paper")
    w_average, w_max = (block.gains[name][:, None, None] for name in ("average_high", "max_low"))
    high, low = x - x.mean((2, 3), keepdim=True), x - neighbourhood_maximum(x)
    torch.testing.assert_close(block(x), w_average * high + x * high + w_max * low + x * low)


def test_the_residual_form_is_the_grid_and_two_modulated_bands(x):
    block = random_block("residual")
    names = ("average_high", "average_a", "max_low", "max_a")
    w_average, a_average, w_max, a_max = (block.gains[name][:, None, None] for name in names)
    high, low = x - x.mean((2, 3), keepdim=True), x - neighbourhood_maximum(x)
    torch.testing.assert_close(block(x), x + (w_average + a_average * x) * high + (w_max + a_max * x) * low)


def test_the_released_form_is_the_authors_code_on_the_authors_parameters(x):
    state = released_parameters()
    block = FrequencyModulation.from_released_state_dict(state)
    torch.testing.assert_close(block(x), released_forward(x, state), rtol=1e-6, atol=1e-6)


def test_the_finer_form_is_the_mean_and_what_it_left_out_of_each_cell(finer, x):
    block = random_block("finer")
    g_max, g_std = (block.gains[name][:, None, None] for name in ("max_rise", "average_spread"))
    cells = finer.unfold(2, 2, 2).unfold(3, 2, 2).flatten(-2)  # [2, D, S, S, 4]
    spread = (cells.var(-1, correction=0) + 1e-4).sqrt()
    torch.testing.assert_close(block(x, finer), x + g_max * (cells.amax(-1) - x) + g_std * spread)


def test_the_finer_form_refuses_to_go_without_the_finer_grid(x):
    with pytest.raises(ValueError, match="needs the finer grid"):
        FrequencyModulation(D, "finer")(x)


def test_the_modulated_bands_add_up_to_the_output(block, x, finer):
    bands = block.modulate(x, finer)[1]
    total = bands.low_average + bands.high_average + bands.high_max + bands.low_max
    torch.testing.assert_close(block(x, finer), total)


def test_the_bands_before_modulation_are_the_split(block, x, finer):
    before, bands = block.modulate(x, finer)[0], split_cells(x, finer) if block.form == "finer" else split(x)
    assert all(torch.equal(getattr(before, name), getattr(bands, name)) for name in bands.__dataclass_fields__)


def test_the_released_form_starts_as_five_times_the_grid_less_mean_plus_maximum(x):
    expected = 5 * x - x.mean((2, 3), keepdim=True) + neighbourhood_maximum(x)
    torch.testing.assert_close(FrequencyModulation(D, "released")(x), expected)


@pytest.mark.parametrize("form", ["residual", "finer"])
def test_our_forms_start_as_the_identity(form, x, finer):
    torch.testing.assert_close(FrequencyModulation(D, form)(x, finer), x)


def test_every_gain_learns(block, x, finer):
    block(x, finer).square().sum().backward()
    assert all(gain.grad.abs().min() > 0 for gain in block.parameters())


def test_half_precision_stays_half_precision(block, x, finer):
    assert block(x.bfloat16(), finer.bfloat16()).dtype == torch.bfloat16


@pytest.mark.parametrize("missing", ["gap.a", "mp.high_weight"])
def test_an_incomplete_released_block_is_refused_by_the_missing_name(missing):
    state = released_parameters()
    del state[missing]
    with pytest.raises(ValueError, match=f"not the parameters of one released block: {missing} missing"):
        FrequencyModulation.from_released_state_dict(state)


def test_an_unknown_form_is_refused_with_the_forms_there_are():
    with pytest.raises(ValueError, match="no form 'fourier'.*paper, released, residual, finer"):
        FrequencyModulation(D, "fourier")
