"""Which things come into a picture: nouns with colours and numbers, drawn so that some come several times."""

import numpy as np

from fmvr.worlds.embedded.catalog import COLOURS, SHAPES, SIGN, TEST_ONLY_COMBINATIONS, THINGS

Kind = tuple[str, str | None, str | None]  # noun, colour, text
NOUNS_OF_THINGS, NOUNS_OF_SHAPES, NAMES_OF_COLOURS = list(THINGS), list(SHAPES), list(COLOURS)
SMALLEST, LARGEST = 21, 112  # pixels: one and a half patches, a third of the picture
SMALLEST_SIGN = 25  # pixels: its digits are ten high


def pick(rng: np.random.Generator, choices):
    return choices[int(rng.integers(len(choices)))]


def kind(rng: np.random.Generator, split: str, shares=(0.64, 0.22, 0.14)) -> Kind:
    """Anything a scene may hold; `shares` of things, shapes and signs."""
    group = rng.random()
    if group < shares[0]:
        return pick(rng, NOUNS_OF_THINGS), None, None
    if group < shares[0] + shares[1]:
        noun = pick(rng, NOUNS_OF_SHAPES)
        free = [c for c in NAMES_OF_COLOURS if split == "test" or (c, noun) not in TEST_ONLY_COMBINATIONS]
        return noun, pick(rng, free), None
    return SIGN, pick(rng, NAMES_OF_COLOURS), number(rng, 2)


def number(rng: np.random.Generator, digits: int) -> str:
    """A number of one to `digits` digits, every length as often."""
    n = int(rng.integers(1, digits + 1))
    return str(int(rng.integers(10 ** (n - 1) if n > 1 else 0, 10**n)))


def kinds(rng: np.random.Generator, split: str, count: int, shares=(0.64, 0.22, 0.14)) -> list[Kind]:
    """`count` kinds, in no order: a few come again and again, so that counting is a question; signs differ."""
    common = [kind(rng, split, shares) for _ in range(int(rng.integers(1, 3 + count // 4)))]
    often = rng.uniform(0.2, 0.9)
    drawn, signs = [], set()
    while len(drawn) < count:
        new = pick(rng, common) if rng.random() < often else kind(rng, split, shares)
        if new[0] == SIGN:
            new = (SIGN, new[1], number(rng, 2))
            if new in signs:
                continue
            signs.add(new)
        drawn.append(new)
    return drawn
