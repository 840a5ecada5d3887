"""The first half of the walkthrough: what becomes of the picture, from pixels to the visual tokens."""

import numpy as np
from markupsafe import Markup

from fmvr.explain.grids import apart
from viz.bands import BANDS, written
from viz.heatmap import common_scale, overlay
from viz.tabs.walk import quizzes
from viz.tabs.walk.stop import Stop
from viz.tokens import grid_picture, token_colours, token_picture
from viz.units import amount, percent
from viz.walk import Bar, StepText, bars, figures, patch

SIZE = 336  # pixels of a drawing
FEW = 5  # numbers shown of a long row of them


def pixels(at: Stop) -> StepText:
    (row, column), what = at.followed
    cell, one = at.image.width // at.grid, at.patches[at.followed[0]]
    red, green, blue = one.reshape(-1, 3).mean(0).round().astype(int).tolist()
    grid = grid_picture(at.image, np.eye(at.grid**2, dtype=np.float32), size=SIZE)
    drawing = figures(
        [
            (at.framed(grid, (row, column)), "the patches, one framed", "The picture under a grid of patches"),
            (patch(at.image, (row, column), at.grid), "the framed patch", f"The patch {what}, its pixels enlarged"),
            (at.framed(at.image, *at.twins), "two patches that look alike", "Two look-alikes far apart"),
        ]
    )
    return StepText(
        idea=f"The model gets {at.image.width} × {at.image.height} pixels, each of them three numbers from 0 to 255. "
        f"It cuts them into {at.grid} × {at.grid} squares, called patches. We follow the patch {what}.",
        drawing=drawing,
        look="Look for how little one patch shows: a person would not know what it belongs to.",
        facts=(
            (f"{at.grid**2}", "patches"),
            (f"{one.size}", f"numbers in a patch: {cell} × {cell} pixels × 3"),
            (f"{red}, {green}, {blue}", "mean red, green, blue of the framed patch"),
        ),
        trial=Markup(
            "Choose <b>New picture</b> under the picture, or bring a picture of your own: every step is made from it."
        ),
        numbers={
            "picture_side": at.image.width,
            "patches": at.grid**2,
            "numbers_in_a_patch": int(one.size),
            "followed": [row, column],
            "followed_mean_colour": [red, green, blue],
            "look_alikes": [list(place) for place in at.twins],
        },
    )


def features(at: Stop) -> StepText:
    place, what = at.followed
    count, most, given = at.grid**2, at.budgets[0], at.colours["given"]
    each = np.eye(count, dtype=np.float32)  # every patch stands for itself
    drawn = token_colours({"features": {count: (at.features.reshape(count, -1), each)}})["features"]
    first = [float(f"{number:.3g}") for number in at.features[place][:FEW]]
    tokens = token_picture(given.colours[most], given.places[most], place, SIZE)
    drawing = figures(
        [
            (at.framed(at.image, place), "pixels", "The picture, one patch framed"),
            (
                token_picture(drawn.colours[count], each, place, SIZE),
                "features",
                "The features of every patch as colours",
            ),
            (tokens, "visual tokens", "The visual tokens as colours"),
        ]
    )
    return StepText(
        idea="The vision tower, a network, turns each patch into a row of numbers, its features; it looks at all other "
        "patches to do so. A small layer then turns features into what a language model can read: visual tokens. "
        "Like colours mean like numbers.",
        drawing=drawing,
        look="Look for things that have a colour of their own: those the tower tells apart.",
        facts=(
            (f"{at.features.shape[-1]}", "features of a patch"),
            (f"{', '.join(f'{number:g}' for number in first)} …", f"features of the patch {what}"),
            (percent(given.explained), "of the tokens’ differences can be seen in three colours"),
        ),
        trial=Markup("Choose another picture under <b>Examples</b>: which things stand out from its background?"),
        numbers={
            "features_of_a_patch": int(at.features.shape[-1]),
            "numbers_in_a_token": int(at.full.shape[-1]),
            "followed_features": at.features[place].round(4).tolist(),
            "differences_seen_in_three_colours": given.explained,
        },
    )


def pooling(at: Stop) -> StepText:
    left, averaged = {n: quizzes.left(at, n) for n in at.budgets}, at.colours["averaged"]
    drawing = figures(
        [
            (
                token_picture(averaged.colours[n], averaged.places[n], size=SIZE),
                Markup("{}<span>{}</span>").format(n, percent(left[n])),
                f"{n} tokens as colours",
            )
            for n in at.budgets
        ],
        chosen=at.budgets.index(at.tokens),
    )
    in_each = (averaged.places[at.tokens] > 0).sum(1).mean()
    return StepText(
        idea="Every token costs the language model work. Pooling saves it: neighbours are replaced by their mean, "
        f"{' → '.join(map(str, at.budgets))}. What differed among those neighbours is gone.",
        drawing=drawing,
        look="Look for the set in which the thing you ask about has lost its colour. The percentage says how much of "
        "the tokens’ differences is left; the line marks your budget.",
        facts=(
            (f"{at.tokens}", "tokens at your budget"),
            (f"{in_each:.3g}", "patches in each"),
            (percent(left[at.tokens]), "of the differences left"),
        ),
        trial=Markup("Move <b>Token budget</b>: the line under the pictures moves with it."),
        numbers={"differences_left": {str(n): share for n, share in left.items()}},
    )


