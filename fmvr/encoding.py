"""Encoding: what towers and projectors make of pictures, each once."""

from collections.abc import Mapping

from PIL import Image

from fmvr.member import Member
from fmvr.reduce import Features


def encoded(members: Mapping[str, Member], pictures: list[Image.Image]) -> dict[str, list[Features]]:
    """Each tower reads the pictures once, and each projector what it read."""
    passes, made, found = {}, {}, {}
    for name, member in members.items():
        model, tower = member.model, member.model.model.vision_tower
        key = id(tower), member.processor.image_processor.to_json_string()
        if key not in passes:
            pixels = member.processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
            pixels = pixels.to(model.device, model.dtype)  # [P, 3, H, H]
            passes[key] = pixels, tower(pixels, output_hidden_states=True).hidden_states
        own = *key, id(model)
        if own not in made:
            pixels, states = passes[key]
            hidden = states[: member.layers + 1]  # [P, 1 + N, W] before and after each layer
            tokens = model.model.multi_modal_projector(hidden[-1][:, 1:])  # [P, N, D]
            frames = zip(tokens, zip(*hidden), pixels)
            made[own] = [Features(token, states, tower, pixel) for token, states, pixel in frames]
        found[name] = made[own]
    return found
