"""Shares against the budget as SVG: places in percent, so that it fits any width and its text keeps its size."""

from dataclasses import dataclass
from math import ceil, floor, log

from viz.theme import SIDE_NAMES
from viz.units import token_count

ROUND = {"without": 0, "with": 5}  # pixels: squares and circles, apart without their colours, too


@dataclass(frozen=True)
class Point:
    """One model at one budget: a share of 1, its interval, and whether it keeps enough."""

    side: str
    tokens: int
    mean: float
    low: float
    high: float
    keeps: bool


def plot(points: list[Point], needed: dict[str, float], title: str) -> str:
    """The figure; its colours are classes of the page's style sheet.

    Args:
        needed: side → the share that is enough, as a line of its own.
    """
    budgets = sorted({point.tokens for point in points})
    bottom, top, step = _scale([p.low for p in points] + [p.high for p in points] + list(needed.values()))
    parts = []
    for mark in range(bottom, top + 1, step):
        y = _place(mark, bottom, top)
        parts.append(f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="y" x="-8" y="{y}" dy="0.35em">{mark} %</text>')
    across = {n: 4 + 92 * (log(n / budgets[0]) / log(budgets[-1] / budgets[0])) for n in budgets}  # percent
    parts += [f'<text class="x" x="{x:.2f}%" y="100%" dy="24">{n}</text>' for n, x in across.items()]
    for i, side in enumerate(needed):
        own = sorted((p for p in points if p.side == side), key=lambda p: p.tokens)
        places = [(f"{across[p.tokens] + 1.2 * (i - (len(needed) - 1) / 2):.2f}%", p) for p in own]  # side by side
        y = _place(100 * needed[side], bottom, top)
        parts.append(f'<g class="{side}"><line class="needed" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        for (x0, p), (x1, q) in zip(places, places[1:]):
            ends = f'y1="{_place(100 * p.mean, bottom, top)}" y2="{_place(100 * q.mean, bottom, top)}"'
            parts.append(f'<line class="curve" x1="{x0}" x2="{x1}" {ends}/>')
        for x, p in places:
            low, mean, high = (_place(100 * share, bottom, top) for share in (p.low, p.mean, p.high))
            parts.append(
                f'<line class="interval" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
                f'<rect class="mark{"" if p.keeps else " open"}" x="{x}" y="{mean}" width="10" height="10" '
                f'rx="{ROUND[side]}" transform="translate(-5 -5)"><title>{SIDE_NAMES[side]}, {token_count(p.tokens)}: '
                f"{100 * p.mean:.1f} %</title></rect>"
            )
        parts.append("</g>")
    return f'<svg class="plot" role="img" aria-label="{title}">{"".join(parts)}</svg>'


def _scale(shares: list[float]) -> tuple[int, int, int]:
    """The ends of the axis and the step of its marks, in percent."""
    low, high = 10 * floor(10 * min(shares)), 10 * ceil(10 * max(shares) - 1e-9)
    low = max(min(low, high - 20), 0)
    high = max(high, low + 20)
    return (low, high, 10) if high - low <= 50 else (20 * (low // 20), 20 * ceil(high / 20), 20)


def _place(percent: float, bottom: int, top: int) -> str:
    return f"{100 * (top - percent) / (top - bottom):.2f}%"
