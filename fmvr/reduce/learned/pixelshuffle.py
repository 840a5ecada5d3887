"""Pixel shuffle: a learned map of each cell's tokens, side by side, to one.

Source: Chen et al., How Far Are We to GPT-4V?, arXiv 2404.16821 (InternVL 1.5); see `fmvr.model.pyramid.Merge`.
"""

from collections.abc import Sequence
from math import isqrt

import torch
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from fmvr.model.pyramid import TokenPyramid, budgets
from fmvr.reduce.learned.learned import Learned
from fmvr.reduce.learned.network import Network, Reduced
from fmvr.reduce.tokenset import cells


class Shuffle(Network):
    """The projector, and a map a level of the pyramid, the mean at first. Nested, level upon level, is ours: the paper
    has one map, of 2 × 2 patches, before the projector.
    """

    file = "pixel-shuffle"

    def __init__(self, config):
        super().__init__(config)
        self.projector = LlavaMultiModalProjector(config)
        self.pyramid = TokenPyramid(config.text_config.hidden_size, self.side, form=None, merge=True)

    @property
    def lessons(self) -> list[int]:
        return budgets(self.side)[1:]

    def forward(self, patches: torch.Tensor, budget: int) -> Reduced:
        tokens = self.pyramid(self.projector(patches))[budget]
        return Reduced(tokens, cells(isqrt(budget), self.side).to(tokens)[None])


class PixelShuffle(Learned):
    """Nested sets as those of pooling, with a learned map in the place of every mean."""

    label, source, network = "pixel shuffle", "2404.16821", Shuffle

    def budgets(self, patches: int) -> Sequence[int]:
        return budgets(isqrt(patches))
