"""The lab: look at a picture once, ask it many questions at any token budget, with FMVR and without.

lab = Lab.load()
view = lab.look("picture.png")
answer = view.ask("How many cats are there?", tokens=36, fmvr=True)
heat = view.gradcam(answer)
"""

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.answer import Answer, FirstToken, Word, gather_words
from fmvr.bands import BandMaps, LevelBands
from fmvr.cost import Shape
from fmvr.gradcam import Map, gradcam
from fmvr.inputs import BadInput, read_picture, read_question
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor, budgets
from fmvr.model.pyramid import check_budget

CHECKPOINTS = Path(__file__).with_name("checkpoints")
SIDES = ("without", "with")
MOST_ANSWER_TOKENS = 64


class View:
    """A picture the lab has looked at: every question after that leaves the vision tower alone."""

    def __init__(self, lab: "Lab", image: Image.Image, encoded: dict[str, "_Encoded"]):
        self.lab, self.image, self._encoded = lab, image, encoded

    @torch.inference_mode()
    def ask(self, question: str, tokens: int = 36, fmvr: bool = True) -> Answer:
        """Answer from `tokens` visual tokens, with FMVR or without. Raises BadInput for what cannot be asked."""
        model, processor = self.lab.side(fmvr)
        question = read_question(question, tuple(processor.tokenizer.all_special_tokens))
        try:
            check_budget(tokens, model.config.token_grid_side)
        except ValueError as error:
            raise BadInput(str(error)) from error
        prompt = f"USER: {processor.placeholders(tokens)}\n{question} ASSISTANT:"
        ids = processor.tokenizer(prompt, return_tensors="pt")["input_ids"].to(model.device)
        chosen = self._encoded[_name(fmvr)].sets[tokens]
        clock = FirstToken()
        with self.lab.lock:
            start = time.perf_counter()
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                mm_encoder_outputs={"image": BaseModelOutputWithPooling(pooler_output=list(chosen))},
                max_new_tokens=MOST_ANSWER_TOKENS,
                do_sample=False,
                suppress_tokens=[model.config.image_token_id],  # a placeholder stands for a picture, not for a word
                stopping_criteria=[clock],
                return_dict_in_generate=True,
                output_logits=True,
            )
            total = time.perf_counter() - start
        said = out.sequences[0, ids.shape[1] :]
        chances = torch.stack([row[0] for row in out.logits]).float().softmax(-1)  # [T, V]
        chances = chances.gather(1, said[: len(chances), None])[:, 0].tolist()
        ends = {processor.tokenizer.eos_token_id, processor.tokenizer.pad_token_id}
        kept = [i for i, token in enumerate(said.tolist()) if token not in ends]
        answer_ids = tuple(said[kept].tolist())
        words, word_of = gather_words(processor.tokenizer, answer_ids, [chances[i] for i in kept])
        return Answer(
            question=question,
            text=" ".join(word.text for word in words),
            words=words,
            visual_tokens=tokens,
            fmvr=fmvr,
            text_tokens=ids.shape[1] - tokens,
            first_token_s=clock.at - start,
            total_s=total,
            prompt_ids=tuple(ids[0].tolist()),
            answer_ids=answer_ids,
            word_of=word_of,
        )

    def ask_each(self, question: str, tokens: list[int], fmvr: bool = True) -> list[Answer]:
        """The same question at several budgets."""
        return [self.ask(question, n, fmvr) for n in tokens]

    def gradcam(self, answer: Answer, word: int | None = None) -> Map:
        """The raw Grad-CAM map of one word of an answer (by its place in `answer.words`), or of the whole answer."""
        model, _ = self.lab.side(answer.fmvr)
        if word is not None and not 0 <= word < len(answer.words):
            raise BadInput(f"The answer has {len(answer.words)} words; there is no word {word}.")
        if not answer.answer_ids:
            side = model.config.token_grid_side
            return Map(np.zeros((side, side), np.float32), np.zeros(self.image.size[::-1], np.float32))
        start = len(answer.prompt_ids)
        positions = [start + i for i, w in enumerate(answer.word_of) if word in (None, w)]
        ids = torch.tensor([answer.prompt_ids + answer.answer_ids], device=model.device)
        with self.lab.lock:
            return gradcam(model, self._encoded[_name(answer.fmvr)].features, ids, positions, self.image.width)

    @torch.inference_mode()
    def bands(self, fmvr: bool = True) -> list[LevelBands]:
        """The bands of every level, from 24×24 to 1."""
        model, _ = self.lab.side(fmvr)
        tokens = self._encoded[_name(fmvr)].sets[self.lab.budgets[0]]
        return [LevelBands.of(level) for level in model.model.pyramid.trace(tokens)]

    def features(self, fmvr: bool = True) -> torch.Tensor:
        """What the tower sees: [N, D], row by row."""
        return self._encoded[_name(fmvr)].features[0]


