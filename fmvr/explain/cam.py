"""Class-activation maps for an answer's words, by pytorch-grad-cam, raw: two maps can share one scale.

The tower's hidden states are kept from its one pass, so a map costs a pass from the chosen layer on: at the last layer,
the default, projector, reducer and language model alone. It also gives a map to a token set that has no places of its
own, such as a single token.
"""

from dataclasses import replace

import numpy as np
import pytorch_grad_cam as cams
import torch
from torch import nn

from fmvr.answering.one import as_encoded
from fmvr.explain.maps import Map, Reading


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


def class_activation_maps(kind: type[cams.GradCAM], readings: list[Reading], layer: int) -> list[tuple[Map, ...]]:
    """The maps of what each reading asks about, one for each frame, from one pass of the model.

    Args:
        kind: of pytorch-grad-cam's methods.
        layer: see FromLayer.
    """
    wrapped = FromLayer(readings, layer)
    grid, side = readings[0].member.grid_side, wrapped.model.config.vision_config.image_size

    def to_grid(states: torch.Tensor) -> torch.Tensor:  # [F, 1 + N, W] → [F, W, 24, 24]
        return states[:, 1:].float().transpose(1, 2).unflatten(2, (grid, grid))

    cam = kind(wrapped, [wrapped.here], reshape_transform=to_grid)
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
