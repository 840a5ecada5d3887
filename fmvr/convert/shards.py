"""The files of a checkpoint's tensors: safetensors, or torch's `.bin`, mapped into memory and not read before use."""

import json
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fmvr.errors import BadInput

KINDS = (("*.safetensors", "model.safetensors.index.json"), ("pytorch_model*.bin", "pytorch_model.bin.index.json"))


@dataclass(frozen=True)
class Stored:
    """A tensor as it lies in a file."""

    file: Path
    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype


def stored(folder: Path) -> dict[str, Stored]:
    """All tensors of a checkpoint by name, file by file. Raises BadInput for weights that are not whole."""
    return {
        name: Stored(file, name, tuple(tensor.shape), tensor.dtype)
        for file in files_of(folder)
        for name, tensor in mapped(file).items()
    }


def files_of(folder: Path) -> list[Path]:
    """The files that hold a checkpoint's weights. Raises BadInput where there are none, or one is missing."""
    for pattern, index in KINDS:
        if (folder / index).is_file():
            try:
                names = sorted(set(json.loads((folder / index).read_text(encoding="utf-8"))["weight_map"].values()))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadInput(f"{folder / index} is broken and cannot be read.") from error
            if missing := [name for name in names if not (folder / name).is_file()]:
                raise BadInput(
                    f"{folder} lacks {len(missing)} of the {len(names)} files that its index names ({missing[0]}): "
                    "the download is not whole."
                )
            return [folder / name for name in names]
        if files := sorted(folder.glob(pattern)):
            return files
    if (folder / "adapter_config.json").is_file():
        raise BadInput(f"{folder} holds a LoRA, not a model: merge it into its base first.")
    raise BadInput(f"{folder} holds no weights: *.safetensors or pytorch_model*.bin are needed.")


def mapped(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file, by name; their numbers are read from the disk where they are used, and not before.

    A `.bin` is a pickle. It is read with `weights_only`, which makes tensors and runs nothing else, and only here, to
    become safetensors: nothing that answers or trains reads one. Raises BadInput for what is no file of tensors.
    """
    try:
        tensors = (
            load_file(file)
            if file.suffix == ".safetensors"
            else torch.load(file, map_location="cpu", weights_only=True, mmap=True)
        )
    except UnpicklingError as error:
        raise BadInput(f"{file} holds more than tensors, which could run as code: it is not read.") from error
    except (OSError, RuntimeError, ValueError, EOFError, SafetensorError) as error:
        raise BadInput(
            f"{file} is no file of weights, or not a whole one: so look interrupted downloads and Git LFS pointers, "
            "whose files are still to be fetched."
        ) from error
    if not isinstance(tensors, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in tensors.values()):
        raise BadInput(f"{file} holds other things than tensors by name: it is no checkpoint's weights.")
    return tensors
