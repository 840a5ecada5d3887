"""Which word of each answer the maps are of: the chosen one, and the same word in the other answer."""

from typing import Any

from fmvr.arms import current
from fmvr.explain.maps import Map
from viz.tabs.comparison import Exhibit, Responses


def mapped(exhibit: Exhibit, responses: Responses, chosen: dict) -> tuple[dict[str, int | None], dict[str, Map]]:
    """For each arm: which word of its answer was chosen (None: the whole answer), and its map."""
    words = {name: _word_of(responses, name, chosen["word"]) for name in responses}
    return words, exhibit.maps(responses, words, chosen["method"], chosen["layer"])


def word_of(responses: Responses, chosen) -> str:
    """The chosen word; empty where none is."""
    if chosen is None or chosen[0] not in responses:
        return ""
    words = responses[chosen[0]].answer.words
    return _bare(words[chosen[1]].text) if chosen[1] < len(words) else ""


def _word_of(responses: Responses, name: str, chosen) -> int | None:
    """Which word of an arm's answer the map is of: the chosen one, or the same word of the other answer.

    None for the whole answer: nothing is chosen, or this answer has no such word.
    """
    if not (text := word_of(responses, chosen)):
        return None
    words = [_bare(word.text) for word in responses[name].answer.words]
    if name == chosen[0]:
        return chosen[1]
    return words.index(text) if text in words else None


def renewed(word: Any) -> Any:
    """A chosen word as links of the first edition named it, by `with` or `without`."""
    return [current(word[0]), *word[1:]] if isinstance(word, list) and word and isinstance(word[0], str) else word


def _bare(word: str) -> str:
    return word.strip(".,;!?").lower()
