"""Blocks that plug in: trained apart from a frozen model, kept apart, put into it; and those of the authors' layout."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
import torch
from safetensors.torch import load_file, save_file

from fmvr import blocks, plugged
from fmvr.blocks import FILE, Blocks, Card, read, released
from fmvr.errors import BadInput
from fmvr.evaluation import own
from fmvr.evaluation.report.settings import Settings
from fmvr.lab import Lab
from fmvr.loading import load
from fmvr.model import FrequencyModulation, TokenPyramid
from fmvr.runs.identity import digest
from fmvr.settings import settings
from fmvr.training.__main__ import main
from fmvr.worlds.photographs import PhotographWorld
from tests import models
from tests.models import WIDTH, new_model, new_processor, picture
from tests.rows import save_own
from viz.notes import budget_notes
from viz.tabs.arena import ArenaTab
from viz.tabs.block import BlockTab
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.tokens import TokensTab

QUESTION = "Is there a cat?"


def run(monkeypatch, words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *words.split()])
    main()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a stock model, and what training its blocks, and its blocks and projector, left in `out`."""
    at = tmp_path_factory.mktemp("own")
    data = save_own(at)
    with pytest.MonkeyPatch.context() as patch:
        for parts in ("blocks", "blocks+projector"):
            words = f"align --model {at}/stock --data {data} --images {at} --train {parts} --out {at}/{parts}"
            run(patch, f"{words} --steps 4 --batch 2 --lr 3e-2 --form residual")
    return at


def logits(lab, tokens: int, arm: str) -> torch.Tensor:
    view = lab.look(picture())
    return torch.tensor([word.probability for word in view.next_words(view.ask(QUESTION, tokens, arm), 20)])


def storage_bytes(*models) -> int:
    """Bytes of the memory that models take together."""
    tensors = [tensor for model in models for tensor in (*model.parameters(), *model.buffers())]
    return sum({t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}.values())


# From a stock folder to two arms


def test_of_a_frozen_model_the_blocks_alone_are_written(trained):
    out = trained / "blocks"
    assert {path.name for path in out.iterdir()} == {FILE, "fmvr_blocks.json", "settings.json", "checkpoint-4"}
    weights = load_file(out / FILE)
    assert set(weights) == {f"pyramid.{name}" for name in TokenPyramid(WIDTH).state_dict()}
    assert all(gain.dtype == torch.float32 and gain.any() for gain in weights.values())
    assert set(load_file(out / "checkpoint-4" / "model.safetensors")) == {f"model.model.{name}" for name in weights}
    card = json.loads((out / "fmvr_blocks.json").read_text())
    assert len(card.pop("base").pop("digest")) == 64
    assert card == {
        "form": "residual",
        "window": 3,
        "side": 24,
        "levels": [12, 6, 3],
        "channels": WIDTH,
        "trained_on": {"data": "data.json", "rows": 10, "steps": 4},
    }


def test_a_model_and_its_blocks_are_two_arms_of_one_set_of_weights(trained):
    lab = Lab.load(trained / "stock", blocks=trained / "blocks" / FILE)
    assert tuple(lab.arms) == ("pooling", "fmvr") and lab.form == "residual" and lab.block_levels == [12, 6, 3]
    assert torch.equal(logits(lab, 576, "pooling"), logits(lab, 576, "fmvr"))
    assert not torch.allclose(logits(lab, 36, "pooling"), logits(lab, 36, "fmvr"), rtol=1e-2)
    pooling, fmvr = (lab.member(arm).model for arm in lab.arms)
    assert storage_bytes(pooling, fmvr) - storage_bytes(pooling) == storage_bytes(fmvr.model.pyramid) == 12 * WIDTH * 4
    passes = []
    pooling.model.vision_tower.register_forward_hook(lambda *_: passes.append(1))
    lab.look(picture())
    assert passes == [1] and lab.one_model and not models.new_lab().one_model


def test_the_page_calls_them_one_model(trained):
    lab = Lab.load(trained / "stock", blocks=trained / "blocks" / FILE)
    lab.world = PhotographWorld()
    with gr.Blocks() as page:
        Board(comparer := Comparer(lab), [BlockTab(comparer), ArenaTab(comparer), TokensTab(comparer)])
    said = " ".join(str(part.value) for part in page.blocks.values() if isinstance(part, gr.HTML | gr.Markdown))
    assert "Model: stock, blocks of the form residual, trained in 4 steps" in said
    assert "With every block bypassed it is the model without FMVR." in said
    for tokens, alike in ((576, True), (36, False)):
        told = budget_notes(tokens, lab.budgets, tuple(lab.arms), None, lab.one_model)
        assert "Both arms are one model" in told and ("answer alike" in told) == alike and "trained models" not in told


