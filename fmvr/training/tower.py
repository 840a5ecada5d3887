"""Step 1: the vision tower learns to see the embedded world; the stand-in for CLIP's pre-training.

Linear heads on every patch say what is there (noun, colour, number, letters, word) and where (the item's box, whether
its centre lies here, its row and column, the patch's own place); heads on the CLS token say what the whole picture
holds. The heads are thrown away; the tower is frozen from here on.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel
from transformers.trainer_utils import get_last_checkpoint

from fmvr.errors import BadInput
from fmvr.loading import load
from fmvr.loading.config import TOWER
from fmvr.loading.folder import read_json
from fmvr.training.conversations import IGNORE
from fmvr.training.mimetic import look_at_likeness
from fmvr.training.targets import CHARACTERS, DIGITS, GRID, HELD, KINDS, LETTERS, LINES, PATCH_NOUNS, SLOTS
from fmvr.worlds.embedded.catalog import COLOURS, WORDS
from fmvr.worlds.scenes.draw import SIDE

PATCH = SIDE // GRID
# Outputs of the heads: name → width. What is told slot by slot has one output for every slot and choice.
PATCH_HEADS = {
    "noun": len(PATCH_NOUNS),
    "colour": len(COLOURS),
    "digits": SLOTS * DIGITS,
    "letters": LETTERS * CHARACTERS,
    "word": len(WORDS),
    "row": LINES,
    "column": LINES,
    "centre": 1,
    "box": 4,
    "place": 2,
}
PICTURE_HEADS = {"held": len(HELD), "kind": len(KINDS), "count": 1}
CHOICES = {"noun": 1, "colour": 1, "digits": SLOTS, "letters": LETTERS, "word": 1, "row": 1, "column": 1}  # slots
WEIGHTS = {
    "noun": 1.0,
    "colour": 0.7,
    "digits": 1.5,
    "letters": 2.0,
    "word": 0.7,
    "row": 0.15,
    "column": 0.15,
    "centre": 4.0,
    "box": 4.0,
    "place": 2.0,
    "held": 8.0,
    "kind": 0.1,
    "count": 0.2,
}

CONFIG = dict(
    hidden_size=192,
    intermediate_size=768,
    num_hidden_layers=6,
    num_attention_heads=6,
    image_size=SIDE,
    patch_size=PATCH,
)


def image_processor() -> CLIPImageProcessor:
    """LLaVA-1.5's: shortest side to 336, centre crop, CLIP's mean and deviation."""
    return CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})


class TowerWithDenseHead(nn.Module):
    """CLIP's vision tower with linear heads on every patch and on the CLS token."""

    def __init__(self, tower: CLIPVisionModel | None = None):
        super().__init__()
        self.tower = tower or new_tower()
        width = self.tower.config.hidden_size
        self.norm, self.picture_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.head = nn.Linear(width, sum(PATCH_HEADS.values()))
        self.picture_head = nn.Linear(width, sum(PICTURE_HEADS.values()))
        with torch.no_grad():
            self.picture_head.bias[: len(HELD)] = -4.0  # most pictures hold little of all that there is

    def forward(self, pixel_values, **target) -> dict[str, torch.Tensor]:
        states = self.tower(pixel_values, output_hidden_states=True).hidden_states[-1]  # [B, 577, D]
        patches = self.head(self.norm(states[:, 1:])).float()  # [B, 576, …]
        picture = self.picture_head(self.picture_norm(states[:, 0])).float()  # [B, …]
        outputs = dict(zip(PATCH_HEADS, patches.split(list(PATCH_HEADS.values()), -1)))
        outputs |= dict(zip(PICTURE_HEADS, picture.split(list(PICTURE_HEADS.values()), -1)))
        if target:
            parts = losses(outputs, target)
            outputs = {"loss": sum(WEIGHTS[name] * part for name, part in parts.items())} | outputs
        return outputs


