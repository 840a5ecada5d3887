"""An original LLaVA checkpoint: whether its config.json is one of LLaVA-1.5, and what that is in transformers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any

from huggingface_hub.errors import StrictDataclassError
from transformers import CLIPVisionConfig, LlamaConfig

from fmvr.convert.shards import Stored
from fmvr.errors import BadInput
from fmvr.loading.folder import read_json

TYPES = ("llava_llama", "llava")
TOWER = "model.vision_tower.vision_tower.vision_model."  # how the names of a tower inside a checkpoint begin
HEAD = 64  # channels of an attention head in OpenAI's CLIP, whatever its width
SIZES = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
LAYER = "mm_vision_select_layer"
OPTIONAL = (
    "num_key_value_heads",
    "hidden_act",
    "max_position_embeddings",
    "rms_norm_eps",
    "initializer_range",
    "rope_theta",
    "rope_scaling",
    "attention_bias",
)


@dataclass(frozen=True)
class Setting:
    """A setting of config.json: what fits LLaVA-1.5, what holds where it is not there, and what else it would mean."""

    name: str
    fits: tuple
    otherwise: Any
    meaning: str


SETTINGS = (
    Setting("mm_projector_type", ("mlp2x_gelu",), "linear", "LLaVA-1.5 has a projector of the type mlp2x_gelu"),
    Setting("mm_patch_merge_type", ("flat",), "flat", "LLaVA-NeXT cuts pictures into tiles"),
    Setting("image_aspect_ratio", ("pad", "square"), "square", "LLaVA-NeXT cuts pictures into tiles"),
    Setting("mm_vision_select_feature", ("patch",), "patch", "the projector of LLaVA-1.5 takes patches alone"),
    Setting("mm_use_im_start_end", (False,), False, "LLaVA-1.5 has no marks around a picture"),
    Setting("mm_resampler_type", (None,), None, "LLaVA-1.5 has no resampler"),
    Setting("s2", (False,), False, "LLaVA-1.5 sees a picture at one scale"),
)


@dataclass(frozen=True)
class Original:
    """A checkpoint of LLaVA-1.5 as its authors publish it; `config`: its config.json."""

    folder: Path
    config: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Original":
        """Raises BadInput for what is no original LLaVA-1.5."""
        if not folder.is_dir():
            raise BadInput(f"There is no folder {folder}: download the checkpoint first (hf download).")
        config = read_config(folder)
        if "text_config" in config:
            raise BadInput(f"{folder} is in transformers' format already: use it as it is (FMVR_MODEL={folder}).")
        kind = config.get("model_type")
        if kind not in TYPES or "mm_vision_tower" not in config:
            raise BadInput(
                f"{folder} holds a model of type {kind}; original LLaVA-1.5 ({' or '.join(TYPES)}) is needed."
            )
        for setting in SETTINGS:
            value = setting.otherwise if config.get(setting.name) is None else config[setting.name]
            if value not in setting.fits:
                raise BadInput(f"{folder} is no LLaVA-1.5: its {setting.name} is {value}, and {setting.meaning}.")
        if lacking := [name for name in (*SIZES, LAYER) if not isinstance(config.get(name), int)]:
            raise BadInput(f"The config.json in {folder} lacks {', '.join(lacking)}, or says what is no number.")
        return cls(folder, config)

    @property
    def pads(self) -> bool:
        """Whether a picture is padded to a square; else its middle square is cut out."""
        return self.config.get("image_aspect_ratio") == "pad"

    @property
    def budgets(self) -> list[int] | None:
        """The token budgets that it was trained for, largest first, where it was M3's code that trained it; else None.

        That code keeps them in config.json. Raises BadInput for what are none.
        """
        scales = self.config.get("matryoshka_vis_token_scale")
        try:
            scales = scales.split(",") if isinstance(scales, str) else scales
            return sorted(map(int, scales), reverse=True) if scales else None
        except (ValueError, TypeError) as error:
            raise BadInput(
                f"The matryoshka_vis_token_scale in {self.folder}'s config.json holds no numbers."
            ) from error

    def text_config(self) -> LlamaConfig:
        """The language model. Raises BadInput for sizes that make none."""
        known = {name: self.config[name] for name in (*SIZES, *OPTIONAL) if name in self.config}
        try:
            return LlamaConfig(**known)
        except (StrictDataclassError, ValueError, TypeError, KeyError) as error:
            raise BadInput(f"The config.json in {self.folder} describes no Llama: {last_line(error)}") from error

    def tower_config(self, tensors: Mapping[str, Stored]) -> CLIPVisionConfig:
        """The tower inside the checkpoint, from the shapes of its tensors, by name.

        The rest is taken as OpenAI's CLIP has it. Raises BadInput where it is of another kind, or not whole.
        """
        name = self.config["mm_vision_tower"]
        if not re.fullmatch(r"clip-vit-(base|large)-patch\d+(-\d+)?", Path(str(name)).name):
            raise BadInput(
                f"{self.folder} has a tower {name}, of whose config.json there is no copy: {by_option(name)}"
            )
        try:
            width, _, patch, _ = tensors[f"{TOWER}embeddings.patch_embedding.weight"].shape
            places, _ = tensors[f"{TOWER}embeddings.position_embedding.weight"].shape
            inner, _ = tensors[f"{TOWER}encoder.layers.0.mlp.fc1.weight"].shape
        except (KeyError, ValueError) as error:
            raise BadInput(f"The tower inside {self.folder} is not whole: {by_option(name)}") from error
        if width % HEAD:
            raise BadInput(
                f"The tower inside {self.folder} is {width} channels wide, as none of OpenAI's: {by_option(name)}"
            )
        layers = {found[1] for n in tensors if (found := re.match(rf"{re.escape(TOWER)}encoder\.layers\.(\d+)\.", n))}
        return CLIPVisionConfig(
            hidden_size=width,
            intermediate_size=inner,
            num_hidden_layers=len(layers),
            num_attention_heads=width // HEAD,
            image_size=isqrt(places - 1) * patch,
            patch_size=patch,
        )


def by_option(tower: Any) -> str:
    """The way out of a tower that is not there, as the end of a sentence."""
    return f"give a folder of {tower}, with its config.json and weights, as --vision."


def clip_config(folder: Path) -> CLIPVisionConfig:
    """The tower of a folder of CLIP. Raises BadInput where there is none."""
    kind = read_config(folder).get("model_type")
    if kind not in ("clip", "clip_vision_model"):
        raise BadInput(f"{folder} holds a model of type {kind}; a CLIP is needed as --vision.")
    try:
        return CLIPVisionConfig.from_pretrained(folder)
    except (StrictDataclassError, OSError, ValueError, TypeError) as error:
        raise BadInput(f"The config.json in {folder} describes no CLIP: {last_line(error)}") from error


def last_line(error: Exception) -> str:
    """What a library says in the end of an error, which may be long."""
    return str(error).strip().splitlines()[-1].strip().removeprefix("ValueError: ")


def read_config(folder: Path) -> dict[str, Any]:
    """A folder's config.json. Raises BadInput where there is none that can be read."""
    try:
        return read_json(folder / "config.json")
    except OSError as error:
        raise BadInput(f"There is no checkpoint at {folder}: it has no config.json.") from error
