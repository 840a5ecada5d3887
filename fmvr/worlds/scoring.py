"""How right an open answer is, whatever world it is about."""

NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ARTICLES = ("a", "an", "the")


def score_open(answer: str, right: str) -> float:
    """1 for the same words as the right answer's, else 0; a yes or no may be followed by a comma and more."""
    answer, right = _plain(answer), _plain(right)
    return float(right == (answer.partition(",")[0] if right in ("yes", "no") else answer))


def same_words(first: str, second: str) -> bool:
    """Whether two answers say the same.

    As in visual question answering, case, articles and the last full stop do not count, and 5 is five.
    """
    return _plain(first) == _plain(second)


def _plain(text: str) -> str:
    words = (word for word in text.strip().rstrip(".").lower().split() if word not in ARTICLES)
    return " ".join(NUMBER_WORDS[int(w)] if w.isdecimal() and int(w) < len(NUMBER_WORDS) else w for w in words)
