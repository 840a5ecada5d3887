"""TAM: what the visual tokens say of a word, less what they say of the words before it, smoothed by rank."""

import numpy as np
import pytest
import torch

from fmvr.explain.tam import rank_gaussian, unmixed
from tests.models import new_lab, picture

QUESTION = "What do you see?"


@pytest.fixture(scope="module")
def view():
    return new_lab().look(picture())


def by_hand(view, answer, position: int) -> np.ndarray:
    """The map of one token at a grid side of 6, from the paper's formulas, before the filter: [6, 6]."""
    one = view.reading(answer, None)
    tokens = view.token_set(36, answer.arm).tokens
    ids = list(one.ids)
    embedded = one.member.model.get_input_embeddings()(torch.tensor([ids]))
    places = [i for i, token in enumerate(ids) if token == one.member.model.config.image_token_id]
    embedded[0, places] = tokens
    logits = (
        one.member.model.model.language_model(inputs_embeds=embedded).last_hidden_state
        @ one.member.model.lm_head.weight.T
    )
    logits = logits[0].detach().clamp(min=0).numpy()
    own = logits[places, ids[position]]
    mixture = np.zeros(36)
    for before in range(position):
        if before not in places and ids[before] != ids[position]:
            mixture += logits[before, ids[position]] * logits[places, ids[before]]
    left = own - (own @ mixture) / (mixture @ mixture) * mixture
    return np.maximum(left, 0).reshape(6, 6)


@torch.inference_mode()
def test_a_map_is_the_papers_formula_over_the_tokens_places(view):
    answer = view.ask(QUESTION, 36, "fmvr")
    found = view.gradcam(answer, 0, "TAM").grid
    first = [len(answer.prompt_ids) + i for i, word in enumerate(answer.word_of) if word == 0]
    expected = sum(by_hand(view, answer, position) for position in first)
    np.testing.assert_allclose(found, rank_gaussian(np.kron(expected, np.ones((4, 4))) / 16), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("arm", ["pooling", "fmvr"])
def test_a_single_token_has_one_value(view, arm):
    found = view.gradcam(view.ask(QUESTION, 1, arm), method="TAM").grid
    assert found.shape == (24, 24) and np.ptp(found) <= 1e-6 * found.max()


def test_what_was_said_before_is_taken_away_and_nothing_falls_below_zero():
    others = np.array([[1.0, 0], [0, 1], [0, 0]])
    np.testing.assert_allclose(unmixed(np.array([2.0, 0, 1]), others, np.array([1.0, 0])), [0, 0, 1])
    np.testing.assert_allclose(unmixed(np.array([2.0, 0, 1]), others, np.zeros(2)), [2, 0, 1])
    assert (unmixed(np.array([1.0, 3, 0]), others, np.ones(2)) >= 0).all()


def test_the_filter_keeps_what_is_even_and_takes_what_stands_alone():
    even, lone = np.full((5, 5), 3.0), np.zeros((5, 5))
    lone[2, 2] = 9
    np.testing.assert_allclose(rank_gaussian(even), even)
    assert rank_gaussian(lone).max() < 3 and not rank_gaussian(np.zeros((3, 3))).any()
