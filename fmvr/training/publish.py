"""The last step: trained models become the embedded pair, with what "its world" means in numbers."""

import json
from pathlib import Path

import torch

from fmvr.lab import CHECKPOINTS, SIDES, Lab, check_pair, load_model, strangeness
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.scenes.scene import SPLITS, Scene


def publish(models: dict[str, Path], out: Path = CHECKPOINTS, scenes: int = 300) -> None:
    """Write both models in half precision and `world.json`.

    The world's threshold is 1.1 times the largest strangeness among `scenes` validation scenes. Raises BadInput, and
    writes nothing, for two models that are no pair.
    """
    check_pair(models, {name: FMVRLlavaConfig.from_pretrained(models[name]) for name in SIDES})
    for name in SIDES:
        model = FMVRLlavaForConditionalGeneration.from_pretrained(models[name], dtype=torch.float16)
        for part in (model.config.vision_config, model.config.text_config):
            part.name_or_path = ""  # a folder of the training machine means nothing elsewhere
        model.save_pretrained(out / name, max_shard_size="9MB")
        FMVRLlavaProcessor.from_pretrained(models[name]).save_pretrained(out / name)
    lab = Lab({"with": load_model(out / "with")})
    seeds = range(SPLITS["validation"], SPLITS["validation"] + scenes)
    seen = [lab.look(Scene.from_seed(seed).render()).features() for seed in seeds]
    values = torch.cat(seen)
    world = {"mean": values.mean(0).tolist(), "std": values.std(0).tolist()}
    world["threshold"] = 1.1 * max(strangeness(features, world) for features in seen)
    (out / "world.json").write_text(json.dumps(world) + "\n")
