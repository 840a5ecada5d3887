"""The settings that stand in the environment: the variables that begin with FMVR_, read here alone."""

import os
from dataclasses import dataclass

from fmvr.errors import BadInput

DTYPES = ("auto", "float32", "bfloat16", "float16")
BITS = ("4bit", "8bit")


@dataclass(frozen=True)
class Settings:
    """`model`: FMVR_MODEL, the folder of a checkpoint of one's own, or None; `blocks`: FMVR_BLOCKS, the file of blocks
    that plug into it, or None; `clip`: FMVR_CLIP, the folder of the CLIP that its vision tower is from, for
    reducers that need its text tower, or None. How it is loaded: `dtype`, FMVR_DTYPE, one of DTYPES; `device_map`,
    FMVR_DEVICE_MAP, as in transformers, or None; `quantize`, FMVR_QUANTIZE, one of BITS, or None.

    Raises BadInput for what is none of the choices, and for blocks without a model.
    """

    model: str | None = None
    blocks: str | None = None
    clip: str | None = None
    dtype: str = "auto"
    device_map: str | None = None
    quantize: str | None = None

    def __post_init__(self):
        for name, choices in (("dtype", DTYPES), ("quantize", (*BITS, None))):
            if (value := getattr(self, name)) not in choices:
                listed = ", ".join(filter(None, choices))
                raise BadInput(f"FMVR_{name.upper()} is one of {listed}, not {value!r}.")
        if self.blocks and not self.model:
            raise BadInput("Blocks need the checkpoint that they were trained on: name it, too (FMVR_MODEL, --model).")


def settings(**chosen: str | None) -> Settings:
    """Those of the environment, but for what was chosen, None for nothing; what is empty counts as none.

    Raises BadInput as `Settings`.
    """
    names = Settings.__dataclass_fields__
    environment = {name: os.environ.get(f"FMVR_{name.upper()}") for name in names}
    found = environment | {name: value for name, value in chosen.items() if value is not None}
    return Settings(**{name: value for name, value in found.items() if value})
