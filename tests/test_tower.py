"""The vision tower's training: growing, targets of every patch and of the picture, the probe, precision."""

import numpy as np
import pytest
import torch
from transformers import CLIPVisionConfig, CLIPVisionModel

from fmvr.errors import BadInput
from fmvr.training.conversations import IGNORE
from fmvr.training.muon import Muon, MuonWithAdamW
from fmvr.training.precision import bfloat16_is_faster
from fmvr.training.probe import probe
from fmvr.training.targets import (
    CHARACTERS,
    DIGITS,
    GRID,
    GROUND,
    HELD,
    LETTERS,
    LINES,
    MIXTURE,
    PATCH,
    PATCH_NOUNS,
    SLOTS,
    DensePictures,
    shown_of,
    targets,
)
from fmvr.training.tower import (
    CONFIG,
    WEIGHTS,
    TowerWithDenseHead,
    grown_tower,
    half_trained,
    image_processor,
    losses,
)
from fmvr.worlds.embedded.catalog import WORDS
from fmvr.worlds.embedded.draw import letters, pixels
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import SPLITS

SMALL = CONFIG | {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 1, "num_attention_heads": 3}


def small_tower() -> CLIPVisionModel:
    torch.manual_seed(0)
    return CLIPVisionModel(CLIPVisionConfig(**SMALL)).eval()


def batch(*items: dict) -> dict[str, torch.Tensor]:
    return {name: torch.stack([torch.as_tensor(item[name]) for item in items]) for name in items[0]}


def test_grown_layers_change_nothing_at_first(tmp_path):
    small = small_tower()
    small.save_pretrained(tmp_path)
    tall = grown_tower(tmp_path, 3).eval()
    assert tall.config.num_hidden_layers == 3
    picture = torch.randn(1, 3, SIDE, SIDE)
    with torch.no_grad():
        one, two = (tower(picture, output_hidden_states=True).hidden_states[-1] for tower in (small, tall))
    torch.testing.assert_close(one, two)


def test_a_tower_grows_from_a_llava_checkpoint_too(tmp_path):
    from tests.models import new_model, new_processor, vision_config

    for part in (new_model(), new_processor()):
        part.save_pretrained(tmp_path)
    layers = vision_config().num_hidden_layers + 1
    assert len(grown_tower(tmp_path, layers).encoder.layers) == layers


@pytest.mark.parametrize("kind", MIXTURE)
def test_targets_have_the_shapes_and_classes_of_the_heads(kind):
    item = DensePictures(SPLITS["train"] + 5, 1, kind)[0]
    assert item["pixel_values"].shape == (3, SIDE, SIDE) and item["pixel_values"].dtype == np.float32
    for name, slots, classes in (
        ("noun", 1, len(PATCH_NOUNS)),
        ("digits", SLOTS, DIGITS),
        ("letters", LETTERS, CHARACTERS),
        ("word", 1, len(WORDS)),
        ("row", 1, LINES),
        ("column", 1, LINES),
    ):
        values = item[name].reshape(GRID * GRID, slots)
        known = values[values != IGNORE]
        assert len(known) == 0 or (known.min() >= 0 and known.max() < classes)
    assert item["held"].shape == (len(HELD),) and item["held"].sum() >= 1
    assert (item["noun"] != IGNORE).all() and item["centre"].sum() >= 1


def test_pixels_are_what_the_processor_makes_of_the_picture():
    data = DensePictures(SPLITS["train"], 4)
    _, drawn, _ = shown_of(data.maker(SPLITS["train"] + 3), SPLITS["train"] + 3)
    processed = image_processor()(drawn, return_tensors="np")["pixel_values"][0]
    np.testing.assert_allclose(data[3]["pixel_values"], processed, atol=1e-5)


def test_a_seed_of_the_training_makes_the_same_example_again():
    one, two = DensePictures(SPLITS["train"] + 40, 8), DensePictures(SPLITS["train"], 80)
    assert [one.maker(one.first + i) for i in range(8)] == [two.maker(40 + i) for i in range(8)]
    for name, value in one[2].items():
        np.testing.assert_array_equal(value, two[42][name])


def test_kinds_are_mixed_as_is_said():
    data = DensePictures(SPLITS["train"], 1)
    names = [data.maker(seed) for seed in range(1000)]
    assert all(abs(names.count(name) / 1000 - share) < 0.05 for name, share in MIXTURE.items())


@pytest.fixture
def written():
    """A text of one word and one number, and its targets."""
    word = Item("word", "black", "Ham", 42, 0.0, False, (28, 56, 150, 98), 1, 1, "plain")
    number = Item("number", "red", "407", 30, 0.0, False, (200, 56, 270, 86), 1, 2, "plain")
    picture = Picture("text", 3, "sign", (word, number), 1, 2)
    return picture, targets(picture, pixels_owner(picture))


