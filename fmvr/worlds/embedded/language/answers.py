"""How answers are worded: short, always the same way, counts in digits."""

from collections import Counter
from collections.abc import Iterable

from fmvr.worlds.embedded.catalog import NUMBER, WORD
from fmvr.worlds.embedded.language.nouns import PLURAL, article
from fmvr.worlds.embedded.language.program import THING, Select
from fmvr.worlds.embedded.picture import Item

YES, NO, NOTHING = "yes", "no", "nothing"
CANNOT_TELL = "I cannot tell."
MOST_KINDS = 8  # that a description or a list names
MOST_WORDS = 20  # that a line or a whole text may have, to be read out


def yes(value: bool | None) -> str | None:
    return None if value is None else YES if value else NO


def named(item: Item) -> str:
    """What an item is, as an answer to what it is: `a dog`, `a blue sign with 47`, `milk`."""
    if item.noun in (WORD, NUMBER):
        return item.text.lower()
    sign = f" with {item.text.lower()}" if item.text is not None else ""
    return f"{article(item.phrase)} {item.phrase}{sign}"


def absent(x: Select) -> str:
    """`There is no red circle.`, `There is no sign with 33.`"""
    if x.kind in (WORD, NUMBER) and x.text is not None:
        return f"There is no {x.text.lower()}."
    words = [x.colour, x.kind] if x.colour else [x.kind]
    written = f" with {x.text.lower()}" if x.text is not None else ""
    return f"There is no {' '.join(words)}{written}."


def listed(phrases: Iterable[str]) -> str:
    """`2 cats, a dog and 3 red circles`: the most frequent first, then as they come; eight kinds at most."""
    counts = Counter(phrases).most_common()
    parts = [f"{article(p)} {p}" if n == 1 else f"{n} {plural(p)}" for p, n in counts[:MOST_KINDS]]
    if len(counts) > MOST_KINDS:
        return f"{', '.join(parts)} and more"
    return joined(parts)


def joined(parts: list[str]) -> str:
    """`milk, bread and 47`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def plural(phrase: str) -> str:
    """`red circle` → `red circles`."""
    *colour, noun = phrase.split()
    return " ".join([*colour, PLURAL[noun]])


def many(x: Select) -> str:
    """A selection's plural, as an answer to a choice: `cats`, `red circles`."""
    return plural(f"{x.colour} {x.kind}") if x.colour else PLURAL[x.kind if x.kind else THING]
