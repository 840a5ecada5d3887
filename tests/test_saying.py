"""The projector learns to say of every patch what words said of it."""

import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import CLIPVisionModel

from fmvr.loading import load as load_checkpoint
from fmvr.runs.settings import note
from fmvr.training.__main__ import main
from fmvr.training.reading import WORDS, ReadsPhrases, new_language_model
from fmvr.training.saying import PLACES, PatchesInWords, SaysPhrases, in_words
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.language import told
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from tests.models import WIDTH, image_processor, vision_config

WORLD = WORLDS["embedded"]


def words_of(row: np.ndarray) -> list[str]:
    return [told.VOCABULARY[i - 1] for i in row if i]


@pytest.fixture(scope="module")
def tokenizer():
    return new_tokenizer(corpus(WORLD.sample("train", place) for place in range(60)))


@pytest.fixture(scope="module")
def reads(tokenizer):
    torch.manual_seed(0)
    return ReadsPhrases(new_language_model(tokenizer), tokenizer)


@pytest.mark.parametrize("place", range(3))  # a scene, a board, a text
def test_a_patch_is_told_as_the_item_that_it_shows(place):
    picture = WORLD.sample("train", place)
    words, filled = in_words(picture)
    assert words.shape[0] == len(filled) == 576 and 0 < filled.sum() < 576
    for item in picture.items:
        x, y = (int(c // 14) for c in item.centre)
        assert words_of(words[24 * y + x]) == told.phrase(item)
    assert all(words_of(words[i]) == PLACES[i] for i in np.flatnonzero(~filled))


def test_a_projector_that_says_the_phrases_has_lost_nothing(reads):
    words, filled = in_words(WORLD.sample("train", 0))
    words, filled = torch.from_numpy(words)[None], torch.from_numpy(filled)[None]
    features = reads.phrases(words[0])[None].detach()
    assert SaysPhrases(nn.Identity(), reads)(features, words, filled)["loss"] < 1e-9
    assert SaysPhrases(nn.Identity(), reads)(features * 0, words, filled)["loss"] > 1


def test_nothing_but_the_projector_learns(reads):
    projector = nn.Linear(8, 256)
    data = PatchesInWords(np.zeros((2, 576, 8), np.float16), WORLD, 4)
    batch = {name: torch.from_numpy(np.stack([data[i][name] for i in range(2)])) for name in data[0]}
    learner = SaysPhrases(projector, reads)
    learner(**batch)["loss"].backward()
    learning = {name for name, p in learner.named_parameters() if p.requires_grad}
    assert len(data) == 4 and learning == {"projector.weight", "projector.bias"}
    assert projector.bias.grad.abs().sum() > 0


def test_the_command_goes_on_from_the_words_that_reading_left(reads, tokenizer, tmp_path, monkeypatch):
    tower, language, cache = tmp_path / "tower", tmp_path / "language", tmp_path / "encode" / "features.npy"
    CLIPVisionModel(vision_config()).save_pretrained(tower)
    image_processor().save_pretrained(tower)
    reads.language.save_pretrained(language)
    tokenizer.save_pretrained(language)
    cache.parent.mkdir()
    np.save(cache, np.random.default_rng(0).normal(size=(3, 576, WIDTH)).astype(np.float16))
    note(cache.with_name("settings.json"), {"world": "embedded"})
    paths = ("--tower", tower, "--language", language, "--features", cache, "--out", tmp_path / "say")
    monkeypatch.setattr(sys, "argv", ["fmvr.training", "say", "--steps", "2", "--batch", "2", *map(str, paths)])
    with pytest.raises(SystemExit, match="read makes it"):
        main()
    reads.save_words(language)
    assert torch.equal(load_file(language / WORDS)["weight"], reads.words.weight)
    main()
    model, _ = load_checkpoint(tmp_path / "say" / "model")
    told_by = reads.language.model.layers[0].self_attn.q_proj.weight
    assert torch.equal(model.model.language_model.layers[0].self_attn.q_proj.weight.float(), told_by)
    assert model.config.fmvr_world == "embedded"
