"""Where an answer begins, a head looks at what the question is about: targets, and how far a model is from them."""

import numpy as np
import pytest
import torch

from fmvr.training.conversations import IGNORE, Collate, Conversation
from fmvr.training.features import CachedSamples
from fmvr.training.language import ReadsWords, new_language_model
from fmvr.training.looking import HEAD, covered, middle, of_tokens, spread
from fmvr.training.reading import PicturesInWords
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from tests.models import TOKENIZER

TURNS = [("Is there a cat?", "yes"), ("What is in the picture, please?", "a cat and a dog"), ("Hm?", "no")]


def test_a_box_covers_its_share_of_every_cell():
    share = covered((7, 14, 28, 21), 336, 24)
    expected = np.zeros((24, 24))
    expected[1, :2] = 0.25, 0.5
    assert np.allclose(share, expected)
    assert np.allclose(covered((0, 0, 336, 336), 336, 24), 1)


def test_a_token_is_looked_at_by_the_mean_of_its_patches():
    look = np.zeros((24, 24))
    look[2:4, 0:2] = 1
    tokens = of_tokens(look.ravel(), 36).view(6, 6)
    assert tokens[0, 0] == 0.25 and tokens.sum() == 0.25
    assert torch.equal(of_tokens([0, 1, 1], 3), torch.tensor([0.0, 1, 1]))


def test_a_target_sums_to_one_and_nothing_is_the_first_token():
    places = torch.tensor([3, 4, 5])
    assert torch.equal(spread(np.array([0, 1, 1]), places, 8), torch.tensor([0, 0, 0, 0, 0.5, 0.5, 0, 0]))
    assert torch.equal(spread(np.zeros(3), places, 8), torch.eye(8)[0])
    assert not spread(None, places, 8).any()


def test_what_is_astray_is_the_cross_entropy_of_the_models_own_attention():
    reads = ReadsWords(new_language_model(TOKENIZER), TOKENIZER)
    looks = [np.array([0, 1, 1]), None, np.zeros(3)]
    lesson = Conversation(TURNS, words=["cat xa yb", "dog xc yd", "red circle xe yf"], independent=True, looks=looks)
    batch = Collate(TOKENIZER)([lesson])
    unguided = {name: value for name, value in batch.items() if name != "looks"}
    with torch.no_grad():
        found = reads(**batch)["loss"] - reads(**unguided)["loss"]

        heard = []
        reads.language.model.register_forward_pre_hook(lambda _, __, given: heard.append(given), with_kwargs=True)
        reads(**unguided)
        embed, opening = reads.language.get_input_embeddings(), heard[0]["inputs_embeds"]
        reads.language.set_attn_implementation("eager")
        expected = []
        for k, items in ((0, [1, 2]), (2, None)):
            turn = batch["turns"][k][batch["turns_mask"][k].bool()]
            whole = torch.cat([opening, embed(turn)[None]], 1)
            maps = reads.language(inputs_embeds=whole, output_attentions=True).attentions
            begin = opening.shape[1] + int((batch["labels"][k] != IGNORE).int().argmax()) - 1
            attention = maps[middle(reads.language.model)][0, HEAD, begin]
            places = (batch["input_ids"][0] == reads.image).nonzero()[:, 0]
            expected.append(-attention[[0] if items is None else places[items]].log().mean())
    torch.testing.assert_close(found, torch.stack(expected).mean(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("budget", [576, 9])
def test_a_lesson_looks_at_what_its_question_is_about(budget):
    world = WORLDS["embedded"]
    data = CachedSamples(np.zeros((4, 576, 2), np.float16), world, 4)
    for place in range(4):
        picture, lesson = world.sample("train", place), data[place]
        assert len(lesson.looks) == len(lesson.turns)
        filled = sum(covered(item.box, 336, 24) for item in picture.items).ravel() > 0
        assert all(not look[~filled].any() for look in lesson.looks)
        assert any(look.any() for look in lesson.looks)
        tokenizer = new_tokenizer(corpus([picture]))
        seen = Collate(tokenizer, [budget])([lesson])["looks"]
        assert torch.allclose(seen.sum(1), torch.ones(len(seen)))


def test_items_in_words_are_looked_at_where_they_stand():
    lesson = PicturesInWords(100)[2]
    named = {
        (q, a): [lesson.words[i] for i in np.flatnonzero(look)] for (q, a), look in zip(lesson.turns, lesson.looks)
    }
    assert any(len(words) == 1 for words in named.values())
    for (question, answer), words in named.items():
        if question.startswith("Is there a") and answer in ("yes", "no"):
            assert bool(words) == (answer == "yes"), question


def test_a_step_counts_looking_by_its_share_of_the_labels():
    reads = ReadsWords(new_language_model(TOKENIZER), TOKENIZER)
    lesson = Conversation(TURNS, words=["cat", "dog"], independent=True, looks=[np.array([1, 0])] * 3)
    batch = Collate(TOKENIZER)([lesson])
    with torch.no_grad():
        whole, half = (
            reads(**batch, num_items_in_batch=n)["loss"] for n in (None, 2 * int((batch["labels"] != IGNORE).sum()))
        )
    torch.testing.assert_close(half, whole / 2)


def test_where_to_look_is_learned():
    torch.manual_seed(0)
    reads = ReadsWords(new_language_model(TOKENIZER), TOKENIZER)
    asked = [("Is there a cat?", "yes"), ("Is there a dog?", "yes")]
    lesson = Conversation(asked, words=["cat", "dog"], independent=True, looks=[np.array([1, 0]), np.array([0, 1])])
    batch = Collate(TOKENIZER)([lesson])
    optimizer, losses = torch.optim.AdamW(reads.parameters(), 3e-3), []
    for _ in range(40):
        optimizer.zero_grad()
        loss = reads(**batch)["loss"]
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 < np.log(2) < losses[0]  # who looks at both alike is astray by ln 2
