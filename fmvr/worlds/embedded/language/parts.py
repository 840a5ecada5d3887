"""The parts that wordings of every family share, and the forms in which their slots' values are said.

In the notation of `grammar`. A part kept for the test (`~`) is made of words that trained wordings hold too: a model
can understand it without having been told.
"""

from fmvr.worlds.embedded.catalog import COLOURS, NUMBER, WORD
from fmvr.worlds.embedded.language.grammar import Parts, parse
from fmvr.worlds.embedded.language.nouns import DRAWN_IN, words

_RULES = {
    # rules may use those above them
    "picture": "picture|image|photo|scene|pic|drawing",
    "thisin": "(in|in|in|on) (the|the|the|this|this|that) <picture>|here|here|there|in it|~inside this <picture>",
    "whatis": "what is|what's|whats",
    "whereis": "where is|where's|wheres",
    "colour": "colour|color",
    "see": "do you see|can you see|do we see|can i see|~could you see",
    "thing": "thing|object|item",
    "written": "written|printed|shown",
    "howmany": "how many",
    "numberof": "number of|count of|amount of|total of|~total number of|quantity of",
    "board": "board|grid|picture|sheet",
    "clip": "clip|video|film|sequence|movie",
    "inclip": "in (the|this) <clip>|in this <clip>|here|over time|in the frames|~inside this <clip>",
    "inall": "in all|altogether|in all frames|in all frames together|in the whole <clip>|~in total",
    "cell": (
        "{row:row} , {column:column}|{row:row} and {column:column}|{row:row} {column:column}|"
        "{column:column} , {row:row}|{column:column} of {row:row}|{row:row} of {column:column}|"
        "~{column:column} in {row:row}"
    ),
}


def _rules() -> dict[str, Parts]:
    made: dict[str, Parts] = {}
    for name, text in _RULES.items():
        made[name] = parse(text, made)
    return made


RULES = _rules()

_SIDES = {
    "left of": "left of|to the left of|on the left of|~on the left side of",
    "right of": "right of|to the right of|on the right of|~on the right side of",
    "above": "above|over|on top of|higher than|~higher up than",
    "below": "below|under|underneath|beneath|lower than|~lower down than",
    "next to": "next to|beside|by|right next to|adjacent to|near|~directly next to",
}
_EXTREMES = {  # before a noun
    "leftmost": "leftmost|left-most|~far left",
    "rightmost": "rightmost|right-most|~far right",
    "topmost": "topmost|highest|uppermost|top-most|~very top",
    "lowest": "lowest|bottommost|lowermost|bottom-most|~very bottom",
    "largest": "largest|biggest",
    "smallest": "smallest|tiniest|littlest",
}
_FURTHEST = {  # behind it
    "leftmost": "leftmost|furthest left|farthest to the left|most to the left|~at the far left",
    "rightmost": "rightmost|furthest right|farthest to the right|most to the right|~at the far right",
    "topmost": "topmost|highest|highest up|furthest up|at the very top|~closest to the top",
    "lowest": "lowest|lowest down|furthest down|at the very bottom|~closest to the bottom",
    "largest": "largest|biggest|the largest|the biggest",
    "smallest": "smallest|tiniest|the smallest|the tiniest",
}
_CORNERS = {
    f"{a} {b}": f"{a} {b}|{a} {b} corner|{a}-{b}|{up} {b}|{up} {b} corner|~corner at the {a} {b}|{b} {a}"
    for a, up in (("top", "upper"), ("bottom", "lower"))
    for b in ("left", "right")
}
_PLACES = _CORNERS | {
    "top": "top middle|top (center|centre)|middle of the top|upper middle|~middle at the top",
    "bottom": "bottom middle|bottom (center|centre)|middle of the bottom|lower middle|~middle at the bottom",
    "left": "middle left|left middle|(center|centre) left|middle of the left side|~middle at the left",
    "right": "middle right|right middle|(center|centre) right|middle of the right side|~middle at the right",
    "middle": "middle|center|centre|very middle",
}
_SIDE_ENDS = {"left half": "left", "right half": "right"}
_HALVES = {
    f"{name} half": f"{name} half|{name} side|{other} half|~half on the {name}"
    for name, other in (("left", "left-hand"), ("right", "right-hand"), ("top", "upper"), ("bottom", "lower"))
}
_CHOSEN_SIDES = {
    "left of": "left|to the left|on the left",
    "right of": "right|to the right|on the right",
    "above": "above|over",
    "below": "below|under",
}
_COUNTED = ("table", "floor", "meadow", "brick wall", "wall", "night sky", "cloth", "road", "carpet")
_FRAMES = ("shelf", "tray", "calendar", "key rack", "sticker sheet", "game board")
_TEXTS = ("price list", "departure board", "notice")
GROUNDS = (
    {name: f"a {name}" for name in (*_COUNTED, *_FRAMES, *_TEXTS)}
    | {name: f"[the] {name}" for name in ("water", "sand", "sky", "snow", "tiles", "labels", "number plates")}
    | {"meadow": "a meadow|[the] grass", "price list": "a price list|a menu", "floor": "a floor|the floor"}
)
_LARGER = {"larger": "larger|bigger", "smaller": "smaller|littler"}