def test_a_projector_that_was_trained_too_belongs_to_its_arm_alone(trained):
    stored = read(trained / "blocks+projector")
    lab = Lab.load(trained / "stock", blocks=trained / "blocks+projector")
    pooling, fmvr = (lab.member(arm).model.model for arm in lab.arms)
    before = load(trained / "stock").model.state_dict()
    assert set(stored.projector) == set(pooling.multi_modal_projector.state_dict())
    for name, weight in pooling.multi_modal_projector.state_dict().items():
        assert torch.equal(weight, before[f"model.multi_modal_projector.{name}"])
        assert not torch.equal(weight, fmvr.multi_modal_projector.state_dict()[name])
    assert fmvr.language_model is pooling.language_model and fmvr.vision_tower is pooling.vision_tower
    assert not torch.equal(logits(lab, 576, "pooling"), logits(lab, 576, "fmvr"))


def test_blocks_stand_in_the_environment_beside_their_model(monkeypatch):
    monkeypatch.setenv("FMVR_BLOCKS", "blocks.safetensors")
    with pytest.raises(BadInput, match="name it, too .FMVR_MODEL"):
        settings()
    monkeypatch.setenv("FMVR_MODEL", "stock")
    assert (settings().model, settings().blocks) == ("stock", "blocks.safetensors")


def test_a_measure_takes_them_from_the_environment_or_the_command_line(trained, tmp_path, monkeypatch):
    parser = ArgumentParser()
    own.add_arguments(parser)
    assert own.chosen(parser.parse_args([])).model is None
    monkeypatch.setenv("FMVR_MODEL", str(trained / "stock"))
    monkeypatch.setenv("FMVR_BLOCKS", str(trained / "blocks" / FILE))
    lab = own.load(own.chosen(parser.parse_args([])))
    assert lab.one_model and lab.called.startswith("stock, blocks")
    chosen = own.chosen(parser.parse_args(["--model", "other", "--blocks", "theirs"]))
    assert (chosen.model, chosen.blocks) == ("other", "theirs")
    assert own.chosen(parser.parse_args(["--model", "other"])).blocks is None
    runs = [Settings.of(settings(blocks=given), tmp_path, None) for given in (None, str(trained / "blocks+projector"))]
    assert runs[0] != runs[1] and runs[0].weights.startswith(digest(trained / "stock"))


def test_blocks_of_another_model_that_fit_are_warned_of(trained, tmp_path, caplog):
    new_model(seed=7, fmvr_form=None).save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    theirs = Lab.load(trained / "stock", blocks=trained / "blocks")
    assert "These blocks" not in caplog.text
    assert theirs.called == "stock, blocks of the form residual, trained in 4 steps on 10 rows of data.json"
    other = Lab.load(tmp_path, blocks=trained / "blocks")
    doubt = "These blocks were trained on stock, whose weights are not those of the model in"
    assert doubt in caplog.text and doubt in other.called
    stored = read(trained / "blocks")
    replace(stored, card=replace(stored.card, base=None)).write(tmp_path / FILE)
    Lab.load(tmp_path, blocks=tmp_path)
    assert "Nobody noted which model these blocks were trained on" in caplog.text


# What does not fit


def other_card(**changes):
    """Stored blocks with something else on their card."""

    def spoil(stored: Blocks, at: Path) -> None:
        replace(stored, card=replace(stored.card, **changes)).write(at / FILE)

    return spoil


def other_weights(change):
    def spoil(stored: Blocks, at: Path) -> None:
        replace(stored, weights=change(dict(stored.weights))).write(at / FILE)

    return spoil


def file(name: str, content: str | None):
    def spoil(stored: Blocks, at: Path) -> None:
        stored.write(at / FILE)
        (at / name).unlink() if content is None else (at / name).write_text(content)

    return spoil


def wider(stored: Blocks, at: Path) -> None:
    card = replace(stored.card, channels=2 * WIDTH)
    Blocks(card, {f"pyramid.{name}": gain for name, gain in card.pyramid().state_dict().items()}).write(at / FILE)


def another_grid(stored: Blocks, at: Path) -> None:
    Blocks(replace(stored.card, side=12, levels=[6, 3]), small()).write(at / FILE)


def small() -> dict:
    return {f"pyramid.{name}": gain for name, gain in TokenPyramid(WIDTH, 12).state_dict().items()}


