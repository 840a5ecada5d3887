"""The bands themselves: where they lie, what the block makes of them, what it learned."""

import plotly.graph_objects as go

from viz.evidence.parts import Section, heading, hint, source, table
from viz.gains import gain_label
from viz.plot import FAINT, GREY, PALE, quiet
from viz.theme import HIGH, LOW

HEIGHT = 380  # pixels
BANDS = {"high_average": ("detail, H<sub>A</sub>", HIGH), "low_max": ("low band, L<sub>M</sub>", LOW)}
STAGES = {"pooled": ("before the block", PALE), "restored": ("after the block", 1.0)}
LEAD = (
    "The paper takes the detail of average pooling (H<sub>A</sub>) for what is salient, and the low band of max "
    "pooling (L<sub>M</sub>) for what is not. If so, the first lies on objects and the second off them. Energy is the "
    "squared length of a token’s band; the plot shows how much denser it is inside the objects’ boxes than if it were "
    "spread evenly."
)
LOOK = "Look on which side of the dotted line a band stands: above 1 it lies on objects, below 1 off them."
ENERGY = (
    "Energy is a share of that of the tokens at the same stage; “times” compares with the same band before the block. "
    "The max split’s energies do not add up to 1. “Elsewhere” is the same figure for another scene’s boxes."
)
GAINS = "The middle half and the median of each learned gain over the channels; all began at the value in brackets."


def draw(record, tokens: int) -> Section:
    """Where the two bands lie by level, their energies, and the gains."""
    found = record.result
    sides = sorted({row["side"] for row in found["gains"]}, reverse=True)
    rows = {(r["model"], r["side"], r["stage"], r["band"]): r for r in found["bands"]}
    covered = f"{found['scenes']:,} test scenes, whose boxes cover {100 * found['covered']:.1f} % of the picture"
    return Section(
        heading("What lies in the bands?", LEAD),
        figure(rows, sides),
        hint(f"{LOOK} {verdict(rows, sides)}")
        + _energies(rows, sides)
        + hint(ENERGY)
        + _gains(found["gains"])
        + hint(GAINS)
        + source(record, covered),
    )


def verdict(rows: dict, sides: list[int]) -> str:
    """Whether the paper's sentence holds here, in a sentence."""
    on = {band: [rows["with", side, "pooled", band]["ratio"] for side in sides] for band in BANDS}
    salient = all(found["low"] > 1 for found in on["high_average"])
    off = all(found["high"] < 1 for found in on["low_max"])
    first = (
        "the detail lies on objects, as the paper says" if salient else "the detail does not lie on objects everywhere"
    )
    if off:
        return f"Here {first}, and the low band lies off them."
    lows = (f"{on['mean']:.2f} at {side}×{side}" for side, on in zip(sides, on["low_max"]))
    return f"Here {first}; the low band does not lie off them: {', '.join(lows)}."


def figure(rows: dict, sides: list[int]) -> go.Figure:
    """How dense each band is on objects, by level, before the block and after it."""
    drawn = go.Figure()
    levels = [f"{side}×{side}" for side in sides]
    for band, (name, colour) in BANDS.items():
        for stage, (when, opacity) in STAGES.items():
            on = [rows["with", side, stage, band]["ratio"] for side in sides]
            drawn.add_bar(
                x=levels,
                y=[found["mean"] for found in on],
                error_y={
                    "array": [found["high"] - found["mean"] for found in on],
                    "arrayminus": [found["mean"] - found["low"] for found in on],
                    "thickness": 1.2,
                    "width": 4,
                    "color": GREY,
                },
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


def _energies(rows: dict, sides: list[int]) -> str:
    lines = []
    for side in sides:
        for band, (name, _) in BANDS.items():
            for stage, (when, _) in STAGES.items():
                row = rows["with", side, stage, band]
                on = row["ratio"]
                lines.append(
                    [
                        f"{side}×{side} {name}<small>{when}</small>",
                        f"{100 * row['share']['mean']:.0f}",
                        f"{row['times']['mean']:.2f}",
                        f"{on['mean']:.2f}<small>{on['low']:.2f} to {on['high']:.2f}</small>",
                        f"{row['elsewhere']['mean']:.2f}",
                    ]
                )
    return table("The bands of the model with FMVR", ["", "energy, %", "times", "on objects, ×", "elsewhere, ×"], lines)


def _gains(gains: list[dict]) -> str:
    rows = []
    names = tuple(dict.fromkeys(row["gain"] for row in gains))
    for row in gains:
        _, low, middle, high, _ = row["quantiles"]
        rows.append(
            [
                f"{row['side']}×{row['side']} {gain_label(row['gain'], names)[0]} ({row['first']:g})",
                f"{middle:+.3f}<small>{low:+.3f} to {high:+.3f}</small>".replace("-", "−"),
                f"{100 * row['raised']:.0f}",
                f"{100 * row['lowered']:.0f}",
            ]
        )
    return table("What the gains learned", ["", "median", "channels raised, %", "lowered, %"], rows)
