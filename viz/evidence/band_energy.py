"""The bands themselves: where they lie, what the block makes of them, what it learned."""

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.measures.band_energy import BandEnergies, BandEnergy, GainSpread
from fmvr.evaluation.record import Record
from fmvr.evaluation.statistics import Estimate
from viz.bands import written
from viz.evidence.parts import NOTHING, ONE_SEED, Section, above, heading, hint, source, table, whiskers
from viz.plot import FAINT, GREY, PALE, quiet
from viz.theme import HIGH, LOW

HEIGHT = 380  # pixels
BANDS = {
    "high_average": (Markup("detail, {}").format(written("H_A")), HIGH),
    "low_max": (Markup("low band, {}").format(written("L_M")), LOW),
}
STAGES = {"pooled": ("before the block", PALE), "restored": ("after the block", 1.0)}
LEAD = Markup(
    "The paper takes the detail of average pooling ({}) for what is salient, and the low band of max pooling ({}) for "
    "what is not. If so, the first lies on objects and the second off them. Energy is the squared length of a token’s "
    "band; the plot shows how much denser it is inside the objects’ boxes than if it were spread evenly."
).format(written("H_A"), written("L_M"))
LOOK = "Look on which side of the dotted line a band stands: above 1 it lies on objects, below 1 off them."
ENERGY = (
    "Energy is a share of that of the tokens at the same stage; “times” compares with the same band before the block. "
    "The max split’s energies do not add up to 1. “Elsewhere” is the same figure for another picture’s boxes."
)
GAINS = "The middle half and the median of each learned gain over the channels; all began at the value in brackets."
Rows = dict[tuple[int, str, str], BandEnergy]  # level, stage, band → row, of one arm


def draw(record: Record[BandEnergies], tokens: int) -> Section:
    """Where the two bands lie by level, their energies, and the gains."""
    result = record.result
    shown = result.block_arm or result.bands[0].arm
    rows = {(r.level, r.stage, r.band): r for r in result.bands if r.arm == shown and not r.untrained}
    levels = sorted({row.level for row in result.gains} or {row.level for row in rows.values()}, reverse=True)
    covered = f"{result.samples:,} test pictures, whose boxes cover {100 * result.covered:.1f} % of the picture"
    gains = _gains(result.gains) + hint(GAINS) if result.gains else ""
    return Section(
        heading("What lies in the bands?", LEAD),
        figure(rows, levels),
        hint(f"{LOOK} {verdict(rows, levels)}")
        + _energies(rows, levels, shown)
        + hint(ENERGY)
        + gains
        + source(record, covered, ONE_SEED),
    )


def verdict(rows: Rows, levels: list[int]) -> str:
    """Whether the paper's sentence holds here, in a sentence."""
    on = {band: {level: _on(rows, level, "pooled", band) for level in levels} for band in BANDS}
    salient = all(ratio and ratio.low > 1 for ratio in on["high_average"].values())
    off = all(ratio and ratio.high < 1 for ratio in on["low_max"].values())
    first = (
        "the detail lies on objects, as the paper says" if salient else "the detail does not lie on objects everywhere"
    )
    if off:
        return f"Here {first}, and the low band lies off them."
    lows = (f"{ratio.mean:.2f} at {level}×{level}" for level, ratio in on["low_max"].items() if ratio)
    return f"Here {first}; the low band does not lie off them: {', '.join(lows)}."


def figure(rows: Rows, levels: list[int]) -> go.Figure:
    """How dense each band is on objects, by level, before the block and after it."""
    drawn = go.Figure()
    for band, (name, colour) in BANDS.items():
        for stage, (when, opacity) in STAGES.items():
            on = {level: ratio for level in levels if (ratio := _on(rows, level, stage, band))}
            if not on:
                continue
            means = [ratio.mean for ratio in on.values()]
            ends = [ratio.low for ratio in on.values()], means, [ratio.high for ratio in on.values()]
            drawn.add_bar(
                x=[f"{level}×{level}" for level in on],
                y=means,
                error_y=whiskers(*ends, color=GREY),
                name=f"{name}, {when}",
                marker={"color": colour},
                opacity=opacity,
                hovertemplate=f"{name}, {when}, %{{x}}: %{{y:.2f}}<extra></extra>",
            )
    quiet(drawn, HEIGHT)
    drawn.add_hline(1, line={"dash": "dot", "color": GREY})
    drawn.update_layout(
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        yaxis={"title": {"text": "times as dense on objects"}, "gridcolor": FAINT},
        xaxis={"type": "category"},
    )
    return drawn


def _on(rows: Rows, level: int, stage: str, band: str) -> Estimate | None:
    row = rows.get((level, stage, band))
    return row and row.ratio


def _energies(rows: Rows, levels: list[int], shown: str) -> Markup:
    lines = [
        [
            above(Markup("{0}×{0} {1}").format(level, name), when),
            f"{100 * row.share.mean:.0f}",
            _times(row.times),
            above(_times(row.ratio), f"{row.ratio.low:.2f} to {row.ratio.high:.2f}") if row.ratio else NOTHING,
            _times(row.elsewhere),
        ]
        for level in levels
        for band, (name, _) in BANDS.items()
        for stage, (when, _) in STAGES.items()
        if (row := rows.get((level, stage, band)))
    ]
    heads = ["", "energy, %", "times", "on objects, ×", "elsewhere, ×"]
    return table(f"The bands of the model {arm(shown).label}", heads, lines)


def _times(estimate: Estimate | None) -> str:
    return f"{estimate.mean:.2f}" if estimate else NOTHING


def _gains(gains: list[GainSpread]) -> Markup:
    rows = []
    for row in gains:
        _, low, middle, high, _ = row.quantiles
        median, half = (text.replace("-", "−") for text in (f"{middle:+.3f}", f"{low:+.3f} to {high:+.3f}"))
        name = Markup("{0}×{0} {1} ({2:g})").format(row.level, written(row.symbol), row.first)
        rows.append([name, above(median, half), f"{100 * row.raised:.0f}", f"{100 * row.lowered:.0f}"])
    return table("What the gains learned", ["", "median", "channels raised, %", "lowered, %"], rows)
