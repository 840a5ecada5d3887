"""The bands: their symbols, and formulas as they are set."""

import re

from markupsafe import Markup, escape

# name of a band → its symbol, whether it is a low or a high one, and what it is in words
BANDS = {
    "low_average": ("L_A", "low", "the mean over all places"),
    "high_average": ("H_A", "high", "what differs from that mean"),
    "high_max": ("H_M", "high", "the largest value around each place"),
    "low_max": ("L_M", "low", "what falls short of that maximum"),
}

INDEX = re.compile(r"([_^])([A-Za-z]+)")
TAGS = {"_": "sub", "^": "sup"}


def written(formula: str) -> Markup:
    """`L_A`, `W_A^low` or `X ⊙ H_A` with its indices set low and high; what is Markup already stays as it is."""
    if isinstance(formula, Markup):
        return formula
    return Markup(INDEX.sub(_set, str(escape(formula))))


def _set(index: re.Match) -> Markup:
    mark, letters = index.groups()
    return Markup("<{0}>{1}</{0}>").format(TAGS[mark], letters)
