"""The bands themselves: how much energy each carries, what the block makes of it, whether it lies on objects.

The sentence tested: in arXiv 2603.11220, Figure 3, average pooling's high band (H_A) is the saliency branch and max
pooling's low band (L_M) the anti-saliency branch; so H_A's energy should lie on objects and L_M's off them. Energy is
the squared norm of a token over its channels; a token that lies in a box in part counts with that part.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import spearmanr
from tqdm.auto import tqdm

from fmvr.evaluation.statistics import Bootstrap, Estimate
from fmvr.grids import pooled
from fmvr.lab import Lab
from fmvr.model.modulation import FORMS, split
from fmvr.model.pyramid import Level, TokenPyramid
from fmvr.scenes.draw import SIDE
from fmvr.scenes.scene import SPLITS, Scene

BANDS = {"low_average": "L_A", "high_average": "H_A", "high_max": "H_M", "low_max": "L_M"}
TOKENS = "tokens"  # no band: the tokens themselves
PRINTED = (TOKENS, "high_average", "low_max")
UNTRAINED = "untrained"  # the model with FMVR, its gains at their initial values
STAGES = ("pooled", "modulated", "restored")
QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Band:
    """One band of one level's grid, over the scenes.

    `model`: `with`, `without`, or `untrained`. `stage`: `pooled`, the tokens' split before the block; `modulated`, the
    terms that the block adds up; `restored`, the block's output, split again. `band`: a band, or `tokens`.
    `share`: its energy as a share of the tokens' before the block, or after it for the other stages; only L_A's and
    H_A's add up to 1. `times`: its energy as a multiple of that before the block (None: of nothing).
    `inside`: the share of it inside the objects' boxes. `ratio`: that as a multiple of the share of the picture they
    cover; 1 for energy spread evenly. `elsewhere`: the same with another scene's boxes: what the usual places of
    objects do alone. All three are None where a scene has no energy in the band.
    """

    model: str
    side: int
    stage: str
    band: str
    share: Estimate
    times: Estimate | None
    inside: Estimate | None
    ratio: Estimate | None
    elsewhere: Estimate | None


@dataclass(frozen=True)
class Gain:
    """One learned gain of one level's block over the channels: its value before training, its quantiles (percentiles
    5, 25, 50, 75, 95) after, and the shares of channels in which training raised and lowered it.
    """

    side: int
    gain: str
    first: float
    quantiles: tuple[float, ...]
    raised: float
    lowered: float


@dataclass(frozen=True)
class Channels:
    """What one level's trained block makes of a band, channel by channel; no row where it drops or keeps it whole.

    A channel's factor is the root of its energy in the band at `stage` over that before the block. `quantiles`: as
    Gain's. `raised`, `lowered`: shares of channels with a factor above 1, below 1. `strong`: Spearman's correlation of
    the factors with the channels' energies before; `on_objects`: with the share of that energy inside the boxes.
    """

    side: int
    stage: str
    band: str
    quantiles: tuple[float, ...]
    raised: float
    lowered: float
    strong: float
    on_objects: float


@dataclass(frozen=True)
class BandFigures:
    """The figures of every model, level, stage and band; `covered`: the boxes' mean share of the picture."""

    scenes: int
    covered: float
    bands: list[Band]
    gains: list[Gain]
    channels: list[Channels]

    def __str__(self) -> str:
        lines = [f"{self.scenes} test scenes; the boxes cover {100 * self.covered:.1f} % of the picture"]
        heads = f"{'energy %':>10}{'times':>7}{'on objects':>12}{'(95 %)':>17}{'elsewhere':>11}"
        lines.append(f"{'model':<10}{'grid':<7}{'stage':<10}{'band':<6}{heads}")
        for row in self.bands:
            if row.band in PRINTED:
                name = f"{row.model:<10}{_grid(row)}{row.stage:<10}{BANDS.get(row.band, ''):<6}"
                times = f"{row.times.mean:>7.2f}" if row.times else " " * 7
                lines.append(f"{name}{100 * row.share.mean:>10.1f}{times}{_where(row)}")
        heads = "".join(f"{f'{q} %':>8}" for q in QUANTILES) + f"{'raised %':>10}{'lowered %':>10}"
        lines.append(f"{'gain':<33}{heads}{'first':>7}")
        lines += [f"{_grid(row)}{row.gain:<26}{_spread(row)}{row.first:>7.1f}" for row in self.gains]
        lines.append(f"{'factor by channel':<33}{heads}{'strong':>8}{'objects':>9}")
        for row in self.channels:
            fits = f"{row.strong:>8.2f}{row.on_objects:>9.2f}"
            lines.append(f"{_grid(row)}{BANDS[row.band]} {row.stage:<22}{_spread(row)}{fits}")
        return "\n".join(lines)


