"""How families about what is there are worded: existence, counts, colours, categories, descriptions.

A family's bodies by type: `question` (direct), `clause` (behind `can you tell me`), `command`, `noun` (behind `what
is`, or alone) and `terse`. The notation is `grammar`'s; slots are the fields of the family's program.
"""

EXISTENCE = {
    "question": [
        "(is|isn't) there {x:a} [anywhere] [<thisin>]",
        "(are there|can you find|do you see|can you see) (any|~some) {x:s} [<thisin>]",
        "<see> {x:a} [anywhere] [<thisin>]",
        "does (the|this) <picture> (show|have|contain|include) (any {x:s}|{x:a})",
        "is {x:a} (to be seen|visible|~shown) [<thisin>]",
        "is {x:a} <thisin>",
        "are {x:s} [to be seen|visible|shown] <thisin>",
        "have you (seen|found|spotted) {x:a} [<thisin>]",
        "do we have (any {x:s}|{x:a}) [<thisin>]",
        "can {x:a} be (seen|found) [<thisin>]",
        "did (they|you) (draw|put) {x:a} [<thisin>]",
        "is (this|it|that) a <picture> (of|with) {x:a}",
        "is (even one|at least one|a single|one) {x:bare} [to be seen|visible] <thisin>",
    ],
    "clause": [
        "(if|whether) there (is {x:a}|are any {x:s}) [<thisin>]",
        "(if|whether) you [can] see {x:a} [<thisin>]",
        "(if|whether) the <picture> (shows|has|contains) {x:a}",
        "~whether {x:a} can be seen [<thisin>]",
    ],
    "command": ["(check|look) (if|whether) there is {x:a} [<thisin>]", "see if you can find {x:a} [<thisin>]"],
    "terse": [
        "any {x:s} [<thisin>]",
        "{x:a} [<thisin>]",
        "{x:s}",
        "{x:bare} (yes or no|or not|there)",
        "is there any {x:bare} [<thisin>]",
        "{x:s} yes or no",
        "there is {x:a} , right",
        "there is {x:a} , isn't there",
        "{x:name}",
        "~got any {x:s} [<thisin>]",
    ],
}
EXIST_IN = {
    "question": [
        "is there {x:a}",
        "are there (any|~some) {x:s}",
        "(do|can) you see {x:a}",
        "(do|can) you see any {x:s}",
        "is {x:a} to be seen",
    ],
    "clause": ["(if|whether) there (is {x:a}|are any {x:s})", "(if|whether) you [can] see {x:a}"],
    "command": ["check (if|whether) there is {x:a}"],
    "terse": ["any {x:s}", "{x:a}", "is there any {x:bare}"],
}
COLOUR = {
    "question": [
        "(what|which) <colour> is {x:the} [<thisin>|painted in|~drawn in]",
        "(what|which) <colour> (does {x:the} have|has {x:the})",
        "<whatis> {x:whose} <colour>",
        "<whatis> the <colour> of {x:the} [<thisin>]",
        "in (what|which) <colour> is {x:the} [painted|drawn|~shown]",
        "of (what|which) <colour> is {x:the}",
        "{x:the} is (what|which) <colour>",
        "{x:the} : (what|which) <colour> is it",
    ],
    "clause": [
        "(what|which) <colour> {x:the} (is|has) [<thisin>]",
        "what the <colour> of {x:the} is",
        "~in which <colour> {x:the} is drawn",
    ],
    "command": ["(name|say|describe|state|~read) the <colour> of {x:the} [<thisin>]"],
    "noun": ["the <colour> of {x:the} [<thisin>]"],
    "terse": [
        "{x:whose} <colour>",
        "<colour> of {x:the}",
        "{x:bare} <colour>",
        "<colour> of {x:bare}",
        "(what|which) <colour> {x:the}",
        "(what|which) <colour> {x:bare}",
        "{x:the} , <colour>",
    ],
}
IS_COLOUR = {
    "question": [
        "is {x:the} {colour} [or not|in <colour>|~or is it not]",
        "is the <colour> of {x:the} {colour}",
        "is {x:the} {colour} <thisin>",
        "(would|do) you (say|think) {x:the} is {colour}",
        "does {x:the} (look|have the <colour>) {colour}",
        "isn't {x:the} {colour}",
        "is it (true|right|correct) that {x:the} is {colour}",
        "has {x:the} the <colour> {colour}",
    ],
    "clause": ["(if|whether) {x:the} is {colour} [or not]", "~whether the <colour> of {x:the} is {colour}"],
    "command": ["(check|say) (if|whether) {x:the} is {colour}"],
    "terse": ["{x:the} is {colour} [, right|, yes or no]", "{x:bare} {colour} [, yes or no]", "{x:the} {colour}"],
}
CHOOSE_COLOUR = {
    "question": [
        "is {x:the} {colour} or {other:colour} [<thisin>]",
        "is {x:the} {colour} or is it {other:colour}",
        "(what|which) <colour> is {x:the} [:|,] {colour} or {other:colour}",
        "is the <colour> of {x:the} {colour} or {other:colour}",
        "would you (call {x:the}|say {x:the} is) {colour} or {other:colour}",
        "which is it , is {x:the} {colour} or {other:colour}",
        "does {x:the} look {colour} or {other:colour}",
    ],
    "clause": [
        "(if|whether) {x:the} is {colour} or {other:colour}",
        "(what|which) <colour> {x:the} is , {colour} or {other:colour}",
        "~whether it is {colour} or {other:colour} that {x:the} is",
    ],
    "command": ["(say|decide|choose) whether {x:the} is {colour} or {other:colour}"],
    "terse": [
        "{x:the} , {colour} or {other:colour}",
        "{x:bare} {colour} or {other:colour}",
        "{colour} or {other:colour} {x:bare}",
        "~{x:the} : is it {colour} or {other:colour}",
    ],
}
SAME_COLOUR = {
    "question": [
        "(are {x:the} and {y:the} [of]|do {x:the} and {y:the} have) the same <colour>",
        "(is {x:the} [of]|has {x:the}) the same <colour> as {y:the}",
        "is the <colour> of {x:the} (that|the same as the <colour>|the same as that) of {y:the}",
        "are {x:the} and {y:the} both of one <colour>",
        "do {x:the} and {y:the} share (a|the same|their|one) <colour>",
    ],
    "clause": [
        "(if|whether) {x:the} and {y:the} (have|share|are) the same <colour>",
        "~whether {x:the} is the same <colour> as {y:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} and {y:the} have the same <colour>"],
    "terse": ["{x:the} and {y:the} same <colour>", "same <colour> , {x:the} and {y:the}"],
}
WHICH = {
    "question": [
        "(which|what) {x:s} (are there|are|can you see|do you see|can be seen) [<thisin>]",
        "(which|what) {x:s} does (the|this) <picture> (show|have|contain)",
        "(which|what) {x:s} [are] <thisin>",
        "(what|which) (kind|kinds|type|types|sort|sorts) of {x:s} (are there|do you see|can you see) [<thisin>]",
        "<whatis> there in the way of {x:s}",
        "(which|what) {x:bare} (is there|is|do you see|can you see) [<thisin>]",
        "(what|which) (kind|type|sort) of {x:bare} (is there|is|do you see|can you see) [<thisin>]",
        "(can|could) you (list|name) [all] the {x:s} [<thisin>]",
    ],
    "clause": [
        "(which|what) {x:s} (there are|you [can] see|are there) [<thisin>]",
        "~which kinds of {x:s} you can see [<thisin>]",
    ],
    "command": [
        "(list|name|enumerate|~show) (all the|all|the|all of the|) {x:s} [<thisin>]",
        "(list|name) (every|each) {x:bare} [<thisin>]",
        "make a list of [all] the {x:s}",
    ],
    "noun": ["(a|the) list of [all] [the] {x:s} [<thisin>]"],
    "terse": [
        "(which|what) {x:s} [<thisin>]",
        "list of {x:s}",
        "all [the] {x:s}",
        "names of [all] [the] {x:s}",
        "kinds of {x:s}",
    ],
}
DESCRIBE = {
    "question": [
        "<whatis> <thisin>",
        "what (do you see|can you see|can be seen|do we see) [<thisin>]",
        "what does (the|this) <picture> (show|contain|depict|have in it)",
        "<whatis> (shown|depicted|to be seen|visible) [<thisin>]",
        "(which|what) (things|objects|items) (are there|are|are visible|can you see|do you see|are shown) [<thisin>]",
        "what all is <thisin>",
        "what do (we|you) have [<thisin>]",
        "what (all|things) can you (find|~spot) [<thisin>]",
        "can you describe (the|this) <picture> [for me]",
        "<whatis> (going on|happening) [<thisin>]",
        "<whatis> this [a] <picture> (of|about)",
        "<whatis> in (the|this) <picture>",
    ],
    "clause": [
        "what is <thisin>",
        "what you [can] see [<thisin>]",
        "what (the|this) <picture> shows",
        "(which|what) (things|objects|items) there are [<thisin>]",
        "~what can be seen [<thisin>]",
    ],
    "command": [
        "describe (the|this|that) <picture> [in short|briefly|in words|in a few words]",
        "describe what (you see|is <thisin>|~is shown <thisin>)",
        "(list|name) (everything|all things|all [the] objects|all [the] items|~whatever is there) [<thisin>]",
        "tell me [something] about (the|this) <picture>",
        "give [me] a [short|brief] (description|summary) [of (the|this) <picture>]",
        "summarize (the|this) <picture>",
        "caption this <picture>",
    ],
    "terse": [
        "describe [it]",
        "description [please]",
        "what's this",
        "what is (this|that)",
        "all (things|objects|items) [<thisin>]",
        "contents of (the|this) <picture>",
        "what do you see",
        "list everything",
        "what is it",
        "summary",
        "caption",
    ],
}
FRAME = {
    "question": [
        "what kind of (<board>|thing|list|board|text|sign) is (this|it|that)",
        "what (type|sort) of (<board>|thing|board|text) (is this|do you see|is it)",
        "what is the (whole|entire) (thing|<picture>)",
        "what are (all|) these (things|words|objects) (on|in)",
        "on what are the (things|words|objects|items) (shown|placed|~written)",
        "what do the (cells|rows|lines) belong to",
        "is this a shelf , a tray , a list or what",
    ],
    "clause": ["what kind of (<board>|thing|list|board) this is", "~what sort of thing it is"],
    "command": [
        "(name|say) the kind of (<board>|thing|list|board)",
        "(name|say) what kind of (<board>|board|list) this is",
    ],
    "noun": ["the (kind|type|sort) of (<board>|board|thing|list)"],
    "terse": ["kind of (<board>|board|list)", "what kind of (<board>|thing|list)", "(type|sort) of <board>"],
}
GROUND = {
    "question": [
        "<whatis> the (background|ground|setting|surface|~kind of background) [<thisin>|like]",
        "<whatis> (in|behind in) the background [<thisin>]",
        "<whatis> behind (the|all the|these) (things|objects|items)",
        "where (are they|are the things) [standing|lying]",
        "what are the (things|objects|items) (on|standing on|lying on|placed on|in front of)",
        "on what (do|are) the (things|objects|items) (stand|lie|standing|lying|placed)",
        "where (was|is) (this|the) <picture> (taken|set)",
        "what kind of (background|ground|place|surface) is (this|it|that|there)",
    ],
    "clause": ["what the (background|ground|setting|surface) is [<thisin>]", "~what is behind the (things|objects)"],
    "command": ["(name|describe|state) the (background|ground|setting)"],
    "noun": ["the (background|ground|setting|backdrop) [<thisin>]", "~the kind of (background|ground)"],
    "terse": ["background", "what background", "the ground", "what kind of background", "background of the <picture>"],
}
