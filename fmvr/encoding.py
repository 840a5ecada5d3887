"""Encoding: what towers and projectors make of pictures, each once."""

from collections.abc import Mapping

import torch
from PIL import Image

from fmvr.member import Member
from fmvr.reduce import Features

AT_ONCE = 8  # pictures in a pass of a tower: the frames of a long clip take no more memory than that at a time


def encoded(members: Mapping[str, Member], pictures: list[Image.Image]) -> dict[str, list[Features]]:
    """Each tower reads the pictures once, `AT_ONCE` of them at a time, and each projector what it read."""
    passes, made, found = {}, {}, {}
    for name, member in members.items():
        model, tower = member.model, member.model.model.vision_tower
        key = id(tower), member.processor.image_processor.to_json_string()
        if key not in passes:
            pixels = member.processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
            pixels = pixels.to(model.device, model.dtype)  # [P, 3, H, H]
            few = [tower(part, output_hidden_states=True).hidden_states for part in pixels.split(AT_ONCE)]
            passes[key] = pixels, few[0] if len(few) == 1 else [torch.cat(layer) for layer in zip(*few)]
        own = *key, id(model)
        if own not in made:
            pixels, states = passes[key]
            hidden = states[: member.layers + 1]  # [P, 1 + N, W] before and after each layer
            tokens = model.model.multi_modal_projector(hidden[-1][:, 1:])  # [P, N, D]
            frames = zip(tokens, zip(*hidden), pixels)
            made[own] = [Features(token, states, tower, pixel) for token, states, pixel in frames]
        found[name] = made[own]
    return found
