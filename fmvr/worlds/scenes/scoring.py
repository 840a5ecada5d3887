"""How right an answer about a scene is."""

import re
from collections import Counter

from fmvr.worlds.scenes.wording import singular
from fmvr.worlds.scoring import NUMBER_WORDS, score_open

DESCRIPTION = "description"  # the one family whose answers are scored by the objects they name


def score(family: str, answer: str, right: str) -> float:
    """How right an answer is: see `score_open`; for a description, the F1 of the objects it names."""
    return score_description(answer, right) if family == DESCRIPTION else score_open(answer, right)


def score_description(answer: str, right: str) -> float:
    """F1 of the objects that a description names, against those that the right one names."""
    named, there = named_in(answer), named_in(right)
    shared = (named & there).total()
    return 2 * shared / (named.total() + there.total()) if shared else 0.0


def named_in(description: str) -> Counter:
    """The objects a description names, as a multiset of phrases; the comma before the last `and` is left to taste."""
    named = Counter()
    for part in re.split(r",? and |, ", description.strip().strip(".").lower()):
        first, _, rest = part.partition(" ")
        if rest:
            named[singular(rest)] += NUMBER_WORDS.index(first) if first in NUMBER_WORDS else 1
    return named
