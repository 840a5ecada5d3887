"""Many questions about many pictures, quickly: the picture's part of the prompt is read once for all its questions."""

import torch
from transformers import DynamicCache, StaticCache
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.prompt import asking, opening, separator


@torch.inference_mode()
def answer_all(
    model: FMVRLlavaForConditionalGeneration,
    processor: FMVRLlavaProcessor,
    tokens: torch.Tensor,
    questions: list[list[tuple[str, int]]],
) -> list[list[str]]:
    """Answer several questions about each of several pictures.

    Args:
        tokens: one token set a picture, [P, n, D]; or one a frame, [P, F, n, D].
        questions: the questions of each picture, each with the most new tokens of its answer. Those with the same
            limit are answered together; a picture may have none.

    Returns: the answers in the same places. They are those of `View.ask`, but for rounding.
    """
    tokens = tokens[:, None] if tokens.ndim == 3 else tokens
    rows = [(p, text, most) for p, asked in enumerate(questions) for text, most in asked]
    if not rows:
        return [[] for _ in questions]
    start, cache = _read_pictures(model, processor, tokens)
    answers = {}
    for limit in {most for *_, most in rows}:
        part = [i for i, (*_, most) in enumerate(rows) if most == limit]
        owner = torch.tensor([rows[i][0] for i in part], device=tokens.device)
        rest = processor.tokenizer(
            [asking(rows[i][1]) for i in part],
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        ).to(tokens.device)
        ids = torch.cat([start[owner], rest["input_ids"]], 1)
        mask = torch.cat([torch.ones_like(start[owner]), rest["attention_mask"]], 1)
        own = StaticCache(config=model.config.text_config, max_cache_len=ids.shape[1] + limit)
        for layer, read in enumerate(cache.layers):  # written once: a growing cache is copied for every new token
            own.update(read.keys[owner], read.values[owner], layer)
        out = model.generate(
            ids,
            attention_mask=mask,
            cache=own,
            max_new_tokens=limit,
            do_sample=False,
            disable_compile=True,  # every group has a shape of its own
            suppress_tokens=[model.config.image_token_id],  # as for one answer
        )
        answers |= zip(part, processor.tokenizer.batch_decode(out[:, ids.shape[1] :], skip_special_tokens=True))
    texts = (answers[i].strip() for i in range(len(rows)))
    return [[next(texts) for _ in asked] for asked in questions]


def _read_pictures(model, processor, tokens: torch.Tensor) -> tuple[torch.Tensor, DynamicCache]:
    """The prompt up to its last frame, [P, T] ids, and what the language model keeps of it."""
    _, frames, budget, _ = tokens.shape
    start = opening([processor.image_token * budget] * frames, separator(processor.tokenizer))
    ids = processor.tokenizer(start, return_tensors="pt")["input_ids"].expand(len(tokens), -1).to(tokens.device)
    encoded = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens.flatten(0, 1)))}
    cache = DynamicCache(config=model.config.text_config)
    model(ids, mm_encoder_outputs=encoded, cache=cache, use_cache=True, logits_to_keep=1)
    return ids, cache
