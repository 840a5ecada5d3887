"""The memory of a shape by budget: its weights, an answer's cache, and what a map keeps for the way back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModel, DynamicCache, LlamaForCausalLM

from fmvr.cost import TEXT_TOKENS, Shape
from fmvr.evaluation.shape.measure import SIDE, TOWER, language_config, of_random
from fmvr.model.pyramid import TokenPyramid, budgets

ANSWER = 16  # tokens of the answer that a map is of
DEPTHS = 1, 2  # layers of the language model that are measured: the second one tells what each further one takes
GB = 1e9


@dataclass(frozen=True)
class Held:
    """Bytes at one budget, of one picture: the cache of keys and values, and what a map keeps beside the weights."""

    tokens: int
    cache: float
    map: float


@dataclass(frozen=True)
class ShapeMemory:
    """A shape's memory in bfloat16. `weights`: bytes of language model, tower and projector; `layers`: measured."""

    shape: Shape
    layers: int
    weights: float
    rows: list[Held]

    def __str__(self) -> str:
        lines = [
            f"{self.shape.layers} layers of {self.shape.width} channels, bfloat16; {self.layers} layers"
            f" measured, scaled up to {self.shape.layers}. Weights {self.weights / GB:.1f} GB; one picture, "
            f"{TEXT_TOKENS} tokens of text, {ANSWER} of answer:",
            "tokens   cache of an answer   kept for a map   weights and both",
        ]
        for row in self.rows:
            whole = (self.weights + row.cache + row.map) / GB
            lines.append(f"{row.tokens:>6} {row.cache / GB:>17.2f} GB {row.map / GB:>13.2f} GB {whole:>15.1f} GB")
        return "\n".join(lines)


def measure_memory(shape: Shape, tower: dict = TOWER) -> ShapeMemory:
    """What PyTorch holds for a language model of one layer and of two, scaled up to the shape's depth."""
    width, dtype = tower["hidden_size"], torch.bfloat16
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with torch.device("meta"):  # what is only counted takes no memory
        sight = of_random(CLIPVisionModel, CLIPVisionConfig(**tower), dtype)
        languages = [of_random(LlamaForCausalLM, language_config(shape, layers), dtype) for layers in DEPTHS]
    with device:
        projector = nn.Sequential(nn.Linear(width, shape.width), nn.GELU(), nn.Linear(shape.width, shape.width))
        projector = projector.to(dtype).requires_grad_(False)
        pyramid = TokenPyramid(shape.width, SIDE, "released").to(dtype).requires_grad_(False)
        patches = torch.randn(1, SIDE**2, width, dtype=dtype)
        other, found = _bytes([*sight.parameters(), *projector.parameters()]), []
        for language in languages:
            language = language.to_empty(device=device).requires_grad_(False)  # memory asks for no values
            weights = other + _bytes(language.parameters())
            found.append((weights, [_held(language, projector, pyramid, patches, n) for n in budgets(SIDE)]))
    (one, few), (two, more) = found

    def scaled(first: float, second: float) -> float:
        return first + (shape.layers - DEPTHS[0]) * (second - first)

    rows = [Held(a.tokens, scaled(a.cache, b.cache), scaled(a.map, b.map)) for a, b in zip(few, more)]
    return ShapeMemory(shape, DEPTHS[-1], scaled(one, two), rows)


def _held(language: nn.Module, projector: nn.Module, pyramid: TokenPyramid, patches: torch.Tensor, n: int) -> Held:
    """The bytes of an answer's cache and of a map's way back, from one pass over prompt and answer."""
    weights = [p for part in (language, projector, pyramid) for p in part.parameters()]
    with kept(weights) as count:
        tokens = pyramid(projector(patches.detach().requires_grad_(True)))[n]  # [1, n, D]
        text = tokens.new_zeros(1, TEXT_TOKENS + ANSWER, tokens.shape[-1])
        logits = language(inputs_embeds=torch.cat([tokens, text], 1), use_cache=False, logits_to_keep=ANSWER).logits
        of_map = count()
    return Held(n, _cache_of(language, text[:, :1]) * (n + text.shape[1]), of_map + _bytes([logits]))


@torch.no_grad()
def _cache_of(language: nn.Module, one: torch.Tensor) -> int:
    """The bytes of one token's keys and values."""
    cache = DynamicCache(config=language.config)
    language(inputs_embeds=one, cache=cache, use_cache=True, logits_to_keep=1)
    return _bytes(part for layer in cache.layers for part in (layer.keys, layer.values))


@contextmanager
def kept(weights: Iterable[torch.Tensor]) -> Iterator[Callable[[], int]]:
    """Counts the bytes that are kept inside for the way back: every piece of memory once, and weights not."""
    known, found = {one.untyped_storage().data_ptr() for one in weights}, {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        yield lambda: sum(found.values())


def _bytes(tensors: Iterable[torch.Tensor]) -> int:
    return sum(one.nbytes for one in tensors)