WRONG = {
    "no file": (lambda stored, at: None, "There are no blocks at"),
    "no card": (file("fmvr_blocks.json", None), "There is no card .*fmvr_blocks.json beside the blocks"),
    "a broken card": (file("fmvr_blocks.json", "{"), "fmvr_blocks.json is broken, or no card of blocks"),
    "another card": (file("fmvr_blocks.json", '{"form": "residual"}'), "is broken, or no card of blocks"),
    "broken numbers": (file(FILE, "numbers"), "fmvr_blocks.safetensors is broken"),
    "a form there is not": (other_card(form="fourier"), "is broken, or no card of blocks"),
    "a window without a middle": (other_card(window=2), "is broken, or no card of blocks"),
    "another form": (other_card(form="paper"), "does not hold the blocks of which fmvr_blocks.json tells"),
    "a level too few": (
        other_weights(lambda weights: {n: w for n, w in weights.items() if ".3." not in n}),
        "does not hold the blocks",
    ),
    "something else": (other_weights(lambda weights: weights | {"lm_head.weight": torch.ones(2)}), "does not hold the"),
    "other channels": (wider, "These blocks are for 32 channels, and the model in .* has 16: they do not fit it"),
    "another grid": (another_grid, "for 12 patches along a side, and the model in .* has 24"),
    "another projector": (
        other_weights(lambda weights: weights | {"multi_modal_projector.linear_1.weight": torch.ones(2, 2)}),
        "The projector that came with these blocks does not fit",
    ),
}


@pytest.mark.parametrize("spoil, sentence", WRONG.values(), ids=WRONG)
def test_blocks_that_do_not_fit_are_refused_before_weights_are_read(spoil, sentence, trained, tmp_path, monkeypatch):
    spoil(read(trained / "blocks"), tmp_path)
    monkeypatch.setattr(plugged, "load", lambda *_, **__: pytest.fail("weights were read"))
    with pytest.raises(BadInput, match=sentence):
        Lab.load(trained / "stock", blocks=tmp_path / FILE)


def test_blocks_do_not_plug_into_a_model_that_has_some(trained, tmp_path):
    new_model(fmvr_form="residual").save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    with pytest.raises(BadInput, match="plug into a model without any, and the model in .* has some"):
        Lab.load(tmp_path, blocks=trained / "blocks")


def test_blocks_are_not_trained_on_a_model_that_has_some_nor_without_a_form(trained, tmp_path, monkeypatch):
    new_model(fmvr_form="residual").save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    words = f"align --data {trained}/data.json --images {trained} --train blocks --out {tmp_path}/out"
    with pytest.raises(SystemExit, match="has blocks already; --train blocks is for one without"):
        run(monkeypatch, f"{words} --model {tmp_path}")
    with pytest.raises(SystemExit, match="--train blocks needs blocks: --form is one of paper, released"):
        run(monkeypatch, f"{words} --model {trained}/stock --form none")


# The authors' layout


def save_released(folder: Path, levels=(144, 36, 9, 1)) -> dict[int, dict[str, torch.Tensor]]:
    """Blocks as the authors' model names them, in two files, with a branch that is never called; by their tokens."""
    draw = torch.Generator().manual_seed(0)
    names = [
        f"{branch}.{gain}" for branch in ("gap", "mp", "local_gap") for gain in ("low_weight", "high_weight", "a", "b")
    ]
    theirs = {n: {name: torch.randn(WIDTH, 1, 1, generator=draw) for name in names} for n in levels}
    flat = [
        (f"model.mm_projector_pool_{n}.{name}", weight) for n, block in theirs.items() for name, weight in block.items()
    ]
    folder.mkdir()
    save_file(dict(flat[:10]), folder / "model-1.safetensors")
    save_file(dict(flat[10:]) | {"lm_head.weight": torch.ones(2)}, folder / "model-2.safetensors")
    return theirs


def test_one_command_takes_blocks_out_of_the_authors_layout(tmp_path, monkeypatch, capsys):
    theirs = save_released(tmp_path / "released")
    monkeypatch.setattr(sys, "argv", ["fmvr.blocks", str(tmp_path / "released"), str(tmp_path / "out")])
    blocks.main()
    assert "Blocks of 3 levels, 16 channels each" in capsys.readouterr().out
    stored = read(tmp_path / "out")
    assert stored.card == Card("released", 3, 24, [12, 6, 3], WIDTH)
    pyramid, x = stored.card.pyramid(), torch.randn(1, WIDTH, 12, 12)
    pyramid.load_state_dict({name.removeprefix("pyramid."): weight for name, weight in stored.weights.items()})
    for side, tokens in ((12, 144), (6, 36), (3, 9)):
        expected = FrequencyModulation.from_released_state_dict(theirs[tokens])
        assert torch.equal(pyramid.blocks[str(side)](x), expected(x))


@pytest.mark.parametrize(
    "levels, sentence", [((144, 9), "are not whole: there are levels 12, 3 alone"), ((), "no blocks of the authors")]
)
def test_a_layout_that_is_not_whole_is_refused(levels, sentence, tmp_path):
    save_released(tmp_path / "released", levels)
    with pytest.raises(BadInput, match=sentence):
        released(tmp_path / "released")


def test_a_source_without_safetensors_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["fmvr.blocks", str(tmp_path), str(tmp_path / "out")])
    with pytest.raises(SystemExit, match="There are no safetensors weights in"):
        blocks.main()
    (tmp_path / "broken.safetensors").write_text("numbers")
    with pytest.raises(SystemExit, match="broken.safetensors is broken"):
        blocks.main()