def _grid(row: Band | Gain | Channels) -> str:
    return f"{f'{row.side}×{row.side}':<7}"


def _where(row: Band) -> str:
    if row.ratio is None:
        return ""
    interval = f"({row.ratio.low:.2f} to {row.ratio.high:.2f})"
    return f"{row.ratio.mean:>12.2f}{interval:>17}{row.elsewhere.mean:>11.2f}"


def _spread(row: Gain | Channels) -> str:
    values = "".join(f"{value:>8.3f}" for value in row.quantiles)
    return f"{values}{100 * row.raised:>10.1f}{100 * row.lowered:>10.1f}"


def measure(lab: Lab, scenes: int, first: int = SPLITS["test"], batch: int = 16) -> BandFigures:
    """Trace `scenes` test scenes through each model's pyramid, and through the one with FMVR as it was untrained."""
    drawn = [Scene.from_seed(seed) for seed in range(first, first + scenes)]
    covers = {side: np.stack([cover(scene, side) for scene in drawn]) for side in lab.sides if side > 1}  # [S, s, s]
    maps, by_channel, inside = defaultdict(list), defaultdict(float), defaultdict(float)
    for start in tqdm(range(0, scenes, batch), "scenes"):
        pictures = [scene.render() for scene in drawn[start : start + batch]]
        for model, level, window in traces(lab, pictures):
            places = torch.from_numpy(covers[level.side][start : start + batch]).to(level.pooled)
            for (stage, band), grid in grids(level, window).items():
                key, energy = (model, level.side, stage, band), grid.square()  # [B, D, s, s]
                maps[key].append(energy.sum(1).cpu().numpy())
                if model == "with" and level.after:
                    by_channel[key] += energy.sum((0, 2, 3)).double().cpu().numpy()
                    inside[key] += torch.einsum("bdhw,bhw->d", energy, places).double().cpu().numpy()
    found = {key: np.concatenate(parts) for key, parts in maps.items()}  # [S, s, s]
    return BandFigures(
        scenes=scenes,
        covered=float(covers[lab.sides[0]].mean()),
        bands=bands_of(found, covers, Bootstrap(scenes)),
        gains=gains_of(lab),
        channels=channels_of(by_channel, inside),
    )


def cover(scene: Scene, side: int) -> np.ndarray:
    """How much of each token's place lies inside the scene's boxes (their union): [side, side], 0..1."""
    within = np.zeros((SIDE, SIDE, 1))
    for thing in scene.objects:
        x0, y0, x1, y1 = thing.box
        within[y0:y1, x0:x1] = 1
    return pooled(within, side)[..., 0]


