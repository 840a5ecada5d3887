"""Original LLaVA checkpoints in transformers' format: what they answer stays, and what does not fit is named."""

import errno
import json
import os
import shutil
import sys
from collections import namedtuple

import psutil
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from sentencepiece import SentencePieceProcessor
from transformers import AutoProcessor, CLIPConfig, CLIPModel, LlavaForConditionalGeneration

from fmvr.convert import __main__ as command
from fmvr.convert import conversion, weights
from fmvr.convert.conversion import convert
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import load
from fmvr.prompt import IMAGE, prompt
from tests.models import BUDGETS, picture
from tests.originals import SIDE, TOWER, VOCABULARY, Assembly, save_original, save_tokenizer, save_weights

QUESTION = "What do you see, naïve cat?"
PATCHES, PLACES = (f"{TOWER}vision_model.embeddings.{name}_embedding.weight" for name in ("patch", "position"))
LAYOUTS = {  # how a source is published: the kind of its files, whether its tower is inside, its model_type
    "safetensors, tower inside": ("safetensors", True, "llava_llama"),
    "bin, tower inside, the 13B's type": ("bin", True, "llava"),
    "bin, tower apart": ("bin", False, "llava_llama"),
}


def quiet(line: str) -> None:
    """Hears what a conversion says, and does nothing."""


@pytest.fixture(scope="module")
def assembly():
    return Assembly()


@pytest.fixture(scope="module")
def clip(assembly, tmp_path_factory):
    """A CLIP with the assembly's tower, as transformers saves it."""
    folder = tmp_path_factory.mktemp("clip")
    assembly.tower.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=LAYOUTS.values(), ids=LAYOUTS)
def converted(request, assembly, clip, tmp_path_factory):
    """A source and what became of it."""
    kind, inside, model_type = request.param
    folder = tmp_path_factory.mktemp("original")
    source = save_original(folder / "source", assembly.tensors(inside), kind, model_type=model_type)
    convert(source, folder / "target", None if inside else clip, 10**5, quiet)
    return source, folder / "target"


def ids_of(source, question: str) -> tuple[list[int], list[int]]:
    """A prompt's ids before and after its picture, as original LLaVA reads them: two texts of their own."""
    pieces = SentencePieceProcessor(model_file=str(source / "tokenizer.model"))
    before, after = prompt(question).split(IMAGE)
    return [pieces.bos_id(), *pieces.encode(before)], pieces.encode(after)


# What it answers


@pytest.mark.parametrize("loaded", ["this project", "stock transformers"])
def test_logits_are_those_of_the_parts_put_together_by_hand(converted, assembly, loaded):
    source, target = converted
    if loaded == "this project":
        model, processor = load(target, dtype=torch.float32)
    else:
        model, state = LlavaForConditionalGeneration.from_pretrained(target, output_loading_info=True)
        assert not state["missing_keys"] and not state["unexpected_keys"]
        processor = AutoProcessor.from_pretrained(target)
    inputs = processor(images=picture(), text=prompt(QUESTION), return_tensors="pt")
    before, after = ids_of(source, QUESTION)
    assert inputs["input_ids"][0].tolist() == [*before, *[model.config.image_token_id] * 576, *after]
    with torch.inference_mode():
        logits = model(**inputs).logits
    expected = assembly.logits(before, inputs["pixel_values"], after)
    torch.testing.assert_close(logits[..., :VOCABULARY], expected, atol=1e-5, rtol=1e-5)
    mean = expected.mean(-1, keepdim=True).expand(-1, -1, 64)  # of every new row
    torch.testing.assert_close(logits[..., VOCABULARY:], mean, atol=1e-5, rtol=1e-5)


