"""Class-activation maps for an answer's words, by pytorch-grad-cam, raw: two maps can share one scale.

The tower's hidden states are kept from its one pass, so a map costs a pass from the chosen layer on: at the last layer,
the default, projector, reducer and language model alone. It also gives a map to a token set that has no places of its
own, such as a single token.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import pytorch_grad_cam as cams
import torch
from torch import nn

from fmvr.answering.one import as_encoded
from fmvr.member import Member
from fmvr.reduce import Features

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
METHOD = "Grad-CAM elementwise"  # the most faithful one: `python -m fmvr.evaluation faithfulness`


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
    """A clip's hidden states at a tower layer in, logits out, with a layer for pytorch-grad-cam to hook.

    Args:
        features: of every frame; their hidden states before the layer stay as they are.
        layer: how many of the tower's layers lie behind the hidden states; the rest is run again.
        budget: visual tokens of each frame.
        ids: prompt and answer, [1, T].
    """

    def __init__(
        self, member: Member, features: list[Features], layer: int, budget: int, question: str, ids: torch.Tensor
    ):
        super().__init__()
        self.member, self.features, self.layer = member, features, layer
        self.budget, self.question, self.ids = budget, question, ids
        self.here = nn.Identity()
        self.model = member.model  # a module of this one: pytorch-grad-cam asks it for its device

    @property
    def hidden(self) -> torch.Tensor:
        """The clip's hidden states at the layer, [F, 1 + N, W]."""
        return torch.stack([one.hidden[self.layer] for one in self.features])

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:  # [F, 1 + N, W] → [1, T, V]
        inner, states = self.model.model, [self.here(hidden)]
        for block in inner.vision_tower.encoder.layers[self.layer : self.member.layers]:
            states.append(block(states[-1], attention_mask=None))
        tokens = inner.multi_modal_projector(states[-1][:, 1:])  # [F, N, D]
        sets = []
        for i, frame in enumerate(self.features):
            now = Features(tokens[i], (*frame.hidden[: self.layer], *(state[i] for state in states)), frame.tower)
            sets.append(self.member.reducer(now, self.budget, self.question))
        return self.model(self.ids, mm_encoder_outputs=as_encoded(sets), use_cache=False).logits


def class_activation_maps(wrapped: FromLayer, positions: list[int], side: int, method: str) -> tuple[Map, ...]:
    """The maps of some tokens of an answer, one for each frame.

    Args:
        positions: which tokens of `wrapped.ids` to explain.
        side: side of the model's picture in pixels.
        method: a key of METHODS.
    """
    grid, ids = wrapped.member.grid_side, wrapped.ids[0]
    ahead = torch.tensor(positions, device=ids.device) - 1  # each is predicted one place earlier

    def to_grid(states: torch.Tensor) -> torch.Tensor:  # [F, 1 + N, W] → [F, W, 24, 24]
        return states[:, 1:].float().transpose(1, 2).unflatten(2, (grid, grid))

    cam = METHODS[method](wrapped, [wrapped.here], reshape_transform=to_grid)
    try:
        with torch.enable_grad():
            x = wrapped.hidden.detach().clone().requires_grad_(True)
            store = cam.activations_and_grads
            store(x)[0][ahead, ids[ahead + 1]].float().sum().backward()
        activations, gradients = store.activations[0].numpy(force=True), store.gradients[0].numpy(force=True)
        raw = cam.get_cam_image(x, wrapped.here, None, activations, gradients, False)  # [F, 24, 24]
    finally:
        cam.activations_and_grads.release()
    return tuple(Map(np.maximum(one, 0).astype(np.float32), side) for one in raw)
