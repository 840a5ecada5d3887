"""Checkpoint folders that cannot be used: how a good one is spoilt, and what is to be said of it."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from tests.models import save_stock_checkpoint

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 134\n"
ADAPTER = {"base_model_name_or_path": "vicuna-7b"}
Spoil = Callable[[Path], Path | None]  # the folder → the path to give, where it is another


def write(name: str, content) -> Spoil:
    """Write a file: bytes, text, or what becomes JSON."""

    def spoil(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))

    return spoil


def remove(*patterns: str) -> Spoil:
    """Remove the files of some names."""

    def spoil(folder: Path) -> None:
        for pattern in patterns:
            for file in list(folder.glob(pattern)):
                file.unlink()

    return spoil


def instead(*spoils: Spoil) -> Spoil:
    """Remove everything, and put something else in its place."""
    return together(remove("*"), *spoils)


def together(*spoils: Spoil) -> Spoil:
    def spoil(folder: Path) -> None:
        for one in spoils:
            one(folder)

    return spoil


def setting(file: str = "config.json", **changes) -> Spoil:
    """Change a file of settings; `a__b` is b within a, and None takes it away."""

    def spoil(folder: Path) -> None:
        content = json.loads((folder / file).read_text())
        for name, value in changes.items():
            *way, last = name.split("__")
            part = content
            for step in way:
                part = part[step]
            part.pop(last, None)
            if value is not None:
                part[last] = value
        (folder / file).write_text(json.dumps(content))

    return spoil


def tensors(change: Callable[[dict[str, torch.Tensor]], None]) -> Spoil:
    """Change the weights."""

    def spoil(folder: Path) -> None:
        weights = load_file(folder / WEIGHTS)
        change(weights)
        save_file({name: weight.contiguous() for name, weight in weights.items()}, folder / WEIGHTS, {"format": "pt"})

    return spoil


def in_shards(folder: Path) -> None:
    """Two shards and their index in the place of one file."""
    weights = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    names = sorted(weights)
    places = {name: f"model-0000{1 + (i % 2)}-of-00002.safetensors" for i, name in enumerate(names)}
    for file in set(places.values()):
        part = {name: weights[name] for name in names if places[name] == file}
        save_file(part, folder / file, {"format": "pt"})
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": places}))


def cut_short(name: str, by: int) -> Spoil:
    def spoil(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-by])

    return spoil


def rename_projector(weights: dict[str, torch.Tensor]) -> None:
    """The names that LLaVA's own code gives its projector."""
    for name in [name for name in weights if "multi_modal_projector" in name]:
        weights[name.replace("multi_modal_projector.linear_", "model.mm_projector.")] = weights.pop(name)


def first(part: str, weights: dict[str, torch.Tensor]) -> str:
    return min(name for name in weights if part in name)


def a_file_inside(name: str) -> Spoil:
    """Not the folder is given, but a file in it."""

    def spoil(folder: Path) -> Path:
        (folder / name).touch()
        return folder / name

    return spoil


def in_integers(weights: dict[str, torch.Tensor]) -> None:
    name = first("layers.0.mlp", weights)
    weights[name] = weights[name].to(torch.uint8)


def another_shape(weights: dict[str, torch.Tensor]) -> None:
    name = first("layers.0.mlp", weights)
    weights[name] = weights[name][:, :-1]


