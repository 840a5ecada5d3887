"""The weights of an original LLaVA under transformers' names: checked one by one, then written shard by shard."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors.torch import save_file
from transformers import LlavaConfig, LlavaForConditionalGeneration

from fmvr.convert.original import TOWER
from fmvr.convert.shards import Stored, mapped
from fmvr.errors import BadInput

# How the names of a part begin in transformers, and in an original checkpoint; the first that fits.
PARTS = {
    "model.vision_tower.": TOWER,
    "model.multi_modal_projector.linear_1.": "model.mm_projector.0.",
    "model.multi_modal_projector.linear_2.": "model.mm_projector.2.",
    "model.language_model.": "model.",
    "lm_head.": "lm_head.",
}
CLIP = ({"model.vision_tower.": "vision_model."}, {"model.vision_tower.": ""})  # as published; as transformers 5 saves
COMPUTED = (".rotary_emb.inv_freq", ".embeddings.position_ids")  # made anew from the configuration by every model
BESIDE = ("text_model.", "text_projection.", "visual_projection.", "logit_scale")  # what a CLIP has besides its tower
TABLES = ("model.language_model.embed_tokens.weight", "lm_head.weight")  # a row for each token
MULTIPLE = 64  # of the vocabulary, as the copies in transformers' format have it


@dataclass(frozen=True)
class Weights:
    """The tensors of a model in transformers' format by name, each with where it is stored now.

    `vocabulary`: how many rows the tables of tokens will have. `dtype`: of all tensors, the language model's own.
    """

    stored: Mapping[str, Stored]
    vocabulary: int

    @property
    def dtype(self) -> torch.dtype:
        return self.stored["lm_head.weight"].dtype

    def planned(self) -> dict[str, torch.Tensor]:
        """What will be written, file by file of the source: tensors without numbers."""
        return {
            name: torch.empty(
                (self.vocabulary, *one.shape[1:]) if name in TABLES else one.shape, dtype=self.dtype, device="meta"
            )
            for name, one in sorted(self.stored.items(), key=lambda item: item[1].file)
        }

    @property
    def size(self) -> int:
        """Bytes that will be written."""
        return sum(tensor.nbytes for tensor in self.planned().values())

    def read(self, names: list[str]) -> dict[str, torch.Tensor]:
        """Some of the tensors as they will be written."""
        tensors = {}
        for file, group in groupby(names, key=lambda name: self.stored[name].file):
            source = mapped(file)
            for name in group:
                tensor = source[self.stored[name].name].to(self.dtype).contiguous()
                tensors[name] = with_rows(tensor, self.vocabulary) if name in TABLES else tensor
        return tensors

    def write(self, folder: Path, shard_bytes: int, say: Callable[[str], None]) -> None:
        """Write them into a folder, in files of at most `shard_bytes` and an index; memory holds one file at a time."""
        split = split_torch_state_dict_into_shards(self.planned(), max_shard_size=shard_bytes)
        for place, (file, names) in enumerate(split.filename_to_tensors.items(), 1):
            save_file(self.read(names), folder / file, metadata={"format": "pt"})
            say(f"{file} is written: {place} of {len(split.filename_to_tensors)}.")
        if split.is_sharded:
            index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
            (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2), encoding="utf-8")


def with_rows(table: torch.Tensor, rows: int) -> torch.Tensor:
    """A table of tokens, [V, D], with so many rows; new ones are the mean of the others, so that none is ever said."""
    mean = sum(part.sum(0, dtype=torch.float32) for part in table.split(1024)) / len(table)  # no copy in float32
    return torch.cat([table, mean.to(table.dtype).expand(rows - len(table), -1)])


def rounded(vocabulary: int) -> int:
    """A number of tokens, rounded up to a multiple of 64."""
    return -(-vocabulary // MULTIPLE) * MULTIPLE


def matched(
    config: LlavaConfig,
    source: tuple[Path, Mapping[str, Stored]],
    clip: tuple[Path, Mapping[str, Stored]] | None,
) -> dict[str, Stored]:
    """Each tensor that a model needs by its name in transformers, found in the checkpoint, or its tower in a CLIP.

    Args:
        config: the model's, with as many tokens as the checkpoint has.
        source: the checkpoint's folder and tensors; clip: another one's, where the tower is not inside.

    Raises BadInput where a tensor is missing, fits nowhere, or has another shape than `config` says.
    """
    with torch.device("meta"):
        model = LlavaForConditionalGeneration(config)
    needed = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    tower = {name: needed.pop(name) for name in list(needed) if clip and name.startswith("model.vision_tower.")}
    found = _found(needed, *source, PARTS)
    if clip:
        folder, tensors = clip
        tensors = {name: one for name, one in tensors.items() if not name.startswith(BESIDE)}
        parts = CLIP[0] if any(name.startswith("vision_model.") for name in tensors) else CLIP[1]
        found |= _found(tower, folder, tensors, parts)
    return found


def _found(
    needed: Mapping[str, tuple[int, ...]], folder: Path, tensors: Mapping[str, Stored], parts: Mapping[str, str]
) -> dict[str, Stored]:
    """The tensors of one folder under the names that need them. Raises BadInput where the two do not agree."""
    names = {name: _there(name, parts) for name in needed}
    if missing := [there for there in names.values() if there not in tensors]:
        raise BadInput(f"{folder} lacks {_named(missing)} of the model that its config.json describes.")
    if strange := [name for name in tensors.keys() - set(names.values()) if not name.endswith(COMPUTED)]:
        raise BadInput(f"{folder} holds {_named(sorted(strange))} with no place in LLaVA-1.5.")
    if wrong := [name for name, there in names.items() if tensors[there].shape != needed[name]]:
        first = wrong[0]
        raise BadInput(
            f"{folder} holds {_named([names[name] for name in wrong])} of another shape than its config.json says: "
            f"{tensors[names[first]].shape}, not {needed[first]}."
        )
    return {name: tensors[there] for name, there in names.items()}


def _there(name: str, parts: Mapping[str, str]) -> str:
    """A tensor's name in a folder whose parts have such names."""
    here, there = next((here, there) for here, there in parts.items() if name.startswith(here))
    return there + name.removeprefix(here)


def _named(names: list[str]) -> str:
    """How many tensors, and the first of their names."""
    count = f"{len(names)} tensor{'s' * (len(names) > 1)}"
    return f"{count} ({', '.join(names[:3])}{' …' * (len(names) > 3)})"
