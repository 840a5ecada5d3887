"""Values of slots, said and read: noun phrases (`the big red circle at the top left`), numbers, texts, places."""

from collections.abc import Iterator
from random import Random

from fmvr.worlds.embedded.catalog import NUMBER, SIGN, WORD, WORDS
from fmvr.worlds.embedded.language.grammar import Parts, Reader, parse, say
from fmvr.worlds.embedded.language.nouns import LONGEST, MEANINGS, PLURALS, SINGULARS, article
from fmvr.worlds.embedded.language.parts import AXES, FORMS, LAST, NUMBERS, ORDINALS, RULES
from fmvr.worlds.embedded.language.program import THING, Select

PHRASES = ("a", "the", "s", "bare", "whose", "name")  # noun phrases: `a cat`, `the cat`, `cats`, `cat`, `the cat's`
USUAL = 0.72  # how often a noun is said in its usual way

# What stands behind a noun, by the fields that it says.
BEHIND: dict[tuple[str, ...], Parts] = {
    fields: parse(text, RULES)
    for fields, text in {
        ("text",): (
            "with {text}|with the number {text}|with {text} on it|that says {text}|saying {text}|showing {text}|"
            "that shows {text}|~with the number {text} on it"
        ),
        ("place",): "(at|in) the {place:somewhere}|in the {place:somewhere} of the <picture>|on the {place:somewhere}",
        ("row", "column"): (
            "(in|at) {row:row} , {column:column}|in {row:row} and {column:column}|in {column:column} , {row:row}|"
            "~in {column:column} of {row:row}"
        ),
        ("row",): "in {row:row}",
        ("column",): "in {column:column}",
        ("side", "other"): "(|that is|which is) {side} {other:the}",
    }.items()
}
SIZE_WORDS = {word: size for size, parts in FORMS["size"].items() for option in parts[0].options for word in option}
_COLOURS = {*FORMS["colour"]}


def value(form: str, held, rng: Random, keen: float) -> tuple[list[str], bool]:
    """A slot's value in words, and whether a part of it is kept for the test (see `grammar.say`)."""
    if form in PHRASES:
        return phrase(held, form, rng, keen)
    if form in FORMS:
        words, kept = say(FORMS[form][held], rng, keen)
        return words, kept
    if form in LAST and held == -1:
        return say(LAST[form], rng, keen)
    if form in AXES:
        said, kept = say(AXES[form], rng, keen)
        words = []
        for part in said:
            words += [part] if isinstance(part, str) else _number(part.form, held, rng)
        return words, kept
    if form == "hue":
        return [held.colour], False
    if form == "nth":
        return ["last"] if held == -1 else _number("th", held, rng), False
    if form == "count":
        return _number("n", held, rng), False
    return [_text(held, rng)], False


def _number(form: str, n: int, rng: Random) -> list[str]:
    if form == "th":
        if n <= len(ORDINALS) and rng.random() < 0.7:
            return [ORDINALS[n - 1]]
        ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
        return [f"{n}{ending}"]
    return [NUMBERS[n - 1] if n <= len(NUMBERS) and n > 0 and rng.random() < 0.25 else str(n)]


def _text(text: str, rng: Random) -> str:
    look = rng.random()
    if text.isdecimal():
        return text if look < 0.95 else f'"{text}"'
    if look < 0.2:
        text = text.capitalize()
    elif look < 0.3:
        text = text.upper()
    return f'"{text}"' if rng.random() < 0.25 else text


def phrase(x: Select, form: str, rng: Random, keen: float) -> tuple[list[str], bool]:
    """A noun phrase that means what a selection means."""
    if form == "a" and x.kind == THING and (x.colour or x.side) and rng.random() < 0.6:
        return _behind(x, [rng.choice(("anything", "something")), *([x.colour] if x.colour else [])], rng, keen)
    if form == "the" and x.kind == WORD and x.text and (x.text,) not in MEANINGS and rng.random() < 0.3:
        return [_text(x.text, rng)], False
    ways = (PLURALS if form == "s" else SINGULARS)[x.kind]
    usual = len(ways) == 1 or rng.random() < USUAL
    words = (ways[0] if usual else ways[1 + int(rng.random() * (len(ways) - 1))]).split()
    if x.colour:
        words = [x.colour, *words]
    if x.size:
        words = [*say(FORMS["size"][x.size], rng, keen)[0], *words]
    if form == "a":
        words = [article(words[0]), *words]
    elif form in ("the", "whose"):
        words = ["the", *words]
    if form == "whose":
        return [*words[:-1], f"{words[-1]}'s"], False
    return _behind(x, words, rng, keen)


