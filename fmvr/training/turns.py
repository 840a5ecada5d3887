"""Turns that share an opening and nothing else: the opening is read once, then every turn as if it were the only one.

So training is exactly what answering one question is, at the price of one picture for many.
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot
from torch.nn.utils.rnn import pad_sequence
from transformers import DynamicCache

from fmvr.training.looking import astray, middle

IGNORE = -100
FEW, MANY = 32, 512  # turns at once, on a processor and on a GPU: of a length, so that little of a batch is padding

Batch = dict[str, torch.Tensor]


def apart(input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor, turn: torch.Tensor) -> Batch:
    """Openings and turns of conversations in rows of their own, padded on the right.

    Args:
        input_ids, attention_mask, labels: [B, T]; turn: [B, T], 0 for the opening, then 1, 2, …

    Returns `input_ids` and `attention_mask` of the openings, [B, P]; of the turns `turns`, `turns_mask` and `labels`,
    [N, T'], and `of`, [N]: the row of a turn's opening.
    """
    real = attention_mask.bool()
    openings = [ids[kept & (at == 0)] for ids, kept, at in zip(input_ids, real, turn)]
    parts = [
        (row, real[row] & (turn[row] == k)) for row in range(len(turn)) for k in range(1, int(turn[row].max()) + 1)
    ]
    rows = {"input_ids": openings, "turns": [input_ids[row][here] for row, here in parts]}
    masks = {"attention_mask": rows["input_ids"], "turns_mask": rows["turns"]}
    return (
        {name: pad_sequence(ids, batch_first=True) for name, ids in rows.items()}
        | {name: pad_sequence([torch.ones_like(i) for i in ids], batch_first=True) for name, ids in masks.items()}
        | {"labels": pad_sequence([labels[row][here] for row, here in parts], batch_first=True, padding_value=IGNORE)}
        | {"of": torch.tensor([row for row, _ in parts])}
    )


def read_turns(
    decoder: nn.Module,
    head: nn.Module,
    opened: DynamicCache,
    attention_mask: torch.Tensor,
    turns: torch.Tensor,
    turns_mask: torch.Tensor,
    labels: torch.Tensor,
    of: torch.Tensor,
    looks: torch.Tensor | None = None,
    num_items_in_batch: torch.Tensor | None = None,
) -> Batch:
    """What a language model makes of each turn, having read the openings.

    Args:
        decoder, head: the language model's layers, and its output layer.
        opened: what the layers keep of the openings, [B, P].
        attention_mask, turns, turns_mask, labels, of: as `apart` gives them.
        looks: [N, P], where each turn is to look (see `fmvr.training.looking`); None where nobody knows.
        num_items_in_batch: labelled tokens that the loss is a mean over, where a step has more than these.

    Returns `loss`, of the answers and of looking astray, and the `logits` of the labelled tokens, turn by turn, [L, V].
    """
    long, labelled = turns_mask.sum(1), _labelled(labels)
    attention, device = decoder.config._attn_implementation, turns.device.type
    if device == "cpu":
        decoder.set_attn_implementation("eager")  # the fused one's way back is slow there
    by_length, logits, lost = long.argsort(), [], torch.zeros(())
    for some in by_length.split(FEW if device == "cpu" else MANY):
        rows, longest = of[some], int(long[some].max())
        before, ids = attention_mask[rows], turns[some, :longest]
        cache = DynamicCache([(_rows(layer.keys, rows), _rows(layer.values, rows)) for layer in opened.layers])
        mask = torch.cat([before, turns_mask[some, :longest]], 1)
        positions = before.sum(1, keepdim=True) + torch.arange(longest, device=ids.device)
        found = decoder(
            input_ids=ids,
            cache=cache,
            attention_mask=mask,
            position_ids=positions,
            output_hidden_states=looks is not None,
        )
        said = labelled[some, : longest - 1]
        logits.append(head(found.last_hidden_state[:, :-1][said]))  # of the others nothing is asked
        if looks is not None:
            layer = middle(decoder)
            keys, asked = cache.layers[layer].keys, said.int().argmax(1)
            lost = lost + astray(decoder, found.hidden_states[layer], asked, keys, mask, positions, looks[some])
    decoder.set_attn_implementation(attention)
    turn_of = by_length.repeat_interleave(labelled.sum(1)[by_length])
    logits, right = torch.cat(logits)[turn_of.argsort(stable=True)], labels[:, 1:][labelled]
    total = cross_entropy(logits.float(), right, reduction="sum")
    loss = total / (len(right) if num_items_in_batch is None else num_items_in_batch)
    if looks is not None:
        share = 1 if num_items_in_batch is None else len(right) / num_items_in_batch
        loss = loss + share * lost / looks.any(1).sum().clamp(min=1)
    return {"loss": loss, "logits": logits}


def _rows(kept: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """`kept[rows]`, [N, H, P, d], by a product with ones and zeros: on a CPU its way back is faster than indexing's."""
    chosen = one_hot(rows, len(kept)).to(kept.dtype)
    return (chosen @ kept.flatten(1)).unflatten(1, kept.shape[1:])


def _labelled(labels: torch.Tensor) -> torch.Tensor:
    """[N, T] → where a token's next one is to be said, [N, T − 1]."""
    return labels[:, 1:] != IGNORE


def all_right(logits: torch.Tensor, labels: torch.Tensor) -> list[bool]:
    """Turn by turn, whether every labelled token is the likeliest; `logits` as `read_turns` gives them."""
    labelled = _labelled(labels)
    right = (logits.argmax(-1) == labels[:, 1:][labelled]).split(labelled.sum(1).tolist())
    return [bool(turn.all()) for turn in right]
