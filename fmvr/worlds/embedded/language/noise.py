"""How people type: case, marks, and now and then a wrong letter."""

from random import Random

TYPING_ERRORS = 0.05  # share of questions with a wrong letter
_SPACED = {",", ":", "-"}


def joined(words: list[str]) -> str:
    """Words and marks as one text."""
    text = ""
    for word in words:
        if word == "-" or not text:
            text += " " * bool(text) + word
        elif word in _SPACED:
            text = text.rstrip(",:") + word
        else:
            text += f" {word}"
    return text.strip(" ,:-")


def typed(text: str, mark: str, rng: Random, protected: frozenset[str] = frozenset()) -> str:
    """A question as somebody types it; words in `protected` (in lower case) keep their letters."""
    if rng.random() < TYPING_ERRORS:
        text = _with_an_error(text, rng, protected)
    look = rng.random()
    careless = look >= 0.62
    if careless and rng.random() < 0.5:
        text = text.replace(",", "").replace(" -", "")
    if careless and rng.random() < 0.6:
        text = text.replace("'s ", "s ").replace("n't ", "nt ").replace("i'd ", "id ").replace("i'm ", "im ")
    if look < 0.66:
        text = text[:1].upper() + text[1:].replace(" i ", " I ").replace(" i'", " I'")
    elif look > 0.975:
        text = text.upper()
    if rng.random() < (0.62 if careless else 0.04):
        return text
    return text + (mark * 2 if mark == "?" and rng.random() < 0.02 else mark)


def _with_an_error(text: str, rng: Random, protected: frozenset[str]) -> str:
    """One word with two letters swapped, one doubled, one left out, or one put for its neighbour on the keyboard."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) > 3 and w.isalpha() and w.lower() not in protected]
    if not long:
        return text
    i = long[int(rng.random() * len(long))]
    word = words[i]
    at = 1 + int(rng.random() * (len(word) - 2))
    way = int(rng.random() * 4)
    if way == 0:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif way == 1:
        word = word[:at] + word[at] + word[at:]
    elif way == 2:
        word = word[:at] + word[at + 1 :]
    else:
        word = word[:at] + _NEIGHBOURS.get(word[at], word[at]) + word[at + 1 :]
    words[i] = word
    return " ".join(words)


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {a: b for row in _ROWS for a, b in zip(row, row[1:])}
