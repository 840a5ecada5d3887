"""Some patches, drawn at random: what every method has to be better than."""

import zlib

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Selecting


class Random(Selecting):
    """The first of a random order of all patches, so that a smaller budget keeps some of a larger one's.

    The order is drawn anew for each picture, seeded by what is in it: the same picture keeps the same patches.
    """

    label = "random"

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        draw = torch.Generator().manual_seed(seed_of(features))
        return torch.randperm(len(features.tokens), generator=draw)[:budget].to(features.tokens.device)


def seed_of(features: Features) -> int:
    """A number that another picture has not: by its pixels, coarsely, so that rounding changes nothing."""
    if features.pixels is None:
        return 0
    return zlib.crc32((features.pixels.float() * 16).round().to(torch.int8).cpu().numpy().tobytes())
