"""How families about clips are worded (see `wordings_things` for the notation)."""

HAPPENED = {
    "question": [
        "what {what:past} [<inclip>]",
        "(which|what) (<thing>|things|objects) {what:past} [<inclip>]",
        "(what|which <thing>) did {what:base} [<inclip>]",
        "what (can|do|did) you see {what:base}",
        "<inclip> , what {what:past}",
        "what is it that {what:past}",
    ],
    "clause": ["what {what:past} [<inclip>]", "(which|what) <thing> {what:past}", "~what you could see {what:base}"],
    "command": ["(name|list|say) (what|whatever|everything that) {what:past} [<inclip>]"],
    "noun": ["the (<thing>|things|objects) that {what:past} [<inclip>]"],
    "terse": ["what {what:past}", "things that {what:past}", "who {what:past}", "anything that {what:past}"],
}
STORY = {
    "question": [
        "what (happens|happened|is happening|goes on|is going on) [<inclip>]",
        "what (changes|is different) [<inclip>|from frame to frame|between the frames|over time]",
        "what (do|can|did) you see happen [<inclip>]",
        "<whatis> the (story|action|plot) [<inclip>]",
        "in which order did things happen",
        "what happened and in which order",
        "(which|what) (events|things) happen [<inclip>|and in what order]",
        "how does the (clip|video) (go|go on|continue|~go on and on)",
    ],
    "clause": [
        "what (happens|happened) [<inclip>]",
        "what you see happen [<inclip>]",
        "~what goes on and in which order",
    ],
    "command": [
        "(describe|summarize) (the|this) (clip|video|film|sequence)",
        "(describe|tell me|say) what (happens|happened) [<inclip>]",
        "(list|name) (everything that happens|all events|the events in order) [<inclip>]",
    ],
    "noun": ["the (story|events|order of events) [<inclip>]"],
    "terse": ["what happened", "events", "story", "the order of events", "changes"],
}
DID = {
    "question": [
        "did {x:the} {what:base} [<inclip>]",
        "has {x:the} {what:participle} [<inclip>]",
        "(does|can you see|did you see) {x:the} {what:base} [<inclip>]",
        "is it (true|right|correct) that {x:the} {what:past}",
        "didn't {x:the} {what:base}",
        "was it {x:the} that {what:past}",
    ],
    "clause": ["(if|whether) {x:the} {what:past} [<inclip>]", "~whether you could see {x:the} {what:base}"],
    "command": ["(check|say) (if|whether) {x:the} {what:past} [<inclip>]"],
    "terse": ["{x:the} {what:past} [, yes or no]", "{x:the} {what:past} , right", "{x:bare} {what:past}"],
}
WAY = {
    "question": [
        "(which|what) (way|direction) did {x:the} (move|go|travel|shift) [<inclip>]",
        "in (which|what) direction (did|does) {x:the} (move|go|~travel on)",
        "where did {x:the} (move|go) [to] [<inclip>] , (left or right|which way|left , right , up or down)",
        "<whatis> the direction [that] {x:the} (moved|moves|went) [in]",
        "(to|towards) (which|what) side did {x:the} (move|go)",
        "(which|what) way does {x:the} (move|go) [<inclip>]",
        "did {x:the} (move|go) left , right , up or down",
    ],
    "clause": [
        "(which|what) way {x:the} (moved|went)",
        "in (which|what) direction {x:the} (moved|went)",
        "~to which side {x:the} moved",
    ],
    "command": ["(say|name|give) the direction in which {x:the} (moved|went)"],
    "noun": ["the direction in which {x:the} (moved|went)", "the (way|direction) {x:the} (moved|went)"],
    "terse": ["direction of {x:the}", "(which|what) way {x:the}", "{x:the} moved (which way|where)"],
}
BECAME = {
    "question": [
        "what did {x:the} (become|turn into|change into|change to) [<inclip>]",
        "what (became|has become) of {x:the}",
        "into what did {x:the} (turn|change)",
        "how did {x:the} change [<inclip>]",
        "what is {x:the} now",
        "what happened to {x:the} [<inclip>]",
        "what was {x:the} (changed to|turned into|replaced by)",
        "what (took|has taken) the place of {x:the}",
    ],
    "clause": ["what {x:the} (became|turned into|changed into)", "how {x:the} changed", "~what has become of {x:the}"],
    "command": ["(say|name) what {x:the} (became|turned into)", "describe how {x:the} changed"],
    "terse": ["{x:the} became what", "{x:the} turned into", "change of {x:the}"],
}
IN_FRAME = {
    "question": [
        "in (which|what) (frame|picture) did {x:the} {what:base}",
        "(which|what) is the first frame (after|in which) {x:the} [has] {what:participle}",
        "when did {x:the} {what:base} [, in which frame]",
        "(at|from) (which|what) frame (on|) has {x:the} {what:participle}",
        "in which (frame|picture) has {x:the} (just|first) {what:participle}",
    ],
    "clause": [
        "in (which|what) frame {x:the} {what:past}",
        "when {x:the} {what:past}",
        "~at which frame {x:the} has {what:participle}",
    ],
    "command": ["(give|say|name) the frame in which {x:the} {what:past}"],
    "noun": [
        "the (frame|picture) in which {x:the} {what:past}",
        "the number of the frame in which {x:the} {what:past}",
    ],
    "terse": ["frame in which {x:the} {what:past}", "when {x:the} {what:past}", "{x:the} {what:past} when"],
}
LAST_FRAME = {
    "question": [
        "(what|which) is the last (frame|picture) (with|that shows|that has) {x:the}",
        "in (which|what) (frame|picture) do you see {x:the} (last|for the last time)",
        "until (which|what) frame (is|was) {x:the} there",
        "(which|what) frame shows {x:the} for the last time",
        "(when|in which frame) was {x:the} last (seen|there|~to be seen)",
        "after (which|what) frame (did|does) {x:the} (leave|disappear|go|vanish)",
    ],
    "clause": [
        "(which|what) frame shows {x:the} last",
        "until which frame {x:the} is there",
        "~when {x:the} was seen last",
    ],
    "command": ["(give|say|name) the last frame (with|that shows) {x:the}"],
    "noun": ["the last frame (with|that shows) {x:the}"],
    "terse": ["last frame (with|of) {x:the}", "last frame with {x:bare}", "{x:the} last seen"],
}
FIRST = {
    "question": [
        "what {what:past} {extreme:firstly} [<inclip>]",
        "(which|what) <thing> {what:past} {extreme:firstly} [<inclip>]",
        "<whatis> the {extreme} <thing> (that|which) {what:past}",
        "(which|what) <thing> (is|was) the {extreme} [one] that {what:past}",
        "what did {what:base} {extreme:firstly}",
        "of all that {what:past} , what was {extreme:firstly}",
    ],
    "clause": ["what {what:past} {extreme:firstly}", "~which thing was the {extreme} that {what:past}"],
    "command": ["(name|say) what {what:past} {extreme:firstly}"],
    "noun": ["the {extreme} <thing> that {what:past} [<inclip>]"],
    "terse": ["{extreme} <thing> that {what:past}", "what {what:past} {extreme:firstly}", "{extreme} that {what:past}"],
}
EARLIER = {
    "question": [
        "did {x:the} {what:base} (before|earlier than|sooner than|~in front of) {y:the} [did]",
        "has {x:the} {what:participle} before {y:the}",
        "is it (true|right|correct) that {x:the} {what:past} (before|earlier than) {y:the}",
        "was {x:the} the first that {what:past} , before {y:the}",
        "didn't {x:the} {what:base} before {y:the}",
    ],
    "clause": [
        "(if|whether) {x:the} {what:past} (before|earlier than) {y:the}",
        "~whether it was before {y:the} that {x:the} {what:past}",
    ],
    "command": ["(check|say) (if|whether) {x:the} {what:past} (before|earlier than) {y:the}"],
    "terse": ["{x:the} {what:past} before {y:the} [, yes or no|, right]", "{x:the} before {y:the} {what:past}"],
}
WHICH_EARLIER = {
    "question": [
        "(which|what) {what:past} first [:|,] {x:the} or {y:the}",
        "(which|what) (one|of the two|of them) {what:past} (first|earlier) [:|,] {x:the} or {y:the}",
        "did {x:the} or {y:the} {what:base} first",
        "(which|what) did {what:base} first [:|,] {x:the} or {y:the}",
        "of {x:the} and {y:the} , which {what:past} first",
    ],
    "clause": ["(which|what) {what:past} first , {x:the} or {y:the}", "~whether {x:the} or {y:the} {what:past} first"],
    "command": ["(name|say) which {what:past} first [:|,] {x:the} or {y:the}"],
    "noun": ["the one that {what:past} first , {x:the} or {y:the}"],
    "terse": ["{what:past} first , {x:the} or {y:the}", "{x:the} or {y:the} , which {what:past} first"],
}
FRAMES = {
    "question": [
        "<howmany> (frames|pictures|images|steps) (are there|are|do you see|can you see|do you count) [<inclip>]",
        "<howmany> (frames|pictures|images) (does (the|this) (clip|video) have|has (the|this) (clip|video) got)",
        "how long is (the|this) (clip|video|sequence) [in frames]",
        "of how many (frames|pictures) is (the|this) (clip|video) made",
    ],
    "clause": ["<howmany> (frames|pictures) there are [<inclip>]", "how long (the|this) (clip|video) is"],
    "command": ["count [all] the (frames|pictures) [<inclip>]"],
    "noun": ["the (<numberof>|~length in) frames [<inclip>]"],
    "terse": ["<howmany> frames", "number of frames", "frame count", "length of the (clip|video)"],
}
COUNT_EVENTS = {
    "question": [
        "<howmany> (things|objects|items) {what:past} [<inclip>]",
        "<howmany> (things|objects|items) did {what:base} [<inclip>]",
        "<howmany> (things|objects|items) have {what:participle} [<inclip>]",
        "<howmany> (things|objects|items) (do|did) you see {what:base}",
        "<inclip> , <howmany> (things|objects|items) {what:past}",
    ],
    "clause": [
        "<howmany> (things|objects|items) {what:past} [<inclip>]",
        "~<howmany> things you could see {what:base}",
    ],
    "command": ["count the (things|objects|items) that {what:past} [<inclip>]"],
    "noun": ["the <numberof> (things|objects|items) that {what:past} [<inclip>]"],
    "terse": ["<howmany> {what:past}", "number of things that {what:past}", "how many have {what:participle}"],
}
COUNT_EVER = {
    "question": [
        "<howmany> {x:s} (are there|are|do you see|can you see) <inall>",
        "<howmany> different {x:s} (are there|are|appear|do you see) [<inall>|<inclip>]",
        "<howmany> {x:s} (appear|were there|have been there|~come up) <inall>",
        "<inall> , <howmany> {x:s} are there",
    ],
    "clause": ["<howmany> {x:s} there are <inall>", "~<howmany> {x:s} have been there <inall>"],
    "command": ["count the {x:s} <inall>", "count all different {x:s} [<inall>]"],
    "noun": ["the <numberof> {x:s} <inall>", "the <numberof> different {x:s} [<inall>]"],
    "terse": ["<howmany> {x:s} <inall>", "{x:s} <inall>", "different {x:s} <inall>"],
}
COUNT_FRAME = {
    "question": [
        "<howmany> {x:s} (are there|are|do you see|can you see) {frame}",
        "{frame} , <howmany> {x:s} (are there|do you see)",
        "<howmany> {x:s} can be seen {frame}",
    ],
    "clause": ["<howmany> {x:s} there are {frame}", "~<howmany> {x:s} you can see {frame}"],
    "command": ["count the {x:s} {frame}"],
    "noun": ["the <numberof> {x:s} {frame}"],
    "terse": ["<howmany> {x:s} {frame}", "{x:s} {frame} , how many", "number of {x:s} {frame}"],
}
EXIST_FRAME = {
    "question": [
        "is there {x:a} {frame}",
        "are there any {x:s} {frame}",
        "(do|can) you see (any {x:s}|{x:a}) {frame}",
        "{frame} , is there {x:a}",
        "is {x:a} to be seen {frame}",
    ],
    "clause": ["(if|whether) there is {x:a} {frame}", "~whether you can see {x:a} {frame}"],
    "command": ["check (if|whether) there is {x:a} {frame}"],
    "terse": ["any {x:s} {frame}", "{x:a} {frame}"],
}