def pixels_owner(picture: Picture) -> np.ndarray:
    owner = np.full((SIDE, SIDE), -1, np.int16)
    for i, item in enumerate(picture.items):
        x0, y0, x1, y1 = item.box
        owner[y0:y1, x0:x1] = i
    return owner


def test_patches_of_words_and_numbers_tell_what_is_written(written):
    picture, target = written
    of_word, of_number = (target["noun"] == PATCH_NOUNS.index(noun) for noun in ("word", "number"))
    assert of_word.any() and of_number.any() and not (of_word & of_number).any()
    assert (target["word"][of_word] == WORDS.index("ham")).all() and (target["word"][~of_word] == IGNORE).all()
    assert (target["digits"][of_number] == [4, 0, 7, DIGITS - 1]).all()
    assert (target["digits"][of_word] == IGNORE).all()
    assert set(target["column"][of_word]) == {0} and set(target["column"][of_number]) == {1}
    assert (target["noun"][~of_word & ~of_number] == GROUND).all()


def test_letters_are_told_where_their_middle_lies(written):
    picture, target = written
    for item, classes in zip(picture.items, ([7, 0, 12], [30, 26, 33])):
        for (_, x, y), wanted in zip(letters(item), classes):
            assert wanted in target["letters"][int(y // PATCH) * GRID + int(x // PATCH)]
    said = target["letters"][target["letters"] != IGNORE]
    assert (said != CHARACTERS - 1).sum() == 6


def test_a_picture_tells_what_it_holds(written):
    _, target = written
    held = {HELD[i] for i in np.flatnonzero(target["held"])}
    assert held == {"word", "number", ("word", "ham")} and target["kind"] == 2 and target["count"] == 1


def test_a_training_step_is_finite_and_lowers_the_loss():
    torch.manual_seed(0)
    model = TowerWithDenseHead(small_tower())
    data = batch(*(DensePictures(SPLITS["train"] + 9, 1, kind)[0] for kind in MIXTURE))
    optimizer = MuonWithAdamW(model, 3e-3, 0.05)
    values = []
    for _ in range(3):
        loss = model(**data)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        values.append(loss.item())
    assert np.isfinite(values).all() and values[-1] < values[0]
    assert all(torch.isfinite(p).all() for p in model.parameters())


def test_a_batch_without_words_or_numbers_has_a_loss_too():
    model = TowerWithDenseHead(small_tower())
    thing = Item("cat", None, None, 60, 0.0, False, (50, 50, 110, 110))
    picture = Picture("scene", 1, "table", (thing,))
    drawn, owner = pixels(picture)
    target = batch(targets(picture, owner))
    outputs = model(torch.zeros(1, 3, SIDE, SIDE))
    parts = losses(outputs, target)
    assert set(parts) == set(WEIGHTS) and all(torch.isfinite(part) for part in parts.values())
    assert parts["word"] == parts["letters"] == parts["digits"] == 0


def test_the_probe_tells_shares_by_kind_and_size():
    table = probe(TowerWithDenseHead(small_tower()).eval(), pictures=2)
    assert set(table) == set(MIXTURE)
    assert all(0 <= v <= 1 for kind in table.values() for name, v in kind.items() if name != "box")
    assert any(name.startswith("letters ") for name in table["text"])
    assert any(name.startswith("noun ") for name in table["scene"])


def test_a_run_without_a_checkpoint_cannot_be_probed(tmp_path):
    with pytest.raises(BadInput, match="no checkpoint"):
        half_trained(tmp_path)


def test_muon_in_float32_steps_as_torchs_does():
    torch.manual_seed(0)
    start, gradient = torch.randn(24, 48), torch.randn(24, 48)
    moved = []
    for kind in (Muon, torch.optim.Muon):
        p = torch.nn.Parameter(start.clone())
        optimizer = kind([p], 0.1, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
        for _ in range(2):
            p.grad = gradient.clone()
            optimizer.step()
        moved.append(p.detach() - start)
    similar = torch.cosine_similarity(*(move.flatten() for move in moved), dim=0)
    assert similar > 0.999 and abs(moved[0].norm() / moved[1].norm() - 1) < 0.02


def test_the_precision_is_chosen_once_and_said(capsys):
    bfloat16_is_faster.cache_clear()
    chosen = bfloat16_is_faster()
    assert bfloat16_is_faster() is chosen
    said = capsys.readouterr().out
    assert torch.cuda.is_available() or said.count("training in") == 1
