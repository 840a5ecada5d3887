"""Many questions about many pictures, quickly: the picture's part of the prompt is read once for all its questions."""

import torch
from transformers import DynamicCache
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor


@torch.inference_mode()
def answer_all(
    model: FMVRLlavaForConditionalGeneration,
    processor: FMVRLlavaProcessor,
    tokens: torch.Tensor,
    questions: list[list[str]],
    max_new_tokens: int,
) -> list[list[str]]:
    """Answer several questions about each of several pictures.

    Args:
        tokens: one token set a picture, [P, n, D].
        questions: the questions of each picture; a picture may have none.

    Returns: the answers in the same places. They are those of `View.ask`, but for rounding.
    """
    tokenizer, device = processor.tokenizer, tokens.device
    rows = [(p, q) for p, asked in enumerate(questions) for q in asked]
    if not rows:
        return [[] for _ in questions]
    opening = tokenizer(f"USER: {processor.placeholders(tokens.shape[1])}", return_tensors="pt")["input_ids"]
    opening = opening.expand(len(tokens), -1).to(device)
    encoded = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens))}
    cache = DynamicCache(config=model.config.text_config)
    model(opening, mm_encoder_outputs=encoded, past_key_values=cache, use_cache=True, logits_to_keep=1)
    owner = torch.tensor([p for p, _ in rows], device=device)
    cache.batch_select_indices(owner)
    rest = tokenizer(
        [f"\n{q} ASSISTANT:" for _, q in rows],
        add_special_tokens=False,
        padding=True,
        padding_side="left",
        return_tensors="pt",
    ).to(device)
    ids = torch.cat([opening[owner], rest["input_ids"]], 1)
    mask = torch.cat([torch.ones_like(opening[owner]), rest["attention_mask"]], 1)
    out = model.generate(
        ids, attention_mask=mask, past_key_values=cache, max_new_tokens=max_new_tokens, do_sample=False
    )
    said = iter(tokenizer.batch_decode(out[:, ids.shape[1] :], skip_special_tokens=True))
    return [[next(said).strip() for _ in asked] for asked in questions]
