"""The last step: trained models become the embedded arms, with what "their world" means in numbers."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from shutil import rmtree

import torch
from huggingface_hub import save_torch_state_dict
from PIL import Image
from safetensors.torch import load_file
from transformers.utils import SAFE_WEIGHTS_NAME

from fmvr.arms import ARMS, current
from fmvr.envelope import Envelope
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, MEASURED, load, load_all
from fmvr.reduce.learned.network import FOLDER as REDUCERS
from fmvr.runs.whole import write_whole
from fmvr.training.fit import write
from fmvr.worlds import World

FOLDERS = {name: arm.checkpoint for name, arm in ARMS.items() if arm.checkpoint}


def publish(models: dict[str, Path], out: Path = CHECKPOINTS, samples: int = 3000) -> None:
    """Write the model of each arm in bfloat16, and `world.json`; embedded arms that are not named stay. Reducers that
    have learnt on a model go with it.

    `samples`: training pictures that the envelope in `world.json` is made from, and a third as many validation pictures
    for its threshold. Raises BadInput, and writes nothing, for arms that cannot stand side by side.
    """
    models = {current(name): Path(folder) for name, folder in models.items()}
    for name in models:
        if name not in FOLDERS:
            raise BadInput(f"There is no embedded arm {name}; the embedded arms are {', '.join(FOLDERS)}.")
    there = {name: out / folder for name, folder in FOLDERS.items() if (out / folder / "config.json").is_file()}
    _lab(there | models)
    for name, folder in models.items():
        model, processor = load(folder, "cpu", torch.bfloat16)  # as it learned; and packs smaller than float16
        for part in (model.config.vision_config, model.config.text_config):
            part.name_or_path = ""  # a folder of the training machine means nothing elsewhere
        write(model, processor, out / FOLDERS[name])
        rmtree(out / FOLDERS[name] / REDUCERS, ignore_errors=True)
        _tower_apart(out / FOLDERS[name])
    world = _lab(there | {name: out / FOLDERS[name] for name in models}).world
    made = Envelope.around(_pictures(world, "train", samples), _pictures(world, "validation", samples // 3))
    write_whole(out / "world.json", json.dumps(asdict(made)) + "\n")


def _pictures(world: World, split: str, count: int) -> Iterator[Image.Image]:
    return (world.picture(world.sample(split, place)) for place in range(count))


def _tower_apart(folder: Path) -> None:
    """Write the weights anew, the tower first and in a file of its own, which arms of one tower have in common."""
    weights = load_file(folder / SAFE_WEIGHTS_NAME)
    tower = {name: weight for name, weight in weights.items() if "vision_tower." in name}
    most = sum(weight.nbytes for weight in tower.values())
    save_torch_state_dict(tower | weights, folder, max_shard_size=most)


def _lab(folders: dict[str, Path]) -> Lab:
    return Lab(load_all(folders, dtype=MEASURED))