@torch.inference_mode()
def traces(lab: Lab, pictures: list) -> Iterator[tuple[str, Level, int | None]]:
    """Every level of more than one token of each model's pyramid, with the window of its max pooling."""
    for name in lab.models:
        model, processor = lab.side(name == "with")
        pixels = processor.image_processor(pictures, return_tensors="pt")["pixel_values"]
        tokens = model.token_sets(pixels.to(model.device, model.dtype))[lab.budgets[0]].float()
        pyramids = {name: model.model.pyramid}
        if model.model.pyramid.blocks:
            pyramids[UNTRAINED] = untrained(model.model.pyramid)
        for called, pyramid in pyramids.items():
            yield from ((called, level, pyramid.window) for level in pyramid.trace(tokens) if level.side > 1)


def untrained(pyramid: TokenPyramid) -> TokenPyramid:
    """The same pyramid, the gains of its blocks at their initial values."""
    other = deepcopy(pyramid)
    with torch.no_grad():
        for block in other.blocks.values():
            for name, gain in block.gains.named_parameters():
                gain.fill_(FORMS[block.form].gains[name])
    return other


def grids(level: Level, window: int | None) -> dict[tuple[str, str], torch.Tensor]:
    """Stage, band → its grid, [B, D, s, s]; a level without a block has the first stage alone."""
    stages = {"pooled": (level.pooled, level.before)}
    if level.after:
        stages |= {"modulated": (None, level.after), "restored": (level.restored, split(level.restored, window))}
    found = {(stage, TOKENS): x for stage, (x, _) in stages.items() if x is not None}
    return found | {(stage, name): getattr(bands, name) for stage, (_, bands) in stages.items() for name in BANDS}


def bands_of(found: dict, covers: dict[int, np.ndarray], resampled: Bootstrap) -> list[Band]:
    """The rows of all bands.

    Args:
        found: model, side, stage, band → energy of each token, [S, s, s].
        covers: side → `cover` of each scene, [S, s, s].
    """
    rows = []
    for (model, side, stage, band), energy in found.items():
        each, before = energy.sum((1, 2)), found[model, side, "pooled", band].sum((1, 2))  # [S]
        whole = found[model, side, "pooled" if stage == "pooled" else "restored", TOKENS].sum((1, 2))
        inside = on = off = None
        if each.all():
            own, other = covers[side], np.roll(covers[side], 1, 0)
            shares = [(energy * places).sum((1, 2)) / each for places in (own, other)]
            inside = resampled.estimate(shares[0][:, None])
            on, off = (resampled.ratio(share, places.mean((1, 2))) for share, places in zip(shares, (own, other)))
        times = resampled.ratio(each, before) if before.any() else None
        rows.append(Band(model, side, stage, band, resampled.ratio(each, whole), times, inside, on, off))
    return sorted(rows, key=lambda row: (row.model, -row.side, STAGES.index(row.stage)))


def gains_of(lab: Lab) -> list[Gain]:
    """The learned gains of every level's block, one row each."""
    rows = []
    for side, gains in lab.gains().items():
        for name, values in gains.items():
            first = FORMS[lab.form].gains[name]
            rows.append(Gain(side, name, first, *_distribution(values, first)))
    return rows


def channels_of(by_channel: dict, inside: dict) -> list[Channels]:
    """What the trained blocks make of each band's channels.

    Args:
        by_channel: model, side, stage, band → energy of each channel, [D].
        inside: the same, its part inside the boxes.
    """
    rows = []
    for (model, side, stage, band), energy in by_channel.items():
        before, there = (sums[model, side, "pooled", band] for sums in (by_channel, inside))
        factors = np.sqrt(energy / before)
        if stage == "pooled" or band == TOKENS or np.allclose(factors, factors[0]):
            continue
        strong, on = (float(spearmanr(factors, x).statistic) for x in (before, there / before))
        rows.append(Channels(side, stage, band, *_distribution(factors, 1), strong, on))
    return rows


def _distribution(values: np.ndarray, first: float) -> tuple[tuple[float, ...], float, float]:
    """The quantiles of some values, and the shares of them above and below `first`."""
    quantiles = tuple(float(value) for value in np.percentile(values, QUANTILES))
    return quantiles, float((values > first).mean()), float((values < first).mean())
