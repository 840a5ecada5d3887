"""The arena: every way to spend one token budget on one picture, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from PIL import Image

from viz.card import Reply
from viz.places import holders
from viz.tags import layer_source
from viz.templates import render
from viz.theme import heat

GONE = (8, 11, 16, 205)  # over a patch that no token holds
MERGED = 130  # opacity of a token's colour over several patches


@dataclass(frozen=True)
class Entry:
    """One reducer's answer: what it kept or merged, [n, N], and how likely it holds the answer to be that is followed.

    `inside`: whether it drops tokens inside the language model, so that `places` is what the last layer still read.
    """

    name: str
    label: str
    reply: Reply
    chance: float
    share: float  # of the FLOPs of all tokens
    places: np.ndarray
    inside: bool


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """The right ones first, then by the probability of the answer that is followed."""
    return sorted(entries, key=lambda one: (-(one.reply.verdict.score if one.reply.verdict else 0), -one.chance))


def arena(
    behind: str, entries: Sequence[Entry], pinned: Sequence[str], followed: str, right: bool, unable: dict[str, str]
) -> Markup:
    """The grid. `behind`: the picture's address; `followed`: the answer whose probability is shown, `right`: whether
    it is the right one; `unable`: what cannot be here → why.
    """
    drawn = [(one, layer_source(kept_layer(one.places)), kept_words(one)) for one in ordered(entries)]
    return render(
        "arena.html", behind=behind, entries=drawn, pinned=pinned, followed=followed, right=right, unable=unable
    )


def kept_layer(places: np.ndarray) -> Image.Image:
    """What became of each patch, RGBA, F×F: dark where it is gone, clear where it is a token, coloured where merged."""
    holder = holders(places)
    layer = np.zeros((*holder.shape, 4), np.uint8)
    held = holder >= 0
    counts = np.bincount(holder[held], minlength=len(places))
    merged = held & (counts[np.where(held, holder, 0)] > 1)
    shuffled = np.random.default_rng(0).permutation(len(places)) / len(places)  # so that neighbours are told apart
    colours = heat(0.15 + 0.8 * shuffled)
    layer[merged] = np.concatenate([colours[holder[merged]], np.full((merged.sum(), 1), MERGED)], 1).round()
    layer[~held] = GONE
    return Image.fromarray(layer, "RGBA")


def kept_words(entry: Entry) -> str:
    """What the picture shows, in words."""
    holder = holders(entry.places)
    held, tokens = int((holder >= 0).sum()), len(entry.places)
    if entry.inside:
        return f"{held} of {holder.size} patches are still read in the last layer"
    if held == tokens:
        return f"{held} of {holder.size} patches are kept"
    gone = f", {holder.size - held} are gone" if held < holder.size else ""
    return f"{held} patches are merged into {tokens} token{'s' * (tokens > 1)}{gone}"
