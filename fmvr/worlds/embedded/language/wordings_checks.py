"""How families that name a number or list are worded (see `wordings_things` for the notation)."""

IS_COUNT = {
    "question": [
        "are there {how} {n:count} {x:s} [<thisin>]",
        "<see> {how} {n:count} {x:s} [<thisin>]",
        "is the number of {x:s} {how} {n:count}",
        "does (the|this) <picture> (show|have|contain) {how} {n:count} {x:s}",
        "are {how} {n:count} {x:s} <thisin>",
        "is it (true|right|correct) that there are {how} {n:count} {x:s}",
        "(do|can) you count {how} {n:count} {x:s} [<thisin>]",
    ],
    "clause": ["(if|whether) there are {how} {n:count} {x:s} [<thisin>]", "~whether you count {how} {n:count} {x:s}"],
    "command": ["(check|say) (if|whether) there are {how} {n:count} {x:s} [<thisin>]"],
    "terse": [
        "{how} {n:count} {x:s} [<thisin>]",
        "{how} {n:count} {x:s} , yes or no",
        "there are {how} {n:count} {x:s} , right",
    ],
}
IS_NUMBER = {
    "question": [
        "is the number on {x:the} {text:number}",
        "does {x:the} (show|say|have|bear) [the number] {text:number}",
        "is [the number] {text:number} [<written>] on {x:the}",
        "is it (true|right|correct) that {x:the} (shows|says) {text:number}",
        "(can|do) you (read|see) [the number] {text:number} on {x:the}",
        "is there [a|the number] {text:number} on {x:the}",
    ],
    "clause": [
        "(if|whether) {x:the} (shows|says) [the number] {text:number}",
        "~whether you can read {text:number} on {x:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} (shows|says) [the number] {text:number}"],
    "terse": ["{x:the} (shows|says) {text:number} [, right]", "{text:number} on {x:the} , yes or no"],
}
IS_PRICE = {
    "question": [
        "(does|do) [the] {text:word} cost {number}",
        "is the price (of|for) [the] {text:word} {number}",
        "(is|are) [the] {text:word} {number}",
        "is it (true|right|correct) that [the] {text:word} costs {number}",
        "can i (buy|get|have) [the] {text:word} for {number}",
    ],
    "clause": ["(if|whether) [the] {text:word} costs {number}", "~whether the price of [the] {text:word} is {number}"],
    "command": ["(check|say) (if|whether) [the] {text:word} costs {number}"],
    "terse": ["{text:word} costs {number} [, right]", "{text:word} for {number} , yes or no"],
}
NEARER = {
    "question": [
        "is {x:the} (nearer|closer) to {z:the} than {y:the} [is]",
        "does {x:the} (lie|stand) (nearer|closer) to {z:the} than {y:the} [does]",
        "is it (true|right|correct) that {x:the} is (nearer|closer) to {z:the} than {y:the}",
        "compared to {y:the} , is {x:the} (nearer|closer) to {z:the}",
    ],
    "clause": [
        "(if|whether) {x:the} is (nearer|closer) to {z:the} than {y:the}",
        "~whether it is {x:the} that is closer to {z:the} than {y:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} is (nearer|closer) to {z:the} than {y:the}"],
    "terse": ["{x:the} (nearer|closer) to {z:the} than {y:the} [, yes or no|, right]"],
}
WHICH_NEARER = {
    "question": [
        "(which|what) is (nearer|closer) to {z:the} [:|,] {x:the} or {y:the}",
        "(which|what) (one|of the two|of them) is (nearer|closer) to {z:the} [:|,] {x:the} or {y:the}",
        "is {x:the} or {y:the} (nearer|closer) to {z:the}",
        "of {x:the} and {y:the} , which is (nearer|closer) to {z:the}",
        "what (lies|stands) (nearer|closer) to {z:the} [:|,] {x:the} or {y:the}",
    ],
    "clause": [
        "(which|what) is (nearer|closer) to {z:the} , {x:the} or {y:the}",
        "~which of {x:the} and {y:the} is closer to {z:the}",
    ],
    "command": ["(name|choose) the one (nearer|closer) to {z:the} [:|,] {x:the} or {y:the}"],
    "terse": [
        "(nearer|closer) to {z:the} , {x:the} or {y:the}",
        "{x:the} or {y:the} , which is (nearer|closer) to {z:the}",
    ],
}
IS_IN = {
    "question": [
        "is {x:the} in <line>",
        "do you see {x:the} in <line>",
        "does {x:the} (lie|stand|hang) in <line>",
        "is it (true|right|correct) that {x:the} is in <line>",
        "does <line> (have|hold|contain) {x:the}",
        "is {x:the} one of the things in <line>",
    ],
    "clause": ["(if|whether) {x:the} is in <line>", "~whether you find {x:the} in <line>"],
    "command": ["(check|say) (if|whether) {x:the} is in <line>"],
    "terse": ["{x:the} in <line> [, yes or no|, right]", "{x:the} is in <line> [, right]"],
}
TAKEN = {
    "question": [
        "is (anything|something) (in|at) <cell>",
        "is there (anything|something|a <thing>) (in|at) <cell>",
        "is <cell> (filled|taken|full|in use|~not empty)",
        "does <cell> (have|hold|contain|show) (anything|something|a <thing>)",
        "(do|can) you see (anything|something|a <thing>) (in|at) <cell>",
    ],
    "clause": ["(if|whether) (anything|something) is (in|at) <cell>", "~whether <cell> has something in it"],
    "command": ["(check|say) (if|whether) (anything|something) is (in|at) <cell>"],
    "terse": ["(anything|something) (in|at) <cell>", "<cell> (filled|taken|full)"],
}
CELL_KIND = {
    "question": [
        "(which|what) {x:bare} is (in|at) <cell>",
        "(which|what) {x:bare} (do|can) you see (in|at) <cell>",
        "(what|which) (kind|type|sort) of {x:bare} is (in|at) <cell>",
        "<whatis> the {x:bare} (in|at) <cell>",
        "(which|what) {x:bare} (lies|stands|hangs) (in|at) <cell>",
    ],
    "clause": ["(which|what) {x:bare} is (in|at) <cell>", "~which kind of {x:bare} you see (in|at) <cell>"],
    "command": ["(name|identify) the {x:bare} (in|at) <cell>"],
    "noun": ["the {x:bare} (in|at) <cell>"],
    "terse": ["(which|what) {x:bare} (in|at) <cell>", "kind of {x:bare} (in|at) <cell>"],
}
WHICH_IN = {
    "question": [
        "(which|what) {x:s} (are|are there|do you see|can you see)",
        "(which|what) {x:bare} (is|is there)",
        "(what|which) (kinds|types|sorts) of {x:s} (are|are there|do you see)",
    ],
    "clause": ["(which|what) {x:s} (are|there are|you see)", "~which kinds of {x:s} you see"],
    "command": ["(list|name) [all] the {x:s}"],
    "noun": ["the list of [all] {x:s}"],
    "terse": ["(which|what) {x:s}", "all [the] {x:s}"],
}
BESIDE_ALL = {
    "question": [
        "(which|what) (things|objects|items) are {side} {y:the}",
        "(which|what) (things|objects|items) (do|can) you see {side} {y:the}",
        "what are the (things|objects|items) {side} {y:the}",
        "what (all|things) can be seen {side} {y:the}",
        "(which|what) (things|objects|items) (lie|stand) {side} {y:the}",
    ],
    "clause": ["(which|what) (things|objects|items) are {side} {y:the}", "~which things can be seen {side} {y:the}"],
    "command": ["(list|name) (everything|all things|all [the] objects|the things) {side} {y:the}"],
    "noun": ["the (things|objects|items) {side} {y:the}"],
    "terse": ["everything {side} {y:the}", "all (things|objects|items) {side} {y:the}"],
}
