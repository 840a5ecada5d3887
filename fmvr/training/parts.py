"""The parts of a model that a run trains."""

import torch
from torch import nn

TOWER, PROJECTOR, PYRAMID, LANGUAGE, HEAD = (
    "model.vision_tower",
    "model.multi_modal_projector",
    "model.pyramid",
    "model.language_model",
    "lm_head",
)
PARTS = {
    "connector": (PROJECTOR, PYRAMID),  # LLaVA's stage 1
    "all": (PROJECTOR, PYRAMID, LANGUAGE, HEAD),  # stage 2
    "blocks": (PYRAMID,),
    "blocks+projector": (PYRAMID, PROJECTOR),
    "lora": (),  # an adapter, which is put into the language model
}
APART = ("blocks", "blocks+projector", "lora")  # the others are written as a whole model


def release(model: nn.Module, trained: str | None) -> None:
    """Freeze a model but for the parts of a key of PARTS, which learn in float32, whatever the rest is held in; all of
    it for None.
    """
    model.requires_grad_(False)
    for name in PARTS[trained] if trained else ():
        model.get_submodule(name).float().requires_grad_(True)


def hold(model: nn.Module, precision: torch.dtype) -> None:
    """Hold what is frozen in the precision that a run computes in."""
    for parameter in model.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(precision)
