"""Checkpoint folders of one's own: wrong ones are refused in one sentence, the same everywhere, before anything is
loaded; good ones are loaded as the settings say."""

import json
import logging
import resource
import runpy
import shutil
import sys
from collections.abc import Callable
from math import prod
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlavaConfig, LlavaForConditionalGeneration
from transformers.quantizers.quantizers_utils import should_convert_module

from fmvr.errors import BadInput
from fmvr.evaluation.__main__ import main as evaluate
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, MEASURED, checked, load, place
from fmvr.lora import main as merge
from fmvr.model import FMVRLlavaForConditionalGeneration
from fmvr.settings import BITS
from fmvr.training.__main__ import main as train
from fmvr.training.fit import load as start_from
from fmvr.training.publish import publish
from tests.conftest import ROOT
from tests.folders import WEIGHTS, WRONG, good, in_shards, setting, spoilt, tensors, write
from tests.models import new_lab, new_model, new_processor, picture, save_stock_checkpoint


def command(main: Callable[[], None], words: str) -> Callable[[Path], None]:
    """A command as it is started in a terminal; `{model}` stands for the folder, `{at}` for one that holds it."""

    def run(model: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(sys, "argv", ["fmvr", *(word.format(model=model, at=model.parent) for word in words.split())])
        main()

    return run


def app(model: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("FMVR_MODEL", str(model))
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


ENTRANCES = {
    "the lab": lambda model, patch: Lab.load(model),
    "the lab with blocks": lambda model, patch: Lab.load(model, blocks="none.safetensors"),
    "training": lambda model, patch: start_from(model, "residual"),
    "publishing": lambda model, patch: publish({"pooling": model}, model.parent / "out"),
    "app.py": app,
    "tune": command(train, "tune --model {model} --data none.json --out {at}/out"),
    "blocks": command(train, "align --model {model} --data none.json --train blocks --out {at}/out"),
    "merge": command(merge, "merge {model} {at}/adapter {at}/out"),
    "tower": command(train, "tower --start {model} --out {at}/out"),
    "accuracy": command(evaluate, "accuracy --model {model} --samples 1"),
    "report": command(evaluate, "report --model {model} --images {at}/pictures --out {at}/out"),
}


USUAL = ("app.py", "tune", "report")  # every wrong folder is tried at these; every eighth one at all entrances


def fails(error: Exception) -> Callable:
    def run(*_, **__):
        raise error

    return run


@pytest.fixture
def nothing_loads(monkeypatch):
    """Fails where weights are loaded, or read for their digest."""
    read = fails(AssertionError("weights are read"))
    monkeypatch.setattr(FMVRLlavaForConditionalGeneration, "from_pretrained", read)
    for module in ("fmvr.training.__main__", "fmvr.evaluation.report.settings"):
        monkeypatch.setattr(f"{module}.digest", read)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_folder_is_refused_in_one_sentence_at_every_entrance_before_anything_is_loaded(
    name, tmp_path, monkeypatch, nothing_loads
):
    model = spoilt(name, tmp_path)
    with pytest.raises(BadInput, match=WRONG[name][1]) as problem:
        checked(model)
    sentence = str(problem.value)
    assert sentence.endswith(".") and "\n" not in sentence and str(model) in sentence
    pictures = model.parent / "pictures"
    pictures.mkdir()
    picture().save(pictures / "a.png")
    whole = list(WRONG).index(name) % 8 == 0
    for entrance, enter in ENTRANCES.items():
        if not whole and entrance not in USUAL:
            continue
        with pytest.raises((BadInput, SystemExit)) as problem:
            enter(model, monkeypatch)
        assert problem.value.args == (sentence,), entrance
    assert not (model.parent / "out" / "settings.json").exists()


def test_loading_a_stock_checkpoint_whose_blocks_are_new_tells_of_no_fault(tmp_path, caplog, monkeypatch):
    save_stock_checkpoint(tmp_path / "stock")
    monkeypatch.setattr(logging.getLogger("transformers"), "propagate", True)
    start_from(tmp_path / "stock", "residual")
    assert caplog.text == ""


def test_the_page_on_blocks_that_are_not_there_ends_with_one_sentence(monkeypatch):
    monkeypatch.setenv("FMVR_BLOCKS", "nothing.safetensors")
    with pytest.raises(SystemExit, match="^There are no blocks at nothing.safetensors[^\n]*$"):
        app(good(), monkeypatch)


def test_of_several_arms_all_are_looked_at_before_the_first_is_loaded(tmp_path, nothing_loads):
    for name in ("fmvr", "pooling"):
        shutil.copytree(good(), tmp_path / name)
    (tmp_path / "pooling" / "tokenizer.json").unlink()
    with pytest.raises(BadInput, match="pooling holds no tokenizer"):
        Lab.load(tmp_path)


def test_a_name_on_the_hub_is_told_how_to_fetch_it():
    with pytest.raises(BadInput, match="`hf download llava-hf/llava-1.5-7b-hf` fetches one"):
        checked("llava-hf/llava-1.5-7b-hf")


def test_what_the_system_refuses_is_told_as_it_says_it():
    with pytest.raises(BadInput, match="^x+/config.json cannot be read: File name too long.$|^x+ cannot be read: "):
        checked("x" * 5000)


# Folders that nothing is wrong with


def old_names(weights: dict[str, torch.Tensor]) -> None:
    """The names in the first transformers checkpoints of LLaVA-1.5: as they are saved today, but for the tower's."""
    for name in [name for name in weights if name.startswith("vision_tower.")]:
        weights[name.replace("vision_tower.", "vision_tower.vision_model.")] = weights.pop(name)


def new_names(weights: dict[str, torch.Tensor]) -> None:
    """The names that transformers has given since 4.52."""
    old_names(weights)
    for name in list(weights):
        inner = name.replace("language_model.model.", "language_model.").replace("language_model.lm_head", "lm_head")
        weights[inner if inner.startswith("lm_head") else f"model.{inner}"] = weights.pop(name)


def tower_in_half(weights: dict[str, torch.Tensor]) -> None:
    weights.update({name: weight.half() for name, weight in weights.items() if "vision_tower" in name})


def without_patch_size(folder: Path) -> None:
    setting("processor_config.json", patch_size=None)(folder)  # as in early copies


FINE = {
    "old names": tensors(old_names),
    "new names": tensors(new_names),
    "shards": in_shards,
    "torch_dtype": setting(torch_dtype="float16", dtype=None),
    "a tower in half precision": tensors(tower_in_half),
    "known code": setting(auto_map={"AutoModel": "x.Y"}),
    "no patch_size": without_patch_size,
}


@pytest.fixture(scope="module")
def stock():
    return load(good())


@pytest.mark.parametrize("spoil", FINE.values(), ids=FINE)
def test_a_checkpoint_in_any_layout_is_the_same_model(spoil, stock, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(good(), folder)
    spoil(folder)
    loaded = load(folder)
    assert loaded.processor.token_grid_side == 24
    weights = dict(loaded.model.named_parameters())
    assert len({weight.dtype for weight in weights.values()}) == 1
    for name, weight in stock.model.named_parameters():
        torch.testing.assert_close(weights.pop(name).float(), weight, rtol=1e-3, atol=1e-3)
    assert not weights


def of_7b(folder: Path, wrong: dict[str, list[int]]) -> None:
    """A checkpoint in the shape of LLaVA-1.5-7B: 14 GB, all holes, that take no room on the disk."""
    shutil.copytree(good(), folder)
    tower = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16}
    content = json.loads((folder / "config.json").read_text())
    content["vision_config"] |= {**tower, "image_size": 336, "patch_size": 14}
    content["text_config"] = {"model_type": "llama", "vocab_size": 32064}  # the rest by default, as on the hub
    write("config.json", content)(folder)
    setting("processor_config.json", image_processor__crop_size={"height": 336, "width": 336}, patch_size=14)(folder)
    with torch.device("meta"):
        model = LlavaForConditionalGeneration(LlavaConfig.from_dict(content))
    header, end = {}, 0
    shapes = {name: list(weight.shape) for name, weight in model.named_parameters()} | wrong
    for name, shape in shapes.items():
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end := end + 2 * prod(shape)]}
    text = json.dumps(header).encode()
    with (folder / WEIGHTS).open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + end)


