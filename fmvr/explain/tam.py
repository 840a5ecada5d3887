"""TAM, the token activation map: what each visual token, as the language model leaves it, says of a word.

Li et al., Token Activation Map to Visually Explain Multimodal LLMs, arXiv 2506.23270. Forward passes alone. A word's
activation is its logit at the visual tokens; what words before it have in common with it is taken away (estimated
causal inference), and what is left is smoothed by rank (rank Gaussian filter). How ranks are weighted in the filter is
our reading of the paper: around the middle rank, the wider the more the values differ.
"""

import numpy as np
import torch

from fmvr.answering.one import as_encoded
from fmvr.explain.maps import Map, Reading

WINDOW = 3  # places along a side


@torch.inference_mode()
def token_activation_maps(readings: list[Reading], layer: int) -> list[tuple[Map, ...]]:
    """The maps of what each reading asks about, one for each frame; a word's tokens are added up. `layer`, of the
    tower, makes no difference: the maps are of the language model's last one.
    """
    return [_maps(one) for one in readings]


def _maps(reading: Reading) -> tuple[Map, ...]:
    member = reading.member
    model, side = member.model, member.model.config.vision_config.image_size
    sets = [member.reducer(frame, reading.budget, reading.question) for frame in reading.features]
    ids = torch.tensor([reading.ids], device=model.device)
    logits = model(ids, mm_encoder_outputs=as_encoded(sets), use_cache=False).logits[0].float().relu()  # [T, V]
    seen, ids = (ids[0] == model.config.image_token_id).cpu().numpy(), ids[0].cpu().numpy()
    at_tokens = sum(_activation(logits, ids, seen, position) for position in reading.positions)  # [F · n]
    maps = []
    for frame, own in zip(sets, np.split(at_tokens, np.cumsum([len(one) for one in sets])[:-1])):
        grid = (own @ frame.places.cpu().numpy()).reshape(member.grid_side, member.grid_side)
        maps.append(Map(rank_gaussian(grid).astype(np.float32), side))
    return tuple(maps)


def _activation(logits: torch.Tensor, ids: np.ndarray, seen: np.ndarray, position: int) -> np.ndarray:
    """What the visual tokens say of the token at a position, less what they say of the ones before it, [F · n]."""
    text = np.flatnonzero(~seen[:position])
    before = text[ids[text] != ids[position]]
    of_token = logits[:, ids[position]].cpu().numpy()  # [T]
    of_others = logits[seen][:, ids[before]].cpu().numpy()  # [F · n, B]
    return unmixed(of_token[seen], of_others, of_token[before])


def unmixed(activation: np.ndarray, others: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """An activation less the sum of others, weighted by how `alike` they are, at the scale that leaves the least.

    Args:
        activation: [n] ≥ 0; others: [n, B] ≥ 0; alike: [B] ≥ 0.
    """
    mixture = others @ alike
    scale = activation @ mixture / (mixture @ mixture) if mixture.any() else 0.0
    return np.maximum(activation - scale * mixture, 0)


def rank_gaussian(grid: np.ndarray) -> np.ndarray:
    """Each value as the mean of its window's, weighted by rank: a Gaussian around the middle one, as wide as the
    window's standard deviation is of its mean.
    """
    reach = WINDOW // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(grid, reach, mode="edge"), (WINDOW, WINDOW))
    ranked = np.sort(windows.reshape(*grid.shape, -1), -1)  # [h, w, 9]
    mean = ranked.mean(-1, keepdims=True)
    width = np.divide(ranked.std(-1, keepdims=True), mean, out=np.zeros_like(mean), where=mean > 0)
    ranks = np.linspace(-1, 1, WINDOW**2)
    weights = np.exp(-(ranks**2) / (2 * np.maximum(width, 1e-3) ** 2))
    return (ranked * weights).sum(-1) / weights.sum(-1)
