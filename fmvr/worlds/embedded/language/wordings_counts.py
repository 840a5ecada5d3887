"""How families about counts are worded (see `wordings_things` for the notation)."""

COUNT = {
    "question": [
        "<howmany> {x:s} (are there|are|can you see|do you see|can be seen|do you count|can you count) [<thisin>]",
        "<howmany> {x:s} does (the|this) <picture> (show|have|contain)",
        "<howmany> {x:s} [are] <thisin>",
        "<howmany> {x:s} (do we have|can you find|~could you find|did you find) [<thisin>]",
        "of {x:s} , how many are there [<thisin>]",
    ],
    "clause": [
        "<howmany> {x:s} (there are|you [can] see|are there) [<thisin>]",
        "<howmany> {x:s} are <thisin>",
        "~<howmany> {x:s} you can count [<thisin>]",
    ],
    "command": [
        "count [up] (all|all the|the|) {x:s} [<thisin>]",
        "(count|~tell) how many {x:s} there are [<thisin>]",
        "give (the|a) <numberof> {x:s} [<thisin>]",
    ],
    "noun": ["(the|~whole) <numberof> {x:s} [<thisin>]", "the {x:bare} count"],
    "terse": [
        "<howmany> {x:s}",
        "<numberof> {x:s}",
        "{x:bare} count",
        "count of {x:s} [<thisin>]",
        "{x:s} : how many",
        "{x:s} - how many [<thisin>]",
        "~{x:s} , how many of them",
    ],
}
COUNT_IN = {  # within a place, a row, a column
    "question": [
        "<howmany> {x:s} (are there|are|can you see|do you see|do you count)",
        "<howmany> {x:s} (can be seen|do you find)",
    ],
    "clause": ["<howmany> {x:s} (there are|you [can] see|are there)"],
    "command": ["count [all] the {x:s}", "(count|~tell) how many {x:s} there are"],
    "noun": ["the <numberof> {x:s}"],
    "terse": ["<howmany> {x:s}", "<numberof> {x:s}", "{x:s} : how many"],
}
COMPARE = {
    "question": [
        "are there {more} {x:s} than {y:s} [<thisin>]",
        "<see> {more} {x:s} than {y:s} [<thisin>]",
        "does (the|this) <picture> (show|have|contain) {more} {x:s} than {y:s}",
        "is the number of {x:s} {more:bigger} than (the number|that) of {y:s}",
        "are {more} {x:s} than {y:s} <thisin>",
        "is it (true|right|correct) that there are {more} {x:s} than {y:s}",
    ],
    "clause": [
        "(if|whether) there are {more} {x:s} than {y:s} [<thisin>]",
        "~whether you see {more} {x:s} than {y:s} [<thisin>]",
    ],
    "command": ["(check|say) (if|whether) there are {more} {x:s} than {y:s} [<thisin>]"],
    "terse": [
        "{more} {x:s} than {y:s} [<thisin>]",
        "any {more} {x:s} than {y:s}",
        "~are {more} {x:s} there than {y:s}",
    ],
}
AS_MANY = {
    "question": [
        "are there [just|exactly] as many {x:s} as {y:s} [<thisin>]",
        "<see> as many {x:s} as {y:s} [<thisin>]",
        "are there equally many {x:s} and {y:s} [<thisin>]",
        "is the number of {x:s} the same as the number of {y:s}",
        "is there the same number of {x:s} and {y:s} [<thisin>]",
        "is the number of {x:s} and {y:s} the same",
    ],
    "clause": [
        "(if|whether) there are as many {x:s} as {y:s} [<thisin>]",
        "~whether there are equally many {x:s} and {y:s} [<thisin>]",
    ],
    "command": ["(check|say) (if|whether) there are as many {x:s} as {y:s} [<thisin>]"],
    "terse": ["as many {x:s} as {y:s} [<thisin>]", "same number of {x:s} and {y:s}", "equal number of {x:s} and {y:s}"],
}
WHICH_MORE = {
    "question": [
        "are there {more} {x:s} or [{more}] {y:s} [<thisin>]",
        "(which|what) are there {more} of [<thisin>] [,|:] {x:s} or {y:s}",
        "(what|which) (is there|do you see) {more} of [<thisin>] [,|:] {x:s} or {y:s}",
        "(which|what) are {more} [,|:] {x:s} or {y:s}",
        "of which are there {more} [<thisin>] [,|:] {x:s} or {y:s}",
        "<see> {more} {x:s} or {y:s} [<thisin>]",
    ],
    "clause": [
        "(if|whether) there are {more} {x:s} or {y:s} [<thisin>]",
        "(which|what) there are {more} of , {x:s} or {y:s}",
        "~of which there are {more} , {x:s} or {y:s}",
    ],
    "command": ["say whether there are {more} {x:s} or {y:s}"],
    "terse": ["{more} {x:s} or {y:s} [<thisin>]", "{x:s} or {y:s} , (which|what) are {more}"],
}
