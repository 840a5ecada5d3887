"""Presets of the arena: pictures of the embedded world on which one sees what its reducers differ in.

`python -m examples.presets` looks for such pictures, and knows what each preset claims.
"""

from dataclasses import dataclass

ONE_PICTURE = "This is one picture: the averages are under Evidence."


@dataclass(frozen=True)
class Preset:
    """The test picture at a place, a question about it and a token budget; `look`: what to look for, in a sentence."""

    name: str
    place: int
    question: str
    tokens: int
    look: str


PRESETS = (
    Preset(
        "Random wins",
        9,
        "How many buses are there?",
        64,
        "Random patches count the two buses. Most ways to choose patches with care do not: some see a dozen.",
    ),
    Preset(
        "The question matters",
        60,
        "What number is on the sign at the bottom middle?",
        32,
        "The sign says 4. MMTok and CATP choose patches by the question and read it; most others do not: some see 44.",
    ),
    Preset(
        "Small text",
        8,
        "What is in line four?",
        64,
        "Most lose the line, “pie 168”: look for answers that mix it with other lines.",
    ),
    Preset(
        "A crowd",
        18,
        "How many yellow signs are there?",
        64,
        "Two yellow signs among 38 things, and the answers differ: see what each has kept of the signs.",
    ),
)