@pytest.mark.parametrize("wrong", [{}, {"lm_head.weight": [32000, 4096]}], ids=["good", "wrong"])
def test_fourteen_gigabytes_are_looked_at_without_reading_or_allocating_them(wrong, tmp_path):
    of_7b(tmp_path / "7b", wrong)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if wrong:
        with pytest.raises(BadInput, match=r"lm_head.weight has the shape \[32000, 4096\] and would have \[32064"):
            Lab.load(tmp_path / "7b")
    else:
        assert checked(tmp_path / "7b").precision == torch.float16
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (tmp_path / "7b" / WEIGHTS).stat().st_size > 14e9 and grown < 100_000  # kilobytes, as on Linux


# Precision and place


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A pair in half precision."""
    folder = tmp_path_factory.mktemp("pair")
    for name, form in (("pooling", None), ("fmvr", "residual")):
        new_model(fmvr_form=form).half().save_pretrained(folder / name)
        new_processor().save_pretrained(folder / name)
    return folder


def precisions(lab: Lab) -> set[torch.dtype]:
    return {weight.dtype for member in lab.members.values() for weight in member.model.parameters()}


@pytest.mark.parametrize(
    "inside, setting, dtype",
    [
        ("pooling", None, torch.float16),
        ("pooling", "", torch.float16),
        ("pooling", "bfloat16", torch.bfloat16),
        ("pooling", "float32", torch.float32),
        ("fmvr", None, torch.bfloat16),
        ("fmvr", "float16", torch.float16),
        (".", None, torch.bfloat16),
    ],
)
def test_weights_of_ones_own_keep_their_precision_unless_a_setting_says_otherwise(
    pair, monkeypatch, inside, setting, dtype
):
    if setting is not None:
        monkeypatch.setenv("FMVR_DTYPE", setting)
    lab = Lab.load(pair / inside)
    assert precisions(lab) == {dtype}
    view = lab.look(picture())
    answer = view.ask("What do you see?", 36)
    grid = view.gradcam(answer).grid
    assert answer.words and grid.any() and np.isfinite(grid).all()


def test_the_embedded_arms_answer_as_they_were_measured_whatever_is_set(monkeypatch):
    monkeypatch.setenv("FMVR_DTYPE", "float16")
    assert precisions(Lab.load()) == {MEASURED}
    assert {weight.dtype for weight in load(CHECKPOINTS / "fmvr").model.parameters()} == {MEASURED}


WRONG_SETTINGS = {
    ("FMVR_DTYPE", "half"): "^FMVR_DTYPE is one of auto, float32, bfloat16, float16, not 'half'.$",
    ("FMVR_QUANTIZE", "2bit"): "^FMVR_QUANTIZE is one of 4bit, 8bit, not '2bit'.$",
    ("FMVR_QUANTIZE", "4bit"): "^FMVR_QUANTIZE=4bit needs a GPU, and there is none here; leave it out.$",
    ("FMVR_DEVICE_MAP", "moon"): "^There is no device moon here; the choices are auto, .*, cpu.$",
}


@pytest.mark.parametrize("name, value", WRONG_SETTINGS)
def test_a_setting_that_cannot_be_met_ends_the_page_in_a_sentence(name, value, monkeypatch, without_gpu, nothing_loads):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=WRONG_SETTINGS[name, value]):
        app(good(), monkeypatch)


@pytest.fixture
def without_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available=False: None)


@pytest.fixture
def with_gpu(monkeypatch):
    """As on a machine with a GPU, up to where weights would be loaded; what loading them was called with."""
    calls = []

    def load(folder, **options):
        calls.append(options)
        return new_model(fmvr_form=None)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(FMVRLlavaForConditionalGeneration, "from_pretrained", load)
    return calls


def test_weights_go_where_they_are_told_to_and_else_to_the_gpu(monkeypatch, with_gpu):
    load(good())
    monkeypatch.setenv("FMVR_DEVICE_MAP", "cpu")
    load(good())
    load(good(), "auto")
    assert [options["device_map"] for options in with_gpu] == ["cuda", "cpu", "auto"]


@pytest.mark.parametrize("bits", BITS)
def test_the_language_model_alone_is_quantized(bits, monkeypatch, with_gpu):
    monkeypatch.setenv("FMVR_QUANTIZE", bits)
    monkeypatch.setattr(place, "find_spec", lambda name: name == "bitsandbytes")
    load(good())
    [options] = with_gpu
    config = options["quantization_config"]
    assert (config.load_in_4bit, config.load_in_8bit) == (bits == "4bit", bits == "8bit")
    assert options["device_map"] == "cuda" and config.bnb_4bit_compute_dtype == options["dtype"] == torch.float32
    linear = [name for name, part in new_model().named_modules() if isinstance(part, torch.nn.Linear)]
    chosen = [name for name in linear if should_convert_module(name, config.llm_int8_skip_modules)]
    assert chosen == [name for name in linear if name.startswith("model.language_model.")] != linear


def test_without_bitsandbytes_nothing_is_quantized(monkeypatch, with_gpu):
    monkeypatch.setenv("FMVR_QUANTIZE", "8bit")
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="FMVR_QUANTIZE=8bit needs the package bitsandbytes: pip install bitsandbytes"):
        load(good())
    assert not with_gpu


# Memory


FULL = {
    "a GPU": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    "the processor": RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    "Python": MemoryError(),
}


@pytest.fixture(scope="module")
def lab():
    return new_lab()


@pytest.mark.parametrize("error", FULL.values(), ids=FULL)
def test_an_answer_without_memory_is_told_with_a_smaller_budget(lab, error, monkeypatch):
    view = lab.look(picture())
    monkeypatch.setattr(lab.member().model, "generate", fails(error))
    for tokens, way in ((576, "576 visual tokens are too many for it; choose 144"), (9, "9 .*choose 1"), (1, "close")):
        with pytest.raises(BadInput, match=f"^There is not enough memory here: {way}[^\n]*[.]$"):
            view.ask("What do you see?", tokens)


def test_whatever_passes_through_the_model_is_told_so(lab, monkeypatch):
    view, model = lab.look(picture()), lab.member().model
    answer, nowhere = view.ask("What do you see?", 36), np.zeros((24, 24), bool)
    monkeypatch.setattr(model, "forward", fails(FULL["a GPU"]))
    for use in (
        lambda: view.chance("a cat", "What do you see?", 36),
        lambda: view.gradcam(answer),
        lambda: view.without_place(answer, nowhere),
        lambda: view.next_words(answer),
    ):
        with pytest.raises(BadInput, match="not enough memory here: 36 visual tokens are too many for it; choose 9.$"):
            use()
    monkeypatch.setattr(model.model.vision_tower, "forward", fails(FULL["a GPU"]))
    with pytest.raises(BadInput, match="not enough memory here: close what else runs, or hold the weights smaller"):
        lab.look(picture(1))


def test_another_error_of_a_model_stays_what_it_is(lab, monkeypatch):
    view = lab.look(picture())
    monkeypatch.setattr(lab.member().model, "generate", fails(RuntimeError("shapes cannot be multiplied")))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        view.ask("What do you see?", 36)


def test_weights_that_do_not_fit_are_told_with_the_settings_that_help(monkeypatch):
    monkeypatch.setattr(FMVRLlavaForConditionalGeneration, "from_pretrained", fails(FULL["a GPU"]))
    with pytest.raises(BadInput, match="the weights in .* do not fit; FMVR_DTYPE and FMVR_QUANTIZE make them smaller"):
        load(good())


def test_a_name_on_the_hub_is_the_copy_that_was_downloaded(tmp_path, monkeypatch):
    asked = []
    save_stock_checkpoint(tmp_path / "copy")

    def downloaded(name, local_files_only):
        asked.append((name, local_files_only))
        return str(tmp_path / "copy")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fmvr.loading.folder.snapshot_download", downloaded)
    assert tuple(Lab.load("llava-hf/llava-1.5-7b-hf").arms) == ("pooling",)
    assert set(asked) == {("llava-hf/llava-1.5-7b-hf", True)}
