"""How families about what is nearest and between are worded (see `wordings_things` for the notation)."""

CHOOSE_SIDE = {
    "question": [
        "is {x:the} {side:other_side} or {other:side} {y:the}",
        "is {x:the} {side} or {other:side} {y:the}",
        "(where|which way) is {x:the} from {y:the} [:|,] {side:other_side} or {other:other_side}",
        "which side of {y:the} is {x:the} on [:|,] {side:other_side} or {other:other_side}",
        "seen from {y:the} , is {x:the} {side:other_side} or {other:other_side}",
        "does {x:the} lie {side:other_side} or {other:side} {y:the}",
    ],
    "clause": [
        "(if|whether) {x:the} is {side:other_side} or {other:side} {y:the}",
        "~whether {x:the} lies {side} or {other:side} {y:the}",
    ],
    "command": ["say whether {x:the} is {side:other_side} or {other:side} {y:the}"],
    "terse": [
        "{x:the} {side:other_side} or {other:side} {y:the}",
        "{x:bare} {side:other_side} or {other:side} {y:bare}",
    ],
}
NEAREST = {
    "question": [
        "<whatis> (nearest [to]|closest to|~the nearest to) {y:the} [<thisin>]",
        "(which|what) <thing> is (nearest [to]|closest to) {y:the}",
        "<whatis> the (nearest|closest) <thing> to {y:the}",
        "what (lies|stands|sits|comes) (nearest|closest) to {y:the}",
        "(what|who) is the (nearest|closest) neighbour of {y:the}",
        "which <thing> has the (least|smallest|shortest) distance (to|from) {y:the}",
    ],
    "clause": [
        "what is (nearest|closest) to {y:the}",
        "(which|what) <thing> is (nearest|closest) to {y:the}",
        "~what the closest thing to {y:the} is",
    ],
    "command": [
        "(name|find|identify) the <thing> (nearest|closest) to {y:the}",
        "say what is (nearest|closest) to {y:the}",
    ],
    "noun": ["the <thing> (nearest [to]|closest to) {y:the}", "the (nearest|closest) <thing> to {y:the}"],
    "terse": ["(nearest|closest) [<thing>] to {y:the}", "what nearest {y:the}", "nearest to {y:bare}"],
}
NEAREST_KIND = {
    "question": [
        "(which|what) {x:bare} is (nearest [to]|closest to) {y:the}",
        "<whatis> the (nearest|closest) {x:bare} to {y:the}",
        "(what|which) (kind|type) of {x:bare} is (nearest|closest) to {y:the}",
    ],
    "clause": ["(which|what) {x:bare} is (nearest|closest) to {y:the}", "~what the closest {x:bare} to {y:the} is"],
    "command": ["(name|find|identify) the {x:bare} (nearest|closest) to {y:the}"],
    "noun": ["the {x:bare} (nearest [to]|closest to) {y:the}"],
    "terse": ["(nearest|closest) {x:bare} to {y:the}"],
}
BETWEEN = {
    "question": [
        "<whatis> [there] between {y:the} and {z:the} [<thisin>]",
        "what (do you see|can you see|is there|lies|stands|sits) between {y:the} and {z:the}",
        "(which|what) <thing> is between {y:the} and {z:the}",
        "<whatis> in between {y:the} and {z:the}",
        "<whatis> the <thing> between {y:the} and {z:the}",
        "between {y:the} and {z:the} , what is there",
        "<whatis> in the middle between {y:the} and {z:the}",
    ],
    "clause": [
        "what is between {y:the} and {z:the}",
        "(which|what) <thing> is between {y:the} and {z:the}",
        "~what you see between {y:the} and {z:the}",
    ],
    "command": ["(name|describe|identify) the <thing> between {y:the} and {z:the}"],
    "noun": ["the <thing> between {y:the} and {z:the}"],
    "terse": [
        "between {y:the} and {z:the}",
        "what between {y:the} and {z:the}",
        "<thing> between {y:bare} and {z:bare}",
    ],
}
IS_BETWEEN = {
    "question": [
        "is {x:the} [in] between {y:the} and {z:the} [<thisin>]",
        "(do|can) you see {x:the} between {y:the} and {z:the}",
        "does {x:the} (lie|stand|sit) between {y:the} and {z:the}",
        "is it (true|right|correct) that {x:the} is between {y:the} and {z:the}",
        "is {x:the} (placed|located|somewhere|~found) between {y:the} and {z:the}",
    ],
    "clause": [
        "(if|whether) {x:the} is between {y:the} and {z:the}",
        "~whether you see {x:the} between {y:the} and {z:the}",
    ],
    "command": ["(check|say) (if|whether) {x:the} is between {y:the} and {z:the}"],
    "terse": ["{x:the} between {y:the} and {z:the}", "{x:the} is between {y:the} and {z:the} , right"],
}
