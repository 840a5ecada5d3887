"""What a folder holds, by the names in it and its config.json."""

import json
import re
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import LocalEntryNotFoundError

from fmvr.errors import BadInput
from fmvr.loading.formats import FAMILIES, KINDS, NEEDED, ORIGINAL, QUANTIZED, WEIGHTS

POINTER = b"version https://git-lfs"
HUB = re.compile(r"[\w.-]+/[\w.-]+")  # a name on the Hugging Face hub


def folder_of(name: str | Path) -> Path:
    """The folder of a path; for a name on the hub, the copy of it that `hf download` keeps, where there is one."""
    folder = Path(name)
    if HUB.fullmatch(str(name)) and not folder.exists():
        try:
            return Path(snapshot_download(str(name), local_files_only=True))
        except LocalEntryNotFoundError:
            pass
    return folder


def read_config(folder: Path) -> dict:
    """The config.json of a checkpoint. Raises BadInput, naming what is there instead, for a folder of another kind."""
    _check_place(folder)
    _check_adapter(folder)
    if not (folder / "config.json").is_file():
        raise BadInput(f"There is no checkpoint at {folder}{_instead_of_config(folder)}.")
    config = read_json(folder / "config.json")
    _check_kind(folder, config)
    _check_quantization(folder, config)
    if not any(folder.glob("*.safetensors*")):
        raise BadInput(f"{folder} holds no safetensors weights, and no other format is read{_other_weights(folder)}.")
    return config


def read_json(path: Path) -> dict:
    """A file of settings. Raises BadInput where it is broken."""
    check_pointer(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"The {path.name} in {path.parent} is broken and cannot be read: fetch it again.") from error
    if not isinstance(content, dict):
        raise BadInput(f"The {path.name} in {path.parent} holds no settings, which are a JSON object: fetch it again.")
    return content


def check_pointer(path: Path) -> None:
    """Raises BadInput where Git left a pointer in the place of a file."""
    with path.open("rb") as file:
        if file.read(len(POINTER)) == POINTER:
            raise BadInput(
                f"The {path.name} in {path.parent} is a Git LFS pointer, not the file itself: "
                "`git lfs pull` in that folder fetches it."
            )


def original(folder: Path) -> BadInput:
    """What is to be said of a checkpoint in the layout of LLaVA's own code."""
    return BadInput(
        f"{folder} holds a LLaVA in its original format: `python -m fmvr.convert {folder} TARGET` makes it readable."
    )


def _check_place(folder: Path) -> None:
    """Raises BadInput for what is no folder, or has nothing in it."""
    problem = None
    if folder.is_file():
        known = WEIGHTS.get(folder.suffix)
        problem = f", which is a file{f' and is {known}' if known else ': give the folder that it lies in'}"
    elif not folder.is_dir():
        problem = ": a folder with config.json and safetensors is needed"
        if HUB.fullmatch(str(folder)) and not folder.parent.exists():
            problem += f"; `hf download {folder}` fetches one from the hub"
    elif not any(folder.iterdir()):
        problem = ": the folder is empty"
    if problem:
        raise BadInput(f"There is no checkpoint at {folder}{problem}.")


def _check_adapter(folder: Path) -> None:
    """Raises BadInput for a LoRA, which is no model by itself."""
    noted = folder / "adapter_config.json"
    if noted.is_file():
        base = read_json(noted).get("base_model_name_or_path") or "its base model"
        raise BadInput(
            f"{folder} holds an adapter (LoRA), not a whole model: merge it into {base} first, "
            f"by `python -m fmvr.lora merge BASE {folder} TARGET`."
        )


def _instead_of_config(folder: Path) -> str:
    """What is there where config.json is not, and the way out, as the end of a sentence."""
    deeper = [path.parent for pattern in ("*/config.json", "*/*/config.json") for path in sorted(folder.glob(pattern))]
    if deeper:
        return f" itself, but further in: give the folder {deeper[0]}"
    return _other_weights(folder) or ", for config.json is missing; fetch it from where the weights are from"


def _other_weights(folder: Path) -> str:
    """The first weights of another format, and the way out, as the end of a sentence; nothing where there are none."""
    paths = sorted([*folder.glob("*"), *folder.glob("*/*")])
    other = next((path for path in paths if path.suffix in WEIGHTS and path.stem != "training_args"), None)
    return f": {other.relative_to(folder)} is {WEIGHTS[other.suffix]}" if other else ""


def _check_kind(folder: Path, config: dict) -> None:
    """Raises BadInput for a checkpoint of another model."""
    kind = config.get("model_type")
    if kind == ORIGINAL or "mm_vision_tower" in config:
        raise original(folder)
    code = "code of its own, which is never run" if "auto_map" in config else None
    if kind is None:
        raise BadInput(f"The config.json in {folder} names no model type{f', but {code}' if code else ''}; {NEEDED}.")
    if kind not in KINDS:
        known = f" ({FAMILIES[kind]})" if str(kind) in FAMILIES else ""
        raise BadInput(f"{folder} holds a model of type {kind}{known}{f', with {code}' if code else ''}; {NEEDED}.")


def _check_quantization(folder: Path, config: dict) -> None:
    """Raises BadInput for weights that were stored quantized."""
    noted = config.get("quantization_config")
    method = noted.get("quant_method", "unknown") if isinstance(noted, dict) else None
    method = method or next((method for name, method in QUANTIZED.items() if (folder / name).is_file()), None)
    if method:
        raise quantized(folder, method)


def quantized(folder: Path, method: str) -> BadInput:
    """What is to be said of quantized weights."""
    return BadInput(
        f"The weights in {folder} are stored quantized ({method}), and such are not read: take those that they were "
        "made from; FMVR_QUANTIZE=4bit or 8bit quantizes them as they are loaded."
    )
