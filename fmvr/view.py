"""A picture the lab has looked at: answers, maps, bands and tokens, all from one pass of the tower."""

import time
from dataclasses import dataclass, replace
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.answer import Answer, FirstToken, Word, gather_words, products
from fmvr.bands import LevelBands, Spectrum
from fmvr.gradcam import METHODS, FromLayer, Map, gradcam
from fmvr.inputs import BadInput, read_question
from fmvr.model.pyramid import Knobs, Level, TokenPyramid, check_budget

if TYPE_CHECKING:
    from fmvr.lab import Lab

SIDES = ("without", "with")
MOST_ANSWER_TOKENS = 64
METHOD = "Grad-CAM elementwise"  # the most faithful one: `python -m fmvr.evaluation faithfulness`


@dataclass(frozen=True)
class Encoded:
    """What one model keeps of a picture: the tower's hidden states, [1, 1 + N, D] before and after each layer up to
    the one the projector takes, the token sets, and the pyramid that made them.
    """

    hidden: tuple[torch.Tensor, ...]
    sets: dict[int, torch.Tensor]
    pyramid: TokenPyramid


class View:
    """A picture the lab has looked at: every question after that leaves the vision tower alone."""

    def __init__(self, lab: "Lab", image: Image.Image, encoded: dict[str, Encoded]):
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
                mm_encoder_outputs=self.as_tokens(tokens, fmvr),
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
        ending = chances[len(kept)] if len(kept) < len(chances) else None
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
            ending=ending,
        )

    def ask_each(self, question: str, tokens: list[int], fmvr: bool = True) -> list[Answer]:
        """The same question at several budgets."""
        return [self.ask(question, n, fmvr) for n in tokens]

    @torch.inference_mode()
    def chance(self, text: str, question: str, tokens: int = 36, fmvr: bool = True) -> float:
        """The probability that a model answers exactly `text` and ends there, in one forward pass.

        Raises BadInput for a question or a text that cannot be read, and for a budget that does not exist.
        """
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
            logits = model(ids, mm_encoder_outputs=self.as_tokens(tokens, fmvr), logits_to_keep=len(said)).logits[0]
        return float(logits.float().log_softmax(-1)[range(len(said)), said].sum().exp())

    def gradcam(self, answer: Answer, word: int | None = None, method: str = METHOD, layer: int | None = None) -> Map:
        """The raw map of one word of an answer (by its place in `answer.words`), or of the whole answer.

        Args:
            method: a key of `METHODS`.
            layer: after how many layers of the tower the map is taken, 1 to `lab.layers`; None for the last.

        Raises BadInput for a word, a method or a layer that does not exist.
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
        ids, places = self.said(answer, word)
        wrapped, hidden = self.from_layer(answer, layer)
        with self.lab.lock:
            return gradcam(wrapped, hidden, ids, places, self.image.width, method)

    def from_layer(self, answer: Answer, layer: int) -> tuple[FromLayer, torch.Tensor]:
        """The model from a layer of the tower on, and the picture's hidden states there, [1, 1 + N, D]."""
        seen = self._of(answer.fmvr)
        model, _ = self.lab.side(answer.fmvr)
        return FromLayer(model, seen.pyramid, layer, answer.visual_tokens), seen.hidden[layer]

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
        wrapped, hidden = self.from_layer(answer, self.lab.layers)
        hidden = hidden.clone()
        gone = torch.from_numpy(places).flatten().to(hidden.device)
        hidden[:, 1:][:, gone] = hidden[:, 1:].mean(1, keepdim=True)
        ids, positions = self.said(answer)
        wrapped.input_ids = ids
        with self.lab.lock:
            logits = wrapped(hidden)[0].float()
        ahead = torch.tensor(positions, device=ids.device) - 1
        chances = logits.softmax(-1)[ahead, ids[0, ahead + 1]].tolist()
        return products(answer.word_of, chances, len(answer.words))

    def turned(self, knobs: Knobs) -> "View":
        """The same picture with the blocks' knobs turned: a live ablation of the model with FMVR.

        Raises BadInput where the lab has no such model.
        """
        model, _ = self.lab.side(True)
        pyramid = model.model.pyramid.turned(knobs)
        with_ = self._encoded["with"]
        with torch.inference_mode():
            sets = pyramid(with_.sets[self.lab.budgets[0]])
        return View(self.lab, self.image, self._encoded | {"with": replace(with_, sets=sets, pyramid=pyramid)})

    @torch.inference_mode()
    def bands(self, fmvr: bool = True) -> list[LevelBands]:
        """The bands of every level, from 24×24 to 1. Raises BadInput where there is no such model."""
        return [LevelBands.of(level) for level in self._trace(fmvr)]

    @torch.inference_mode()
    def spectra(self, fmvr: bool = True) -> list[Spectrum]:
        """The Fourier spectrum of every level's token grid, from 24×24 to 1. Raises BadInput as `bands`."""
        return [Spectrum.of(level) for level in self._trace(fmvr)]

    @torch.inference_mode()
    def tokens(self, fmvr: bool = True) -> dict[int, np.ndarray]:
        """The visual tokens themselves: grid side → [side, side, D] float32, from 24 to 1. Raises as `bands`."""
        sets = {isqrt(tokens): chosen[0] for tokens, chosen in self._of(fmvr).sets.items()}
        return {side: chosen.unflatten(0, (side, side)).float().cpu().numpy() for side, chosen in sets.items()}

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
            seen = self.as_tokens(answer.visual_tokens, answer.fmvr)
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

    def as_tokens(self, tokens: int, fmvr: bool) -> dict[str, BaseModelOutputWithPooling]:
        """The picture as `tokens` visual tokens, in the place of a pass of the tower."""
        chosen = self._of(fmvr).sets[tokens]
        return {"image": BaseModelOutputWithPooling(pooler_output=list(chosen))}

    def _of(self, fmvr: bool) -> Encoded:
        """What a model keeps of the picture. Raises BadInput where there is no such model."""
        self.lab.side(fmvr)  # refuses
        return self._encoded[side_name(fmvr)]

    def _trace(self, fmvr: bool) -> list[Level]:
        seen = self._of(fmvr)
        return seen.pyramid.trace(seen.sets[self.lab.budgets[0]])

    def said(self, answer: Answer, word: int | None = None) -> tuple[torch.Tensor, list[int]]:
        """Prompt and answer as ids, [1, T], and where in them a word (None: the whole answer) stands."""
        start = len(answer.prompt_ids)
        model, _ = self.lab.side(answer.fmvr)
        ids = torch.tensor([answer.prompt_ids + answer.answer_ids], device=model.device)
        return ids, [start + i for i, w in enumerate(answer.word_of) if word in (None, w)]

    def features(self, fmvr: bool = True) -> torch.Tensor:
        """What the tower sees: [N, D], row by row."""
        return self._of(fmvr).hidden[self.lab.layers][0, 1:]


def side_name(fmvr: bool) -> str:
    return SIDES[fmvr]
