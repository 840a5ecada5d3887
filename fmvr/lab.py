"""The lab: look at a picture once, ask it many questions at any token budget, with FMVR and without.

lab = Lab.load()
view = lab.look("picture.png")
answer = view.ask("How many cats are there?", tokens=36, fmvr=True)
heat = view.gradcam(answer)
"""

import json
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.answer import Answer, FirstToken, Word, gather_words
from fmvr.bands import BandMaps, LevelBands, Spectrum
from fmvr.cost import Shape
from fmvr.gradcam import METHODS, FromLayer, Map, gradcam, last_layer
from fmvr.inputs import BadInput, read_picture, read_question
from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor, budgets
from fmvr.model.pyramid import Knobs, TokenPyramid, check_budget

CHECKPOINTS = Path(__file__).with_name("checkpoints")
SIDES = ("without", "with")
MOST_ANSWER_TOKENS = 64
METHOD = "Grad-CAM"


class View:
    """A picture the lab has looked at: every question after that leaves the vision tower alone."""

    def __init__(self, lab: "Lab", image: Image.Image, encoded: dict[str, "_Encoded"]):
        self.lab, self.image, self._encoded = lab, image, encoded

    @torch.inference_mode()
    def ask(self, question: str, tokens: int = 36, fmvr: bool = True, longest: int = MOST_ANSWER_TOKENS) -> Answer:
        """Answer from `tokens` visual tokens, with FMVR or without, in at most `longest` tokens of text.

        Raises BadInput for what cannot be asked.
        """
        model, processor = self.lab.side(fmvr)
        question, prompt = self._prompt(question, tokens, fmvr)
        ids = processor.tokenizer(prompt, return_tensors="pt")["input_ids"].to(model.device)
        clock = FirstToken()
        with self.lab.lock:
            start = time.perf_counter()
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                mm_encoder_outputs=self._seen(tokens, fmvr),
                max_new_tokens=longest,
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

    @torch.inference_mode()
    def chance(self, text: str, question: str, tokens: int = 36, fmvr: bool = True) -> float:
        """The probability that a model answers exactly `text` and ends there, in one forward pass."""
        model, processor = self.lab.side(fmvr)
        tokenizer = processor.tokenizer
        for mark in tokenizer.all_special_tokens:
            if mark in text:
                raise BadInput(f"An answer cannot contain {mark}: that mark is the model's own; leave it out.")
        _, prompt = self._prompt(question, tokens, fmvr)
        asked = tokenizer(prompt)["input_ids"]
        said = tokenizer(f"{prompt} {text}".rstrip())["input_ids"][len(asked) :] + [tokenizer.eos_token_id]
        ids = torch.tensor([asked + said[:-1]], device=model.device)
        with self.lab.lock:
            logits = model(ids, mm_encoder_outputs=self._seen(tokens, fmvr), logits_to_keep=len(said)).logits[0]
        return float(logits.float().log_softmax(-1)[range(len(said)), said].sum().exp())

    def gradcam(self, answer: Answer, word: int | None = None, method: str = METHOD, layer: int | None = None) -> Map:
        """The raw map of one word of an answer (by its place in `answer.words`), or of the whole answer.

        Args:
            method: a key of `METHODS`.
            layer: after how many layers of the tower the map is taken, 1 to `lab.layers`; None for the last.
        """
        model, _ = self.lab.side(answer.fmvr)
        if word is not None and not 0 <= word < len(answer.words):
            raise BadInput(f"The answer has {len(answer.words)} words; there is no word {word}.")
        if method not in METHODS:
            raise BadInput(f"There is no method {method!r}; the methods are {', '.join(METHODS)}.")
        layer = self.lab.layers if layer is None else layer
        if not 1 <= layer <= self.lab.layers:
            raise BadInput(f"There is no layer {layer}; the tower's layers are 1 to {self.lab.layers}.")
        side = model.config.token_grid_side
        if not answer.answer_ids:
            return Map(np.zeros((side, side), np.float32), self.image.width)
        seen = self._encoded[_name(answer.fmvr)]
        ids, places = self._said(answer, word)
        with self.lab.lock:
            wrapped = FromLayer(model, seen.pyramid, layer, answer.visual_tokens)
            return gradcam(wrapped, seen.hidden[layer], ids, places, self.image.width, method)

    @torch.inference_mode()
    def without_place(self, answer: Answer, places: np.ndarray) -> tuple[float, ...]:
        """The probability of each of the answer's words when the tower's features at some places are gone.

        A direct test of what the words depend on: there, the features are replaced by their mean over the picture, and
        the same answer is read once more.

        Args:
            places: which places, [24, 24] bool.
        """
        model, _ = self.lab.side(answer.fmvr)
        if not answer.answer_ids:
            return ()
        seen = self._encoded[_name(answer.fmvr)]
        hidden = seen.hidden[self.lab.layers].clone()
        gone = torch.from_numpy(places).flatten().to(hidden.device)
        hidden[:, 1:][:, gone] = hidden[:, 1:].mean(1, keepdim=True)
        ids, positions = self._said(answer)
        wrapped = FromLayer(model, seen.pyramid, self.lab.layers, answer.visual_tokens)
        wrapped.input_ids = ids
        with self.lab.lock:
            logits = wrapped(hidden)[0].float()
        logits[:, model.config.image_token_id] = -torch.inf  # as in `ask`
        ahead = torch.tensor(positions, device=ids.device) - 1
        chances = logits.softmax(-1)[ahead, ids[0, ahead + 1]].tolist()
        products = np.ones(len(answer.words))
        for word, chance in zip(answer.word_of, chances):
            products[word] *= chance
        return tuple(products.tolist())

    def turned(self, knobs: Knobs) -> "View":
        """The same picture with the blocks' knobs turned: a live ablation of the model with FMVR."""
        model, _ = self.lab.side(True)
        pyramid = model.model.pyramid.turned(knobs)
        with_ = self._encoded["with"]
        with torch.inference_mode():
            sets = pyramid(with_.sets[self.lab.budgets[0]])
        return View(self.lab, self.image, self._encoded | {"with": replace(with_, sets=sets, pyramid=pyramid)})

    @torch.inference_mode()
    def bands(self, fmvr: bool = True) -> list[LevelBands]:
        """The bands of every level, from 24×24 to 1."""
        return [LevelBands.of(level) for level in self._trace(fmvr)]

    @torch.inference_mode()
    def spectra(self, fmvr: bool = True) -> list[Spectrum]:
        """The Fourier spectrum of every level's token grid, from 24×24 to 1."""
        return [Spectrum.of(level) for level in self._trace(fmvr)]

    @torch.inference_mode()
    def tokens(self, fmvr: bool = True) -> dict[int, np.ndarray]:
        """The visual tokens themselves: grid side → [side, side, D] float32, from 24 to 1."""
        return {level.side: level.restored[0].permute(1, 2, 0).float().cpu().numpy() for level in self._trace(fmvr)}

    def prompt(self, answer: Answer) -> tuple[str | None, ...]:
        """The prompt of an answer, token by token; None is a visual token."""
        model, processor = self.lab.side(answer.fmvr)
        placeholder = model.config.image_token_id
        return tuple(None if i == placeholder else processor.tokenizer.decode([i]) for i in answer.prompt_ids)

    @torch.inference_mode()
    def next_words(self, answer: Answer, most: int = 5) -> tuple[Word, ...]:
        """The likeliest first tokens of an answer, the likeliest first; an empty text is the end of the answer."""
        model, processor = self.lab.side(answer.fmvr)
        ids = torch.tensor([answer.prompt_ids], device=model.device)
        with self.lab.lock:
            seen = self._seen(answer.visual_tokens, answer.fmvr)
            logits = model(ids, mm_encoder_outputs=seen, logits_to_keep=1).logits[0, -1].float()
        chances = logits.softmax(-1)  # as in `ask`
        chances[model.config.image_token_id] = 0
        chances, found = chances.topk(most)
        texts = [processor.tokenizer.decode([i], skip_special_tokens=True).strip() for i in found.tolist()]
        return tuple(Word(text, chance) for text, chance in zip(texts, chances.tolist()))

    def _prompt(self, question: str, tokens: int, fmvr: bool) -> tuple[str, str]:
        """The question in one line, and the prompt that asks it. Raises BadInput for what cannot be asked."""
        model, processor = self.lab.side(fmvr)
        question = read_question(question, tuple(processor.tokenizer.all_special_tokens))
        try:
            check_budget(tokens, model.config.token_grid_side)
        except ValueError as error:
            raise BadInput(str(error)) from error
        return question, f"USER: {processor.placeholders(tokens)}\n{question} ASSISTANT:"

    def _seen(self, tokens: int, fmvr: bool) -> dict[str, BaseModelOutputWithPooling]:
        """The picture as `tokens` visual tokens, in the place of a pass of the tower."""
        chosen = self._encoded[_name(fmvr)].sets[tokens]
        return {"image": BaseModelOutputWithPooling(pooler_output=list(chosen))}

    def _trace(self, fmvr: bool):
        self.lab.side(fmvr)
        seen = self._encoded[_name(fmvr)]
        return seen.pyramid.trace(seen.sets[self.lab.budgets[0]])

    def _said(self, answer: Answer, word: int | None = None) -> tuple[torch.Tensor, list[int]]:
        """Prompt and answer as ids, [1, T], and where in them a word (None: the whole answer) stands."""
        start = len(answer.prompt_ids)
        model, _ = self.lab.side(answer.fmvr)
        ids = torch.tensor([answer.prompt_ids + answer.answer_ids], device=model.device)
        return ids, [start + i for i, w in enumerate(answer.word_of) if word in (None, w)]

    def features(self, fmvr: bool = True) -> torch.Tensor:
        """What the tower sees: [N, D], row by row."""
        return self._encoded[_name(fmvr)].hidden[self.lab.layers][0, 1:]