def test_the_new_folder_has_image_and_padding_and_small_files(converted):
    _, target = converted
    config = json.loads((target / "config.json").read_text())
    tokens = AutoProcessor.from_pretrained(target).tokenizer.convert_tokens_to_ids([IMAGE, "<pad>"])
    assert tokens == [VOCABULARY, VOCABULARY + 1] == [config["image_token_index"], config["pad_token_id"]]
    assert config["model_type"] == "llava" and config["text_config"]["vocab_size"] == 384
    assert "fmvr_budgets" not in config
    sizes = [[tensor.nbytes for tensor in load_file(file).values()] for file in target.glob("*.safetensors")]
    assert len(sizes) > 3 and all(sum(one) <= 10**5 or len(one) == 1 for one in sizes)
    assert json.loads((target / "generation_config.json").read_text())["pad_token_id"] == VOCABULARY + 1


def test_the_tower_inside_is_used_even_where_a_clip_is_given(assembly, tmp_path):
    other = Assembly(seed=1).tower
    other.config.layer_norm_eps = 1e-3  # a setting that no tensor tells
    other.save_pretrained(tmp_path / "clip")
    source = save_original(tmp_path / "source", assembly.tensors(), mm_vision_tower="mine/ViT")
    convert(source, tmp_path / "target", tmp_path / "clip", say=quiet)
    model = LlavaForConditionalGeneration.from_pretrained(tmp_path / "target")
    kept = model.model.vision_tower.state_dict()
    assert all(torch.equal(kept[name], tensor) for name, tensor in assembly.tower.state_dict().items())
    assert model.config.vision_config.layer_norm_eps == 1e-3


def test_a_whole_clip_as_published_gives_its_tower(assembly, tmp_path):
    config = CLIPConfig(vision_config=assembly.tower.config.to_dict(), text_config={"num_hidden_layers": 1}).to_dict()
    model = CLIPModel(CLIPConfig(**config))
    tensors = {f"vision_model.{name}": tensor for name, tensor in assembly.tower.state_dict().items()}
    tensors |= {name: t for name, t in model.state_dict().items() if not name.startswith("vision_model.")}
    (tmp_path / "clip").mkdir()
    save_weights(tmp_path / "clip", tensors, "bin")
    (tmp_path / "clip" / "config.json").write_text(json.dumps(config | {"model_type": "clip"}))
    source = save_original(tmp_path / "source", {n: t.half() for n, t in assembly.tensors(inside=False).items()})
    convert(source, tmp_path / "target", tmp_path / "clip", say=quiet)
    made = load_file(tmp_path / "target" / "model.safetensors")
    assert {tensor.dtype for tensor in made.values()} == {torch.float16}  # the language model's
    first = "model.vision_tower.embeddings.position_embedding.weight"
    assert torch.equal(made[first], assembly.tower.state_dict()[first.removeprefix("model.vision_tower.")].half())


# What it sees


