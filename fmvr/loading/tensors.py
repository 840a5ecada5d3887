"""The tensors of a checkpoint, by the headers of its safetensors files: no weight is read."""

from collections import Counter
from math import prod
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from transformers.conversion_mapping import get_model_conversion_mapping
from transformers.core_model_loading import WeightRenaming, rename_source_key

from fmvr.errors import BadInput
from fmvr.loading.config import reason, unusable
from fmvr.loading.folder import check_pointer, original, quantized, read_json
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration

WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
PRECISIONS = {"F64": torch.float32, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


class Tensor(NamedTuple):
    """A tensor as a header tells of it: its shape, and its precision in the words of safetensors."""

    shape: tuple[int, ...]
    precision: str


def check_tensors(folder: Path, config: FMVRLlavaConfig, new: tuple[str, ...] = ()) -> torch.dtype:
    """The precision that most of a checkpoint's numbers have.

    Args:
        new: beginnings of the names of tensors that need not be there.

    Raises BadInput where a file is broken, and where a tensor is missing, of another shape, or quantized.
    """
    tensors = _stored(folder)
    if any(name.startswith("model.mm_projector.") for name in tensors):
        raise original(folder)
    model = _without_weights(folder, config)
    tensors = _by_our_names(tensors, model)
    shapes = {name: tuple(weight.shape) for name, weight in model.named_parameters()}
    if missing := [name for name in shapes if name not in tensors and not name.startswith(new)]:
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise BadInput(f"The weights in {folder} are not whole: {min(missing)} is missing{more}; fetch them again.")
    numbers = Counter()
    for name in sorted(shapes.keys() & tensors.keys()):
        there = tensors[name]
        if there.precision not in PRECISIONS:
            raise quantized(folder, there.precision)
        if there.shape != shapes[name]:
            raise BadInput(
                f"The weights in {folder} do not fit its config.json: {name} has the shape {list(there.shape)} and "
                f"would have {list(shapes[name])}; take both from one source."
            )
        numbers[PRECISIONS[there.precision]] += prod(there.shape)
    return numbers.most_common(1)[0][0]


def _stored(folder: Path) -> dict[str, Tensor]:
    """Every tensor of the files that transformers would load. Raises BadInput where one is missing or broken."""
    if (folder / WHOLE).is_file():
        return _header(folder / WHOLE)
    if not (folder / INDEX).is_file():
        raise BadInput(
            f"{folder} holds safetensors, but neither {WHOLE} nor {INDEX}, which says what lies where; fetch it again."
        )
    places = read_json(folder / INDEX).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise BadInput(f"The {INDEX} in {folder} names no tensors: fetch it again.")
    files = sorted({str(name) for name in places.values()})
    if absent := [name for name in files if not (folder / name).is_file()]:
        raise BadInput(f"The weights in {folder} are not whole: the file {absent[0]} is missing; fetch it again.")
    return {name: tensor for file in files for name, tensor in _header(folder / file).items()}


def _header(file: Path) -> dict[str, Tensor]:
    """Raises BadInput for a file that is cut short, or is none of safetensors."""
    check_pointer(file)
    try:
        with safe_open(file, "pt") as tensors:
            slices = {name: tensors.get_slice(name) for name in tensors.offset_keys()}
            return {name: Tensor(tuple(one.get_shape()), one.get_dtype()) for name, one in slices.items()}
    except SafetensorError as error:
        raise BadInput(f"The {file.name} in {file.parent} is broken or was cut short: fetch it again.") from error


def _without_weights(folder: Path, config: FMVRLlavaConfig) -> FMVRLlavaForConditionalGeneration:
    """The model with the shapes of its tensors and no memory behind them."""
    try:
        with torch.device("meta"):
            return FMVRLlavaForConditionalGeneration(config)
    except Exception as error:  # of every kind, as with the configuration
        raise unusable(folder, reason(error)) from error


def _by_our_names(tensors: dict[str, Tensor], model: FMVRLlavaForConditionalGeneration) -> dict[str, Tensor]:
    """Tensors by the names that transformers gives them when it loads an older layout."""
    renamings = [one for one in get_model_conversion_mapping(model) if isinstance(one, WeightRenaming)]
    names = model.state_dict()
    return {
        name if name in names else rename_source_key(name, renamings, [], model.base_model_prefix, names)[0]: tensor
        for name, tensor in tensors.items()
    }
