"""Models whose tensors are equal hold them once, in memory; a whole vision tower that is equal is one module."""

import torch
from torch import nn

from fmvr.model import FMVRLlavaForConditionalGeneration


def share(models: list[FMVRLlavaForConditionalGeneration]) -> None:
    """Let later models take from earlier ones what both have: tensors of the same name, place and numbers.

    Towers that are then one network, run in the same way, become one module: who has the same module needs one pass.
    """
    for i, model in enumerate(models):
        for other in models[:i]:
            _take(model, other)
            ours, theirs = model.model.vision_tower, other.model.vision_tower
            if ours is not theirs and _same_network(ours, theirs):
                model.model.vision_tower = theirs
                break


def _take(model: nn.Module, other: nn.Module) -> None:
    there = dict(other.named_parameters())
    for name, own in model.named_parameters():
        if name in there and own is not there[name] and _equal(own, there[name]):
            own.data = there[name].data


def _same_network(one: nn.Module, other: nn.Module) -> bool:
    """Whether all tensors are the same memory, and the settings those of one network."""
    settings = [{k: v for k, v in part.config.to_dict().items() if k != "_name_or_path"} for part in (one, other)]
    ours, theirs = (dict(part.named_parameters()) for part in (one, other))
    same = ours.keys() == theirs.keys() and all(own.data_ptr() == theirs[name].data_ptr() for name, own in ours.items())
    return same and settings[0] == settings[1]


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    alike = one.shape == other.shape and one.dtype == other.dtype and one.device == other.device
    return alike and one.device.type != "meta" and torch.equal(one, other)
