"""Whether the energies of a split add up to the whole, as bars and sums on the page."""

from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

from viz.bands import BANDS, written
from viz.templates import render

SPLITS = {"average": ("low_average", "high_average"), "max": ("high_max", "low_max")}
ROUNDING = 1e-4  # what sums of single-precision numbers may be off by, as a share


@dataclass(frozen=True)
class Row:
    """A sum, with its bar."""

    name: str  # Markup
    numbers: str
    parts: list[tuple[str, float]]  # the kind of each part of the bar, and its length in 0..1
    verdict: str = ""


def balance(side: int, whole: float, energies: dict[str, float]) -> Markup:
    """The energy of the tokens, and the sum over each split's bands, drawn to one scale.

    Args:
        side: of the level's grid, in tokens.
        whole: mean energy of a token, ‖X‖².
        energies: mean energy of a token in each band, a key of `viz.bands.BANDS` each.
    """
    sums = {split: sum(energies[name] for name in bands) for split, bands in SPLITS.items()}
    longest = max(whole, *sums.values()) or 1.0

    def number(value: float) -> str:
        return f"{value:,.{_decimals(longest)}f}"

    rows = [Row("all tokens, ‖X‖²", number(whole), [("whole", whole / longest)])]
    for split, bands in SPLITS.items():
        norms = Markup(" + ").join(Markup("‖{}‖²").format(written(BANDS[band][0])) for band in bands)
        terms = " + ".join(number(energies[band]) for band in bands)
        rows.append(
            Row(
                name=Markup("{} split, {}").format(split, norms),
                numbers=f"{terms} = {number(sums[split])}",
                parts=[(BANDS[band][1], energies[band] / longest) for band in bands],
                verdict=verdict(whole, sums[split]),
            )
        )
    return render("balance.html", side=side, rows=rows)


def verdict(whole: float, total: float) -> str:
    """Whether a sum is the whole, in words."""
    if abs(total - whole) <= ROUNDING * whole:
        return "✓ adds up to ‖X‖²"
    return f"✗ does not add up: {total / whole:.2f} times ‖X‖²" if whole else "✗ does not add up"


def _decimals(longest: float) -> int:
    """How many decimals leave five digits that count."""
    return max(0, 4 - floor(log10(longest))) if longest > 0 else 0
