"""The last step: trained models become the embedded arms, with what "their world" means in numbers."""

import json
from pathlib import Path

import torch
from huggingface_hub import save_torch_state_dict
from safetensors.torch import load_file
from transformers.utils import SAFE_WEIGHTS_NAME

from fmvr.arms import ARMS, current
from fmvr.errors import BadInput
from fmvr.lab import Lab, strangeness
from fmvr.loading import CHECKPOINTS, load, load_all, measured
from fmvr.runs.whole import write_whole
from fmvr.training.fit import write
from fmvr.worlds import World

FOLDERS = {name: arm.checkpoint for name, arm in ARMS.items() if arm.checkpoint}


def publish(models: dict[str, Path], out: Path = CHECKPOINTS, samples: int = 300) -> None:
    """Write the model of each arm in half precision, and `world.json`; embedded arms that are not named stay.

    The threshold of `world.json` is 1.1 times the largest strangeness among `samples` validation samples. Raises
    BadInput, and writes nothing, for arms that cannot stand side by side.
    """
    models = {current(name): Path(folder) for name, folder in models.items()}
    for name in models:
        if name not in FOLDERS:
            raise BadInput(f"There is no embedded arm {name}; the embedded arms are {', '.join(FOLDERS)}.")
    there = {name: out / folder for name, folder in FOLDERS.items() if (out / folder / "config.json").is_file()}
    _lab(there | models)
    for name, folder in models.items():
        model, processor = load(folder, "cpu", torch.float16)
        for part in (model.config.vision_config, model.config.text_config):
            part.name_or_path = ""  # a folder of the training machine means nothing elsewhere
        write(model, processor, out / FOLDERS[name])
        _tower_apart(out / FOLDERS[name])
    lab = _lab(there | {name: out / FOLDERS[name] for name in models})
    write_whole(out / "world.json", json.dumps(envelope(lab, lab.world, samples)) + "\n")


def _tower_apart(folder: Path) -> None:
    """Write the weights anew, the tower first and in a file of its own, which arms of one tower have in common."""
    weights = load_file(folder / SAFE_WEIGHTS_NAME)
    tower = {name: weight for name, weight in weights.items() if "vision_tower." in name}
    most = sum(weight.nbytes for weight in tower.values())
    save_torch_state_dict(tower | weights, folder, max_shard_size=most)


def envelope(lab: Lab, world: World, samples: int) -> dict:
    """How the main arm's features of a world's pictures lie: mean and deviation of each number, [W], and how strange a
    picture may be (see `strangeness`).
    """
    pictures = (world.picture(world.sample("validation", place)) for place in range(samples))
    patches = [lab.features([picture])[lab.main][0].patches.float().cpu() for picture in pictures]  # [N, W] each
    together = torch.cat(patches)
    shape = {"mean": together.mean(0).tolist(), "std": together.std(0).tolist()}
    return shape | {"threshold": 1.1 * max(strangeness(each, shape) for each in patches)}


def _lab(folders: dict[str, Path]) -> Lab:
    return Lab(load_all(folders, dtype=measured()))
