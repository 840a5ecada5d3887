"""Grad-CAM: raw maps at the tower's features, by pytorch-grad-cam, hooks always released."""

import gc

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from torch import nn

from fmvr.arms import arm
from fmvr.explain.maps import Map, Reading
from fmvr.explain.methods import METHODS
from fmvr.loading import Checkpoint
from fmvr.member import Member
from fmvr.prompt import prompt
from fmvr.reduce import Features
from tests.models import BUDGETS, SIDE, TOKENIZER, new_model, new_processor, picture, trained_gains

ANSWER = " two dogs and a cat"


@pytest.fixture(scope="module")
def model():
    return trained_gains(new_model()).requires_grad_(False)


@pytest.fixture(scope="module")
def pixels():
    return new_processor().image_processor(picture(), return_tensors="pt")["pixel_values"]


@pytest.fixture(scope="module")
def features(model, pixels):
    """The tower's hidden states at LLaVA's layer, [1, 577, D]."""
    return model.get_image_features(pixels).hidden_states[model.config.vision_feature_layer]


def map_of(model, hidden, ids, places, method="Grad-CAM", layer=None):
    member = Member.of(arm("fmvr"), Checkpoint(model, new_processor()))
    layer = member.layers if layer is None else layer
    states = (hidden[0],) * (member.layers + 1)  # those after the layer are made again
    features = Features(model.model.multi_modal_projector(hidden[0, 1:]), states, model.model.vision_tower)
    tokens = int((ids == model.config.image_token_id).sum())
    reading = Reading(member, [features], tokens, "What do you see?", tuple(ids[0].tolist()), tuple(places))
    return METHODS[method]([reading], layer)[0][0]


def asked(tokens: int = 36) -> tuple[torch.Tensor, list[int]]:
    """Prompt and answer, and the places of the answer's tokens."""
    text = prompt("What do you see?", ["<image>" * tokens])
    ids = TOKENIZER(text + ANSWER, return_tensors="pt")["input_ids"]
    return ids, list(range(len(TOKENIZER(text)["input_ids"]), ids.shape[1]))


class FromPixels(nn.Module):
    """The whole model as pytorch-grad-cam expects one: a picture in, logits out."""

    def __init__(self, model, ids):
        super().__init__()
        self.model, self.ids = model, ids

    def forward(self, pixels):
        return self.model(self.ids, pixel_values=pixels).logits


def scaled(values):
    return (values - values.min()) / (values.max() - values.min())


@pytest.mark.parametrize("tokens", BUDGETS)
def test_every_budget_has_a_map_at_the_grid_and_at_picture_size(model, features, tokens):
    ids, places = asked(tokens)
    found = map_of(model, features, ids, places)
    assert (found.grid.shape, found.pixels.shape) == ((24, 24), (SIDE, SIDE))
    for values in (found.grid, found.pixels):
        assert values.dtype == np.float32 and values.min() >= 0 and values.max() > 0
    assert len(np.unique(found.grid)) > 24


