"""The models' bare passes, in seconds: what an answer, its probability and its map cannot do without."""

import time
from contextlib import AbstractContextManager

import torch
from PIL import Image

from fmvr.answering.answer import Answer
from fmvr.answering.one import MOST_ANSWER_TOKENS, as_encoded
from fmvr.member import Member
from fmvr.prompt import prompt
from fmvr.view import View


@torch.inference_mode()
def stock_generate(member: Member, picture: Image.Image, question: str) -> None:
    """What a user of transformers writes: the processor, then generate from pixels at the full set."""
    model, processor = member.model, member.processor
    inputs = processor(images=picture, text=prompt(question), return_tensors="pt").to(model.device, model.dtype)
    model.generate(**inputs, max_new_tokens=MOST_ANSWER_TOKENS, do_sample=False)


@torch.inference_mode()
def answer_passes(view: View, answer: Answer) -> float:
    """The forward passes of an answer: the prompt, then a pass a token, with a cache."""
    model = view.member(answer.arm).model
    ids, picture = torch.tensor([answer.prompt_ids], device=model.device), _encoded(view, answer)
    start = time.perf_counter()
    with _inside(view, answer, ids):
        out = model(ids, mm_encoder_outputs=picture, logits_to_keep=1)
        for token in answer.answer_ids:
            out = model(torch.tensor([[token]], device=model.device), cache=out.cache)
    return time.perf_counter() - start


@torch.inference_mode()
def making(view: View, answer: Answer) -> float:
    """What the reducer of an answer computes to make its token sets."""
    reducer, features = view.member(answer.arm).reducer, [view.features(answer.arm, i) for i in range(answer.frames)]
    start = time.perf_counter()
    for frame in features:
        reducer(frame, answer.visual_tokens, answer.question)
    return time.perf_counter() - start


@torch.inference_mode()
def reading_pass(view: View, answer: Answer, text: str) -> float:
    """The one forward pass of the probability of another answer, `text`."""
    member = view.member(answer.arm)
    other = member.processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    ids = torch.tensor([[*answer.prompt_ids, *other]], device=member.model.device)
    picture = _encoded(view, answer)
    start = time.perf_counter()
    with _inside(view, answer, ids):
        member.model(ids, mm_encoder_outputs=picture, logits_to_keep=len(other) + 1)
    return time.perf_counter() - start


def map_passes(view: View, answer: Answer) -> float:
    """The one forward and the one backward pass of a map."""
    wrapped = view.from_layer(answer)
    start = time.perf_counter()
    with torch.enable_grad():
        wrapped(wrapped.hidden.clone().requires_grad_(True))[-1].max().backward()
    return time.perf_counter() - start


def _inside(view: View, answer: Answer, ids: torch.Tensor) -> AbstractContextManager:
    """What the answer's reducer does to a text inside the language model, while this lasts."""
    member = view.member(answer.arm)
    return member.reducer.inside(member.model, ids, len(answer.prompt_ids), answer.visual_tokens, answer.frames)


def _encoded(view: View, answer: Answer) -> dict:
    sets = [view.token_set(answer.visual_tokens, answer.arm, answer.question, frame) for frame in range(answer.frames)]
    return as_encoded(sets)
