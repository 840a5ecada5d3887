"""How right an answer is."""

import re
from collections import Counter

from fmvr.scenes.catalog import NUMBER_WORDS
from fmvr.scenes.reading import singular


def score(family: str, said: str, answer: str) -> float:
    """How right an answer is: 1 or 0 for the same words; for a description, the F1 of the objects it names.

    As in visual question answering, case, articles and the last full stop do not count, and 5 is five; a yes or no may
    be followed by a comma and more.
    """
    if family != "description":
        said, answer = _plain(said), _plain(answer)
        return float(answer == (said.partition(",")[0] if answer in ("yes", "no") else said))
    named, there = named_in(said), named_in(answer)
    shared = (named & there).total()
    return 2 * shared / (named.total() + there.total()) if shared else 0.0


def _plain(text: str) -> str:
    words = (word for word in text.strip().rstrip(".").lower().split() if word not in ("a", "an", "the"))
    return " ".join(NUMBER_WORDS[int(w)] if w.isdecimal() and int(w) < len(NUMBER_WORDS) else w for w in words)


def named_in(description: str) -> Counter:
    """The objects a description names, as a multiset of phrases."""
    named = Counter()
    for part in re.split(r", | and ", description.strip().strip(".").lower()):
        first, _, rest = part.partition(" ")
        if rest:
            named[singular(rest)] += NUMBER_WORDS.index(first) if first in NUMBER_WORDS else 1
    return named
