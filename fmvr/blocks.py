"""Blocks that plug in: trained on a model that stays as it is, kept apart from it, put into it where it answers.

`python -m fmvr.blocks SOURCE TARGET` takes those of the authors' layout out of a checkpoint.
"""

import argparse
import json
import re
import sys
from copy import copy
from dataclasses import asdict, dataclass
from math import isqrt
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save

from fmvr.errors import BadInput
from fmvr.loading import Checkpoint, Folder
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FrequencyModulation, TokenPyramid
from fmvr.model.splits import WINDOW
from fmvr.runs.identity import digest, weight_files
from fmvr.runs.whole import write_whole

FILE = "fmvr_blocks.safetensors"
PYRAMID, PROJECTOR = "pyramid.", "multi_modal_projector."
RELEASED = re.compile(r"mm_projector_pool_(\d+)\.((?:gap|mp)\.\w+)$")  # tokens of the level, parameter of its block


@dataclass(frozen=True)
class Base:
    """The model that blocks were trained on: its folder's name, and the digest of its weights."""

    name: str
    digest: str


@dataclass(frozen=True)
class Lesson:
    """What blocks were trained on: the file's name, how many rows it has, how many steps they took."""

    data: str
    rows: int
    steps: int


@dataclass(frozen=True)
class Card:
    """What stands beside the numbers of blocks.

    `form`, `window`: as in the model's configuration. `side`: of the full grid. `levels`: grid sides with a block, the
    largest first. `channels`: of the visual tokens. `base`, `trained_on`: None where nobody noted them.
    """

    form: str
    window: int | None
    side: int
    levels: list[int]
    channels: int
    base: Base | None = None
    trained_on: Lesson | None = None

    @classmethod
    def of(cls, config: FMVRLlavaConfig, base: Base | None = None, trained_on: Lesson | None = None) -> "Card":
        """The card of a model's blocks."""
        channels, side = config.text_config.hidden_size, config.token_grid_side
        with torch.device("meta"):
            levels = [int(side) for side in TokenPyramid(channels, side, config.fmvr_form).blocks]
        return cls(config.fmvr_form, config.fmvr_window, side, levels, channels, base, trained_on)

    @property
    def told(self) -> str:
        """What blocks they are, in words: `of the form residual, trained in 20 steps on 60 rows of data.json`."""
        lesson = self.trained_on
        trained = f", trained in {lesson.steps:,} steps on {lesson.rows:,} rows of {lesson.data}" if lesson else ""
        return f"of the form {self.form}{trained}"

    def pyramid(self) -> TokenPyramid:
        """A new pyramid with such blocks. Raises ValueError for a form or a window that there is not."""
        return TokenPyramid(self.channels, self.side, self.form, self.window)


@dataclass(frozen=True)
class Blocks:
    """Trained blocks, and the projector that was trained with them, if one was.

    `weights`: as they are named below the model, `pyramid.blocks.12.gains.average_high` …
    """

    card: Card
    weights: dict[str, torch.Tensor]

    @property
    def projector(self) -> dict[str, torch.Tensor]:
        """The weights of a projector of their own; empty where they share the base's."""
        return _below(PROJECTOR, self.weights)

    def write(self, path: Path) -> None:
        """Write the numbers to `path`, a safetensors file, and the card beside it. Raises BadInput as `write_whole`."""
        write_whole(path, save({name: weight.contiguous() for name, weight in self.weights.items()}))
        write_whole(path.with_suffix(".json"), json.dumps(asdict(self.card), indent=1) + "\n")

    def check(self, base: Folder) -> None:
        """Raises BadInput where they do not fit a model."""
        config, where = base.config, f"the model in {base.path}"
        if config.fmvr_form or config.fmvr_merge:
            raise BadInput(f"Blocks plug into a model without any, and {where} has some: take the stock one.")
        for name, ours, theirs in (
            ("channels", self.card.channels, config.text_config.hidden_size),
            ("patches along a side", self.card.side, config.token_grid_side),
        ):
            if ours != theirs:
                raise BadInput(f"These blocks are for {ours} {name}, and {where} has {theirs}: they do not fit it.")
        if self.projector:
            with torch.device("meta"):
                there = FMVRLlavaForConditionalGeneration(config).model.multi_modal_projector.state_dict()
            if _shapes(there) != _shapes(self.projector):
                raise BadInput(f"The projector that came with these blocks does not fit {where}.")

    def doubt(self, base: Folder) -> str:
        """Why they may do anything on a model: they were trained on another, or nobody noted on which; else nothing."""
        where = f"the model in {base.path.name}"
        if self.card.base is None:
            return f"Nobody noted which model these blocks were trained on; {where} may be another."
        if self.card.base.digest == digest(base.path):
            return ""
        theirs = f"{self.card.base.name}, whose weights are not those of {where}"
        return f"These blocks were trained on {theirs}: what they do here, nobody has trained."

    def plugged_in(self, base: Checkpoint) -> Checkpoint:
        """A model with the blocks whose other parts are the base's own, the same modules: nothing is held twice."""
        config = copy(base.model.config)
        config.fmvr_form, config.fmvr_window = self.card.form, self.card.window
        with torch.device("meta"):
            model = FMVRLlavaForConditionalGeneration(config)
        ours, theirs = model.model, base.model.model
        like = next(theirs.multi_modal_projector.parameters())
        ours.vision_tower, ours.language_model = theirs.vision_tower, theirs.language_model
        model.lm_head, model.generation_config = base.model.lm_head, base.model.generation_config
        ours.pyramid = self.card.pyramid()
        ours.pyramid.load_state_dict(_below(PYRAMID, self.weights))
        ours.pyramid.to(like.device)
        if self.projector:
            ours.multi_modal_projector.to_empty(device=like.device).to(like.dtype).load_state_dict(self.projector)
        else:
            ours.multi_modal_projector = theirs.multi_modal_projector
        return Checkpoint(model.eval().requires_grad_(False), base.processor)


