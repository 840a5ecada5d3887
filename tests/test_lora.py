"""LoRA: an adapter of the language model alone, trained, kept, gone on with and merged."""

import re
import sys

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from fmvr import lora
from fmvr.errors import BadInput
from fmvr.loading import load
from fmvr.training.__main__ import main
from tests.models import TOKENIZER, new_model
from tests.rows import save_own

IDS = torch.tensor([TOKENIZER("USER: Is there a cat? ASSISTANT:")["input_ids"]])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a stock model, and an adapter of it that was trained for four steps."""
    at = tmp_path_factory.mktemp("own")
    data = save_own(at)
    words = f"tune --model {at}/stock --data {data} --images {at} --train lora --rank 4 --form none --out {at}/lora"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["fmvr.training", *words.split(), *["--steps", "4", "--batch", "2", "--lr", "3e-2"]])
        main()
    return at


@torch.no_grad()
def logits(model) -> torch.Tensor:
    return model.eval()(IDS).logits


def test_the_language_models_layers_are_adapted_and_no_others_of_the_same_name():
    model = new_model()
    pattern = re.compile(lora.targets(model))
    matched = {name for name, _ in model.named_modules() if pattern.fullmatch(name)}
    linear = {name for name, part in model.named_modules() if isinstance(part, nn.Linear)}
    assert matched == {name for name in linear if name.startswith("model.language_model.")}
    ends = {name.rpartition(".")[2] for name in matched}
    assert {"q_proj", "k_proj", "v_proj"} <= ends & {name.rpartition(".")[2] for name in linear - matched}
    lora.adapted(model, rank=2)
    learns = {name for name, weight in model.named_parameters() if weight.requires_grad}
    adapted = {name.partition(".lora_")[0] for name in learns}
    assert adapted == matched and all(".lora_" in name for name in learns)


def test_a_new_adapter_changes_nothing():
    model = new_model()
    before = logits(model)
    lora.adapted(model, rank=2)
    assert torch.equal(logits(model), before)


def test_an_adapter_is_written_in_pefts_format_and_nothing_else(trained):
    assert {path.name for path in (trained / "lora").iterdir()} == {"adapter", "settings.json", "checkpoint-4"}
    weights = load_file(trained / "lora" / "adapter" / lora.WEIGHTS)
    assert weights and all(
        ".language_model." in name and weight.dtype == torch.float32 for name, weight in weights.items()
    )
    assert any(name.endswith("lora_B.weight") and weight.any() for name, weight in weights.items())


def test_a_merged_adapter_answers_as_the_adapted_model_did(trained, monkeypatch, capsys):
    adapter, target = trained / "lora" / "adapter", trained / "merged"
    model = load(trained / "stock").model
    before = logits(model)
    lora.adapted(model, rank=4, adapter=adapter)
    adapted = logits(model)
    assert not torch.allclose(adapted, before, atol=0.1)
    monkeypatch.setattr(sys, "argv", ["fmvr.lora", "merge", str(trained / "stock"), str(adapter), str(target)])
    lora.main()
    assert load(target).model.config.fmvr_budgets == [576, 144, 36, 9, 1]
    assert f"in {target}" in capsys.readouterr().out
    torch.testing.assert_close(logits(load(target).model), adapted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("train", ["lora", "blocks"])
def test_training_goes_on_from_an_adapter(train, trained, tmp_path, monkeypatch):
    adapter = trained / "lora" / "adapter"
    words = f"tune --model {trained}/stock --lora {adapter} --data {trained}/data.json --images {trained} --batch 2"
    given = f"--train {train} --form residual --steps 1 --lr 0 --out {tmp_path}/out"
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *words.split(), *given.split()])
    merged = []
    monkeypatch.setattr(lora, "merged", lambda *given, merge=lora.merged: merged.append(1) or merge(*given))
    main()
    if train == "lora":
        again = load_file(tmp_path / "out" / "adapter" / lora.WEIGHTS)
        assert all(torch.equal(weight, again[name]) for name, weight in load_file(adapter / lora.WEIGHTS).items())
    assert merged == [1] * (train == "blocks")


def broken(at):
    (at / lora.CONFIG).write_text('{"peft_type": "LORA", "r": 4, "target_modules": ["q_proj"]}')
    (at / lora.WEIGHTS).write_text("numbers")


def of_another_model(at):
    other = new_model()
    other.resize_token_embeddings(8)
    wide = nn.Linear(24, 24)
    other.model.language_model.layers[0].self_attn.q_proj = wide
    lora.adapted(other, rank=2).save_pretrained(at)


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (lambda at: None, "There is no adapter in .*adapter_config.json is missing"),
        (
            lambda at: (at / lora.CONFIG).write_text("{}"),
            "There is no adapter in .*adapter_model.safetensors is missing",
        ),
        (broken, "does not fit this model, or is broken"),
        (of_another_model, "does not fit this model, or is broken"),
    ],
)
def test_an_adapter_that_cannot_be_used_is_told_of_in_a_sentence(spoil, sentence, trained, tmp_path):
    spoil(tmp_path)
    with pytest.raises(BadInput, match=sentence) as problem:
        lora.merge(trained / "stock", tmp_path, tmp_path / "target")
    assert "\n" not in str(problem.value) and not (tmp_path / "target").exists()


def test_a_merged_checkpoint_does_not_take_its_bases_place(trained):
    with pytest.raises(BadInput, match="is to be another folder"):
        lora.merge(trained / "stock", trained / "lora" / "adapter", trained / "stock")
