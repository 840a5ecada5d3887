"""The block, drawn on a picture's own tokens: tokens → bands → gains → bands → sum, all on one logarithmic scale."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10, sqrt

import numpy as np
from markupsafe import Markup

from viz.bands import BANDS, written
from viz.heatmap import heat_layer
from viz.tags import layer_source
from viz.templates import render
from viz.units import amount

DECADES = 6  # of the scale at most: what lies further down is as dark as nothing
Energies = dict[str, np.ndarray]  # band, a key of BANDS → energy of each token, [s, s]


@dataclass(frozen=True)
class LogScale:
    """From 10^`low` at the dark end to 10^`high` at the bright one."""

    low: int
    high: int

    @classmethod
    def of(cls, maps: Iterable[np.ndarray]) -> "LogScale":
        """One that holds all maps, with room for what knobs make of them."""
        energies = np.concatenate([grid.ravel() for grid in maps])
        energies = energies[energies > 0] if (energies > 0).any() else np.ones(1)
        high = ceil(log10(4 * energies.max()))
        return cls(min(max(floor(log10(energies.min())), high - DECADES), high - 1), high)

    def share(self, energies: np.ndarray | float) -> np.ndarray:
        """Where energies lie on it, 0..1."""
        exponents = np.log10(np.maximum(energies, 10.0**self.low))
        return np.clip((exponents - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True)
class Tile:
    """One step as a small map. `share`: of its mean energy on the scale; `change`: what became of it, in words."""

    symbol: str
    kind: str  # `low`, `high`, or `all` of a token
    alt: str
    layer: str
    energy: float
    share: float
    change: str = ""

    @property
    def name(self) -> Markup:
        """The symbol as it is set."""
        return written(self.symbol)


def taken_apart(side: int, tokens: np.ndarray, bands: Energies, behind: str, scale: LogScale) -> Markup:
    """The first half: the tokens, [s, s], and the bands that they are split into. `behind`: the picture's source."""
    parts = [_tile(BANDS[name][0], BANDS[name][1], side, bands[name], scale) for name in BANDS]
    return _half("apart", "tokens", _tile("X", "all", side, tokens, scale), parts, behind, scale)


def put_together(
    side: int, tokens: np.ndarray, bands: Energies | None, before: Energies, behind: str, scale: LogScale
) -> Markup:
    """The second half: the bands as the block multiplies them, and their sum, the restored tokens, [s, s].

    Args:
        bands: None where the block is bypassed.
        before: the same before the block.
    """
    parts = []
    for name, energies in (bands or {}).items():
        change = _change(float(before[name].mean()), float(energies.mean()))
        parts.append(_tile(BANDS[name][0], BANDS[name][1], side, energies, scale, change))
    return _half("together", "sum", _tile("Y", "all", side, tokens, scale), parts, behind, scale)


def _tile(symbol: str, kind: str, side: int, energies: np.ndarray, scale: LogScale, change: str = "") -> Tile:
    mean = float(energies.mean())
    alt = f"{symbol} at {side}×{side}: mean energy of a token {amount(mean)}"
    layer = layer_source(heat_layer(scale.share(energies), 1.0, 0.8))
    return Tile(symbol, kind, alt, layer, mean, float(scale.share(mean)), change)


def _change(before: float, after: float) -> str:
    """How many times as large a band's numbers are, in words."""
    if not after:
        return "left out"
    return f"× {amount(float(f'{sqrt(after / before):.2g}'))}" if before else "new"


def _half(kind: str, what: str, whole: Tile, bands: list[Tile], behind: str, scale: LogScale) -> Markup:
    return render("block.html", kind=kind, what=what, whole=whole, bands=bands, behind=behind, scale=scale)