def losses(outputs: dict[str, torch.Tensor], target: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The loss of every head, not weighted; 0 where a batch holds nothing that a head could be asked about."""
    there = target["box"][..., 0] >= 0  # [B, 576]: some item is here
    parts = {}
    for name, slots in CHOICES.items():
        wanted = target[name].flatten()
        known = wanted != IGNORE
        logits = outputs[name].unflatten(-1, (slots, -1)).flatten(0, -2)[known]
        parts[name] = F.cross_entropy(logits, wanted[known]) if len(logits) else logits.sum()
    parts["centre"] = F.binary_cross_entropy_with_logits(outputs["centre"][..., 0], target["centre"])
    parts["box"] = F.l1_loss(outputs["box"][there], target["box"][there])
    parts["place"] = F.l1_loss(outputs["place"], target["place"])
    parts["held"] = F.binary_cross_entropy_with_logits(outputs["held"], target["held"])
    parts["kind"] = F.cross_entropy(outputs["kind"], target["kind"])
    parts["count"] = F.l1_loss(outputs["count"][:, 0], target["count"])
    return parts


def new_tower() -> CLIPVisionModel:
    """A tower with random weights; positions start as two-dimensional sines, attention as looking at likeness."""
    tower = CLIPVisionModel(CLIPVisionConfig(**CONFIG))
    with torch.no_grad():
        tower.embeddings.position_embedding.weight[1:] = _sines(CONFIG["hidden_size"])
    for layer in tower.encoder.layers:
        attention = layer.self_attn
        look_at_likeness(attention.q_proj, attention.k_proj, attention.v_proj, attention.out_proj, tower.config)
    return tower


def is_tower(folder: Path) -> bool:
    """Whether a folder holds a vision tower alone."""
    noted = folder / "config.json"
    return noted.is_file() and read_json(noted).get("model_type") == TOWER


def tower_of(folder: Path) -> CLIPVisionModel:
    """The tower of a folder, its own or a LLaVA checkpoint's, in float32: half is slow on a CPU."""
    if is_tower(folder):
        return CLIPVisionModel.from_pretrained(folder, dtype=torch.float32)
    return load(folder, "cpu", torch.float32).model.model.vision_tower


def grown_tower(start: Path, layers: int = CONFIG["num_hidden_layers"]) -> CLIPVisionModel:
    """The tower of a checkpoint (a tower's or a LLaVA's folder) with further layers, which at first change nothing."""
    small = tower_of(start)
    config = CLIPVisionConfig(**small.config.to_dict() | {"num_hidden_layers": layers, "dtype": "float32"})
    tower = CLIPVisionModel(config)
    tower.load_state_dict(small.state_dict(), strict=False)
    for layer in tower.encoder.layers[small.config.num_hidden_layers :]:
        attention = layer.self_attn
        look_at_likeness(attention.q_proj, attention.k_proj, attention.v_proj, attention.out_proj, config)
        for out in (attention.out_proj, layer.mlp.fc2):
            nn.init.zeros_(out.weight)
            nn.init.zeros_(out.bias)
    return tower


def half_trained(run: Path) -> TowerWithDenseHead:
    """The tower and its heads as the last checkpoint of a run holds them. Raises BadInput where there is none."""
    last = get_last_checkpoint(str(run)) if run.is_dir() else None
    if last is None:
        raise BadInput(f"There is no checkpoint of a tower in {run}.")
    model = TowerWithDenseHead()
    model.load_state_dict(load_file(Path(last) / "model.safetensors"))
    return model.eval()


def _sines(width: int) -> torch.Tensor:
    """[576, D]: sines and cosines of the row and of the column."""
    frequency = 1 / 100 ** (torch.arange(width // 4) / (width // 4))  # [D/4]
    angle = torch.arange(GRID)[:, None] * frequency  # [24, D/4]
    line = torch.cat([angle.sin(), angle.cos()], -1)  # [24, D/2]
    rows, columns = line[:, None].expand(-1, GRID, -1), line[None].expand(GRID, -1, -1)
    return torch.cat([rows, columns], -1).flatten(0, 1)
