"""Objects as a short text for links and files: nine characters an object. Codes come from strangers."""

from fmvr.worlds.scenes.catalog import COLOURS, SHAPES, SIGN, THINGS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64 for URLs: six bits a letter
PER_OBJECT = 9
MOST_OBJECTS = 8
CODED = [*SHAPES, SIGN, *THINGS]  # things last: a new one at their end leaves every old code as it was
HUES = list(COLOURS)
NO_HUE, NO_NUMBER = 7, 127
FIELDS = {"noun": 6, "hue": 3, "number": 7, "size": 7, "angle": 12, "mirrored": 1, "left": 9, "top": 9}  # bits
LEVEL = 2048  # no turn; angles count in tenths of a degree from here
MOST_TURN = 1800


def write(objects) -> str:
    """The objects of a scene, in their order, as text."""
    return "".join(_pack(thing) for thing in objects)


def read(text: str, most: int = MOST_OBJECTS) -> list[tuple[tuple, int, int]]:
    """The text's objects, `most` or fewer: for each, its look (see `draw.patch`), and the left and top of its box.

    Raises ValueError for what `write` does not write. Sizes and places are for the caller to judge.
    """
    if len(text) % PER_OBJECT or len(text) > PER_OBJECT * most or set(text) - set(LETTERS):
        raise ValueError("This is not the code of a scene.")
    return [_unpack(text[i : i + PER_OBJECT]) for i in range(0, len(text), PER_OBJECT)]


def _pack(thing) -> str:
    values = {
        "noun": CODED.index(thing.noun),
        "hue": HUES.index(thing.colour) if thing.colour else NO_HUE,
        "number": NO_NUMBER if thing.number is None else thing.number,
        "size": thing.size,
        "angle": LEVEL + round(thing.angle * 10),
        "mirrored": int(thing.mirrored),
        "left": thing.box[0],
        "top": thing.box[1],
    }
    packed = 0
    for name, bits in FIELDS.items():
        packed = packed << bits | values[name]
    return "".join(LETTERS[packed >> 6 * i & 63] for i in reversed(range(PER_OBJECT)))


def _unpack(text: str) -> tuple[tuple, int, int]:
    packed, values = 0, {}
    for letter in text:
        packed = packed << 6 | LETTERS.index(letter)
    for name, bits in reversed(FIELDS.items()):
        values[name] = packed & (1 << bits) - 1
        packed >>= bits
    if values["noun"] >= len(CODED) or abs(values["angle"] - LEVEL) > MOST_TURN:
        raise ValueError("This code names an object that nobody knows.")
    noun, hue, number = CODED[values["noun"]], values["hue"], values["number"]
    colour = HUES[hue] if hue < len(HUES) else None
    number = None if number == NO_NUMBER else number
    mirrored = bool(values["mirrored"])
    check_kind(noun, colour, number, mirrored)
    look = (noun, colour, number, values["size"], (values["angle"] - LEVEL) / 10, mirrored)
    return look, values["left"], values["top"]


def check_kind(noun, colour, number, mirrored: bool = False) -> None:
    """Refuse with a ValueError what the embedded world does not hold."""
    if noun not in CODED:
        raise ValueError(f"Nothing here is called {str(noun)[:30]!r}.")
    if (colour in HUES) != (noun not in THINGS) or (noun in THINGS and colour is not None):
        raise ValueError(f"Shapes and signs have one of the colours {', '.join(HUES)}; things have none.")
    if (number is not None) != (noun == SIGN) or (noun == SIGN and number not in range(100)):
        raise ValueError("Signs have a number from 0 to 99; nothing else has one.")
    if mirrored and noun not in THINGS:
        raise ValueError("Only things are mirrored.")
