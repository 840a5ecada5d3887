"""Class-activation maps for an answer's words, by pytorch-grad-cam, raw: two maps can share one scale.

The tower's hidden states are kept from its one pass, so a map costs a pass from the chosen layer on: at the last layer,
the default, projector, pyramid and language model alone. It also gives a map to a 1-token set, which has no places of
its own.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import pytorch_grad_cam as cams
import torch
from torch import nn
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.inputs import BadInput
from fmvr.model import FMVRLlavaForConditionalGeneration
from fmvr.model.pyramid import TokenPyramid

# Methods that make sense of one layer's activations and gradients, by the names their authors gave them.
METHODS = {
    "Grad-CAM": cams.GradCAM,
    "Grad-CAM++": cams.GradCAMPlusPlus,
    "XGrad-CAM": cams.XGradCAM,
    "HiResCAM": cams.HiResCAM,
    "LayerCAM": cams.LayerCAM,
    "Grad-CAM elementwise": cams.GradCAMElementWise,
    "Eigen-CAM": cams.EigenCAM,
    "EigenGradCAM": cams.EigenGradCAM,
}


@dataclass(frozen=True)
class Map:
    """A class-activation map, not scaled: larger means that the answer leans more on that place.

    `grid` is [24, 24] float32 ≥ 0; `side` is the side of the model's picture in pixels.
    """

    grid: np.ndarray
    side: int

    @property
    def pixels(self) -> np.ndarray:
        """The map at the size of the model's picture, [side, side] float32 ≥ 0."""
        return cv2.resize(self.grid, (self.side, self.side), interpolation=cv2.INTER_LINEAR)

    def inside(self, boxes: list[tuple[int, int, int, int]]) -> float:
        """The part of the map that lies inside boxes (x0, y0, x1, y1 in pixels, their union); 0 for an empty map."""
        pixels = self.pixels
        return float(pixels[self._within(boxes)].sum() / pixels.sum()) if pixels.sum() else 0.0

    def points_at(self, box: tuple[int, int, int, int]) -> bool:
        """Whether the middle of the brightest place lies in a box; an empty map points nowhere."""
        row, column = divmod(int(self.grid.argmax()), self.grid.shape[1])
        x, y = ((at + 0.5) * self.side / len(self.grid) for at in (column, row))
        return bool(self.grid.any() and box[0] <= x < box[2] and box[1] <= y < box[3])

    def covered(self, boxes: list[tuple[int, int, int, int]]) -> float:
        """The part of the picture that the same boxes cover."""
        return float(self._within(boxes).mean())

    def _within(self, boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
        within = np.zeros((self.side, self.side), bool)
        for x0, y0, x1, y1 in boxes:
            within[y0:y1, x0:x1] = True
        return within


class FromLayer(nn.Module):
    """One picture's hidden states at a tower layer in, logits out, with a layer for pytorch-grad-cam to hook.

    Args:
        layer: how many of the tower's layers lie behind the hidden states; the rest is run again.
        tokens: the token budget.
    """

    def __init__(self, model: FMVRLlavaForConditionalGeneration, pyramid: TokenPyramid, layer: int, tokens: int):
        super().__init__()
        self.model, self.pyramid, self.layer, self.tokens = model, pyramid, layer, tokens
        self.here = nn.Identity()
        self.input_ids: torch.Tensor | None = None

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:  # [1, 1 + N, D] → [1, T, V]
        inner = self.model.model
        hidden = self.here(hidden)
        for block in inner.vision_tower.encoder.layers[self.layer : last_layer(self.model)]:
            hidden = block(hidden, attention_mask=None)
        chosen = self.pyramid(inner.multi_modal_projector(hidden[:, 1:]))[self.tokens]
        encoded = {"image": BaseModelOutputWithPooling(pooler_output=list(chosen))}
        return self.model(self.input_ids, mm_encoder_outputs=encoded, use_cache=False).logits


def last_layer(model: FMVRLlavaForConditionalGeneration) -> int:
    """How many of the tower's layers lie before the features that the projector takes."""
    layer, depth = model.config.vision_feature_layer, model.config.vision_config.num_hidden_layers
    if not isinstance(layer, int) or model.config.vision_feature_select_strategy != "default":
        raise BadInput("Maps need a checkpoint whose projector takes the patches of one layer of the tower.")
    return layer if layer >= 0 else depth + 1 + layer


def gradcam(wrapped: FromLayer, hidden: torch.Tensor, input_ids, positions: list[int], side: int, method: str) -> Map:
    """The map of some answer tokens.

    Args:
        hidden: the tower's hidden states of one picture at the wrapped layer, [1, 1 + N, D].
        input_ids: prompt and answer, [1, T].
        positions: which tokens of `input_ids` to explain; each is predicted one place earlier.
        side: side of the model's picture in pixels.
        method: a key of METHODS.
    """
    grid = wrapped.model.config.token_grid_side
    ahead = torch.tensor(positions, device=input_ids.device) - 1
    wrapped.input_ids = input_ids

    def said(logits: torch.Tensor) -> torch.Tensor:  # one picture's logits, [T, V]
        return logits[ahead, input_ids[0, ahead + 1]].float().sum()

    def to_grid(states: torch.Tensor) -> torch.Tensor:  # [1, 1 + N, D] → [1, D, 24, 24]
        return states[:, 1:].float().transpose(1, 2).unflatten(2, (grid, grid))

    cam = METHODS[method](wrapped, [wrapped.here], reshape_transform=to_grid)
    try:
        with torch.enable_grad():
            x = hidden.detach().clone().requires_grad_(True)
            store = cam.activations_and_grads
            said(store(x)[0]).backward()
        activations, gradients = store.activations[0].numpy(force=True), store.gradients[0].numpy(force=True)
        raw = cam.get_cam_image(x, wrapped.here, None, activations, gradients, False)[0]  # [24, 24]
    finally:
        cam.activations_and_grads.release()
    return Map(np.maximum(raw, 0).astype(np.float32), side)
