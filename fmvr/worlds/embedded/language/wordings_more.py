"""How families about several things at once are worded (see `wordings_things` for the notation)."""

BOTH = {
    "question": [
        "is there [both] {x:a} and {y:a} [<thisin>]",
        "are there [both] {x:s} and {y:s} [<thisin>]",
        "<see> [both] {x:a} and {y:a} [<thisin>]",
        "does (the|this) <picture> (show|have|contain) [both] {x:a} and {y:a}",
        "are {x:a} and {y:a} <thisin>",
        "are both {x:a} and {y:a} (there|to be seen|~to be found) [<thisin>]",
    ],
    "clause": [
        "(if|whether) there (is|are) [both] {x:a} and {y:a} [<thisin>]",
        "~whether you see both {x:a} and {y:a}",
    ],
    "command": ["(check|say) (if|whether) there (is|are) [both] {x:a} and {y:a} [<thisin>]"],
    "terse": ["[both] {x:a} and {y:a}", "[any] {x:s} and {y:s}", "both {x:s} and {y:s} [<thisin>]"],
}
EITHER_ONE = {
    kind: [body.replace("[both]", "[either]").replace("both", "either").replace(" and ", " or ") for body in bodies]
    for kind, bodies in BOTH.items()
} | {
    "question": [
        "is there [either] {x:a} or {y:a} [<thisin>]",
        "are there [any] {x:s} or {y:s} [<thisin>]",
        "<see> [either] {x:a} or {y:a} [<thisin>]",
        "does (the|this) <picture> (show|have|contain) [either] {x:a} or {y:a}",
        "is {x:a} or {y:a} <thisin>",
    ],
}
KINDS = {
    "question": [
        "<howmany> (kinds|types|sorts) of {x:s} (are there|are|do you see|can you see) [<thisin>]",
        "<howmany> different {x:s} (are there|are|do you see|can you see) [<thisin>]",
        "<howmany> different (kinds|types|sorts) of {x:s} (are there|do you see) [<thisin>]",
        "<howmany> {x:s} of different (kinds|types) (are there|do you see) [<thisin>]",
    ],
    "clause": [
        "<howmany> (kinds|types|sorts) of {x:s} there are [<thisin>]",
        "<howmany> different {x:s} there are [<thisin>]",
        "~<howmany> {x:s} of different kinds there are",
    ],
    "command": ["count the [different] (kinds|types) of {x:s} [<thisin>]"],
    "noun": ["the <numberof> [different] (kinds|types|sorts) of {x:s} [<thisin>]"],
    "terse": ["<howmany> (kinds|types) of {x:s}", "<howmany> different {x:s}", "number of different {x:s}"],
}
COLOURED = {
    "question": [
        "(which|what) {x:bare} is {colour} [<thisin>]",
        "(which|what) (one|of the {x:s}) is {colour} , (which|what) {x:bare}",
        "(which|what) is the {colour} {x:bare} [<thisin>]",
        "(what|which) {x:bare} has the <colour> {colour}",
        "(what|which) (kind|type) of {x:bare} is {colour}",
        "which {x:bare} do you see in {colour}",
    ],
    "clause": ["(which|what) {x:bare} is {colour} [<thisin>]", "~which {x:bare} has the <colour> {colour}"],
    "command": ["(name|identify) the {colour} {x:bare} [<thisin>]"],
    "noun": ["the {x:bare} (that is|in) {colour}"],
    "terse": ["(which|what) {x:bare} {colour}", "the {colour} {x:bare}", "{x:bare} that is {colour}"],
}
OF_COLOUR = {
    "question": [
        "what is {x:hue} [<thisin>]",
        "(which|what) (things|objects|items) are {x:hue} [<thisin>]",
        "(which|what) {x:hue} (things|objects|items) (are there|do you see|can you see) [<thisin>]",
        "what (do|can) you see that is {x:hue}",
        "what (has|is of) the <colour> {x:hue} [<thisin>]",
    ],
    "clause": ["(what|which things) (is|are) {x:hue} [<thisin>]", "~what there is in {x:hue}"],
    "command": [
        "(name|list) (all|all the|the) {x:hue} (things|objects|items) [<thisin>]",
        "(name|list) everything {x:hue}",
    ],
    "noun": ["the {x:hue} (things|objects|items) [<thisin>]"],
    "terse": ["everything {x:hue}", "what's {x:hue}", "all that is {x:hue}"],
}
COUNT_BESIDE = {
    "question": [
        "<howmany> {x:s} are {side} {y:the}",
        "<howmany> {x:s} (do|can) you (see|count) {side} {y:the}",
        "<howmany> {x:s} (lie|stand|can be seen) {side} {y:the}",
        "{side} {y:the} , <howmany> {x:s} are there",
    ],
    "clause": ["<howmany> {x:s} are {side} {y:the}", "~<howmany> {x:s} you can count {side} {y:the}"],
    "command": ["count the {x:s} {side} {y:the}", "say how many {x:s} are {side} {y:the}"],
    "noun": ["the <numberof> {x:s} {side} {y:the}"],
    "terse": ["<howmany> {x:s} {side} {y:the}", "{x:s} {side} {y:the} , how many"],
}
WITHIN = {
    "question": [
        "<whatis> (on|in) the {place:only_half} [of the <picture>]",
        "<whatis> at the {place:end} [of the <picture>]",
        "what (do you see|can you see|is there) (on|in) the {place:only_half} [of the <picture>]",
        "what (do you see|can you see|is there) at the {place:end} [of the <picture>]",
        "(which|what) (things|objects|items) are (on|in) the {place:only_half} [of the <picture>]",
        "(which|what) (things|objects|items) are at the {place:end} [of the <picture>]",
    ],
    "clause": [
        "what (is|you see) (on|in) the {place:only_half}",
        "~which things you see (on|in) the {place:only_half}",
    ],
    "command": [
        "(list|name|describe) (everything|all things|what is) (on|in) the {place:only_half} [of the <picture>]"
    ],
    "noun": ["the (things|objects|items) (on|in) the {place:only_half} [of the <picture>]"],
    "terse": [
        "what (on|in) the {place:only_half}",
        "(on|in) the {place:only_half}",
        "everything (on|in) the {place:only_half}",
    ],
}
IS_GROUND = {
    "question": [
        "is (this|it|that) {ground}",
        "is (this|it) a <picture> of {ground}",
        "are (the|these) (things|objects|items|words) on {ground}",
        "(do|can) you see {ground} [<thisin>|in the background]",
        "is the background {ground}",
        "is there {ground} (behind|under|in the background|~under all that)",
        "would you say (this|it) is {ground}",
        "is (this|it) {ground} or not",
    ],
    "clause": ["(if|whether) (this|it) is {ground}", "~whether the things are on {ground}"],
    "command": ["(check|say) (if|whether) (this|it) is {ground}"],
    "terse": ["(this|it) is {ground} [, right]", "is this {ground} , yes or no", "{ground} in the background"],
}
FILLED = {
    "question": [
        "<howmany> (cells|squares|fields|places) are (filled|taken|full|not empty|~not free) [<thisin>]",
        "<howmany> (cells|squares|fields|places) (have|hold|contain) (something|a <thing>) [<thisin>]",
        "<howmany> (filled|full) (cells|squares|fields|places) (are there|do you see) [<thisin>]",
    ],
    "clause": ["<howmany> (cells|squares|fields|places) are (filled|taken|full)", "~how many cells have something"],
    "command": ["count the (filled|full|taken) (cells|squares|fields|places) [<thisin>]"],
    "noun": ["the <numberof> (filled|full|taken) (cells|squares|fields|places) [<thisin>]"],
    "terse": ["<howmany> (filled|full|taken) [cells|squares|fields|places]", "filled cells"],
}
ANY_FREE = {
    "question": [
        "are there [any] (empty|free|blank) (cells|squares|fields|places) [left] [<thisin>]",
        "is there (an empty|a free) (cell|square|field|place) [left] [<thisin>]",
        "(is any cell|is any place|are any cells|are some fields) (empty|free)",
        "is any (cell|square|field|place) (empty|free|~without a thing) [<thisin>]",
        "do you see (an empty|a free|any empty) (cell|square|field|place) [<thisin>]",
    ],
    "clause": [
        "(if|whether) there (is an empty cell|are empty cells|are free places) [<thisin>]",
        "~whether any cell is free",
    ],
    "command": ["(check|see) (if|whether) there (is an empty cell|are empty cells) [<thisin>]"],
    "terse": ["any (empty|free) (cells|squares|places)", "any (cell|place) (empty|free)"],
}
SIZE_OF_BOARD = {
    "question": [
        "how (big|large) is (the|this) <board>",
        "<whatis> the size of (the|this) <board>",
        "<howmany> rows and columns (are there|does it have|does the <board> have) [<thisin>]",
        "what (size|format) (is|has) (the|this) <board>",
        "<howmany> rows and [how many] columns (are there|do you see|can you see) [<thisin>]",
    ],
    "clause": [
        "how (big|large) (the|this) <board> is",
        "<howmany> rows and columns there are",
        "~what size the <board> has",
    ],
    "command": ["count the rows and [the] columns [<thisin>]"],
    "noun": ["the size of (the|this) <board>", "the number of rows and columns [<thisin>]"],
    "terse": ["size of the <board>", "rows and columns", "<howmany> rows and columns"],
}
