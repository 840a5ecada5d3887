"""The lab: look at a picture once, ask it many questions at any token budget, with FMVR and without.

lab = Lab.load()
view = lab.look("picture.png")
answer = view.ask("How many cats are there?", tokens=36, fmvr=True)
heat = view.gradcam(answer)
"""

import json
import threading
from math import isqrt
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError

from fmvr.answer import Answer
from fmvr.cost import Shape
from fmvr.gradcam import METHODS, last_layer
from fmvr.inputs import MOST_LETTERS, BadInput, read_picture
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor, budgets
from fmvr.model.pyramid import Knobs
from fmvr.view import METHOD, MOST_ANSWER_TOKENS, SIDES, Encoded, View, side_name

CHECKPOINTS = Path(__file__).with_name("checkpoints")


class Lab:
    """One or two models, and what they can do. Threads may share a lab: it answers one at a time.

    `models`: the sides it has, of `without` and `with`; `main`: the last of them. `budgets`: the token budgets, largest
    first; `sides`: of their grids. `layers`: of the tower, up to the features that the projector takes.
    """

    def __init__(self, sides: dict[str, tuple[FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor]], world=None):
        self._sides, self._world = sides, world
        self.models = tuple(name for name in SIDES if name in sides)
        self.lock = threading.RLock()
        self.main = self.models[-1]
        self.budgets = budgets(self._any[0].config.token_grid_side)
        self.sides = tuple(isqrt(tokens) for tokens in self.budgets)
        self.layers = last_layer(self._any[0])

    @classmethod
    def load(cls, directory: str | Path | None = None, device_map: str | None = None) -> "Lab":
        """The embedded pair, one checkpoint of your own, FMVR-LLaVA or stock LLaVA-1.5, or a pair of your own: a folder
        that holds one in each of its folders `with` and `without`. All in safetensors.

        `device_map`: as in transformers; without one the models run on the GPU, where there is one. A stock checkpoint
        has no trained block, so it is the side "without". Raises BadInput where there is none.
        """
        folder = CHECKPOINTS if directory is None else Path(directory)
        if all((folder / name).is_dir() for name in SIDES):
            sides = {name: load_model(folder / name, device_map) for name in SIDES}
            folders = {name: folder / name for name in SIDES}
            check_pair(folders, {name: model.config for name, (model, _) in sides.items()})
            return cls(sides, json.loads((folder / "world.json").read_text()) if directory is None else None)
        model, processor = load_model(folder, device_map)
        return cls({"with" if model.config.fmvr_form else "without": (model, processor)})

    @property
    def _any(self):
        return self._sides[self.main]

    @property
    def embedded(self) -> bool:
        """Whether this is the pair that ships with the project."""
        return self._world is not None

    def side(self, fmvr: bool) -> tuple[FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor]:
        """Model and processor, with FMVR or without. Raises BadInput where the checkpoint is only the other one."""
        name = side_name(fmvr)
        if name not in self._sides:
            raise BadInput(f"This checkpoint is a model {self.models[0]} FMVR; there is none {name} it.")
        return self._sides[name]

    @property
    def machine(self) -> str:
        """What the models run on, in words."""
        device, threads = self._any[0].device, torch.get_num_threads()
        if device.type == "cuda":
            return torch.cuda.get_device_name(device)
        return f"the processor (CPU), {threads} thread{'s' * (threads > 1)}"

    @property
    def number_bytes(self) -> int:
        """Bytes of one number of the models as they run here."""
        return self._any[0].dtype.itemsize

    @property
    def block_sides(self) -> list[int]:
        """Grid sides of the levels with a block, largest first; none for a model that pools only."""
        return [int(side) for side in self._sides["with"][0].model.pyramid.blocks] if "with" in self._sides else []

    def gains(self) -> dict[int, dict[str, np.ndarray]]:
        """What the blocks learned: grid side → gain → its value for each channel, [D] float32; no side, no blocks."""
        blocks = self._sides["with"][0].model.pyramid.blocks if "with" in self._sides else {}
        return {
            int(side): {name: gain.detach().float().cpu().numpy() for name, gain in block.gains.named_parameters()}
            for side, block in blocks.items()
        }

    @property
    def form(self) -> str | None:
        """The form of the blocks, a key of `fmvr.model.modulation.FORMS`; None for a model that pools only."""
        return self._sides["with"][0].config.fmvr_form if "with" in self._sides else None

    def shape(self, fmvr: bool = True) -> Shape:
        """The language model's shape, for `fmvr.cost`."""
        text = self.side(fmvr)[0].config.text_config
        kv_width = text.num_key_value_heads * (text.hidden_size // text.num_attention_heads)
        return Shape(text.num_hidden_layers, text.hidden_size, text.intermediate_size, kv_width)

    @torch.inference_mode()
    def look(self, image: str | Path | Image.Image | np.ndarray) -> View:
        """Encode a picture once for each model. Raises BadInput for what is no picture."""
        picture, encoded = read_picture(image), {}
        for name, (model, processor) in self._sides.items():
            seen = processor.image_processor(picture, return_tensors="pt")["pixel_values"]
            with self.lock:
                encoded[name] = _encode(model, seen.to(model.device, model.dtype))
        return View(self, _as_seen(picture, self._any[1]), encoded)

    def doubts(self, question: str, view: View) -> list[str]:
        """Reasons to mistrust an embedded model here, as sentences: words or a picture unlike all it has seen."""
        if not self.embedded or len(question) > MOST_LETTERS:
            return []
        tokenizer, found = self._any[1].tokenizer, []
        unknown = [w for w in question.rstrip("?.! ").split() if tokenizer.unk_token_id in tokenizer(w)["input_ids"]]
        if unknown:
            found.append(f"This model has never seen the words: {', '.join(dict.fromkeys(unknown))}.")
        if strangeness(view.features(), self._world) > self._world["threshold"]:
            found.append("This picture is unlike all the scenes this model was trained on.")
        return found


def strangeness(features: torch.Tensor, world: dict) -> float:
    """How far a picture's features, [N, D], lie from those of the training scenes, in their standard deviations."""
    seen, mean, std = features.float().cpu(), torch.tensor(world["mean"]), torch.tensor(world["std"])
    return float(((seen - mean) / std).square().mean().sqrt())


def load_model(
    directory: Path, device_map: str | None = None
) -> tuple[FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor]:
    """A checkpoint's model and processor, ready to answer. `device_map` as in Lab.load.

    Raises BadInput where there is no checkpoint that fits.
    """
    if not (directory / "config.json").is_file():
        raise BadInput(f"There is no checkpoint at {directory}: a folder with config.json and safetensors is needed.")
    try:
        kind = json.loads((directory / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (ValueError, AttributeError) as error:
        raise BadInput(f"The config.json in {directory} is broken and cannot be read.") from error
    if kind not in ("llava", "fmvr_llava"):
        raise BadInput(f"{directory} holds a model of type {kind}; a LLaVA-1.5 or FMVR-LLaVA checkpoint is needed.")
    if not list(directory.glob("*.safetensors")):
        raise BadInput(f"{directory} holds no safetensors weights, and no other format is read.")
    gpu = torch.cuda.is_available()
    try:
        config = FMVRLlavaConfig.from_pretrained(directory, **({"fmvr_form": None} if kind == "llava" else {}))
        model, found = FMVRLlavaForConditionalGeneration.from_pretrained(
            directory,
            config=config,
            dtype=torch.bfloat16 if gpu else torch.float32,
            device_map=device_map or ("cuda" if gpu else None),
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BadInput(f"The checkpoint in {directory} cannot be loaded: {error}") from error
    if missing := found["missing_keys"]:  # transformers would draw them at random
        raise BadInput(f"The weights in {directory} are not whole: {min(missing)} is missing.")
    model.generation_config.max_length = None
    try:
        processor = FMVRLlavaProcessor.from_pretrained(directory)
    except (OSError, ValueError) as error:
        raise BadInput(f"{directory} holds no processor: its tokenizer and image processor are needed too.") from error
    processor.patch_size = processor.patch_size or config.vision_config.patch_size  # early LLaVA-1.5 copies lack it
    return model.eval().requires_grad_(False), processor


def check_pair(folders: dict[str, Path], configs: dict[str, FMVRLlavaConfig]) -> None:
    """Raises BadInput for two models, by `without` and `with`, that are no pair."""
    for name, config in configs.items():
        if (name == "with") != bool(config.fmvr_form):
            raise BadInput(f"The model in {folders[name]} is not one {name} FMVR; a pair has one of each.")
    if len({config.token_grid_side for config in configs.values()}) > 1:
        both = " and ".join(map(str, folders.values()))
        raise BadInput(f"The models in {both} see grids of different sizes; a pair shares its token budgets.")


def _encode(model: FMVRLlavaForConditionalGeneration, pixel_values: torch.Tensor) -> Encoded:
    """One pass of the tower: its hidden states and every token set."""
    outputs = model.get_image_features(pixel_values, output_hidden_states=True)
    pyramid = model.model.pyramid
    hidden = tuple(outputs.hidden_states[: last_layer(model) + 1])
    return Encoded(hidden, pyramid(torch.stack(list(outputs.pooler_output))), pyramid)


def _as_seen(picture: Image.Image, processor: FMVRLlavaProcessor) -> Image.Image:
    """The picture as it enters the model: resized and cropped, colours as they were."""
    pixels = processor.image_processor(picture, do_normalize=False, do_rescale=False, return_tensors="np")
    return Image.fromarray(np.asarray(pixels["pixel_values"][0]).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))


__all__ = [
    "METHOD",
    "METHODS",
    "MOST_ANSWER_TOKENS",
    "SIDES",
    "Answer",
    "Knobs",
    "Lab",
    "View",
]
