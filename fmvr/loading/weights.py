"""From checked folders to models that are ready to answer."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from transformers import BitsAndBytesConfig

from fmvr.errors import BadInput
from fmvr.loading.checked import Folder, checked
from fmvr.loading.config import reason
from fmvr.loading.place import place, quantization
from fmvr.memory import enough_memory
from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.pyramid import MERGE
from fmvr.settings import settings as environment

CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
MEASURED = torch.float32  # the embedded arms' precision, on any machine; they are stored in bfloat16
SMALLER = "FMVR_DTYPE and FMVR_QUANTIZE make them smaller, FMVR_DEVICE_MAP=auto spreads them"


class Checkpoint(NamedTuple):
    """A folder's model and processor."""

    model: FMVRLlavaForConditionalGeneration
    processor: FMVRLlavaProcessor

    @property
    def arm(self) -> str:
        """The arm that it is where nobody names one: by how its model makes fewer tokens of many."""
        config = self.model.config
        return "fmvr" if config.fmvr_form else MERGE if config.fmvr_merge else "pooling"


def load(
    directory: str | Path,
    device_map: str | None = None,
    dtype: torch.dtype | None = None,
    blocks: bool = False,
    **settings,
) -> Checkpoint:
    """A checkpoint's model and processor, ready to answer.

    Args:
        directory: a LLaVA-1.5 or FMVR-LLaVA checkpoint in transformers' format, with safetensors weights.
        device_map: as in transformers; without one as FMVR_DEVICE_MAP says.
        dtype: of the weights as they are held; without one as FMVR_DTYPE and FMVR_QUANTIZE say.
        blocks: whether blocks will be plugged into it, whatever it has itself.
        settings: of the configuration, in the place of the checkpoint's own; blocks that it has not are new then.

    Raises BadInput where there is no checkpoint that fits, before anything of the weights is read.
    """
    return _load({"": checked(directory, **settings)}, device_map, dtype, blocks)[""]


def load_all(
    directories: Mapping[str, str | Path], device_map: str | None = None, dtype: torch.dtype | None = None
) -> dict[str, Checkpoint]:
    """Several checkpoints by name, in one precision, as `load`: all are checked before the first is loaded."""
    return _load({name: checked(directory) for name, directory in directories.items()}, device_map, dtype)


def _load(
    folders: dict[str, Folder], device_map: str | None, dtype: torch.dtype | None, blocks: bool = False
) -> dict[str, Checkpoint]:
    device_map, quantized = place(device_map), None
    if dtype is None and all(folder.path.resolve().parent == CHECKPOINTS for folder in folders.values()):
        dtype = MEASURED
    elif dtype is None:
        dtype = _precision(list(folders.values()), blocks)
        quantized = quantization(dtype)
    return {
        name: Checkpoint(_model(folder, device_map, dtype, quantized), folder.processor)
        for name, folder in folders.items()
    }


def _model(
    folder: Folder, device_map: str | None, dtype: torch.dtype, quantized: BitsAndBytesConfig | None
) -> FMVRLlavaForConditionalGeneration:
    """The weights, mapped from their files where they stay as they are stored, or moved tensor by tensor."""
    try:
        with enough_memory(f"the weights in {folder.path} do not fit; {SMALLER}"), _unreported():
            model = FMVRLlavaForConditionalGeneration.from_pretrained(
                folder.path,
                config=folder.config,
                dtype=dtype,
                device_map=device_map,
                quantization_config=quantized,
                use_safetensors=True,
                local_files_only=True,
            )
    except (OSError, RuntimeError, ImportError, SafetensorError) as error:
        raise BadInput(f"The checkpoint in {folder.path} cannot be loaded: {reason(error)}.") from error
    model.generation_config.max_length = None
    return model.eval().requires_grad_(False)


@contextmanager
def _unreported() -> Iterator[None]:
    """While this lasts, transformers does not tell of new gains as of a fault; the folder has been checked before."""
    reports = logging.getLogger("transformers.modeling_utils")
    reports.addFilter(_is_error)  # a higher level would have it look for, and tell of, layers that are not spread
    try:
        yield
    finally:
        reports.removeFilter(_is_error)


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


def _precision(folders: list[Folder], blocks: bool) -> torch.dtype:
    """As FMVR_DTYPE says; `auto`: the widest in which any of the weights are stored.

    Blocks multiply tokens by tokens, level by level, and leave the range of float16; bfloat16 is as small.
    """
    chosen = environment().dtype
    if chosen != "auto":
        return getattr(torch, chosen)
    widest = reduce(torch.promote_types, (folder.precision for folder in folders))
    blocks = blocks or any(folder.config.fmvr_form for folder in folders)
    return torch.bfloat16 if blocks and widest == torch.float16 else widest
