"""The bands themselves: how much energy each carries, what the block makes of it, whether it lies on objects.

The sentence tested: in arXiv 2603.11220, Figure 3, average pooling's high band (H_A) is the saliency branch and max
pooling's low band (L_M) the anti-saliency branch; so H_A's energy should lie on objects and L_M's off them. Energy is
the squared norm of a token over its channels; a token that lies in a box in part counts with that part.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import spearmanr

from fmvr.errors import BadInput
from fmvr.evaluation.asking import check_world, draw
from fmvr.evaluation.sources import BANDS, STAGES, TOKENS, Source
from fmvr.evaluation.statistics import Bootstrap, Estimate

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

PRINTED = (TOKENS, "high_average", "low_max")
QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class BandEnergy:
    """One band of one level's grid, over the pictures; from `arm` to `band` its `Source`.

    `share`: its energy as a share of the tokens' before the block, or after it for the other stages; only L_A's and
    H_A's add up to 1. `times`: its energy as a multiple of that before the block (None: of nothing).
    `inside`: the share of it inside the objects' boxes. `ratio`: that as a multiple of the share of the picture they
    cover; 1 for energy spread evenly. `elsewhere`: the same with another scene's boxes: what the usual places of
    objects do alone. All three are None where a scene has no energy in the band.
    """

    arm: str
    untrained: bool
    level: int
    stage: str
    band: str
    share: Estimate
    times: Estimate | None
    inside: Estimate | None
    ratio: Estimate | None
    elsewhere: Estimate | None


@dataclass(frozen=True)
class GainSpread:
    """One learned gain of one level's block over the channels: its value before training, its quantiles (percentiles
    5, 25, 50, 75, 95) after, and the shares of channels in which training raised and lowered it.

    `gain`: the name of its parameter; `symbol`: how people write it.
    """

    level: int
    gain: str
    symbol: str
    first: float
    quantiles: tuple[float, ...]
    raised: float
    lowered: float


@dataclass(frozen=True)
class ChannelFactors:
    """What one level's trained block makes of a band, channel by channel; no row where it drops or keeps it whole.

    A channel's factor is the root of its energy in the band at `stage` over that before the block. `quantiles`: as
    `GainSpread`'s. `raised`, `lowered`: shares of channels with a factor above 1, below 1. `strong`: Spearman's
    correlation of the factors with the channels' energies before; `on_objects`: with the share of that energy inside
    the boxes.
    """

    level: int
    stage: str
    band: str
    quantiles: tuple[float, ...]
    raised: float
    lowered: float
    strong: float
    on_objects: float


@dataclass(frozen=True)
class BandEnergies:
    """The figures of every arm with a pyramid, level, stage and band; `covered`: the boxes' mean share of the picture.

    `block_arm`: the arm whose blocks `gains` and `channels` are of; None where no arm has any.
    """

    samples: int
    covered: float
    block_arm: str | None
    bands: list[BandEnergy]
    gains: list[GainSpread]
    channels: list[ChannelFactors]

    def __str__(self) -> str:
        lines = [f"{self.samples} test pictures; the boxes cover {100 * self.covered:.1f} % of the picture"]
        heads = f"{'energy %':>10}{'times':>7}{'on objects':>12}{'(95 %)':>17}{'elsewhere':>11}"
        lines.append(f"{'arm':<20}{'grid':<7}{'stage':<10}{'band':<6}{heads}")
        for row in self.bands:
            if row.band in PRINTED:
                arm = row.arm + ", untrained" * row.untrained
                name = f"{arm:<20}{_grid(row)}{row.stage:<10}{BANDS.get(row.band, ''):<6}"
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


def measure(lab: "Lab", world: "World", samples: int, first: int = 0, batch: int = 16) -> BandEnergies:
    """Trace `samples` test pictures through each arm's pyramid, and through those with blocks as they were untrained.

    Raises BadInput where no arm has a pyramid.
    """
    from fmvr.evaluation.traces import energies_of

    check_world(world, "things", "where in its pictures things lie")
    energies = energies_of(lab, world, draw(world, samples, first), batch)
    if not energies.places:
        raise BadInput(f"Bands are those of a pyramid, and none of the arms {', '.join(lab.arms)} has one.")
    return BandEnergies(
        samples=samples,
        covered=float(energies.covers[max(energies.covers)].mean()),
        block_arm=lab.block_arm,
        bands=bands_of(energies.places, energies.covers, Bootstrap(samples)),
        gains=gains_of(lab),
        channels=channels_of(energies.channels, energies.on_objects),
    )


def bands_of(places: dict[Source, np.ndarray], covers: dict[int, np.ndarray], resampled: Bootstrap) -> list[BandEnergy]:
    """The rows of all bands, arm by arm, as trained first, the largest level first.

    Args:
        places: source → energy of each token, [S, s, s].
        covers: grid side → `cover` of each scene, [S, s, s].
    """
    rows = []
    for source, energy in places.items():
        at = source._replace(stage="pooled")
        each, before = energy.sum((1, 2)), places[at].sum((1, 2))  # [S]
        out = at if source.stage == "pooled" else source._replace(stage="restored")
        whole = places[out._replace(band=TOKENS)].sum((1, 2))
        inside = on = off = None
        if each.all():
            own, other = covers[source.level], np.roll(covers[source.level], 1, 0)
            shares = [(energy * places).sum((1, 2)) / each for places in (own, other)]
            inside = resampled.estimate(shares[0][:, None])
            on, off = (resampled.ratio(share, places.mean((1, 2))) for share, places in zip(shares, (own, other)))
        times = resampled.ratio(each, before) if before.any() else None
        rows.append(BandEnergy(*source, resampled.ratio(each, whole), times, inside, on, off))
    arms = list(dict.fromkeys(source.arm for source in places))
    return sorted(rows, key=lambda row: (arms.index(row.arm), row.untrained, -row.level, STAGES.index(row.stage)))


def gains_of(lab: "Lab") -> list[GainSpread]:
    """The learned gains of every level's block, one row each."""
    from fmvr.model.forms import FORMS

    rows = []
    for level, gains in lab.gains().items():
        for name, values in gains.items():
            gain = FORMS[lab.form].gains[name]
            rows.append(GainSpread(level, name, gain.symbol, gain.first, *_distribution(values, gain.first)))
    return rows


