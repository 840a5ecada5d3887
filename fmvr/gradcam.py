"""Class-activation maps for an answer's words, by pytorch-grad-cam, raw: two maps can share one scale.

The map is taken at the 24×24 features that the tower hands to the projector. They are kept from the one pass of the
tower, so a map costs a pass through projector, pyramid and language model, not through the tower again. It also gives
a map to a 1-token set, which has no places of its own.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from torch import nn
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FMVRLlavaForConditionalGeneration


@dataclass(frozen=True)
class Map:
    """A class-activation map, not scaled: larger means that the answer leans more on that place.

    `grid` is [24, 24], `pixels` the same at the size of the model's picture, both float32 ≥ 0.
    """

    grid: np.ndarray
    pixels: np.ndarray


class _FromFeatures(nn.Module):
    """Tower features in, logits out, with a layer for pytorch-grad-cam to hook."""

    def __init__(self, model: FMVRLlavaForConditionalGeneration, input_ids: torch.Tensor):
        super().__init__()
        self.model, self.input_ids = model, input_ids
        self.features = nn.Identity()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        tokens = self.model.model.multi_modal_projector(self.features(features))
        encoded = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens))}
        return self.model(self.input_ids, mm_encoder_outputs=encoded, use_cache=False).logits  # [1, T, V]


def gradcam(
    model: FMVRLlavaForConditionalGeneration,
    features: torch.Tensor,
    input_ids: torch.Tensor,
    positions: list[int],
    side: int,
) -> Map:
    """The map of some answer tokens.

    Args:
        features: the tower's features of one picture, [1, N, D].
        input_ids: prompt and answer, [1, T].
        positions: which tokens of `input_ids` to explain; each is predicted one place earlier.
        side: side of the model's picture in pixels.
    """
    grid = model.config.token_grid_side
    ahead = torch.tensor(positions, device=input_ids.device) - 1

    def said(logits: torch.Tensor) -> torch.Tensor:  # one picture's logits, [T, V]
        return logits[ahead, input_ids[0, ahead + 1]].float().sum()

    def to_grid(activations: torch.Tensor) -> torch.Tensor:  # [1, N, D] → [1, D, 24, 24]
        return activations.float().transpose(1, 2).unflatten(2, (grid, grid))

    wrapped = _FromFeatures(model, input_ids)
    cam = GradCAM(wrapped, [wrapped.features], reshape_transform=to_grid)
    try:
        with torch.enable_grad():
            x = features.detach().clone().requires_grad_(True)
            store = cam.activations_and_grads
            said(store(x)[0]).backward()
        activations, gradients = store.activations[0].numpy(force=True), store.gradients[0].numpy(force=True)
        raw = cam.get_cam_image(x, wrapped.features, None, activations, gradients)[0]  # [24, 24]
    finally:
        cam.activations_and_grads.release()
    kept = np.maximum(raw, 0).astype(np.float32)
    return Map(kept, cv2.resize(kept, (side, side), interpolation=cv2.INTER_LINEAR))
