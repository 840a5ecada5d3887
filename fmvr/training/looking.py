"""An auxiliary target: where an answer begins, one head of a middle layer looks at what the question is about.

From answers alone, a small language model learns for a long time how often each is right, and to look nothing up. A
world knows what its questions are about, and so can say it.
"""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

HEAD = 0


def covered(box: tuple[float, float, float, float], side: float, cells: int) -> np.ndarray:
    """How much of each cell of a grid over a picture lies in a box, [cells, cells], rows first, 0..1.

    Args:
        box: x0, y0, x1, y1; side: of the picture, in the same unit.
    """
    borders = np.arange(cells + 1) * (side / cells)
    along = [
        np.clip(np.minimum(borders[1:], end) - np.maximum(borders[:-1], start), 0, None) * (cells / side)
        for start, end in ((box[1], box[3]), (box[0], box[2]))
    ]
    return np.outer(*along)


def of_tokens(look: np.ndarray, tokens: int) -> torch.Tensor:
    """What is to be seen of each token, [tokens], from the same of the patches, [patches], or of items, as they are; of
    a clip's frames, [F, patches], one after the other."""
    given = torch.as_tensor(look, dtype=torch.float32)
    if given.ndim == 2:
        return torch.cat([of_tokens(frame, tokens // len(given)) for frame in given])
    if len(given) == tokens:
        return given
    side, fewer = round(len(given) ** 0.5), round(tokens**0.5)
    return adaptive_avg_pool2d(given.view(1, side, side), fewer).flatten()


def spread(look: np.ndarray | None, places: torch.Tensor, width: int) -> torch.Tensor:
    """One turn's target over an opening of `width` tokens, a sum of 1; zeros where nothing is told.

    Args:
        look: weights of the patches (of a clip, [F, patches]) or items, or None; where all are 0, the first token of
            the opening is looked at.
        places: [tokens], where the picture's tokens stand.
    """
    target = torch.zeros(width)
    if look is not None:
        target[places] = of_tokens(look, len(places))
        target[0] += float(not target.any())
        target /= target.sum()
    return target


def astray(
    decoder: nn.Module,
    hidden: torch.Tensor,
    at: torch.Tensor,
    keys: torch.Tensor,
    mask: torch.Tensor,
    positions: torch.Tensor,
    looks: torch.Tensor,
) -> torch.Tensor:
    """How far the head looks astray, summed over turns: the cross entropy of its attention with the target.

    Args:
        decoder: a Llama; hidden: [N, T, D], what its middle layer (see `middle`) is given for each turn.
        at: [N], the last token before the answer; positions: [N, T], of the turns' tokens.
        keys: [N, H, P + T, d], that layer's, of opening and turn; mask: [N, P + T].
        looks: [N, P], the targets, see `spread`.
    """
    layer, rows = decoder.layers[middle(decoder)], torch.arange(len(at), device=at.device)
    given, attention = layer.input_layernorm(hidden[rows, at]), layer.self_attn
    query = attention.q_proj(given).unflatten(-1, (-1, attention.head_dim))[:, HEAD, None, None]  # [N, 1, 1, d]
    query, _ = apply_rotary_pos_emb(query, query, *decoder.rotary_emb(given, positions[rows, at][:, None]))
    groups = attention.num_key_value_groups
    scores = (query[:, 0] @ keys[:, HEAD // groups].mT)[:, 0] * attention.scaling  # [N, P + T]
    opening = looks.shape[1]
    seen = mask.bool() & (torch.arange(keys.shape[2], device=at.device) <= (opening + at)[:, None])
    likely = scores.float().masked_fill(~seen, torch.finfo(torch.float32).min).log_softmax(-1)
    return -(looks * likely[:, :opening]).sum()


def middle(decoder: nn.Module) -> int:
    """The layer that is told where to look."""
    return len(decoder.layers) // 2
