"""How families about places, relations, sizes and order are worded (see `wordings_things` for the notation)."""

WHERE = {
    "question": [
        "<whereis> {x:the} [<thisin>]",
        "where (can|do) (you|we|i) (see|find) {x:the} [<thisin>]",
        "where (in|on) the <picture> is {x:the} [located|placed]",
        "in (what|which) (part|corner|area|region|place) [of the <picture>] is {x:the} [located|~to be found]",
        "(what|which) (part|area|region) of the <picture> is {x:the} in",
        "<whatis> the (position|location|place) of {x:the} [<thisin>]",
        "where (has|did) {x:the} (been placed|~been put|hide|go)",
        "{x:the} is where",
        "at (what|which) (place|position|spot) is {x:the}",
    ],
    "clause": [
        "where {x:the} is [<thisin>]",
        "where (in|on) the <picture> {x:the} is [located]",
        "in (what|which) part of the <picture> {x:the} is",
        "where <thisin> you see {x:the}",
        "~where in it to find {x:the}",
        "where is {x:the}",
    ],
    "command": [
        "(find|locate|spot) {x:the} [<thisin>]",
        "(say|describe|show) where {x:the} is [<thisin>]",
        "(give|state) the (position|location|place) of {x:the}",
    ],
    "noun": ["the (position|location|place|~part) of {x:the} [<thisin>]"],
    "terse": [
        "where {x:the}",
        "{x:the} where",
        "where {x:bare}",
        "(position|location|place) of {x:the}",
        "(position|location|place) of {x:bare}",
        "{x:bare} (position|location)",
        "{x:the} , where",
        "~where to find {x:the}",
    ],
}
IS_AT = {
    "question": [
        "is {x:the} (at|in) the {place:somewhere}",
        "is {x:the} in the {place:somewhere} of the <picture>",
        "is {x:the} on the {place:half}",
        "(can|do) you (see|find) {x:the} (at|in) the {place:somewhere}",
        "does {x:the} (sit|lie|stand) (at|in) the {place:somewhere} [of the <picture>]",
        "is {x:the} located (at|in) the {place:somewhere}",
        "is it (true|right|correct) that {x:the} is (at|in) the {place:somewhere}",
        "isn't {x:the} (at|in) the {place:somewhere}",
        "is {x:the} at the {place:end} [of the <picture>]",
    ],
    "clause": [
        "(if|whether) {x:the} is (at|in) the {place:somewhere} [of the <picture>]",
        "~whether you find {x:the} in the {place:somewhere}",
    ],
    "command": ["(check|say) (if|whether) {x:the} is (at|in) the {place:somewhere}"],
    "terse": [
        "{x:the} (at|in) the {place:somewhere} [, yes or no]",
        "{x:bare} {place:somewhere}",
        "{x:the} is (at|in) the {place:somewhere} [, correct]",
    ],
}
CHOOSE_PLACE = {
    "question": [
        "is {x:the} (at|in) the {place:half} or [the] {other:half}",
        "is {x:the} on the {place:half} or on the {other:half}",
        "is {x:the} {place:only_half} or {other:only_half}",
        "(where|on which side) is {x:the} [:|,] {place:half} or {other:half}",
        "does {x:the} lie (at|in) the {place:half} or [the] {other:half}",
        "is it the {place:half} or the {other:half} that {x:the} is in",
    ],
    "clause": [
        "(if|whether) {x:the} is (at|in) the {place:half} or [the] {other:half}",
        "~whether it is the {place:half} or the {other:half} that {x:the} is in",
    ],
    "command": ["say whether {x:the} is in the {place:half} or [the] {other:half}"],
    "terse": ["{x:the} , {place:half} or {other:half}", "{x:bare} {place:half} or {other:half}"],
}
AT = {
    "question": [
        "<whatis> (at|in|on) the {place} [of the <picture>]",
        "what (do you see|can you see|is there|can be seen) (at|in) the {place} [of the <picture>]",
        "(which|what) (<thing>) is (at|in) the {place} [of the <picture>]",
        "what is (shown|located|placed|drawn) (at|in) the {place}",
        "what (sits|lies|stands) (at|in) the {place} [of the <picture>]",
        "(at|in) the {place} , what (is there|do you see|~can be seen)",
        "what does the {place} [of the <picture>] (show|have|contain)",
    ],
    "clause": [
        "what is (at|in) the {place} [of the <picture>]",
        "what you [can] see (at|in) the {place}",
        "~which thing is at the {place}",
    ],
    "command": [
        "(name|describe|identify) the <thing> (at|in) the {place} [of the <picture>]",
        "(name|describe) what is (at|in) the {place}",
    ],
    "noun": ["the <thing> (at|in) the {place} [of the <picture>]", "~the thing you see at the {place}"],
    "terse": [
        "{place}",
        "(at|in) the {place}",
        "<thing> (at|in) the {place}",
        "what (at|in) the {place}",
        "the {place}",
    ],
}
AT_KIND = {
    "question": [
        "(which|what) {x:bare} is (at|in) the {place} [of the <picture>]",
        "(which|what) {x:bare} (do|can) you see (at|in) the {place}",
        "(what|which) (kind|type|sort) of {x:bare} is (at|in) the {place} [of the <picture>]",
        "<whatis> the {x:bare} (at|in) the {place} [of the <picture>]",
    ],
    "clause": [
        "(which|what) {x:bare} is (at|in) the {place} [of the <picture>]",
        "~which kind of {x:bare} you see at the {place}",
    ],
    "command": ["(name|identify) the {x:bare} (at|in) the {place} [of the <picture>]"],
    "noun": ["the {x:bare} (at|in) the {place} [of the <picture>]"],
    "terse": [
        "(which|what) {x:bare} (at|in) the {place}",
        "{x:bare} at the {place}",
        "name of the {x:bare} at the {place}",
    ],
}
RELATION = {
    "question": [
        "is {x:the} {side} {y:the} [<thisin>]",
        "(do|can) you see {x:the} {side} {y:the}",
        "is {x:the} (placed|located|somewhere|~found) {side} {y:the}",
        "(does {x:the} (lie|stand|sit)|can {x:the} be seen) {side} {y:the}",
        "is it (true|right|correct) that {x:the} is {side} {y:the}",
        "isn't {x:the} {side} {y:the}",
        "would you say {x:the} is {side} {y:the}",
        "{x:the} is {side} {y:the} , isn't it",
    ],
    "clause": [
        "(if|whether) {x:the} is {side} {y:the} [or not]",
        "~whether you see {x:the} {side} {y:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} is {side} {y:the}"],
    "terse": [
        "{x:the} {side} {y:the} [, yes or no]",
        "{x:bare} {side} {y:bare}",
        "{x:the} is {side} {y:the} [, right|, true or false]",
    ],
}
BESIDE = {
    "question": [
        "<whatis> [right|directly|just|immediately] {side} {y:the} [<thisin>]",
        "what (do you see|can you see|is there|can be seen) {side} {y:the}",
        "(which|what) (<thing>) is {side} {y:the}",
        "what (sits|lies|stands|comes) {side} {y:the}",
        "{side} {y:the} , what (is there|do you see|~can be seen)",
        "<whatis> the <thing> {side} {y:the}",
    ],
    "clause": ["what is {side} {y:the}", "what you [can] see {side} {y:the}", "~which thing is {side} {y:the}"],
    "command": ["(name|describe|identify) the <thing> {side} {y:the}", "(name|say) what is {side} {y:the}"],
    "noun": ["the <thing> {side} {y:the}"],
    "terse": [
        "what {side} {y:the}",
        "{side} {y:the}",
        "<thing> {side} {y:the}",
        "whats {side} {y:bare}",
        "{side} {y:bare}",
    ],
}
BESIDE_KIND = {
    "question": [
        "(which|what) {x:bare} is {side} {y:the} [<thisin>]",
        "(which|what) {x:bare} (do|can) you see {side} {y:the}",
        "(what|which) (kind|type|sort) of {x:bare} is {side} {y:the}",
        "<whatis> the {x:bare} {side} {y:the}",
        "(which|what) {x:bare} (sits|lies|stands|comes) {side} {y:the}",
    ],
    "clause": ["(which|what) {x:bare} is {side} {y:the}", "~which kind of {x:bare} you see {side} {y:the}"],
    "command": ["(name|identify) the {x:bare} {side} {y:the} [<thisin>]"],
    "noun": ["the {x:bare} {side} {y:the}"],
    "terse": ["(which|what) {x:bare} {side} {y:the}", "{x:bare} {side} {y:the}"],
}