@pytest.mark.parametrize("tokens", [576, 36, 1])
def test_scaled_it_is_the_map_of_pytorch_grad_cams_own_pipeline(model, pixels, features, tokens):
    ids, places = asked(tokens)
    layer = model.model.vision_tower.encoder.layers[model.config.vision_feature_layer]
    with GradCAM(
        FromPixels(model, ids), [layer], reshape_transform=lambda x: x[:, 1:].transpose(1, 2).unflatten(2, (24, 24))
    ) as cam:
        theirs = cam(
            pixels.clone().requires_grad_(True),
            targets=[lambda logits: sum(logits[place - 1, ids[0, place]] for place in places)],
        )[0]
    ours = map_of(model, features, ids, places).pixels
    assert np.allclose(scaled(ours), theirs, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_raw_map(model, features, method):
    found = map_of(model, features, *asked(), method).grid
    assert found.shape == (24, 24) and found.dtype == np.float32
    assert np.isfinite(found).all() and found.min() >= 0 and found.max() > 0


def test_at_an_earlier_layer_the_map_is_that_layers(model, pixels, features):
    states = model.get_image_features(pixels, output_hidden_states=True).hidden_states
    ids, places = asked()
    maps = [
        map_of(model, states[layer], ids, places, layer=layer).grid
        for layer in range(1, model.config.feature_layer + 1)
    ]
    assert np.array_equal(maps[-1], map_of(model, features, ids, places).grid)
    assert len(maps) == 1 or not np.allclose(maps[0], maps[-1], rtol=0.05)


def test_a_map_is_not_scaled_to_itself(features):
    model = trained_gains(new_model()).requires_grad_(False)
    ids, places = asked()
    once = map_of(model, features, ids, places).grid
    model.lm_head.weight.mul_(3)
    assert np.allclose(map_of(model, features, ids, places).grid, 3 * once, rtol=1e-3)


def test_maps_of_different_words_differ(model, features):
    ids, places = asked()
    maps = [map_of(model, features, ids, [place]).grid for place in places]
    for i, first in enumerate(maps):
        assert not any(np.allclose(first, other, rtol=0.05) for other in maps[:i])


def test_a_map_explains_the_token_at_its_place_and_not_the_next(model, features):
    ids, places = asked()
    changed = ids.clone()
    changed[0, places[-1]] = TOKENIZER.convert_tokens_to_ids("▁owl")
    before, after = ([map_of(model, features, i, [p]).grid for p in places[-2:]] for i in (ids, changed))
    assert np.array_equal(before[0], after[0])
    assert not np.allclose(before[1], after[1], rtol=0.05)


def test_a_map_leaves_no_gradient_and_no_hook_behind(model, features):
    ids, places = asked()
    hooks = [len(module._forward_hooks) for module in model.modules()]
    map_of(model, features, ids, places)
    assert [len(module._forward_hooks) for module in model.modules()] == hooks
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not features.requires_grad


def test_hooks_are_released_even_when_the_backward_pass_fails(features):
    model = trained_gains(new_model())
    ids, places = asked()

    def fail(*_):
        raise IndexError("no gradient today")

    model.lm_head.register_full_backward_hook(fail)
    with pytest.raises(IndexError, match="no gradient today") as failure:
        map_of(model, features, ids, places)
    assert failure.traceback  # its frames keep what was hooked alive
    assert not [module for module in gc.get_objects() if type(module) is nn.Identity and module._forward_hooks]


def test_bfloat16_gives_a_float_map_near_the_float32_one(features):
    ids, places = asked()
    full = map_of(trained_gains(new_model()), features, ids, places).grid
    half = map_of(trained_gains(new_model()).bfloat16(), features.bfloat16(), ids, places).grid
    assert half.dtype == np.float32
    assert np.corrcoef(full.ravel(), half.ravel())[0, 1] > 0.9


def test_boxes_that_overlap_are_counted_once():
    found = Map(np.ones((24, 24), np.float32), 48)
    boxes = [(0, 0, 24, 48), (12, 0, 36, 48)]
    assert found.inside(boxes) == pytest.approx(0.75) and found.covered(boxes) == 0.75


@pytest.mark.parametrize("place, inside", [((3, 10), True), ((3, 11), False), ((2, 10), False)])
def test_a_map_points_at_a_box_where_its_brightest_place_is(place, inside):
    grid = np.zeros((24, 24), np.float32)
    grid[place] = 1
    assert Map(grid, 48).points_at((20, 6, 22, 8)) is inside


def test_an_empty_map_points_nowhere():
    assert not Map(np.zeros((24, 24), np.float32), 48).points_at((0, 0, 48, 48))


@pytest.mark.parametrize("place, corner", [((0, 23), True), ((1, 1), True), ((0, 12), False), ((2, 2), False)])
def test_a_map_that_is_brightest_in_a_corner_says_so(place, corner):
    grid = np.zeros((24, 24), np.float32)
    grid[place] = 1
    assert Map(grid, 48).in_corner is corner
    assert not Map(np.zeros((24, 24), np.float32), 48).in_corner
