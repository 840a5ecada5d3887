"""Whether the energies of a split add up to the whole, as bars and sums on the page."""

from math import floor, log10

from viz.bands import BANDS, written

SPLITS = {"average": ("low_average", "high_average"), "max": ("high_max", "low_max")}
ROUNDING = 1e-4  # what sums of single-precision numbers may be off by, as a share


def balance(side: int, whole: float, energies: dict[str, float]) -> str:
    """The energy of the tokens, and the sum over each split's bands, drawn to one scale.

    Args:
        whole: mean energy of a token, ‖X‖².
        energies: mean energy of a token in each band, a key of `viz.bands.BANDS` each.
    """
    sums = {split: sum(energies[name] for name in bands) for split, bands in SPLITS.items()}
    longest = max(whole, *sums.values()) or 1.0

    def number(value: float) -> str:
        return f"{value:,.{_decimals(longest)}f}"

    rows = _row("all tokens, ‖X‖²", number(whole), [("whole", whole / longest)], "")
    for split, bands in SPLITS.items():
        name = " + ".join(f"‖{written(BANDS[band][0])}‖²" for band in bands)
        sum_ = " + ".join(number(energies[band]) for band in bands) + f" = {number(sums[split])}"
        parts = [(BANDS[band][1], energies[band] / longest) for band in bands]
        rows += _row(f"{split} split, {name}", sum_, parts, verdict(whole, sums[split]))
    return f'<div class="balance"><h4>At {side}×{side}</h4><dl>{rows}</dl></div>'


def verdict(whole: float, total: float) -> str:
    """Whether a sum is the whole, in words."""
    if abs(total - whole) <= ROUNDING * whole:
        return "✓ adds up to ‖X‖²"
    return f"✗ does not add up: {total / whole:.2f} times ‖X‖²" if whole else "✗ does not add up"


def _row(name: str, numbers: str, parts: list[tuple[str, float]], verdict: str) -> str:
    bars = "".join(f'<i class="{kind}" style="width:{100 * share:.3f}%"></i>' for kind, share in parts)
    told = f" <strong>{verdict}</strong>" if verdict else ""
    return f"<dt>{name}</dt><dd>{numbers}{told}</dd><dd class=bar aria-hidden=true>{bars}</dd>"


def _decimals(longest: float) -> int:
    """How many decimals leave five digits that count."""
    return max(0, 4 - floor(log10(longest))) if longest > 0 else 0