# form: value: how it is said. A slot without a form has that of its name.
_FORMS: dict[str, dict[str, str]] = {
    "side": _SIDES,
    "other_side": _CHOSEN_SIDES,
    "extreme": _EXTREMES,
    "furthest": _FURTHEST,
    "size": {"large": "large|big|larger|bigger", "small": "small|little|smaller|tiny"},
    "place": _PLACES,
    "half": {h: f"{_SIDE_ENDS[h]}|{said}" if h in _SIDE_ENDS else said for h, said in _HALVES.items()} | _CORNERS,
    "end": {"top half": "top|very top", "bottom half": "bottom|very bottom"},
    "only_half": {h: f"{_SIDE_ENDS[h]}|{said}" if h in _SIDE_ENDS else said for h, said in _HALVES.items()},
    "ground": GROUNDS,
    "somewhere": _PLACES | _HALVES,
    "said_place": {p: p for p in _PLACES},
    "colour": {c: c for c in (*COLOURS, *DRAWN_IN)},
    "more": {"more": "more", "fewer": "fewer|less"},
    "bigger": {"more": "(larger|bigger|greater|higher)", "fewer": "(smaller|lower|less)"},
    "larger": _LARGER,
    "number_larger": {"larger": "larger|bigger|higher|greater", "smaller": "smaller|lower|less"},
    "number_extreme": {
        "largest": "largest|biggest|highest|greatest",
        "smallest": "smallest|lowest|littlest",
    },
    "price_extreme": {
        "largest": "most expensive|dearest|priciest|~highest priced",
        "smallest": "cheapest|least expensive|~lowest priced",
    },
    "price_larger": {"larger": "more expensive|dearer|pricier", "smaller": "cheaper|less expensive"},
    "most": {"largest": "[the] most", "smallest": "[the] least"},
    "costs": {"larger": "more", "smaller": "less"},
    "base": {
        "enter": "come|come in|appear|enter|show up|arrive|~turn up",
        "leave": "leave|go away|disappear|vanish|go missing|~go out",
        "move": "move|change its place|shift|change position|~go to another place",
        "change": "change|change its look|turn into something else|become something else|~turn into another thing",
    },
    "past": {
        "enter": "came|came in|appeared|entered|showed up|arrived|was added|~turned up",
        "leave": "left|went away|disappeared|vanished|was taken away|was removed|~went out",
        "move": "moved|changed its place|shifted|was moved|changed position|~went to another place",
        "change": "changed|was changed|turned into something else|became something else|~turned into another thing",
    },
    "participle": {
        "enter": "come|come in|appeared|entered|shown up|arrived|been added|~turned up",
        "leave": "left|gone away|disappeared|vanished|been taken away|been removed|~gone out",
        "move": "moved|changed its place|shifted|been moved|changed position|~gone to another place",
        "change": "changed|been changed|turned into something else|become something else|~turned into another thing",
    },
    "first": {"first": "first|earliest", "last": "last|latest"},
    "firstly": {"first": "first|earliest|at first", "last": "last|latest|at last"},
    "how": {
        "exactly": "exactly|just|precisely",
        "more than": "more than|over|~above",
        "fewer than": "fewer than|less than|~below",
    },
    "axis": {"row": "row", "line": "line", "column": "column", "cell": "cell"},
    "axes": {
        "row": "rows",
        "line": "lines|lines of text|rows",
        "column": "columns",
        "cell": "cells|squares|fields|places",
    },
    "what_text": {WORD: "word", NUMBER: "number"},
}
FORMS = {form: {value: parse(text, RULES) for value, text in values.items()} for form, values in _FORMS.items()}
NUMBERS = words("one two three four five six seven eight nine ten eleven twelve")
ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)

# How a row, line or column is said; {n} is its number.
AXES = {
    form: parse(text, RULES)
    for form, text in {
        "frame": (
            "in frame {n}|in frame number {n}|in the {n:th} frame|in the {n:th} picture|in picture {n}|at frame {n}|"
            "in the {n:th} (image|step)|~at the {n:th} frame"
        ),
        "row": "row {n}|row {n}|the {n:th} row|{n:th} row|row number {n}|the {n:th} row from the top|~row no {n}",
        "line": "line {n}|line {n}|the {n:th} line|{n:th} line|line number {n}|the {n:th} row|~row {n}",
        "column": (
            "column {n}|column {n}|the {n:th} column|{n:th} column|column number {n}|col {n}|"
            "the {n:th} column from the left|~column no {n}"
        ),
    }.items()
}

LAST = {
    form: parse(text, RULES)
    for form, text in {
        "row": "the last row|the bottom row|the lowest row|~the last of the rows",
        "line": "the last line|the bottom line|the lowest line|~the last of the lines",
        "column": "the last column|the rightmost column|the right column|~the last of the columns",
        "frame": "in the last (frame|picture|image)|at the end|in the end|in the final frame|~at the very end",
    }.items()
}

# type of body: what may stand before it, and behind it
OPENERS = {
    "question": "[please|hello,|hi,|hey,|excuse me,|so,|ok,|now,|quick question:|~ok then,|~hello there,]",
    "clause": (
        "(can|could) you [please] tell me|[please] tell me|do you know|i would like to know|i'd like to know|"
        "i want to know|can you say|could you say|would you tell me|i wonder|any idea|could you please say|"
        "~would you please say|~i would like you to tell me|do you happen to know|i'm curious"
    ),
    "command": "[please|can you|could you|can you please|could you please|would you|i want you to|~would you please]",
    "noun": (
        "<whatis>|tell me|please tell me|give me|can you tell me|could you give me|i need|say|i'd like to know|"
        "i want to know|~please say|do you know|~can you say"
    ),
    "terse": "[hey|please|~so]",
}
ENDINGS = {
    "question": "[, please]",
    "clause": "[, please]",
    "command": "[, please|for me|~for me, please]",
    "noun": "[, please]",
    "terse": "[please|pls]",
}
OPENERS = {name: parse(text, RULES) for name, text in OPENERS.items()}
ENDINGS = {name: parse(text, RULES) for name, text in ENDINGS.items()}
ASKS = {"can", "could", "do", "would", "what", "whats", "any"}  # an opener that begins so ends with a question mark
