"""FocusLLaVA's two choices: how closely each region is looked at, and what the words attend to, layer by layer."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from fmvr.answering.one import logits_after
from fmvr.prompt import encoded
from fmvr.reduce import TokenSet
from fmvr.reduce.inside.attending import Attending
from fmvr.reduce.learned.focusllava import EDGE

if TYPE_CHECKING:
    from fmvr.view import View

ARM = "focusllava"


@dataclass(frozen=True)
class Focus:
    """`closeness`: tokens along a side of each region at the budget, 1, 2 or 4, [R, R]. `by_layer`: the words'
    attention to each patch, a map [s, s] for each layer of the language model but the last, from all tokens.
    """

    closeness: np.ndarray
    by_layer: tuple[np.ndarray, ...]


@torch.inference_mode()
def focus(view: "View", question: str, tokens: int) -> Focus:
    """Both, of the first frame of a view with the reducer `focusllava`. Raises BadInput as `View.ask`."""
    member, side = view.member(ARM), view.member(ARM).grid_side
    places = view.token_set(tokens, ARM).places.float().cpu()  # [n, N]
    of_token = 1 / (places > 0).sum(1)  # 1 / 16, 1 / 4 or 1
    share = ((places > 0).float() * of_token[:, None]).sum(0).reshape(side, side)  # tokens a patch
    closeness = (share[::EDGE, ::EDGE] * EDGE**2).sqrt().round().int().numpy()
    attending = Attending(member.model, member.processor)
    frame, patches = view.features(ARM).tokens, side**2
    prompt = encoded(member.processor, question, patches, 1, member.context)
    watched = member.using("attending", attending)
    view.turns.alone(partial(logits_after, watched, [TokenSet.whole(frame)], patches, list(prompt.ids), 1))
    maps = (one.float().cpu().numpy().reshape(side, side) for one in attending.by_layer)
    return Focus(closeness, tuple(maps))
