"""How families about order, size and kind are worded (see `wordings_things` for the notation)."""

EXTREME = {
    "question": [
        "<whatis> the {extreme} <thing> [<thisin>]",
        "(which|what) <thing> is {extreme:furthest} [<thisin>]",
        "(which|what) is the {extreme} <thing> [<thisin>]",
        "(which|what) is {extreme:furthest} [<thisin>]",
        "(which|what) of the (things|objects|items) is {extreme:furthest}",
        "(can|do) you see (which|what) <thing> is {extreme:furthest}",
        "(which|what) one is {extreme:furthest}",
    ],
    "clause": [
        "(which|what) <thing> is {extreme:furthest} [<thisin>]",
        "(which|what) is the {extreme} <thing>",
        "what the {extreme} <thing> is",
        "~which of the things is {extreme:furthest}",
    ],
    "command": [
        "(name|identify|find|point out) the {extreme} <thing> [<thisin>]",
        "~name whatever is {extreme:furthest}",
    ],
    "noun": ["the {extreme} <thing> [<thisin>]", "the <thing> (that is|which is|) {extreme:furthest}"],
    "terse": ["{extreme} <thing>", "the {extreme} one", "{extreme:furthest}", "what {extreme:furthest}"],
}
EXTREME_KIND = {
    "question": [
        "<whatis> the {extreme} {x:bare} [<thisin>]",
        "(which|what) {x:bare} is {extreme:furthest} [<thisin>]",
        "(which|what) is the {extreme} {x:bare} [<thisin>]",
        "(which|what) of the {x:s} is {extreme:furthest}",
        "(what|which) (kind|type|sort) of {x:bare} is {extreme:furthest}",
    ],
    "clause": [
        "(which|what) {x:bare} is {extreme:furthest} [<thisin>]",
        "what the {extreme} {x:bare} is",
        "~which of the {x:s} is {extreme:furthest}",
    ],
    "command": ["(name|identify|find|point out) the {extreme} {x:bare} [<thisin>]"],
    "noun": ["the {extreme} {x:bare} [<thisin>]", "the {x:bare} (that is|) {extreme:furthest}"],
    "terse": ["{extreme} {x:bare}", "the {extreme} {x:bare}", "(what|which) {x:bare} {extreme:furthest}"],
}
LARGER = {
    "question": [
        "is {x:the} {more:larger} than {y:the} [<thisin>]",
        "(does|would) {x:the} (look|~appear) {more:larger} than {y:the}",
        "would you say {x:the} is {more:larger} than {y:the}",
        "is it (true|right|correct) that {x:the} is {more:larger} than {y:the}",
        "isn't {x:the} {more:larger} than {y:the}",
        "is {x:the} the {more:larger} one , compared to {y:the}",
        "compared to {y:the} , is {x:the} {more:larger}",
    ],
    "clause": [
        "(if|whether) {x:the} is {more:larger} than {y:the} [<thisin>]",
        "~whether {x:the} looks {more:larger} than {y:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} is {more:larger} than {y:the}"],
    "terse": [
        "{x:the} {more:larger} than {y:the} [, yes or no]",
        "{x:bare} {more:larger} than {y:bare}",
        "{x:the} is {more:larger} than {y:the} [, right]",
    ],
}
WHICH_LARGER = {
    "question": [
        "(which|what) is {more:larger} [:|,] {x:the} or {y:the}",
        "(which|what) (one|of the two|of them) is {more:larger} [:|,] {x:the} or {y:the}",
        "which <thing> is {more:larger} [:|,] {x:the} or {y:the}",
        "is {x:the} or {y:the} {more:larger}",
        "which is the {more:larger} (one|<thing>) [:|,] {x:the} or {y:the}",
        "of {x:the} and {y:the} , which is {more:larger}",
        "what looks {more:larger} [:|,] {x:the} or {y:the}",
    ],
    "clause": [
        "(which|what) is {more:larger} , {x:the} or {y:the}",
        "(if|whether) {x:the} or {y:the} is {more:larger}",
        "~which of {x:the} and {y:the} is {more:larger}",
    ],
    "command": ["(name|choose) the {more:larger} (one|<thing>) [:|,] {x:the} or {y:the}"],
    "noun": ["the {more:larger} one , {x:the} or {y:the}", "the {more:larger} of {x:the} and {y:the}"],
    "terse": ["{more:larger} , {x:the} or {y:the}", "{x:the} or {y:the} , which is {more:larger}"],
}
IS_AN = {
    "question": [
        "is {y:the} {x:a}",
        "is {y:the} {x:a} or something else",
        "would you call {y:the} {x:a}",
        "does {y:the} look like {x:a}",
        "is it (true|right|correct) that {y:the} is {x:a}",
        "is that {x:a} or not , {y:the}",
        "could {y:the} be {x:a}",
    ],
    "clause": ["(if|whether) {y:the} is {x:a}", "~whether {y:the} looks like {x:a}"],
    "command": ["(check|say) (if|whether) {y:the} is {x:a}"],
    "terse": ["{y:the} is {x:a} [, right]", "{y:the} , {x:a}", "{y:the} : {x:a} , yes or no"],
}
CHOOSE_AN = {
    "question": [
        "is {y:the} {x:a} or {z:a}",
        "what is {y:the} [:|,] {x:a} or {z:a}",
        "is {y:the} {x:a} or is it {z:a}",
        "would you call {y:the} {x:a} or {z:a}",
        "does {y:the} look like {x:a} or {z:a}",
        "which is it , is {y:the} {x:a} or {z:a}",
    ],
    "clause": ["(if|whether) {y:the} is {x:a} or {z:a}", "~whether {y:the} looks like {x:a} or {z:a}"],
    "command": ["(say|decide) whether {y:the} is {x:a} or {z:a}"],
    "terse": ["{y:the} , {x:a} or {z:a}", "{y:the} : {x:a} or {z:a}", "{x:a} or {z:a} , {y:the}"],
}
