"""A network that reduces: what it makes of a frame at a budget, and where its weights lie beside a checkpoint."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple
from weakref import WeakKeyDictionary

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import nn

from fmvr.errors import BadInput
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration
from fmvr.runs.whole import write_whole

FOLDER = "reducers"  # in a checkpoint's
NOTED = "lesson"  # in the file's own metadata


_networks: WeakKeyDictionary[FMVRLlavaForConditionalGeneration, dict[Path, "Network"]] = WeakKeyDictionary()


class Reduced(NamedTuple):
    """`tokens`: [B, n, D]. `places`: [B or 1, n, N], see TokenSet. `loss`: what is added to that of the answers."""

    tokens: torch.Tensor
    places: torch.Tensor
    loss: torch.Tensor | float = 0.0


@dataclass(frozen=True)
class Lesson:
    """How a network has learnt: the digest of the model it learnt on, steps, pictures a step, highest rate, seed."""

    base: str
    steps: int
    batch: int
    lr: float
    seed: int


class Network(nn.Module):
    """From the tower's patches, [B, N, W], to token sets of a budget.

    `file`: the name of its weights, without an ending. `projector`: one of its own. `lessons`: the budgets at which it
    learns.
    """

    file: ClassVar[str]
    projector: nn.Module

    def __init__(self, config: FMVRLlavaConfig):
        super().__init__()
        self.side = config.token_grid_side

    @classmethod
    def new(cls, model: FMVRLlavaForConditionalGeneration) -> "Network":
        """One that has learnt nothing yet, and begins with the model's own projector."""
        network = cls(model.config).to(model.device)
        network.projector.load_state_dict(model.model.multi_modal_projector.state_dict())
        return network

    @property
    def lessons(self) -> list[int]:
        raise NotImplementedError

    def forward(self, patches: torch.Tensor, budget: int) -> Reduced:
        """The sets of a budget of some frames."""
        raise NotImplementedError

    def write(self, folder: Path, lesson: Lesson) -> Path:
        """Write its weights in bfloat16 to a checkpoint's folder; returns the file."""
        weights = {name: weight.to(torch.bfloat16).contiguous() for name, weight in self.state_dict().items()}
        path = _path(folder, self.file)
        write_whole(path, save(weights, {NOTED: json.dumps(asdict(lesson))}))
        return path


def lesson_of(folder: Path, file: str) -> Lesson:
    """How the network whose weights lie beside a checkpoint has learnt."""
    with safe_open(_path(folder, file), "pt") as weights:
        return Lesson(**json.loads(weights.metadata()[NOTED]))


def weights_of(kind: type[Network], model: FMVRLlavaForConditionalGeneration, label: str) -> Path:
    """The file of the weights that have learnt on a model. Raises BadInput where there is none."""
    path = _path(Path(model.name_or_path), kind.file)
    if not model.name_or_path or not path.is_file():
        raise BadInput(
            f"{label} has weights of its own, and none have learnt on this model: "
            f"`python -m fmvr.training reducer --network {kind.file}` trains them."
        )
    return path


def network_of(kind: type[Network], model: FMVRLlavaForConditionalGeneration, path: Path) -> Network:
    """The network of a file, read once for each model. Raises BadInput where it is broken, or of another model."""
    known = _networks.setdefault(model, {})
    if path not in known:
        network = kind(model.config)
        try:
            network.load_state_dict({name: weight.float() for name, weight in load_file(path).items()})
        except (OSError, RuntimeError, SafetensorError) as error:
            raise BadInput(f"The weights in {path} are broken, or of another model.") from error
        known[path] = network.eval().requires_grad_(False)
    return known[path]


def _path(folder: Path, file: str) -> Path:
    return folder / FOLDER / f"{file}.safetensors"
