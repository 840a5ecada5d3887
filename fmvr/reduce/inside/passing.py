"""A prompt on its way through the layers of a Llama: hooks that leave visual tokens behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

import torch
from transformers.models.llama.modeling_llama import LlamaModel, rotate_half

from fmvr.reduce.inside.seen import Seen

Choice = Callable[[Seen, int], tuple[torch.Tensor, torch.Tensor]]


class Passing:
    """One prompt, and the tokens of its answer after it; one at a time.

    Args:
        llama: the language model.
        visual: the places of the visual tokens in the prompt, [n].
        asked: how many tokens the prompt has.
        left: before which layer → how many of them stay.
        choose: which, and their states.

    `present`: layer → the places of the prompt that it reads, [t]; layers without an entry read all.
    """

    def __init__(self, llama: LlamaModel, visual: torch.Tensor, asked: int, left: dict[int, int], choose: Choice):
        self.llama, self.visual, self.asked, self.left, self.choose = llama, visual, asked, left, choose
        self.present: dict[int, torch.Tensor] = {}
        self.first = self.before = None  # states, [T, D] at the first layer, [t, D] at the layer before
        self.thread = get_ident()  # another thread's prompt may pass through the same layers

    @property
    def kept(self) -> torch.Tensor:
        """Which visual tokens the last layer reads, counted from 0 over all frames."""
        last = len(self.llama.layers) - 1
        if last not in self.present:
            return torch.arange(len(self.visual))
        return torch.isin(self.visual, self.present[last]).nonzero()[:, 0].cpu()

    @contextmanager
    def hooked(self) -> Iterator["Passing"]:
        layers = self.llama.layers if self.left else ()
        hooks = [layer.register_forward_pre_hook(self._enter, with_kwargs=True) for layer in layers]
        try:
            yield self
        finally:
            for hook in hooks:
                hook.remove()

    def _enter(self, layer, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict] | None:
        if get_ident() != self.thread:
            return None
        (hidden, *others), index, cache = args, layer.self_attn.layer_idx, kwargs["cache"]
        answering = cache.get_seq_length(index) > 0
        if index == 0 and not answering:
            self.first, self.length = hidden[0], hidden.shape[1]
        elif index in self.left and not answering:
            hidden = self._dropped(hidden, index, kwargs)
        elif index - 1 in self.present and not answering:
            self.present[index] = self.present[index - 1]
        if not answering:
            self.before = hidden[0]
        if index in self.present:
            kwargs = kwargs | self._shortened(self.present[index], kwargs, answering)
        return (hidden, *others), kwargs

    def _dropped(self, hidden: torch.Tensor, index: int, kwargs: dict[str, Any]) -> torch.Tensor:
        """The states, [1, t, D], without those that are left behind before a layer."""
        here = self.present.get(index - 1, torch.arange(self.length, device=hidden.device))
        is_visual = torch.isin(here, self.visual)
        at = is_visual.nonzero()[:, 0]  # places among those that are here
        text = ((here > self.visual[-1]) & (here < self.asked)).nonzero()[:, 0]
        keys = kwargs["cache"].layers[index - 1].keys[0]  # [kv heads, t, w]
        size = keys.float().square().sum((0, 2)).sqrt()  # [t]
        seen = Seen(
            self._attention(index - 1, keys, text, here, kwargs["position_embeddings"])[:, at],
            hidden[0, at],
            hidden[0, text],
            self.first[here[at]],
            self.first[here[text]],
            (size[at], size[text]),
        )
        kept, states = self.choose(seen, self.left[index])
        hidden = hidden.index_copy(1, at[kept], states[None].to(hidden))
        stays = torch.isin(torch.arange(len(here), device=here.device), at[kept]) | ~is_visual
        self.present[index] = here[stays]
        return hidden[:, stays]

    def _attention(self, index: int, keys: torch.Tensor, rows: torch.Tensor, here: torch.Tensor, rotation: tuple):
        """What some tokens attend to in a layer, mean over heads: [rows, t] float32."""
        layer, own = self.llama.layers[index], self.llama.layers[index].self_attn
        query = own.q_proj(layer.input_layernorm(self.before[rows])).unflatten(-1, (-1, own.head_dim)).transpose(0, 1)
        cos, sin = (part[0, here[rows]] for part in rotation)  # [rows, w]
        query = query * cos + rotate_half(query) * sin  # [heads, rows, w]
        logits = (query @ keys.repeat_interleave(len(query) // len(keys), 0).mT * own.scaling).float()
        later = torch.arange(keys.shape[1], device=keys.device) > rows[:, None]
        return logits.masked_fill(later, -torch.inf).softmax(-1).mean(0)

    def _shortened(self, present: torch.Tensor, kwargs: dict[str, Any], answering: bool) -> dict[str, Any]:
        """What a layer is told of the prompt, for those of its tokens that are there."""
        mask, told = kwargs.get("attention_mask"), {}
        if mask is not None:
            later = torch.arange(self.length, mask.shape[-1], device=present.device)
            told["attention_mask"] = mask.index_select(-1, torch.cat([present, later]))
        if not answering:
            if mask is not None:
                told["attention_mask"] = told["attention_mask"].index_select(-2, present)
            told["position_embeddings"] = tuple(part[:, present] for part in kwargs["position_embeddings"])
            if kwargs.get("position_ids") is not None:
                told["position_ids"] = kwargs["position_ids"][:, present]
        return told