def read(path: str | Path) -> Blocks:
    """Blocks from their file, or from a folder that holds it under its usual name, and from the card beside it.

    Raises BadInput where there are none, or what is there is broken or does not go together.
    """
    path = Path(path) / FILE if Path(path).is_dir() else Path(path)
    if not path.is_file():
        raise BadInput(f"There are no blocks at {path}; python -m fmvr.training align --train blocks makes them.")
    noted = path.with_suffix(".json")
    try:
        card = TypeAdapter(Card).validate_json(noted.read_bytes(), strict=True)
        with torch.device("meta"):
            expected = _shapes(card.pyramid().state_dict())
        weights = load_file(path)
    except OSError as error:
        raise BadInput(f"There is no card {noted} beside the blocks, which tells their form; copy it, too.") from error
    except SafetensorError as error:
        raise BadInput(f"{path} is broken: it cannot be read as safetensors.") from error
    except (ValidationError, ValueError, KeyError) as error:
        raise BadInput(
            f"{noted} is broken, or no card of blocks; copy it anew from where the blocks are from."
        ) from error
    if _shapes(_below(PYRAMID, weights)) != expected or any(not n.startswith((PYRAMID, PROJECTOR)) for n in weights):
        raise BadInput(f"{path} does not hold the blocks of which {noted.name} tells; both are to be of one training.")
    return Blocks(card, weights)


def released(source: Path) -> Blocks:
    """The blocks in a checkpoint of the authors' layout, a folder or one file, in safetensors.

    The block of its last level, one token, is passed over: the authors' forward never calls it. Raises BadInput where
    there are none, or not one for every level.
    """
    files = [source] if source.is_file() else weight_files(source)
    if not files:
        raise BadInput(f"There are no safetensors weights in {source}, and no other format is read.")
    found: dict[int, dict[str, torch.Tensor]] = {}
    for file in files:
        try:
            with safe_open(file, "pt") as tensors:
                for name in tensors.keys():  # noqa: SIM118 (it is no dictionary)
                    if (match := RELEASED.search(name)) and match[1] != "1":
                        found.setdefault(isqrt(int(match[1])), {})[match[2]] = tensors.get_tensor(name)
        except SafetensorError as error:
            raise BadInput(f"{file} is broken: it cannot be read as safetensors.") from error
    if not found:
        raise BadInput(f"There are no blocks of the authors' layout (mm_projector_pool_144 …) in {source}.")
    levels = sorted(found, reverse=True)
    try:
        blocks = {side: FrequencyModulation.from_released_state_dict(found[side]) for side in levels}
        card = Card("released", WINDOW, 2 * levels[0], levels, len(next(blocks[levels[0]].parameters())))
        pyramid = card.pyramid()
        for side, block in blocks.items():
            pyramid.blocks[str(side)].load_state_dict(block.state_dict())
        if list(pyramid.blocks) != [str(side) for side in levels]:
            raise ValueError(f"there are levels {', '.join(map(str, levels))} alone")
    except (ValueError, KeyError, RuntimeError) as error:
        raise BadInput(f"The blocks in {source} are not whole: {error}") from error
    return Blocks(card, {f"{PYRAMID}{name}": weight for name, weight in pyramid.state_dict().items()})


def _below(prefix: str, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}


def _shapes(weights: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: weight.shape for name, weight in weights.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.blocks", description="Blocks out of the authors' layout.")
    parser.add_argument("source", type=Path, help="a checkpoint's folder, or one file, in safetensors")
    parser.add_argument("target", type=Path, help="the folder, or the .safetensors file, to write the blocks to")
    arguments = parser.parse_args()
    target = arguments.target
    try:
        blocks = released(arguments.source)
        blocks.write(target if target.suffix == ".safetensors" else target / FILE)
    except BadInput as problem:
        sys.exit(str(problem))
    print(f"Blocks of {len(blocks.card.levels)} levels, {blocks.card.channels} channels each, written to {target}.")


if __name__ == "__main__":
    main()