class Lab:
    """One or two models, and what they can do. Threads may share a lab: it answers one at a time."""

    def __init__(self, sides: dict[str, tuple[FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor]], world=None):
        self._sides, self._world = sides, world
        self.models = tuple(name for name in SIDES if name in sides)
        self.lock = threading.RLock()
        self.budgets = budgets(self._any[0].config.token_grid_side)

    @classmethod
    def load(cls, directory: str | Path | None = None, device_map: str | None = None) -> "Lab":
        """The embedded pair, or one checkpoint of your own: FMVR-LLaVA or stock LLaVA-1.5, in safetensors.

        A stock checkpoint has no trained block, so it is the side "without". Raises BadInput where there is none.
        """
        if directory is None:
            sides = {name: load_model(CHECKPOINTS / name, device_map) for name in SIDES}
            return cls(sides, json.loads((CHECKPOINTS / "world.json").read_text()))
        model, processor = load_model(Path(directory), device_map)
        return cls({"with" if model.config.fmvr_form else "without": (model, processor)})

    @property
    def _any(self):
        return self._sides[self.models[-1]]

    @property
    def embedded(self) -> bool:
        """Whether this is the pair that ships with the project."""
        return self._world is not None

    def side(self, fmvr: bool):
        """Model and processor, with FMVR or without. Raises BadInput where the checkpoint is only the other one."""
        name = _name(fmvr)
        if name not in self._sides:
            raise BadInput(f"This checkpoint is a model {self.models[0]} FMVR; there is none {name} it.")
        return self._sides[name]

    def shape(self, fmvr: bool = True) -> Shape:
        """The language model's shape, for `fmvr.cost`."""
        text = self.side(fmvr)[0].config.text_config
        kv_width = text.num_key_value_heads * (text.hidden_size // text.num_attention_heads)
        return Shape(text.num_hidden_layers, text.hidden_size, text.intermediate_size, kv_width)

    @torch.inference_mode()
    def look(self, image) -> View:
        """Encode a picture once for each model. Raises BadInput for what is no picture."""
        picture, encoded = read_picture(image), {}
        for name, (model, processor) in self._sides.items():
            seen = processor.image_processor(picture, return_tensors="pt")["pixel_values"]
            with self.lock:
                encoded[name] = _encode(model, seen.to(model.device, model.dtype))
        return View(self, _as_seen(picture, self._any[1]), encoded)

    def doubts(self, question: str, view: View) -> list[str]:
        """Reasons to mistrust an embedded model here, as sentences: words or a picture unlike all it has seen."""
        if not self.embedded:
            return []
        tokenizer, found = self._any[1].tokenizer, []
        unknown = [w for w in question.rstrip("?.! ").split() if tokenizer.unk_token_id in tokenizer(w)["input_ids"]]
        if unknown:
            found.append(f"This model has never seen the words: {', '.join(dict.fromkeys(unknown))}.")
        if strangeness(view.features(), self._world) > self._world["threshold"]:
            found.append("This picture is unlike all the scenes this model was trained on.")
        return found


@dataclass(frozen=True)
class _Encoded:
    """What one model keeps of a picture: the tower's features [1, N, D] and the token sets."""

    features: torch.Tensor
    sets: dict[int, torch.Tensor]


def strangeness(features: torch.Tensor, world: dict) -> float:
    """How far a picture's features, [N, D], lie from those of the training scenes, in their standard deviations."""
    seen, mean, std = features.float().cpu(), torch.tensor(world["mean"]), torch.tensor(world["std"])
    return float(((seen - mean) / std).square().mean().sqrt())


def load_model(directory: Path, device_map: str | None = None):
    """A checkpoint's model and processor, ready to answer. Raises BadInput where there is none that fits."""
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
    config = FMVRLlavaConfig.from_pretrained(directory, **({"fmvr_form": None} if kind == "llava" else {}))
    dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    model = FMVRLlavaForConditionalGeneration.from_pretrained(
        directory, config=config, dtype=dtype, device_map=device_map, use_safetensors=True
    )
    model.generation_config.max_length = None
    try:
        processor = FMVRLlavaProcessor.from_pretrained(directory)
    except (OSError, ValueError) as error:
        raise BadInput(f"{directory} holds no processor: its tokenizer and image processor are needed too.") from error
    return model.eval().requires_grad_(False), processor


def _encode(model: FMVRLlavaForConditionalGeneration, pixel_values: torch.Tensor) -> _Encoded:
    """One pass of the tower: its features and every token set."""
    config = model.config
    outputs = model.get_image_features(pixel_values)
    layers = config.vision_feature_layer
    chosen = [outputs.hidden_states[i] for i in ([layers] if isinstance(layers, int) else layers)]
    features = torch.cat(chosen, -1)
    if config.vision_feature_select_strategy == "default":
        features = features[:, 1:]  # without CLS
    return _Encoded(features, model.model.pyramid(torch.stack(list(outputs.pooler_output))))


def _as_seen(picture: Image.Image, processor: FMVRLlavaProcessor) -> Image.Image:
    """The picture as it enters the model: resized and cropped, colours as they were."""
    pixels = processor.image_processor(picture, do_normalize=False, do_rescale=False, return_tensors="np")
    return Image.fromarray(np.asarray(pixels["pixel_values"][0]).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))


def _name(fmvr: bool) -> str:
    return SIDES[fmvr]


__all__ = ["Answer", "BandMaps", "Lab", "LevelBands", "Map", "View", "Word"]
