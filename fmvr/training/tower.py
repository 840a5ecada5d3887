"""Step 1: the vision tower learns to see the embedded world; the stand-in for CLIP's pre-training.

A linear head on every patch says what is there (noun, colour, digits) and where (the object's box, whether its centre
lies here, the patch's own place). The head is thrown away; the tower is frozen from here on.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import Dataset
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

from fmvr.scenes.catalog import COLOURS, NOUNS
from fmvr.scenes.draw import SIDE
from fmvr.scenes.scene import Scene
from fmvr.training.conversations import IGNORE
from fmvr.training.mimetic import look_at_likeness

PATCH = 14
GRID = SIDE // PATCH
BACKGROUND = len(NOUNS)
NO_TENS = 10
# Outputs of the head on one patch: name → width.
HEAD = {"noun": len(NOUNS) + 1, "colour": len(COLOURS), "tens": 11, "units": 10, "centre": 1, "box": 4, "place": 2}

CONFIG = dict(
    hidden_size=192,
    intermediate_size=768,
    num_hidden_layers=4,
    num_attention_heads=6,
    image_size=SIDE,
    patch_size=PATCH,
)


def image_processor() -> CLIPImageProcessor:
    """LLaVA-1.5's: shortest side to 336, centre crop, CLIP's mean and deviation."""
    return CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})


def dense_target(scene: Scene, owner: np.ndarray) -> dict[str, np.ndarray]:
    """What every patch shows: arrays of [576] (`box`, `place`: [576, n]), row by row.

    A patch shows the object that covers most of it, where one covers at least a quarter. Boxes (centre x, centre y,
    width, height) and places (x, y) are parts of the picture's side. IGNORE where a thing is not defined.
    """
    cells = owner.reshape(GRID, PATCH, GRID, PATCH).transpose(0, 2, 1, 3).reshape(GRID * GRID, -1)
    cover = np.stack([(cells == i).sum(1) for i in range(len(scene.objects))])  # [objects, 576]
    shown = np.where(cover.max(0) >= PATCH * PATCH // 4, cover.argmax(0), -1)
    table = np.full((len(scene.objects) + 1, 4), IGNORE)
    boxes = np.zeros((len(scene.objects) + 1, 4), np.float32)
    centre = np.zeros(GRID * GRID, np.float32)
    for i, thing in enumerate(scene.objects):
        table[i, 0] = NOUNS.index(thing.noun)
        if thing.colour:
            table[i, 1] = list(COLOURS).index(thing.colour)
        if thing.number is not None:
            table[i, 2:] = thing.number // 10 if thing.number > 9 else NO_TENS, thing.number % 10
        (cx, cy), (x0, y0, x1, y1) = thing.centre, thing.box
        boxes[i] = np.array([cx, cy, x1 - x0, y1 - y0]) / SIDE
        here = int(cy // PATCH) * GRID + int(cx // PATCH)
        centre[here], shown[here] = 1, i
    table[-1, 0] = BACKGROUND  # shown == −1 picks the last row
    rows, columns = np.divmod(np.arange(GRID * GRID), GRID)
    return {
        **{name: table[shown, k] for k, name in enumerate(("noun", "colour", "tens", "units"))},
        "centre": centre,
        "box": np.where(shown[:, None] >= 0, boxes[shown], IGNORE).astype(np.float32),
        "place": np.stack([columns + 0.5, rows + 0.5], 1).astype(np.float32) / GRID,
    }


@dataclass
class DenseScenes(Dataset):
    """Crowded scenes with their dense targets; item i is the scene of seed `first + i`."""

    first: int
    count: int
    fewest: int = 8
    most: int = 20

    def __post_init__(self):
        processor = image_processor()
        self.scale = (1 / 255 / np.array(processor.image_std)).astype(np.float32)
        self.shift = (-np.array(processor.image_mean) / processor.image_std).astype(np.float32)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> dict:
        scene = Scene.from_seed(self.first + i, self.fewest, self.most)
        pixels, owner = scene.pixels()
        normal = pixels * self.scale + self.shift  # what the processor does to a picture of just this size
        return {"pixel_values": normal.transpose(2, 0, 1), **dense_target(scene, owner)}


class TowerWithDenseHead(nn.Module):
    """CLIP's vision tower with a linear head on every patch."""

    def __init__(self, tower: CLIPVisionModel | None = None):
        super().__init__()
        self.tower = tower or new_tower()
        width = self.tower.config.hidden_size
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, sum(HEAD.values()))

    def forward(self, pixel_values, **target) -> dict[str, torch.Tensor]:
        features = self.tower(pixel_values, output_hidden_states=True).hidden_states[-1][:, 1:]  # [B, 576, D]
        said = dict(zip(HEAD, self.head(self.norm(features)).float().split(list(HEAD.values()), -1)))
        if not target:
            return said
        there = target["box"][..., 0] >= 0  # [B, 576]: some object is here
        classes = {
            name: F.cross_entropy(said[name].flatten(0, 1), target[name].flatten(), ignore_index=IGNORE)
            for name in ("noun", "colour", "tens", "units")
        }
        losses = {
            "noun": classes["noun"],
            "colour": classes["colour"],
            "digits": 0.5 * (classes["tens"].nan_to_num() + classes["units"].nan_to_num()),
            "centre": 4 * F.binary_cross_entropy_with_logits(said["centre"][..., 0], target["centre"]),
            "box": 4 * F.l1_loss(said["box"][there], target["box"][there]),
            "place": 2 * F.l1_loss(said["place"], target["place"]),
        }
        return {"loss": sum(loss.nan_to_num() for loss in losses.values()), **said}


def new_tower() -> CLIPVisionModel:
    """A tower with random weights; positions start as two-dimensional sines, attention as looking at likeness."""
    tower = CLIPVisionModel(CLIPVisionConfig(**CONFIG))
    with torch.no_grad():
        tower.embeddings.position_embedding.weight[1:] = _sines(CONFIG["hidden_size"])
    for layer in tower.encoder.layers:
        attention = layer.self_attn
        look_at_likeness(attention.q_proj, attention.k_proj, attention.v_proj, attention.out_proj, tower.config)
    return tower


def _sines(width: int) -> torch.Tensor:
    """[576, D]: sines and cosines of the row and of the column."""
    frequency = 1 / 100 ** (torch.arange(width // 4) / (width // 4))  # [D/4]
    angle = torch.arange(GRID)[:, None] * frequency  # [24, D/4]
    line = torch.cat([angle.sin(), angle.cos()], -1)  # [24, D/2]
    rows, columns = line[:, None].expand(-1, GRID, -1), line[None].expand(GRID, -1, -1)
    return torch.cat([rows, columns], -1).flatten(0, 1)


@torch.no_grad()
def measure(model: TowerWithDenseHead, data: Dataset) -> dict[str, float]:
    """Share of patches told right for each class target, mean absolute error for the others (parts of the side)."""
    right = {name: [] for name in HEAD}
    for item in torch.utils.data.DataLoader(data, batch_size=16):
        said, there = model(item["pixel_values"]), item["box"][..., 0] >= 0
        for name in ("noun", "colour", "tens", "units"):
            known = item[name] != IGNORE if name != "noun" else there
            right[name].append((said[name].argmax(-1) == item[name])[known].float())
        right["centre"].append(((said["centre"][..., 0] > 0) == (item["centre"] > 0))[there].float())
        right["box"].append((said["box"] - item["box"])[there].abs().flatten())
        right["place"].append((said["place"] - item["place"]).abs().flatten())
    return {name: round(torch.cat(values).mean().item(), 4) for name, values in right.items()}