@pytest.mark.parametrize("ratio, bars", [("pad", True), ("square", False)])
def test_pictures_are_seen_as_in_training(assembly, tmp_path, ratio, bars):
    """A wide red picture: with bars of CLIP's mean colour above and below, or its middle square."""
    source = save_original(tmp_path / "source", assembly.tensors(), image_aspect_ratio=ratio)
    convert(source, tmp_path / "target", say=quiet)
    lab = Lab.load(tmp_path / "target")
    shown = lab.look(Image.new("RGB", (2 * SIDE, SIDE), "red")).frames[0]
    assert shown.size == (SIDE, SIDE) and shown.getpixel((SIDE // 2, SIDE // 2)) == (255, 0, 0)
    assert shown.getpixel((SIDE // 2, 1)) == ((122, 116, 104) if bars else (255, 0, 0))


# What it was trained for


@pytest.mark.parametrize("scales", [[1, 9, 36, 144, 576], "1,9,36,144,576"])
def test_m3_is_marked_as_trained_for_all_budgets(assembly, tmp_path, scales):
    source = save_original(tmp_path / "source", assembly.tensors(), matryoshka_vis_token_scale=scales)
    lines = []
    convert(source, tmp_path / "target", say=lines.append)
    assert "576, 144, 36, 9, 1" in " ".join(lines)
    assert Lab.load(tmp_path / "target").member().trained_budgets == BUDGETS
    assert LlavaForConditionalGeneration.from_pretrained(tmp_path / "target").config.model_type == "llava"


def test_m3_is_marked_by_hand_where_its_config_does_not_say_so(assembly, tmp_path, monkeypatch):
    source = save_original(tmp_path / "source", assembly.tensors())
    monkeypatch.setattr(sys, "argv", ["fmvr.convert", str(source), str(tmp_path / "target"), "--m3"])
    command.main()
    assert json.loads((tmp_path / "target" / "config.json").read_text())["fmvr_budgets"] == BUDGETS


def test_a_stock_checkpoint_was_trained_for_the_full_set_alone(converted):
    assert Lab.load(converted[1]).member().trained_budgets == [576]


# What does not fit


def setting(**config):
    """Spoils a source's config.json; a setting that is None is taken away."""

    def spoil(folder):
        said = json.loads((folder / "config.json").read_text()) | config
        (folder / "config.json").write_text(json.dumps({name: v for name, v in said.items() if v is not None}))

    return spoil


def write(name: str, text: str):
    return lambda folder: (folder / name).write_text(text)


def drop(*patterns: str):
    return lambda folder: [file.unlink() for pattern in patterns for file in folder.glob(pattern)]


def change(tensors):
    """Spoils a source's tensors, by name; one that is None is taken away."""

    def spoil(folder):
        changed = Assembly().tensors() | tensors
        save_weights(folder, {name: tensor for name, tensor in changed.items() if tensor is not None})

    return spoil


def pickled(content):
    """Spoils a source's weights: one `.bin` that holds anything."""

    def spoil(folder):
        drop("*.safetensors", "*.index.json")(folder)
        torch.save(content, folder / "pytorch_model.bin")

    return spoil


def of_another_kind(folder):
    save_tokenizer(folder, add_dummy_prefix=False)


class Code:
    """What a pickle runs when it is read with all its powers."""

    def __reduce__(self):
        return os.mkdir, ("the-code-ran",)


REFUSED = {
    "nothing there": (shutil.rmtree, "There is no folder .* download"),
    "no config": (drop("config.json"), "it has no config.json"),
    "a broken config": (write("config.json", "{"), "config.json .* is broken"),
    "a config that is a list": (write("config.json", "[]"), "config.json .* holds no settings"),
    "transformers' format": (setting(text_config={}), "in transformers' format already"),
    "Mistral": (setting(model_type="llava_mistral"), "of type llava_mistral; original LLaVA-1.5"),
    "a Llama": (setting(mm_vision_tower=None), "original LLaVA-1.5 .* is needed"),
    "LLaVA-1.0": (setting(mm_projector_type=None), "mm_projector_type is linear"),
    "LLaVA-NeXT": (setting(image_aspect_ratio="anyres"), "image_aspect_ratio is anyres, and LLaVA-NeXT"),
    "tiles": (setting(mm_patch_merge_type="spatial_unpad"), "mm_patch_merge_type is spatial_unpad, and LLaVA-NeXT"),
    "CLS among the patches": (setting(mm_vision_select_feature="cls_patch"), "takes patches alone"),
    "marks": (setting(mm_use_im_start_end=True), "no marks around a picture"),
    "a resampler": (setting(mm_resampler_type="qformer"), "no resampler"),
    "several layers": (setting(mm_vision_select_layer=[-2, -5]), "lacks mm_vision_select_layer"),
    "a layer that is not there": (setting(mm_vision_select_layer=-9), "takes layer -9 of a tower of 3"),
    "no sizes": (setting(hidden_size=None, vocab_size=None), "lacks hidden_size, vocab_size"),
    "sizes that make no Llama": (setting(num_attention_heads=5), "describes no Llama"),
    "budgets that are none": (setting(matryoshka_vis_token_scale="all"), "matryoshka_vis_token_scale"),
    "no weights": (drop("*.safetensors", "*.index.json"), "holds no weights"),
    "a LoRA": (lambda f: (drop("*.safetensors", "*.index.json")(f), write("adapter_config.json", "{}")(f)), "a LoRA"),
    "a file missing": (drop("model-00002-of-00003.safetensors"), "lacks 1 of the 3 files .*model-00002"),
    "a broken index": (write("model.safetensors.index.json", "[]"), "index.json is broken"),
    "an LFS pointer": (write("model-00001-of-00003.safetensors", "version https://git-lfs"), "Git LFS pointers"),
    "code": (pickled({"a": Code()}), "could run as code"),
    "more than tensors": (pickled({"epoch": 3}), "other things than tensors"),
    "an empty .bin": (lambda f: (pickled({})(f), write("pytorch_model.bin", "")(f)), "no file of weights"),
    "LLaVA-NeXT's newline": (
        change({"model.image_newline": torch.zeros(32)}),
        r"1 tensor \(model.image_newline\)",
    ),
    "tensors missing": (
        change({"model.norm.weight": None, "lm_head.weight": None}),
        r"lacks 2 tensors \(model.norm.weight, lm_head.weight\)",
    ),
    "another shape": (change({"model.norm.weight": torch.zeros(31)}), r"model.norm.weight.*\(31,\), not \(32,\)"),
    "another vocabulary": (setting(vocab_size=VOCABULARY + 1), "2 tensors .* of another shape"),
    "a tower nobody knows": (setting(mm_vision_tower="google/siglip"), "tower google/siglip, .* as --vision"),
    "half a tower": (
        change({PATCHES: None}),
        "tower inside .* is not whole",
    ),
    "a narrow tower": (
        change({PATCHES: torch.ones(60, 3, 2, 2)}),
        "60 channels wide, as none of OpenAI's",
    ),
    "a grid that cannot be halved": (
        change({PLACES: torch.zeros(16 * 16 + 1, 64)}),
        "16×16 token grid cannot",
    ),
    "no tokenizer": (drop("tokenizer.model"), "no tokenizer.model"),
    "a broken tokenizer": (write("tokenizer.model", "no"), "no tokenizer.model of a Llama"),
    "another tokenizer": (of_another_kind, "no Llama's"),
    "broken tokens": (write("added_tokens.json", "[1]"), "added_tokens.json is broken"),
    "tokens elsewhere": (write("added_tokens.json", '{"<im_patch>": 7}'), "does not go on where"),
}


@pytest.fixture(scope="module")
def whole(assembly, tmp_path_factory):
    """A source that fits."""
    return save_original(tmp_path_factory.mktemp("whole") / "source", assembly.tensors())


@pytest.mark.parametrize("spoil, words", REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_named_and_nothing_is_written(whole, tmp_path, monkeypatch, spoil, words):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(whole, tmp_path / "source")
    spoil(tmp_path / "source")
    with pytest.raises(BadInput, match=words) as told:
        convert(tmp_path / "source", tmp_path / "target", say=quiet)
    assert "\n" not in str(told.value)
    assert {path.name for path in tmp_path.iterdir()} <= {"source"}


@pytest.mark.parametrize(
    "spoil, words",
    [
        (None, "openai/clip-vit-large-patch14-336.* as --vision"),
        (shutil.rmtree, "it has no config.json"),
        (write("config.json", '{"model_type": "siglip"}'), "of type siglip; a CLIP is needed"),
        (setting(hidden_size="wide"), "describes no CLIP"),
        (setting(num_hidden_layers=4), "lacks 16 tensors .*encoder.layers.3"),
        (setting(num_hidden_layers=2), "16 tensors .* with no place"),
        (drop("*.safetensors"), "holds no weights"),
    ],
    ids=["none", "no folder", "another model", "a broken config", "too small", "too large", "no weights"],
)
def test_a_clip_that_does_not_fit_is_named(assembly, clip, tmp_path, spoil, words):
    source = save_original(tmp_path / "source", assembly.tensors(inside=False))
    shutil.copytree(clip, tmp_path / "clip")
    if spoil:
        spoil(tmp_path / "clip")
    with pytest.raises(BadInput, match=words):
        convert(source, tmp_path / "target", spoil and tmp_path / "clip", say=quiet)
    assert not (tmp_path / "target").exists()


def test_added_tokens_keep_their_places(whole, tmp_path):
    source = shutil.copytree(whole, tmp_path / "source")
    write("added_tokens.json", json.dumps({"<b>": VOCABULARY + 1, "<a>": VOCABULARY}))(source)
    convert(source, tmp_path / "target", say=quiet)
    tokenizer = AutoProcessor.from_pretrained(tmp_path / "target").tokenizer
    places = tokenizer.convert_tokens_to_ids(["<a>", "<b>", IMAGE, "<pad>"])
    assert places == [*range(VOCABULARY, VOCABULARY + 4)]


# Whole or not at all


def test_a_folder_that_holds_something_is_left_alone(whole, tmp_path):
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path, tmp_path / "file"):
        with pytest.raises(BadInput, match="is there already"):
            convert(whole, target, say=quiet)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_is_filled(whole, tmp_path):
    convert(whole, tmp_path, say=quiet)
    assert (tmp_path / "config.json").is_file() and not tmp_path.with_name(f"{tmp_path.name}.part").exists()


def test_a_disk_that_fills_up_leaves_nothing(whole, tmp_path, monkeypatch):
    taken = []

    def save(tensors, file, metadata):
        taken.append(file)
        if len(taken) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        file.write_bytes(b"")

    monkeypatch.setattr(weights, "save_file", save)
    with pytest.raises(BadInput, match="could not be written whole.*No space left"):
        convert(whole, tmp_path / "target", shard_bytes=10**5, say=quiet)
    assert len(taken) == 3 and list(tmp_path.iterdir()) == []


def test_a_disk_that_is_too_small_is_seen_before_anything_is_written(whole, tmp_path, monkeypatch):
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr(conversion.shutil, "disk_usage", lambda folder: usage(10**5))
    with pytest.raises(BadInput, match=r"takes \d\.\d GB, and 0\.0 GB are free"):
        convert(whole, tmp_path / "target", say=quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_conversion_that_is_killed_does_not_look_whole_and_is_not_written_over(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(conversion.shutil, "rmtree", lambda folder, ignore_errors: None)  # nobody could clean up

    def killed(line):
        if line.startswith("model-00002"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(whole, tmp_path / "target", shard_bytes=10**5, say=killed)
    part = tmp_path / "target.part"
    assert [path.name for path in tmp_path.iterdir()] == [part.name] and not (part / "config.json").exists()
    before = sorted(part.iterdir())
    with pytest.raises(BadInput, match="target.part is left from a conversion"):
        convert(whole, tmp_path / "target", say=quiet)
    assert sorted(part.iterdir()) == before


# Memory, and the command


@pytest.mark.parametrize("kind", ["safetensors", "bin"])
def test_memory_holds_one_file_at_a_time(tmp_path, monkeypatch, kind):
    sizes = {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 8}
    tensors = Assembly(**sizes).tensors()
    source = save_original(tmp_path / "source", tensors, kind, 16, **sizes)
    process, held = psutil.Process(), []

    def save(*given, **named):
        save_file(*given, **named)
        held.append(process.memory_info().rss)

    monkeypatch.setattr(weights, "save_file", save)
    before = process.memory_info().rss
    convert(source, tmp_path / "target", shard_bytes=10**7, say=quiet)
    size = sum(tensor.nbytes for tensor in tensors.values())
    assert len(held) > 12 and size > 1.3e8
    assert max(held) - before < 0.25 * size


def run(monkeypatch, *words) -> None:
    monkeypatch.setattr(sys, "argv", ["fmvr.convert", *map(str, words)])
    command.main()


def test_the_command_converts_and_tells_what_it_does(whole, tmp_path, monkeypatch, capsys):
    run(monkeypatch, whole, tmp_path / "target")
    told = capsys.readouterr().out
    assert "64 of them new" in told and "padded to a square" in told and "model.safetensors is written: 1 of 1" in told
    assert load(tmp_path / "target").arm == "pooling"


@pytest.mark.parametrize(
    "words, told", [(["gone"], "There is no folder gone"), (["gone", "--shard-gb", "0"], "at least 1")]
)
def test_the_command_refuses_in_a_sentence(tmp_path, monkeypatch, words, told):
    with pytest.raises(SystemExit, match=told):
        run(monkeypatch, words[0], tmp_path / "target", *words[1:])
