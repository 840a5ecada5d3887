"""How families about price lists, departure boards and numbers are worded (see `wordings_things` for the notation)."""

PRICE = {
    "question": [
        "how much (is|are) [the] {text:word}",
        "how much (does|do|would|will) [the] {text:word} cost",
        "<whatis> the (price|cost) (of|for) [the] {text:word}",
        "what does [the|a] {text:word} cost",
        "(what|which) (price|number) (does [the] {text:word} have|has [the] {text:word})",
        "how much (do i pay|must i pay|do they want|do they ask|~will i have to pay) for [the] {text:word}",
        "(what|which) (number|price) (stands|is) (next to|behind|beside|after) [the word] {text:word}",
        "how expensive is [the] {text:word}",
        "<whatis> the (number|price) (next to|behind|beside|after) [the word] {text:word}",
        "for how much is [the] {text:word} sold",
    ],
    "clause": [
        "how much [the] {text:word} (is|costs)",
        "what [the] {text:word} costs",
        "what the (price|cost) of [the] {text:word} is",
        "~which price [the] {text:word} has",
    ],
    "command": [
        "(give|say|read|find) the price (of|for) [the] {text:word}",
        "look up the price (of|for) [the] {text:word}",
    ],
    "noun": ["the (price|cost) (of|for) [the] {text:word}"],
    "terse": [
        "(price|cost) (of|for) [the] {text:word}",
        "{text:word} price",
        "how much {text:word}",
        "how much for [the] {text:word}",
        "{text:word} , how much",
        "~{text:word} : what price",
    ],
}
TIME = {
    "question": [
        "(when|at what time) does the [train to] {text:word} [train] (leave|depart|go|start)",
        "when does the train (to|for) {text:word} (leave|depart|go)",
        "(when|at what time) is the [next] (train|departure) (to|for) {text:word}",
        "what time (does the train to {text:word} leave|is the train to {text:word})",
        "(when|at what time) can i (leave|go|travel) to {text:word}",
        "<whatis> the (time|departure time) (of|for) [the train to] {text:word}",
        "when (do i|can we|do we) (leave|depart) for {text:word}",
    ],
    "clause": [
        "(when|at what time) the train to {text:word} (leaves|departs|goes)",
        "when there is a train to {text:word}",
        "~at what time i can leave for {text:word}",
    ],
    "command": ["(give|say|find|read) the [departure] time (of|for) [the train to] {text:word}"],
    "noun": ["the [departure] time (of|for) [the train to] {text:word}"],
    "terse": [
        "(when|what time) to {text:word}",
        "time (of|for) {text:word}",
        "train to {text:word} , when",
        "departure {text:word}",
    ],
}
PLATFORM = {
    "question": [
        "(from|at|on) (what|which) (platform|track|gate) does the [train to] {text:word} [train] (leave|depart|go)",
        "(what|which) (platform|track|gate) does the train (to|for) {text:word} (leave|depart|go) from",
        "(what|which) (platform|track|gate) is (it|the train) (to|for) {text:word}",
        "<whatis> the (platform|track|gate) (of|for) [the train to] {text:word}",
        "(what|which) (platform|track|gate) do i need for {text:word}",
        "where does the train to {text:word} (leave|depart) , (which|what) (platform|track)",
    ],
    "clause": [
        "(from|at) (what|which) (platform|track|gate) the train to {text:word} (leaves|departs|goes)",
        "~which platform i need for {text:word}",
    ],
    "command": ["(give|say|find|read) the (platform|track|gate) (of|for) [the train to] {text:word}"],
    "noun": ["the (platform|track|gate) (of|for) [the train to] {text:word}"],
    "terse": [
        "(platform|track|gate) (of|for|to) {text:word}",
        "{text:word} (platform|track)",
        "(what|which) (platform|track) {text:word}",
    ],
}
PRICED = {
    "question": [
        "(what|which) (<thing>|product|article) (costs|is) {text:number}",
        "what costs {text:number} [<thisin>]",
        "what is (priced at|sold for|to be had for|~there for) {text:number}",
        "what (can|do) i (buy|get|have) for {text:number}",
        "(which|what) word is next to [the number] {text:number}",
        "whose price is {text:number}",
        "what has (a|the) price [of] {text:number}",
    ],
    "clause": [
        "what costs {text:number}",
        "what i can (buy|get) for {text:number}",
        "~which article has the price {text:number}",
    ],
    "command": ["(name|find) the (<thing>|product|article) (for|that costs) {text:number}"],
    "noun": ["the (<thing>|product|article) (for|that costs) {text:number}"],
    "terse": [
        "{text:number} is the price of what",
        "what for {text:number}",
        "costs {text:number}",
        "what costs {text:number}",
    ],
}
TRAIN_AT = {
    "question": [
        "where does the train (at|of) {text:number} go [to]",
        "(what|which) (train|city|destination) (leaves|departs|goes|is there) at {text:number}",
        "what leaves at {text:number}",
        "where (can|do) i go at {text:number}",
        "to (what|which) city does the {text:number} [train] go",
        "<whatis> the destination (at|of) [the] {text:number} [train]",
    ],
    "clause": [
        "where the train at {text:number} goes",
        "(what|which) train leaves at {text:number}",
        "~to which city i can go at {text:number}",
    ],
    "command": ["(name|find|give) the (destination|city) of the train at {text:number}"],
    "noun": ["the destination of the (train at {text:number}|{text:number} train)"],
    "terse": [
        "train at {text:number}",
        "{text:number} to where",
        "departure at {text:number}",
        "destination {text:number}",
    ],
}
PRICE_EXTREME = {
    "question": [
        "<whatis> the {extreme:price_extreme} [<thing>|product|article] [<thisin>]",
        "(what|which) (<thing>|product|article|one) is [the] {extreme:price_extreme}",
        "what is {extreme:price_extreme} [<thisin>]",
        "(what|which) (<thing>|product|article) has the {extreme:number_extreme} price",
        "what costs {extreme:most}",
        "(what|which) (<thing>|product|article|one) costs {extreme:most}",
        "for what do i pay {extreme:most}",
        "the {extreme:number_extreme} price is for what",
    ],
    "clause": [
        "what is {extreme:price_extreme}",
        "(what|which) (<thing>|product|article) is [the] {extreme:price_extreme}",
        "~which article has the {extreme:number_extreme} price",
    ],
    "command": ["(name|find) the {extreme:price_extreme} (<thing>|product|article) [<thisin>]"],
    "noun": [
        "the {extreme:price_extreme} (<thing>|product|article) [<thisin>]",
        "the <thing> with the {extreme:number_extreme} price",
    ],
    "terse": [
        "{extreme:price_extreme}",
        "{extreme:price_extreme} (<thing>|product|article)",
        "what's {extreme:price_extreme}",
    ],
}
PRICE_LARGER = {
    "question": [
        "is [the] {text:word} {more:price_larger} than [the] {other:word}",
        "(does|do) [the] {text:word} cost {more:costs} than [the] {other:word}",
        "is the price of [the] {text:word} {more:number_larger} than that of [the] {other:word}",
        "(do|must) i pay {more:costs} for [the] {text:word} than for [the] {other:word}",
        "is it (true|right|correct) that [the] {text:word} is {more:price_larger} than [the] {other:word}",
        "would you say [the] {text:word} costs {more:costs} than [the] {other:word}",
    ],
    "clause": [
        "(if|whether) [the] {text:word} is {more:price_larger} than [the] {other:word}",
        "~whether [the] {text:word} costs {more:costs} than [the] {other:word}",
    ],
    "command": ["(check|say) (if|whether) [the] {text:word} is {more:price_larger} than [the] {other:word}"],
    "terse": [
        "{text:word} {more:price_larger} than {other:word}",
        "is {text:word} {more:price_larger} than {other:word}",
    ],
}
GOODS = {
    "question": [
        "what can (i|we|you|one) (buy|get|have) [here|there]",
        "what (do|can) they (sell|offer|have) [here]",
        "what is (on|in) (the|this) (list|menu|board)",
        "(which|what) (things|items|products|articles) are (on|in) (the|this) (list|menu)",
        "what is (for sale|sold|offered) [here|there]",
        "what does the (list|menu) (have|offer|contain)",
    ],
    "clause": ["what (i|one|you) can (buy|get) [here]", "what they sell", "~what the list can offer"],
    "command": [
        "(list|name) (everything|all [the] (things|products|items)) (for sale|on the (list|menu)|that they sell)"
    ],
    "noun": ["the (things|products|items|articles) (on|in) (the|this) (list|menu)"],
    "terse": ["(what|things) for sale", "products", "articles", "what's (on|in) the (list|menu)"],
}
LISTED = {
    "question": [
        "is [the] {text:word} (on|in) (the|this) (list|menu|board)",
        "(do|can) (they|you) (sell|have|offer) [any] {text:word} [here]",
        "can (i|we|one) (buy|get|have) [some|a] {text:word} [here]",
        "is there [any|a] {text:word} (on|in) (the|this) (list|menu|board)",
        "is {text:word} (sold|listed|offered|for sale) [here]",
        "does (the|this) (list|menu|board) (have|show|contain) {text:word}",
        "could (i|we) have {text:word} [here]",
    ],
    "clause": ["(if|whether) they (sell|have) {text:word}", "~whether {text:word} is on the list"],
    "command": ["(check|see) (if|whether) they (sell|have) {text:word}"],
    "terse": ["{text:word} on the (list|menu)", "any {text:word} on the (list|menu)", "got {text:word}"],
}
