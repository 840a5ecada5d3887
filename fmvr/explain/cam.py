"""Class-activation maps for an answer's words, by pytorch-grad-cam, raw: two maps can share one scale.

The tower's hidden states are kept from its one pass, so a map costs a pass from the chosen layer on: at the last layer,
the default, projector, reducer and language model alone. It also gives a map to a token set that has no places of its
own, such as a single token.
"""

from dataclasses import dataclass, replace

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
CORNER = 2  # places along a side
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

    @property
    def in_corner(self) -> bool:
        """Whether the brightest place is one of the four in each corner; no place of an empty map is."""
        row, column = divmod(int(self.grid.argmax()), self.grid.shape[1])
        edge = (CORNER <= row < len(self.grid) - CORNER) or (CORNER <= column < self.grid.shape[1] - CORNER)
        return bool(self.grid.any()) and not edge

    def covered(self, boxes: list[tuple[int, int, int, int]]) -> float:
        """The part of the picture that the same boxes cover."""
        return float(self._within(boxes).mean())

    def _within(self, boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
        within = np.zeros((self.side, self.side), bool)
        for x0, y0, x1, y1 in boxes:
            within[y0:y1, x0:x1] = True
        return within


@dataclass(frozen=True)
class Reading:
    """An answer as its model reads it once more, after its prompt.

    `features`: of every frame; `budget`: visual tokens of each; `ids`: prompt and answer; `positions`: which of them
    are asked about, 1 and more.
    """

    member: Member
    features: list[Features]
    budget: int
    question: str
    ids: tuple[int, ...]
    positions: tuple[int, ...]


class FromLayer(nn.Module):
    """The frames' hidden states at a tower layer in, the logits of the tokens asked about out, with a layer for
    pytorch-grad-cam to hook.

    Args:
        readings: by one model, read at once; the hidden states before the layer stay as they are.
        layer: how many of the tower's layers lie behind the hidden states; the rest is run again.
    """

    def __init__(self, readings: list[Reading], layer: int):
        super().__init__()
        self.readings, self.layer = readings, layer
        self.frames = [(one, frame) for one in readings for frame in one.features]
        self.here = nn.Identity()
        self.model = model = readings[0].member.model  # a module of this one: pytorch-grad-cam asks for its device
        most = max(len(one.ids) for one in readings)
        rows = [(*one.ids, *one.ids[-1:] * (most - len(one.ids))) for one in readings]  # what follows is not read
        self.ids = torch.tensor(rows, device=model.device)
        asked = torch.tensor([(row, at) for row, one in enumerate(readings) for at in one.positions])
        self.tokens = self.ids[asked[:, 0], asked[:, 1]]  # [K]
        self.ahead, place = (asked[:, 1] - 1).unique(return_inverse=True)  # each is predicted one place earlier
        self.asked = asked[:, 0], place

    @property
    def hidden(self) -> torch.Tensor:
        """The hidden states at the layer of all frames, [F, 1 + N, W]."""
        return torch.stack([frame.hidden[self.layer] for _, frame in self.frames])

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:  # [F, 1 + N, W] → [K, V]
        inner, states = self.model.model, [self.here(hidden)]
        for block in inner.vision_tower.encoder.layers[self.layer : self.readings[0].member.layers]:
            states.append(block(states[-1], attention_mask=None))
        tokens = inner.multi_modal_projector(states[-1][:, 1:])  # [F, N, D]
        sets = []
        for i, (one, frame) in enumerate(self.frames):
            seen = *frame.hidden[: self.layer], *(state[i] for state in states)
            now = replace(frame, tokens=tokens[i], hidden=seen)
            sets.append(one.member.reducer(now, one.budget, one.question))
        keep = self.ahead.to(self.ids.device)
        logits = self.model(self.ids, mm_encoder_outputs=as_encoded(sets), use_cache=False, logits_to_keep=keep).logits
        return logits[self.asked]


def class_activation_maps(readings: list[Reading], layer: int, method: str) -> list[tuple[Map, ...]]:
    """The maps of what each reading asks about, one for each frame, from one pass of the model.

    Args:
        layer: see FromLayer.
        method: a key of METHODS.
    """
    wrapped = FromLayer(readings, layer)
    grid, side = readings[0].member.grid_side, wrapped.model.config.vision_config.image_size

    def to_grid(states: torch.Tensor) -> torch.Tensor:  # [F, 1 + N, W] → [F, W, 24, 24]
        return states[:, 1:].float().transpose(1, 2).unflatten(2, (grid, grid))

    cam = METHODS[method](wrapped, [wrapped.here], reshape_transform=to_grid)
    try:
        with torch.enable_grad():
            x = wrapped.hidden.detach().clone().requires_grad_(True)
            store = cam.activations_and_grads
            store(x).gather(1, wrapped.tokens[:, None]).float().sum().backward()
        activations, gradients = store.activations[0].numpy(force=True), store.gradients[0].numpy(force=True)
        raw = cam.get_cam_image(x, wrapped.here, None, activations, gradients, False)  # [F, 24, 24]
    finally:
        cam.activations_and_grads.release()
    maps = iter([Map(np.maximum(one, 0).astype(np.float32), side) for one in raw])
    return [tuple(next(maps) for _ in one.features) for one in readings]
