"""How families about a board's rows, columns and cells are worded (see `wordings_things` for the notation)."""

CELL = {
    "question": [
        "<whatis> (in|at) <cell>",
        "what (do you see|can you see|is there|can be seen) (in|at) <cell>",
        "(which|what) <thing> is (in|at) <cell>",
        "what (lies|sits|stands|hangs) (in|at) <cell>",
        "what does the (cell|square|field|~place) (in|at) <cell> (contain|hold|show|have)",
        "(in|at) <cell> , what (is there|do you see|~can be seen)",
        "<whatis> the <thing> (in|at) <cell>",
        "what (have you got|do you have|do you find|do we have) (in|at) <cell>",
    ],
    "clause": ["what is (in|at) <cell>", "what you [can] see (in|at) <cell>", "~which thing is (in|at) <cell>"],
    "command": [
        "(name|describe|identify) (the <thing>|what is) (in|at) <cell>",
        "look at <cell> [and] [:] what is (it|there)",
    ],
    "noun": ["the <thing> (in|at) <cell>", "the content of <cell>", "~the thing you see (in|at) <cell>"],
    "terse": ["<cell>", "what (in|at) <cell>", "(in|at) <cell>", "<thing> (in|at) <cell>", "content of <cell>"],
}
ROW = {
    "question": [
        "(in (what|which) row|what row|which row) is {x:the} [in]",
        "(what|which) row (has|holds|contains|is home to) {x:the}",
        "(what|which) row (do|can) you (see|find) {x:the} in",
        "<whatis> the row [number] of {x:the}",
        "(in|on) (what|which) row (can|do) (you|i) (find|see) {x:the}",
        "how far down is {x:the} , in which row",
    ],
    "clause": ["(in (what|which) row|what row|which row) {x:the} is [in]", "~which row holds {x:the}"],
    "command": ["(name|give|find|say) the row [number] of {x:the}", "say in which row {x:the} is"],
    "noun": ["the row [number] of {x:the}"],
    "terse": [
        "row of {x:the}",
        "{x:the} , (what|which) row",
        "(what|which) row {x:the}",
        "row of {x:bare}",
        "{x:bare} row",
    ],
}
COLUMN = {
    kind: [body.replace("row", "column").replace("how far down", "how far across") for body in bodies]
    for kind, bodies in ROW.items()
}
FIND_CELL = {
    "question": [
        "(what|which) row and [(what|which)] column is {x:the} in",
        "in (what|which) row and [(what|which)] column is {x:the}",
        "in (what|which) (cell|square|field) is {x:the}",
        "(what|which) (cell|square|field) (has|holds|contains) {x:the}",
        "<whatis> the row and [the] column of {x:the}",
        "(where|in which row and column) (can|do) you find {x:the} , (row and column|which row and column)",
        "where is {x:the} , (row and column|which row and which column|in rows and columns)",
    ],
    "clause": [
        "(what|which) row and column {x:the} is in",
        "in (what|which) row and [(what|which)] column {x:the} is",
        "~which cell holds {x:the}",
    ],
    "command": ["(give|name|say|find) the row and [the] column of {x:the}"],
    "noun": ["the row and [the] column of {x:the}", "the (cell|square|field) of {x:the}"],
    "terse": [
        "row and column of {x:the}",
        "{x:the} , row and column",
        "cell of {x:the}",
        "(what|which) row and column {x:the}",
        "coordinates of {x:the}",
    ],
}
EMPTY = {
    "question": [
        "is <cell> empty [or not]",
        "is the (cell|square|field|place) (in|at) <cell> (empty|free)",
        "is there nothing (in|at) <cell>",
        "is it (true|right|correct) that <cell> is empty",
        "(is|isn't) <cell> (free|blank|~not taken|without a <thing>)",
        "is the place (in|at) <cell> (empty|free|blank)",
    ],
    "clause": ["(if|whether) <cell> is (empty|free|blank)", "~whether the cell (in|at) <cell> is empty"],
    "command": ["(check|say) (if|whether) <cell> is (empty|free)"],
    "terse": ["<cell> empty", "<cell> , empty or not", "(empty|free) (in|at) <cell>", "nothing (in|at) <cell>"],
}
EMPTY_COUNT = {
    "question": [
        "<howmany> (empty|free|blank) (cells|squares|fields|places) (are there|do you see|can you see) [<thisin>]",
        "<howmany> (cells|squares|fields|places) are (empty|free|blank) [<thisin>]",
        "<howmany> (cells|squares|fields|places) (have|hold|contain) nothing [<thisin>]",
        "<howmany> (cells|squares|fields|places) (do not|don't) (have|hold|contain) (anything|a <thing>)",
        "are there (empty|free) (cells|squares|fields|places) , and how many",
    ],
    "clause": [
        "<howmany> (cells|squares|fields|places) are (empty|free|blank)",
        "<howmany> empty (cells|squares|fields|places) there are",
        "~how many cells there are without a thing",
    ],
    "command": ["count [all] the (empty|free|blank) (cells|squares|fields|places) [<thisin>]"],
    "noun": ["the <numberof> (empty|free|blank) (cells|squares|fields|places) [<thisin>]"],
    "terse": [
        "<howmany> (empty|free) [cells|squares|fields|places]",
        "empty (cells|squares|fields|places)",
        "<numberof> empty (cells|squares|fields|places)",
        "~cells that are empty",
    ],
}
EMPTY_IN = {
    "question": [
        "<howmany> (empty|free|blank) (cells|squares|fields|places) (are there|are|do you see|can you see) in <line>",
        "<howmany> (cells|squares|fields|places) (in|of) <line> are (empty|free|blank)",
        "<howmany> (cells|squares|fields|places) are (empty|free|blank) in <line>",
        "in <line> , <howmany> (cells|squares|fields|places) are (empty|free)",
    ],
    "clause": [
        "<howmany> (cells|squares|fields|places) are (empty|free|blank) in <line>",
        "~how many cells there are in <line> without a thing",
    ],
    "command": ["count [all] the (empty|free|blank) (cells|squares|fields|places) in <line>"],
    "noun": ["the <numberof> (empty|free|blank) (cells|squares|fields|places) in <line>"],
    "terse": ["<howmany> (empty|free) in <line>", "empty (cells|squares|fields|places) in <line>"],
}
EXTENT = {
    "question": [
        "<howmany> {axis:axes} (are there|are|can you see|do you see|do you count) [<thisin>]",
        "<howmany> {axis:axes} (does|do) (the|this) <board> have",
        "<howmany> {axis:axes} [are] in (the|this) <board>",
        "of how many {axis:axes} is (the|this) <board> made",
        "<howmany> {axis:axes} (make up|fill|~are seen in) (the|this) <board>",
    ],
    "clause": [
        "<howmany> {axis:axes} there are [<thisin>]",
        "<howmany> {axis:axes} (the|this) <board> has",
        "~<howmany> {axis:axes} you can see",
    ],
    "command": ["count [all] the {axis:axes} [<thisin>]"],
    "noun": ["the <numberof> {axis:axes} [<thisin>]"],
    "terse": ["<howmany> {axis:axes}", "<numberof> {axis:axes}", "{axis} count", "~{axis:axes} , how many"],
}
IN_ROW = {
    "question": [
        "<whatis> in <line>",
        "what (do you see|can you see|is there|all is|can be seen) in <line>",
        "(which|what) (things|objects|items) are in <line>",
        "what does <line> (contain|hold|show|have)",
        "in <line> , what (is there|do you see|~can be seen)",
        "what (lies|stands|hangs) in <line>",
    ],
    "clause": [
        "what is in <line>",
        "(which|what) (things|objects|items) (there are|are) in <line>",
        "~what you see in <line>",
    ],
    "command": [
        "(name|list|describe) (everything|all things|what is|the things|the objects) in <line>",
        "(describe|list) <line>",
    ],
    "noun": ["the (content|contents|things) (of|in) <line>"],
    "terse": [
        "<line>",
        "what in <line>",
        "everything in <line>",
        "all (things|objects|items) in <line>",
        "all of <line>",
    ],
}