class Lab:
    """One or two models, and what they can do. Threads may share a lab: it answers one at a time."""

    def __init__(self, sides: dict[str, tuple[FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor]], world=None):
        self._sides, self._world = sides, world
        self.models = tuple(name for name in SIDES if name in sides)
        self.lock = threading.RLock()
        self.budgets = budgets(self._any[0].config.token_grid_side)
        self.layers = last_layer(self._any[0])  # of the tower, up to the features that the projector takes

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
    """What one model keeps of a picture: the tower's hidden states, [1, 1 + N, D] before and after each layer up to
    the one the projector takes, the token sets, and the pyramid that made them.
    """

    hidden: tuple[torch.Tensor, ...]
    sets: dict[int, torch.Tensor]
    pyramid: TokenPyramid


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
    """One pass of the tower: its hidden states and every token set."""
    outputs = model.get_image_features(pixel_values, output_hidden_states=True)
    pyramid = model.model.pyramid
    hidden = tuple(outputs.hidden_states[: last_layer(model) + 1])
    return _Encoded(hidden, pyramid(torch.stack(list(outputs.pooler_output))), pyramid)


def _as_seen(picture: Image.Image, processor: FMVRLlavaProcessor) -> Image.Image:
    """The picture as it enters the model: resized and cropped, colours as they were."""
    pixels = processor.image_processor(picture, do_normalize=False, do_rescale=False, return_tensors="np")
    return Image.fromarray(np.asarray(pixels["pixel_values"][0]).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))


def _name(fmvr: bool) -> str:
    return SIDES[fmvr]


__all__ = ["METHODS", "Answer", "BandMaps", "Knobs", "Lab", "LevelBands", "Map", "View", "Word"]
