"""A checkpoint folder that was looked at: everything about it is known but its weights."""

from pathlib import Path
from typing import NamedTuple

import torch

from fmvr.errors import BadInput
from fmvr.loading.config import config_of
from fmvr.loading.folder import folder_of, read_config
from fmvr.loading.processor import processor_of
from fmvr.loading.tensors import check_tensors
from fmvr.model import FMVRLlavaConfig, FMVRLlavaProcessor


class Folder(NamedTuple):
    """A checkpoint that can be loaded; `precision`: that in which its weights are stored."""

    path: Path
    config: FMVRLlavaConfig
    processor: FMVRLlavaProcessor
    precision: torch.dtype


def checked(directory: str | Path, **settings) -> Folder:
    """A checkpoint folder, known to be one that can be loaded before anything is.

    Args:
        directory: a LLaVA-1.5 or FMVR-LLaVA checkpoint in transformers' format, with safetensors weights.
        settings: of the configuration, in the place of the checkpoint's own; blocks that it has not are new then.

    Raises BadInput, naming what the folder holds and the way out, where it cannot be loaded.
    """
    path = folder_of(directory)
    try:
        config = config_of(path, read_config(path), settings)
        precision = check_tensors(path, config, new=("model.pyramid.",) if settings else ())
        return Folder(path, config, processor_of(path, config), precision)
    except OSError as error:
        raise BadInput(f"{error.filename or path} cannot be read: {error.strerror or error}.") from error
