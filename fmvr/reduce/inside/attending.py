"""What the words attend to, layer by layer: all tokens pass, and what would choose among them is noted."""

import torch

from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen


class Attending(Dropping):
    """Drops nothing. `by_layer`: the words' attention to each visual token, mean over heads and words, [n] of each
    layer but the last, in order; of the last prompt that passed.
    """

    label = "attention of the words"

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.by_layer: list[torch.Tensor] = []

    def left(self, budget: int, patches: int) -> dict[int, int]:
        return dict.fromkeys(range(1, self.layers), patches)

    def choose(self, seen: Seen, n: int) -> tuple[torch.Tensor, torch.Tensor]:
        self.by_layer.append(seen.attention.mean(0))
        return torch.arange(n, device=seen.visual.device), seen.visual