def without_placeholder(folder: Path) -> None:
    text = (folder / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(text.replace("<image>", "<picture>"))
    setting("tokenizer_config.json", image_token=None)(folder)


SHARD = "model-00002-of-00002.safetensors"
ORIGINAL = "LLaVA in its original format: `python -m fmvr.convert .* TARGET` makes it readable"
NEEDED = "a LLaVA-1.5 or FMVR-LLaVA checkpoint is needed"
CUT = f"The {WEIGHTS} in .* is broken or was cut short: fetch it again"
BEYOND = (10**6).to_bytes(8, "little") + b"{}"  # a header said to be longer than its file

WRONG: dict[str, tuple[Spoil, str]] = {
    # Another place
    "no folder": (lambda folder: shutil.rmtree(folder), "There is no checkpoint at .*: a folder with config.json"),
    "a file": (a_file_inside("model.safetensors"), "which is a file: give the folder that it lies in"),
    "a GGUF file": (a_file_inside("llava.gguf"), "which is a file and is in GGUF.*; take the safetensors checkpoint"),
    "an empty folder": (instead(), "the folder is empty"),
    "further in": (instead(write("a/x", ""), write("a/b/config.json", "{}")), "further in: give the folder .*a/b"),
    # Another format
    "an adapter": (instead(write("adapter_config.json", ADAPTER)), "adapter .LoRA.*merge it into vicuna-7b first"),
    "an adapter beside": (write("adapter_config.json", {}), "adapter .LoRA.*merge it into its base model first"),
    "GGUF": (instead(write("llava.gguf", "")), "llava.gguf is in GGUF.*take the safetensors checkpoint"),
    "ONNX": (together(remove("*.safetensors"), write("onnx/llava.onnx", "")), "onnx/llava.onnx is in ONNX"),
    "pickled": (together(remove("*.safetensors"), write("pytorch_model.bin", "")), "a pickle.*writes safetensors"),
    "pickled, no config.json": (instead(write("model.pth", "")), "model.pth is a pickle.*writes safetensors"),
    "no weights": (remove("*.safetensors"), "holds no safetensors weights, and no other format is read.$"),
    "AWQ": (setting(quantization_config={"quant_method": "awq"}), "quantized .awq.*FMVR_QUANTIZE=4bit"),
    "GPTQ": (write("quantize_config.json", {"bits": 4}), "quantized .gptq.*take those that they were made from"),
    "packed": (tensors(in_integers), "quantized .U8.*take those that they were made from"),
    # Another model
    "LLaVA-NeXT": (setting(model_type="llava_next"), f"type llava_next .LLaVA-NeXT.*; {NEEDED}"),
    "LLaVA-OneVision": (setting(model_type="llava_onevision"), f"type llava_onevision .LLaVA-OneV.*; {NEEDED}"),
    "Qwen2-VL": (setting(model_type="qwen2_vl"), f"type qwen2_vl .Qwen2-VL.; {NEEDED}"),
    "Llama": (setting(model_type="llama"), f"type llama .a language model alone.; {NEEDED}"),
    "CLIP": (setting(model_type="clip"), f"type clip .CLIP, without a language model.; {NEEDED}"),
    "something new": (setting(model_type="new"), f"holds a model of type new; {NEEDED}"),
    "no type": (setting(model_type=None), f"names no model type; {NEEDED}"),
    "its own code": (setting(model_type="new", auto_map={"AutoModel": "x.Y"}), "type new, with code of its own"),
    "code and no type": (setting(model_type=None, auto_map={"AutoModel": "x.Y"}), "but code of its own, which is"),
    "original": (setting(model_type="llava_llama"), ORIGINAL),
    "original by its tower": (setting(mm_vision_tower="openai/clip-vit-large-patch14-336"), ORIGINAL),
    "original by its names": (tensors(rename_projector), ORIGINAL),
    # A broken config.json, or one of a model that cannot be
    "no config.json": (remove("config.json"), "config.json is missing; fetch it from where the weights are from"),
    "broken config.json": (write("config.json", "{"), "The config.json in .* is broken and cannot be read"),
    "a config.json in bytes": (write("config.json", b"\xff\xfe\x00"), "config.json in .* is broken"),
    "a list": (write("config.json", []), "config.json in .* holds no settings, which are a JSON object"),
    "a pointer to config.json": (write("config.json", POINTER), "config.json in .* is a Git LFS pointer"),
    "dtype": (setting(dtype="float17"), "its dtype is 'float17', which is none of float16, bfloat16 and float32"),
    "torch_dtype": (setting(text_config__torch_dtype="half"), "its torch_dtype is 'half', which is none of"),
    "full": (setting(vision_feature_select_strategy="full"), "takes the CLS token, too.*with the strategy default"),
    "several layers": (setting(vision_feature_layer=[-2, -1]), "features of several layers .*one layer is needed"),
    "no such layer": (setting(vision_feature_layer=-9), "its vision_feature_layer is -9, and the tower has 3 layers"),
    "another tower": (setting(vision_config__model_type="siglip_vision_model"), "is of type siglip_vision_model"),
    "a grid of 27": (setting(vision_config__image_size=54), "A 27×27 token grid cannot be halved down to 3×3"),
    "half a patch": (setting(vision_config__image_size=47), "its image_size 47 is no multiple of its patch_size 2"),
    "patches of nothing": (setting(vision_config__patch_size=0), "its image_size is 48 and its patch_size 0"),
    "heads": (setting(text_config__num_attention_heads=5), "hidden size .16. is not a multiple of .* heads .5."),
    "heads of the tower": (setting(vision_config__num_attention_heads=3), "hidden size .16. is not a multiple of"),
    "groups of heads": (setting(text_config__num_key_value_heads=3), "its 2 attention heads cannot share 3 key"),
    "words for numbers": (setting(text_config__hidden_size="many"), "'hidden_size' expected int, got str"),
    "an activation": (setting(projector_hidden_act="gelo"), "cannot be used: 'gelo' is unknown"),
    "a placeholder": (setting(image_token_index=32000), "its image_token_index is 32000 and the vocabulary has"),
    # Weights that are broken, or others
    "a pointer to the weights": (write(WEIGHTS, POINTER), f"The {WEIGHTS} in .* is a Git LFS pointer, not the file"),
    "nothing in the weights": (write(WEIGHTS, b""), CUT),
    "half a header": (write(WEIGHTS, BEYOND), CUT),
    "cut short": (cut_short(WEIGHTS, 5000), CUT),
    "a shard cut short": (together(in_shards, cut_short(SHARD, 1)), f"The {SHARD} in .* was cut short"),
    "a shard missing": (together(in_shards, remove(SHARD)), f"not whole: the file {SHARD} is missing; fetch it"),
    "no index": (together(in_shards, remove(INDEX)), f"holds safetensors, but neither {WEIGHTS} nor {INDEX}"),
    "a broken index": (together(in_shards, write(INDEX, "{")), f"The {INDEX} in .* is broken"),
    "an empty index": (together(in_shards, write(INDEX, {"weight_map": {}})), f"The {INDEX} in .* names no tensors"),
    "a tensor missing": (
        tensors(lambda weights: weights.pop(first("vision_tower", weights))),
        "are not whole: model.vision_tower.embeddings.class_embedding is missing; fetch them again",
    ),
    "tensors missing": (
        tensors(lambda weights: [weights.pop(name) for name in list(weights) if "projector" in name]),
        "are not whole: model.multi_modal_projector.linear_1.bias is missing, and 3 more",
    ),
    "another shape": (
        tensors(another_shape),
        r"do not fit its config.json: model.*layers.0.mlp.* has the shape \[16, 31\] and would have \[16, 32\]",
    ),
    # Another processor
    "no tokenizer": (remove("tokenizer*"), "holds no tokenizer: tokenizer.json is missing; fetch it"),
    "a broken tokenizer": (write("tokenizer.json", "{"), "The processor in .* cannot be read"),
    "a pointer to the tokenizer": (write("tokenizer.json", POINTER), "The tokenizer.json in .* is a Git LFS pointer"),
    "no image processor": (remove("processor_config.json"), "holds no image processor: preprocessor_config.json is"),
    "no placeholder": (without_placeholder, "tokenizer in .* does not know <image>, which stands for the picture"),
    "another placeholder": (setting(image_token_index=7), "tokenizer in .* has <image> as token 4, and config.json as"),
    "smaller pictures": (
        setting("processor_config.json", image_processor__crop_size={"height": 24, "width": 24}),
        "image processor in .* makes 24×24 pictures, and the vision tower takes 48×48 pixels",
    ),
}


@cache
def good() -> Path:
    """A stock checkpoint that nothing is wrong with, made once."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    save_stock_checkpoint(folder)
    return folder


def spoilt(name: str, at: Path) -> Path:
    """A folder of `WRONG`, made in the folder `at`: the path to give."""
    folder = at / "checkpoint"
    shutil.copytree(good(), folder)
    return WRONG[name][0](folder) or folder