def _behind(x: Select, words: list[str], rng: Random, keen: float) -> tuple[list[str], bool]:
    """A noun phrase with what stands behind its noun: text, place, cell, relation."""
    fields = [name for name in ("text", "place", "row", "column", "side", "other") if getattr(x, name) is not None]
    if x.text is not None and x.kind in (WORD, NUMBER):
        words = [*words, _text(x.text, rng)]
        fields.remove("text")
    kept = False
    for group, parts in BEHIND.items():
        if fields[: len(group)] == list(group):
            said, held = say(parts, rng, keen)
            kept |= held
            for part in said:
                if isinstance(part, str):
                    words = [*words, part]
                else:
                    inner, held = value(part.form, getattr(x, part.name), rng, keen)
                    words, kept = words + inner, kept | held
            fields = fields[len(group) :]
    return words, kept


def read_value(form: str, reader: Reader, at: int) -> Iterator[tuple[object, int]]:
    """The values that a slot's form can hold at a word (see `grammar.Reader`)."""
    words = reader.words
    if form in PHRASES:
        yield from _read_phrase(form, reader, at)
    elif form in FORMS:
        for held, parts in FORMS[form].items():
            for end in sorted({end for end, _ in reader.read(parts, at)}, reverse=True):
                yield held, end
    elif form in AXES:
        for end, _ in reader.read(LAST[form], at):
            yield -1, end
        for end, bound in reader.read(AXES[form], at):
            yield bound[0][1], end
    elif form == "hue":
        if words[at] in _COLOURS:
            yield Select(THING, words[at]), at + 1
    elif form == "nth":
        if words[at] == "last":
            yield -1, at + 1
        elif (n := _read_number("th", words[at])) is not None:
            yield n, at + 1
    elif form in ("n", "th", "count"):
        n = _read_number(form, words[at])
        if n is not None:
            yield n, at + 1
    elif form == "word":
        if words[at].isalpha() and words[at] not in _NO_TEXTS:
            yield words[at], at + 1
    elif form == "number":
        if words[at].isdecimal():
            yield words[at], at + 1
    elif words[at] not in _NO_TEXTS:
        yield words[at], at + 1


_NAMED = {*WORDS} - {"please"}
_NO_TEXTS = {"the", "a", "an", "any", "is", "it", "this", "that", "of", "in", "on"}


def _read_number(form: str, word: str) -> int | None:
    if form == "th":
        if word in ORDINALS:
            return ORDINALS.index(word) + 1
        return int(word[:-2]) if word[:-2].isdecimal() and word[-2:] in ("st", "nd", "rd", "th") else None
    if word in NUMBERS:
        return NUMBERS.index(word) + 1
    return int(word) if word.isdecimal() and len(word) < 6 else None


def _read_phrase(form: str, reader: Reader, at: int) -> Iterator[tuple[Select, int]]:
    words = reader.words
    if form == "a" and words[at] in ("anything", "something"):
        hue = words[at + 1] if at + 1 < len(words) and words[at + 1] in _COLOURS else None
        yield from _read_behind({"kind": THING, "colour": hue, "size": None}, reader, at + 1 + bool(hue))
        return
    if form == "the" and words[at] in WORDS:
        yield Select(WORD, text=words[at]), at + 1
    if form in _ARTICLES:
        if words[at] not in _ARTICLES[form]:
            return
        at += 1
    size = colour = None
    if at < len(words) and words[at] in SIZE_WORDS:
        size, at = SIZE_WORDS[words[at]], at + 1
    for long in (3, 1):  # `black and white`, `red`
        if " ".join(words[at : at + long]) in _COLOURS:
            colour, at = " ".join(words[at : at + long]), at + long
            break
    for long in range(min(LONGEST, len(words) - at), 0, -1):
        name = tuple(words[at : at + long])
        if form == "whose" and name:
            name = (*name[:-1], name[-1].removesuffix("s")) if name[-1].endswith("s") else ()
        for kind, many in MEANINGS.get(name, ()):
            if form in ("whose", "name") and not many and not (form == "name" and kind in (WORD, NUMBER, THING)):
                yield Select(kind, colour, size=size), at + long
            elif form not in ("whose", "name") and many == (form == "s"):
                yield from _read_behind({"kind": kind, "colour": colour, "size": size}, reader, at + long)


_THE = {"the", "this", "that", "a", "an"}
_ARTICLES = {"a": {"a", "an", "any", "some", "one"}, "the": _THE, "whose": _THE}


def _read_behind(fields: dict, reader: Reader, at: int) -> Iterator[tuple[Select, int]]:
    """What may stand behind a noun, the longest reading first."""
    if at < len(reader.words):
        word, kind = reader.words[at], fields["kind"]
        if "text" not in fields and (kind == NUMBER and word.isdecimal() or kind == WORD and word in _NAMED):
            yield from _read_behind(fields | {"text": word}, reader, at + 1)
        for group, parts in BEHIND.items():
            if group[0] in fields or (group == ("text",) and kind not in (SIGN, THING)) or "side" in fields:
                continue
            for end, bound in reader.read(parts, at):
                yield from _read_behind(fields | dict(bound), reader, end)
    yield Select(**fields), at
