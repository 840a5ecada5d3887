"""The pyramid: its token sets, its blocks, what it refuses."""

import pytest
import torch
import torch.nn.functional as F

from fmvr.model import FORMS, TokenPyramid, budgets
from fmvr.model.pyramid import check_budget, levels

D, SIDE = 4, 24


@pytest.fixture
def tokens():
    return torch.randn(2, SIDE * SIDE, D, generator=torch.Generator().manual_seed(0))


def random_pyramid(form: str | None) -> TokenPyramid:
    pyramid, draw = TokenPyramid(D, SIDE, form), torch.Generator().manual_seed(1)
    for gain in pyramid.parameters():
        gain.data += 0.2 * torch.randn(gain.shape, generator=draw)
    return pyramid


def as_grid(tokens):
    return tokens.transpose(1, 2).reshape(len(tokens), D, SIDE, SIDE)


def as_tokens(grid):
    return grid.flatten(2).transpose(1, 2)


@pytest.mark.parametrize("form", [None, *FORMS])
def test_one_pass_gives_every_set(form, tokens):
    sets = random_pyramid(form)(tokens)
    assert {n: tuple(set_.shape) for n, set_ in sets.items()} == {n: (2, n, D) for n in (576, 144, 36, 9, 1)}


def test_without_blocks_every_set_is_average_pooled(tokens):
    sets = TokenPyramid(D, SIDE, None)(tokens)
    for side in (12, 6, 3, 1):
        expected = as_tokens(F.adaptive_avg_pool2d(as_grid(tokens), side))
        torch.testing.assert_close(sets[side * side], expected)


@pytest.mark.parametrize("form", FORMS)
def test_each_level_pools_the_restored_one_above_it(form, tokens):
    pyramid, above = random_pyramid(form), as_grid(tokens)
    sets = pyramid(tokens)
    for side, cell in ((12, 2), (6, 2), (3, 2), (1, 3)):
        expected = F.avg_pool2d(above, cell)
        if str(side) in pyramid.blocks:
            expected = pyramid.blocks[str(side)](expected, above)
        torch.testing.assert_close(sets[side * side], as_tokens(expected))
        above = expected


@pytest.mark.parametrize("form", FORMS)
def test_the_full_set_passes_no_block(form, tokens):
    assert torch.equal(random_pyramid(form)(tokens)[576], tokens)


def test_blocks_stand_at_the_inner_levels_and_of_cells_at_one_token_too():
    assert list(TokenPyramid(D, SIDE, "residual").blocks) == ["12", "6", "3"]
    assert list(TokenPyramid(D, SIDE, "finer").blocks) == ["12", "6", "3", "1"]


def test_a_learned_merge_starts_as_the_mean_and_learns_any_mix_of_a_cell(tokens):
    pyramid, plain = TokenPyramid(D, SIDE, None, merge=True), TokenPyramid(D, SIDE, None)
    for merged, mean in zip(pyramid(tokens).values(), plain(tokens).values()):
        torch.testing.assert_close(merged, mean)
    with torch.no_grad():  # the first channel alone, of the lower left place alone
        pyramid.merges["12"].linear.weight.zero_()[0, 2] = 1
    grid = pyramid(tokens)[144].transpose(1, 2).unflatten(2, (12, 12))
    assert torch.equal(grid[:, 0], as_grid(tokens)[:, 0, 1::2, ::2]) and not grid[:, 1:].any()
    pyramid(tokens)[1].sum().backward()
    assert all(weight.grad is not None for weight in pyramid.parameters())


@pytest.mark.parametrize("form", [None, *FORMS])
def test_the_trace_restores_what_the_pass_gives(form, tokens):
    pyramid = random_pyramid(form)
    sets = pyramid(tokens)
    for level in pyramid.trace(tokens):
        torch.testing.assert_close(as_tokens(level.restored), sets[level.side**2])


def test_the_trace_has_bands_where_a_block_stands(tokens):
    found = random_pyramid("residual").trace(tokens)
    assert [level.side for level in found if level.after] == [12, 6, 3]
    for level in found[1:4]:
        torch.testing.assert_close(level.before.low_average + level.before.high_average, level.pooled)


def test_tokens_keep_their_places():
    line = torch.arange(576.0).reshape(1, 576, 1)
    nine = TokenPyramid(1, SIDE, None)(line)[9][0, :, 0]
    rows_and_columns = torch.arange(576.0).reshape(3, 8, 3, 8).mean((1, 3))
    torch.testing.assert_close(nine, rows_and_columns.flatten())


@pytest.mark.parametrize("side, sides", [(24, [24, 12, 6, 3, 1]), (48, [48, 24, 12, 6, 3, 1]), (3, [3, 1])])
def test_sides_are_halved_down_to_three_then_one(side, sides):
    assert levels(side) == sides
    assert budgets(side) == [s * s for s in sides]


@pytest.mark.parametrize("side", [1, 2, 16, 20, 27])
def test_a_side_that_cannot_be_halved_is_refused_with_those_that_can(side):
    with pytest.raises(ValueError, match=f"A {side}×{side} token grid cannot .* 3, 6, 12, 24, 48"):
        TokenPyramid(D, side)


@pytest.mark.parametrize("budget", [0, -1, 4, 100, 577])
def test_a_budget_that_does_not_exist_is_refused_with_those_that_do(budget):
    with pytest.raises(ValueError, match=f"no set of {budget} visual tokens; .* 576, 144, 36, 9, 1"):
        check_budget(budget, SIDE)


def test_another_number_of_tokens_than_the_grid_has_is_refused():
    with pytest.raises(ValueError, match="takes 576 visual tokens a picture, not 575"):
        TokenPyramid(D, SIDE)(torch.zeros(1, 575, D))