def split(at: Stop) -> StepText:
    side = at.block_side
    level = at.bands
    energy, drawn = level.before.energies(), []
    for name, (symbol, kind, meaning) in BANDS.items():
        band = getattr(level.before, name)
        picture = overlay(at.image, band, common_scale([band]))
        caption = Markup('<b class="{}">{}</b> {}').format(kind, written(symbol), meaning)
        drawn.append((picture, caption, f"{symbol} over the picture"))
    low, high, whole = energy["low_average"], energy["high_average"], level.pooled_energy
    most = max(energy.values())
    shown = [
        Bar(
            Markup("{} {}").format(written(symbol), kind),
            energy[name] / most if most else 0,
            amount(energy[name]),
            kind,
        )
        for name, (symbol, kind, _) in BANDS.items()
    ]
    return StepText(
        idea="FMVR takes the averaged tokens apart, twice. First into their mean (smooth: low) and what differs "
        "from it (detail: high). Then into the largest value around each place (high) and how far a token falls "
        "short of it (low).",
        drawing=figures(drawn) + bars(shown, f"Mean energy of each band at {side}×{side}"),
        look=f"Look for detail where things are: bright means much of a band there, each picture on its own scale. "
        f"{_which(at)}",
        facts=(
            (f"{amount(low)} + {amount(high)}", Markup("energy of {} and {}").format(written("L_A"), written("H_A"))),
            (f"{amount(whole)}", "energy of the tokens: the same"),
        ),
        trial=Markup("Open the tab <b>The block</b> and bypass it at {0}×{0}: does the answer change?").format(side),
        numbers={"side": side, "energy_of_a_token": whole, "energies": energy},
    )


def gains(at: Stop) -> StepText:
    side = at.block_side
    before, after = at.before_block(side), at.level(side)
    ratio = quizzes.change(at)
    mean_before, mean_after = (float(np.square(tokens.mean((0, 1))).sum()) for tokens in (before, after))
    of_mean = mean_after / mean_before if mean_before else 1.0
    per_channel = after.std((0, 1)) / np.maximum(before.std((0, 1)), 1e-9)
    counts = {
        "weaker": int((per_channel < 1 - quizzes.ABOUT).sum()),
        "about the same": int((np.abs(per_channel - 1) <= quizzes.ABOUT).sum()),
        "stronger": int((per_channel > 1 + quizzes.ABOUT).sum()),
    }
    scale = common_scale([apart(before), apart(after)])
    drawing = figures(
        [
            (
                overlay(at.image, apart(before), scale),
                "before the block",
                "How far each token is from the mean",
            ),
            (overlay(at.image, apart(after), scale), "after it, on the same scale", "The same after the block"),
        ]
    )
    shown = [
        Bar(name, count / len(per_channel), f"{count} channel{'s' * (count != 1)}") for name, count in counts.items()
    ]
    learned = at.lab.gains()[side]
    widest = max(float(np.abs(gain).max()) for gain in learned.values())
    return StepText(
        idea="The block multiplies the bands by numbers it has learned, its gains, one for each channel (a place in "
        "the token’s row of numbers), and adds them up again. It is trained to make up for what averaging took. "
        f"Here it makes the tokens’ differences {_times(ratio)}.",
        drawing=drawing + bars(shown, "Channels whose differences the block makes weaker or stronger"),
        look=f"Look for places that brighten: there the block lifts a token off the mean. {_which(at)}",
        facts=(
            (f"× {ratio:.2f}", "the tokens’ differences, after ÷ before"),
            (f"× {of_mean:.2f}", "the energy of the mean they share, after ÷ before"),
            (f"{sum(gain.size for gain in learned.values())}", f"gains at {side}×{side}"),
            (f"{widest:.2g}", "the largest of them, sign aside"),
        ),
        trial=Markup("Open the tab <b>The block</b> and set <b>Average gains</b> to 0: does the answer change?"),
        numbers={
            "side": side,
            "differences_after_over_before": ratio,
            "mean_after_over_before": of_mean,
            "channels": counts,
            "gains": {
                name: {"smallest": float(g.min()), "mean": float(g.mean()), "largest": float(g.max())}
                for name, g in learned.items()
            },
        },
    )


def _which(at: Stop) -> str:
    """Which level is shown, where it is not the chosen budget's own."""
    if at.block_side**2 == at.tokens:
        return f"This is the {at.block_side}×{at.block_side} set, your budget."
    return f"Your budget has no block of its own: this is the {at.block_side}×{at.block_side} set."


def _times(ratio: float) -> str:
    if abs(ratio - 1) <= quizzes.ABOUT:
        return "neither larger nor smaller"
    return f"{ratio:.2f} times as large" if ratio > 1 else f"smaller, {ratio:.2f} times what they were"