def channels_of(channels: dict[Source, np.ndarray], on_objects: dict[Source, np.ndarray]) -> list[ChannelFactors]:
    """What the trained blocks make of each band's channels.

    Args:
        channels: source → energy of each channel, [D].
        on_objects: the same, its part inside the boxes.
    """
    rows = []
    for source, energy in channels.items():
        before, there = (sums[source._replace(stage="pooled")] for sums in (channels, on_objects))
        factors = np.sqrt(energy / before)
        if source.stage == "pooled" or source.band == TOKENS or np.allclose(factors, factors[0]):
            continue
        strong, on = (float(spearmanr(factors, x).statistic) for x in (before, there / before))
        rows.append(ChannelFactors(source.level, source.stage, source.band, *_distribution(factors, 1), strong, on))
    return rows


def _distribution(values: np.ndarray, first: float) -> tuple[tuple[float, ...], float, float]:
    """The quantiles of some values, and the shares of them above and below `first`."""
    quantiles = tuple(float(value) for value in np.percentile(values, QUANTILES))
    return quantiles, float((values > first).mean()), float((values < first).mean())


def _grid(row: BandEnergy | GainSpread | ChannelFactors) -> str:
    return f"{f'{row.level}×{row.level}':<7}"


def _where(row: BandEnergy) -> str:
    if row.ratio is None:
        return ""
    interval = f"({row.ratio.low:.2f} to {row.ratio.high:.2f})"
    return f"{row.ratio.mean:>12.2f}{interval:>17}{row.elsewhere.mean:>11.2f}"


def _spread(row: GainSpread | ChannelFactors) -> str:
    values = "".join(f"{value:>8.3f}" for value in row.quantiles)
    return f"{values}{100 * row.raised:>10.1f}{100 * row.lowered:>10.1f}"
