"""From a checkpoint folder to a model and its processor: the only place that reads weights to answer with."""

import json
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError

from fmvr.errors import BadInput
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.pyramid import MERGE, form_settings

CHECKPOINTS = Path(__file__).with_name("checkpoints")


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
    directory: str | Path, device_map: str | None = None, dtype: torch.dtype | None = None, **settings
) -> Checkpoint:
    """A checkpoint's model and processor, ready to answer.

    Args:
        directory: a LLaVA-1.5 or FMVR-LLaVA checkpoint in transformers' format, with safetensors weights.
        device_map: as in transformers; without one the model runs on the GPU, where there is one.
        dtype: of the weights as they are held; without one bfloat16 on a GPU, float32 elsewhere.
        settings: of the configuration, in the place of the checkpoint's own; blocks that it has not are new then.

    Raises BadInput where there is no checkpoint that fits.
    """
    directory = Path(directory)
    config = read_config(directory, **settings)
    gpu = torch.cuda.is_available()
    try:
        model, state = FMVRLlavaForConditionalGeneration.from_pretrained(
            directory,
            config=config,
            dtype=dtype or (torch.bfloat16 if gpu else torch.float32),
            device_map=device_map or ("cuda" if gpu else None),
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BadInput(f"The checkpoint in {directory} cannot be loaded: {error}") from error
    new = "model.pyramid." if settings else ()
    if missing := [name for name in state["missing_keys"] if not name.startswith(new)]:  # transformers draws them
        raise BadInput(f"The weights in {directory} are not whole: {min(missing)} is missing.")
    model.generation_config.max_length = None
    return Checkpoint(model.eval().requires_grad_(False), read_processor(directory, config))


def read_config(directory: Path, **settings) -> FMVRLlavaConfig:
    """A checkpoint's configuration, `settings` in the place of its own. Raises BadInput where there is none."""
    if not (directory / "config.json").is_file():
        raise BadInput(f"There is no checkpoint at {directory}: a folder with config.json and safetensors is needed.")
    try:
        kind = json.loads((directory / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (ValueError, AttributeError) as error:
        raise BadInput(f"The config.json in {directory} is broken and cannot be read.") from error
    if kind not in ("llava", "fmvr_llava"):
        raise BadInput(f"{directory} holds a model of type {kind}; a LLaVA-1.5 or FMVR-LLaVA checkpoint is needed.")
    if not list(directory.glob("*.safetensors")):
        raise BadInput(f"{directory} holds no safetensors weights, and no other format is read.")
    try:
        own = form_settings(None) if kind == "llava" else {}
        return FMVRLlavaConfig.from_pretrained(directory, **own | settings)
    except (OSError, ValueError) as error:
        raise BadInput(f"The checkpoint in {directory} cannot be loaded: {error}") from error


def read_processor(directory: Path, config: FMVRLlavaConfig) -> FMVRLlavaProcessor:
    """A checkpoint's processor alone. Raises BadInput where there is none."""
    try:
        processor = FMVRLlavaProcessor.from_pretrained(directory)
    except (OSError, ValueError) as error:
        raise BadInput(f"{directory} holds no processor: its tokenizer and image processor are needed too.") from error
    processor.patch_size = processor.patch_size or config.vision_config.patch_size  # early LLaVA-1.5 copies lack it
    return processor
