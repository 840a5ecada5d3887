"""Where the weights go and in how many bits, as the settings say."""

from importlib.util import find_spec

import torch
from transformers import BitsAndBytesConfig

from fmvr.errors import BadInput
from fmvr.settings import settings

SPREAD = ("auto", "balanced", "balanced_low_0", "sequential")  # over all GPUs there are, by accelerate
KEPT_WHOLE = ("model.vision_tower", "model.multi_modal_projector", "model.pyramid", "lm_head")


def place(device_map: str | None = None) -> str | None:
    """`device_map`, or FMVR_DEVICE_MAP, or the GPU where there is one; None: the processor.

    Raises BadInput for a device that is not there.
    """
    device_map = device_map or settings().device_map
    if device_map is None:
        return "cuda" if torch.cuda.is_available() else None
    if device_map not in (there := [*SPREAD, *devices()]):
        raise BadInput(f"There is no device {device_map} here; the choices are {', '.join(there)}.")
    return device_map


def devices() -> list[str]:
    """The devices of this machine: `cpu`; the first GPU, such as `cuda`; and each by its number, such as `cuda:1`."""
    gpu = torch.accelerator.current_accelerator(check_available=True)
    return ["cpu", *([gpu.type, *(f"{gpu.type}:{i}" for i in range(torch.accelerator.device_count()))] if gpu else [])]


def quantization(precision: torch.dtype) -> BitsAndBytesConfig | None:
    """How the language model is quantized, if FMVR_QUANTIZE says so; `precision`: in which it computes.

    Raises BadInput where there is no GPU, or bitsandbytes is not installed.
    """
    bits = settings().quantize
    if bits is None:
        return None
    if not torch.cuda.is_available():
        raise BadInput(f"FMVR_QUANTIZE={bits} needs a GPU, and there is none here; leave it out.")
    if find_spec("bitsandbytes") is None:
        raise BadInput(f"FMVR_QUANTIZE={bits} needs the package bitsandbytes: pip install bitsandbytes")
    return BitsAndBytesConfig(
        load_in_4bit=bits == "4bit",
        load_in_8bit=bits == "8bit",
        llm_int8_skip_modules=list(KEPT_WHOLE),
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=precision,
    )
