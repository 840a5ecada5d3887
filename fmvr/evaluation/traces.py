"""Samples traced through the arms' pyramids: the energy of every band at every place, and of every channel."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from tqdm.auto import tqdm

from fmvr.evaluation.sources import BANDS, TOKENS, Source
from fmvr.explain.grids import pooled
from fmvr.lab import Lab
from fmvr.model.forms import FORMS
from fmvr.model.pyramid import Level, TokenPyramid
from fmvr.model.splits import split
from fmvr.reduce import FMVR
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.world import ObjectWorld, Sample, Subject


@dataclass(frozen=True)
class Energies:
    """`places`: source → energy of each token in each scene, [S, s, s]. `channels`: of the trained blocks' levels,
    source → energy of each channel over all scenes, [D]; `on_objects`: its part inside the objects' boxes. `covers`:
    grid side → how much of each token's place the boxes cover, [S, s, s].
    """

    places: dict[Source, np.ndarray]
    channels: dict[Source, np.ndarray]
    on_objects: dict[Source, np.ndarray]
    covers: dict[int, np.ndarray]


def energies_of(lab: Lab, world: ObjectWorld[Sample], samples: list[Sample], batch: int) -> Energies:
    """The energies of some samples, `batch` at once; of no level where no arm has a pyramid."""
    covers: dict[int, np.ndarray] = {}
    places, channels, on_objects = defaultdict(list), defaultdict(float), defaultdict(float)
    for start in tqdm(range(0, len(samples), batch), "samples"):
        pictures = [world.picture(sample) for sample in samples[start : start + batch]]
        for arm, before, level, window in traces(lab, pictures):
            if level.side not in covers:
                covers[level.side] = np.stack([cover(world.things(sample), level.side) for sample in samples])
            covered = torch.from_numpy(covers[level.side][start : start + batch]).to(level.pooled)
            for (stage, band), grid in grids(level, window).items():
                source, energy = Source(arm, before, level.side, stage, band), grid.square()  # [B, D, s, s]
                places[source].append(energy.sum(1).cpu().numpy())
                if arm == lab.block_arm and level.after and not before:
                    channels[source] += energy.sum((0, 2, 3)).double().cpu().numpy()
                    on_objects[source] += torch.einsum("bdhw,bhw->d", energy, covered).double().cpu().numpy()
    return Energies({one: np.concatenate(parts) for one, parts in places.items()}, channels, on_objects, covers)


def cover(things: Sequence[Subject], side: int) -> np.ndarray:
    """How much of each token's place lies inside the things' boxes (their union): [side, side], 0..1."""
    within = np.zeros((SIDE, SIDE, 1))
    for thing in things:
        x0, y0, x1, y1 = thing.box
        within[y0:y1, x0:x1] = 1
    return pooled(within, side)[..., 0]


@torch.inference_mode()
def traces(lab: Lab, pictures: list[Image.Image]) -> Iterator[tuple[str, bool, Level, int | None]]:
    """Every level of more than one token of each arm's pyramid, trained and untrained, with its max pooling's window.

    An arm without a pyramid has none.
    """
    for arm, features in lab.features(pictures).items():
        reducer = lab.member(arm).reducer
        if not isinstance(reducer, FMVR):
            continue
        tokens = torch.stack([frame.tokens for frame in features]).float()  # [B, N, D]
        pyramids = {False: reducer.pyramid} | ({True: untrained(reducer.pyramid)} if reducer.pyramid.blocks else {})
        for before, pyramid in pyramids.items():
            yield from ((arm, before, level, pyramid.window) for level in pyramid.trace(tokens) if level.side > 1)


def untrained(pyramid: TokenPyramid) -> TokenPyramid:
    """The same pyramid, the gains of its blocks at their initial values."""
    other = deepcopy(pyramid)
    with torch.no_grad():
        for block in other.blocks.values():
            for name, gain in FORMS[block.form].gains.items():
                block.gains[name].fill_(gain.first)
    return other


def grids(level: Level, window: int | None) -> dict[tuple[str, str], torch.Tensor]:
    """Stage, band → its grid, [B, D, s, s]; a level without a block has the first stage alone."""
    stages = {"pooled": (level.pooled, level.before)}
    if level.after:
        stages |= {"modulated": (None, level.after), "restored": (level.restored, split(level.restored, window))}
    whole = {(stage, TOKENS): x for stage, (x, _) in stages.items() if x is not None}
    return whole | {(stage, name): getattr(bands, name) for stage, (_, bands) in stages.items() for name in BANDS}
