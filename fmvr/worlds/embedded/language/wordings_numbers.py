"""How families that compare numbers and prices are worded (see `wordings_things` for the notation)."""

WHICH_PRICED = {
    "question": [
        "(which|what) is {more:price_larger} [:|,] [the] {text:word} or [the] {other:word}",
        "(which|what) (one|of the two|of them) is {more:price_larger} [:|,] [the] {text:word} or [the] {other:word}",
        "(which|what) costs {more:costs} [:|,] [the] {text:word} or [the] {other:word}",
        "is [the] {text:word} or [the] {other:word} {more:price_larger}",
        "for which do i pay {more:costs} [:|,] [the] {text:word} or [the] {other:word}",
    ],
    "clause": [
        "(which|what) is {more:price_larger} , [the] {text:word} or [the] {other:word}",
        "~(which|what) costs {more:costs} , [the] {text:word} or [the] {other:word}",
    ],
    "command": ["(name|choose) the {more:price_larger} one [:|,] [the] {text:word} or [the] {other:word}"],
    "terse": [
        "{text:word} or {other:word} , which is {more:price_larger}",
        "{more:price_larger} , {text:word} or {other:word}",
    ],
}
PRICE_VALUE = {
    "question": [
        "<whatis> the {extreme:number_extreme} price [<thisin>]",
        "(which|what) price is [the] {extreme:number_extreme} [<thisin>]",
        "how much does the {extreme:price_extreme} (<thing>|article|product) cost",
        "how much is the {extreme:price_extreme} (<thing>|article|product)",
        "<whatis> the price of the {extreme:price_extreme} (<thing>|article|product)",
    ],
    "clause": ["what the {extreme:number_extreme} price is", "~how much the {extreme:price_extreme} thing costs"],
    "command": ["(give|say|find|name) the {extreme:number_extreme} price"],
    "noun": ["the {extreme:number_extreme} price [<thisin>]", "the {extreme:number_extreme} of [all] the prices"],
    "terse": ["{extreme:number_extreme} price", "{extreme:number_extreme} price <thisin>"],
}
NUMBER_EXTREME = {
    "question": [
        "<whatis> the {extreme:number_extreme} number [<thisin>|you see|you can see|written]",
        "(which|what) number is [the] {extreme:number_extreme} [<thisin>]",
        "(which|what) is the {extreme:number_extreme} (number|~figure|value) [<thisin>]",
        "(which|what) of the numbers is [the] {extreme:number_extreme}",
        "(do|can) you see which number is {extreme:number_extreme}",
    ],
    "clause": [
        "(which|what) number is [the] {extreme:number_extreme} [<thisin>]",
        "what the {extreme:number_extreme} number is [<thisin>]",
        "~which of the numbers is the {extreme:number_extreme}",
    ],
    "command": ["(name|give|find|read|say) the {extreme:number_extreme} number [<thisin>]"],
    "noun": ["the {extreme:number_extreme} (number|value) [<thisin>]", "the number that is {extreme:number_extreme}"],
    "terse": [
        "{extreme:number_extreme} number",
        "{extreme:number_extreme} number <thisin>",
        "the {extreme:number_extreme} of [all] the numbers",
    ],
}
NUMBER_LARGER = {
    "question": [
        "is the number on {x:the} {more:number_larger} than (the number|the one|that) on {y:the}",
        "does {x:the} (show|have|bear|carry) (a|the) {more:number_larger} number than {y:the}",
        "has {x:the} [got] (a|the) {more:number_larger} number than {y:the}",
        "is it (true|right|correct) that the number on {x:the} is {more:number_larger} than that on {y:the}",
    ],
    "clause": [
        "(if|whether) the number on {x:the} is {more:number_larger} than (the number|the one|that) on {y:the}",
        "~whether {x:the} has a {more:number_larger} number than {y:the}",
    ],
    "command": ["(check|say) (if|whether) the number on {x:the} is {more:number_larger} than that on {y:the}"],
    "terse": [
        "number on {x:the} {more:number_larger} than on {y:the}",
        "{x:the} {more:number_larger} number than {y:the}",
    ],
}
