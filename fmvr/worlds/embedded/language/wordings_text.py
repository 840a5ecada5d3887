"""How families about what is written are worded (see `wordings_things` for the notation)."""

ON = {  # the number or word on a thing
    "question": [
        "(what|which) (number|~figure) is [<written>] on {x:the} [<thisin>]",
        "(what|which) number does {x:the} (show|have|say|bear|carry|display)",
        "what does {x:the} (say|read|show)",
        "what (is|stands) [<written>] on {x:the}",
        "<whatis> the number (on|of) {x:the} [<thisin>]",
        "what can (you|one) read on {x:the}",
        "(can|could) you read {x:the} [for me]",
        "<whatis> the number that {x:the} shows",
    ],
    "clause": [
        "(what|which) number is [<written>] on {x:the}",
        "what {x:the} (says|reads|shows)",
        "what is [<written>] on {x:the}",
        "~which number {x:the} shows",
    ],
    "command": [
        "read {x:the} [<thisin>]",
        "read [out] the number (on|of) {x:the}",
        "(say|give|state) the number (on|of) {x:the}",
    ],
    "noun": ["the number (on|of) {x:the} [<thisin>]", "the number [<written>] on {x:the}"],
    "terse": [
        "number (on|of) {x:the}",
        "number on {x:bare}",
        "{x:the} number",
        "(what|which) number on {x:the}",
        "{x:the} says",
    ],
}
WORD_AT = {  # the word at a place
    "question": [
        "(what|which) {x:bare} is [<written>] (at|in) the {place} [of the <picture>]",
        "(what|which) {x:bare} (stands|can you read|do you read|can you see) (at|in) the {place}",
        "what does the {x:bare} (at|in) the {place} (say|read)",
        "<whatis> the {x:bare} (at|in) the {place} [of the <picture>]",
    ],
    "clause": [
        "(what|which) {x:bare} is [<written>] (at|in) the {place}",
        "~which {x:bare} you can read at the {place}",
    ],
    "command": ["read the {x:bare} (at|in) the {place} [of the <picture>]"],
    "noun": ["the {x:bare} [<written>] (at|in) the {place} [of the <picture>]"],
    "terse": ["{x:bare} (at|in) the {place}", "(what|which) {x:bare} (at|in) the {place}", "read the {place} {x:bare}"],
}
COLOURED_WORD = {  # the one word of a colour; the one word or number of all
    "question": [
        "what does {x:the} (say|read) [<thisin>]",
        "<whatis> {x:the} [<thisin>]",
        "(what|which) {x:bare} (is [<written>]|stands|can you read|do you see) <thisin>",
        "(can|could) you read {x:the} [for me|<thisin>]",
        "(what|which) {x:bare} is there [<thisin>]",
        "what (can you|do you) read in {x:the}",
        "(what|which) is {x:the} [<thisin>]",
    ],
    "clause": [
        "what {x:the} (says|reads|is)",
        "(what|which) {x:bare} is <written> <thisin>",
        "~what can be read in {x:the}",
    ],
    "command": ["read [out] {x:the} [<thisin>]", "(say|state|~tell) {x:the} [<thisin>]"],
    "noun": ["{x:the} [<thisin>]"],
    "terse": ["{x:the}", "{x:bare}", "(what|which) {x:bare}", "read {x:bare}"],
}
NTH = {
    "question": [
        "<whatis> the {n:nth} {what:what_text} [<thisin>]",
        "(which|what) is the {n:nth} {what:what_text} [<thisin>]",
        "(what|which) {what:what_text} (is|comes|stands) {n:nth} [<thisin>]",
        "(can|could) you read the {n:nth} {what:what_text} [<thisin>]",
        "what does the {n:nth} {what:what_text} say",
    ],
    "clause": ["(what|which) the {n:nth} {what:what_text} is", "~which {what:what_text} comes {n:nth}"],
    "command": ["read [out] the {n:nth} {what:what_text} [<thisin>]", "(name|give|say) the {n:nth} {what:what_text}"],
    "noun": ["the {n:nth} {what:what_text} [<thisin>]"],
    "terse": ["{n:nth} {what:what_text}", "{n:nth} {what:what_text} <thisin>", "{what:what_text} that comes {n:nth}"],
}
NUMBERS = {
    "question": [
        "(which|what) numbers (are there|are|do you see|can you see|can you read) [<thisin>]",
        "(which|what) (number|numbers) (is|are) (shown|written|~to be read) <thisin>",
        "(which|what) number (is there|do you see|can you see|can you read) [<thisin>]",
        "(which|what) numbers are on the signs",
        "(can|could) you read [all] the numbers [<thisin>]",
        "what (do|does) the (signs|sign|numbers) (say|show|read)",
    ],
    "clause": ["(which|what) numbers (there are|you [can] see) [<thisin>]", "~which numbers can be read [<thisin>]"],
    "command": ["(list|name|read) [all] the numbers [<thisin>]", "(list|read) every number [<thisin>]"],
    "noun": ["the numbers [<thisin>]", "all [the] numbers [<thisin>]"],
    "terse": ["the numbers", "(which|what) numbers", "all numbers", "(which|what) number"],
}
LINE = {
    "question": [
        "what (is|stands) [<written>] (in|on) {row:line}",
        "what does {row:line} (say|read)",
        "what can (you|one) read (in|on) {row:line}",
        "<whatis> (in|on) {row:line}",
        "(which|what) words are (in|on) {row:line}",
        "(can|could) you read {row:line} [to me|for me]",
        "how does {row:line} (read|go)",
        "what do you (read|see) (in|on) {row:line}",
        "<whatis> the text (of|in) {row:line}",
    ],
    "clause": [
        "what is [<written>] (in|on) {row:line}",
        "what {row:line} (says|reads)",
        "~what can be read (in|on) {row:line}",
    ],
    "command": ["read [out] {row:line} [to me]", "(give|say) me {row:line}", "read what {row:line} says"],
    "noun": ["the (text|content) (of|in) {row:line}", "{row:line}", "~what is written in {row:line}"],
    "terse": ["{row:line}", "text of {row:line}", "read {row:line}", "what in {row:line}"],
}
LINE_WORD = {
    "question": [
        "(what|which) {what:what_text} is [<written>] (in|on) {row:line}",
        "(what|which) {what:what_text} (stands|can you read|do you read|do you see) (in|on) {row:line}",
        "<whatis> the {what:what_text} (in|on|of) {row:line}",
        "(what|which) {what:what_text} does {row:line} (have|show|contain)",
    ],
    "clause": [
        "(what|which) {what:what_text} is [<written>] (in|on) {row:line}",
        "what the {what:what_text} (in|on) {row:line} is",
        "~which {what:what_text} you can read (in|on) {row:line}",
    ],
    "command": [
        "read [out] the {what:what_text} (in|on|of) {row:line}",
        "(say|give|name) the {what:what_text} (in|on) {row:line}",
    ],
    "noun": ["the {what:what_text} [<written>] (in|on|of) {row:line}"],
    "terse": ["{what:what_text} (in|on|of) {row:line}", "(what|which) {what:what_text} (in|on) {row:line}"],
}
TEXTS = {
    "question": [
        "what (is|stands) <written> [<thisin>]",
        "what does (it|the sign|this|the text|the <picture>) (say|read)",
        "what can (you|one) read [<thisin>]",
        "(which|what) (words|text|words and numbers) (are there|can you read|do you see) [<thisin>]",
        "(can|could) you read (it|this|the text|the sign|everything) [to me|for me]",
        "<whatis> the text [<thisin>]",
        "what do you read [<thisin>]",
        "<whatis> <written> on (it|the sign|this sign|the board)",
        "does the <picture> have text , and what does it say",
    ],
    "clause": [
        "what is <written> [<thisin>]",
        "what (it|the sign|this|the text|the <picture>) says",
        "~what can be read [<thisin>]",
    ],
    "command": [
        "read (it|this|the text|the sign|everything|all of it|the words|all the words) [<thisin>]",
        "(say|give) me what is <written> [<thisin>]",
        "(transcribe|read out) the text [<thisin>]",
    ],
    "noun": ["the text [<thisin>]", "the [whole] text of (the|this) <picture>", "~all text that is written <thisin>"],
    "terse": ["text", "what text", "what words", "read this", "ocr", "the words", "what does it say"],
}
SAYS = {
    "question": [
        "(does it|does the sign|does this|does the <picture>|~does the text) say {text} [anywhere]",
        "is <text> [<written>] [<thisin>]",
        "is {text} <written> [anywhere] [<thisin>]",
        "(can|do) you (see|read|find) <text> [<thisin>]",
        "is there <text> [<thisin>]",
        "does {text} (appear|occur|stand) [anywhere] [<thisin>]",
        "is {text} (one of|among) the words [<thisin>]",
    ],
    "clause": [
        "(if|whether) it says {text} [anywhere]",
        "(if|whether) {text} is <written> [<thisin>]",
        "~whether the text says {text}",
    ],
    "command": ["(check|see) (if|whether) it says {text} [anywhere]"],
    "terse": ["says {text} [, yes or no]", "{text} , yes or no", "<text> , is it there", "any {text}"],
}
FIND_TEXT = {
    "question": [
        "(in|on) (what|which) line (is|stands) <text> [<written>]",
        "(what|which) line (has|says|contains|holds) <text>",
        "where (does it say|is it written|can i read|do you read) {text} [, which line]",
        "where is <text> <written>",
        "(what|which) line is <text> (in|on)",
        "(in|on) (what|which) row (is|stands) <text>",
        "<whatis> the line [number] of {text}",
    ],
    "clause": [
        "(in|on) (what|which) line <text> is [<written>]",
        "(what|which) line says {text}",
        "~which line {text} is in",
    ],
    "command": ["find the line (of|with) <text>", "(give|say|name) the line (of|with) {text}"],
    "noun": ["the line [number] (of|with) <text>"],
    "terse": ["line of {text}", "(what|which) line {text}", "{text} , (what|which) line", "~line with {text} in it"],
}
