"""What is true of a clip: what entered, left, moved and changed, when, and in which order."""

from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.answers import NOTHING, absent, joined, listed, named, yes
from fmvr.worlds.embedded.language.clip_index import ClipIndex, Track
from fmvr.worlds.embedded.language.nouns import article
from fmvr.worlds.embedded.language.program import Select
from fmvr.worlds.embedded.language.truth import Unclear, find_answer

MOST_EVENTS = 5  # that a story tells
VERBS = {"enter": "came", "leave": "left", "move": "moved", "change": "changed"}


def the_track(index: ClipIndex, x: Select) -> Track:
    """The thing that a phrase means. Raises Unclear where there is none, or not one."""
    found = index.find(x)
    if len(found) != 1:
        raise Unclear(None if found else absent(x))
    return found[0]


def _item(event):
    """What an event is told of: as it was before; what entered, as it came."""
    return event.before or event.after


@find_answer.register
def _(asked: program.Happened, index):
    found = [track.happened(asked.what)[0] for track in index.tracks if track.happened(asked.what)]
    found.sort(key=lambda event: event.frame)
    return listed(_item(event).phrase for event in found) if found else NOTHING


@find_answer.register
def _(asked: program.Story, index):
    parts = []
    for event in index.clip.events[:MOST_EVENTS]:
        thing = f"{article(_item(event).phrase)} {_item(event).phrase}"
        rest = ""
        if event.what == "move":
            rest = f" {event.direction}"
        elif event.what == "change":
            rest = f" to {named(event.after)}" if event.after.noun != event.before.noun else f" to {event.after.colour}"
        parts.append(f"{thing} {VERBS[event.what]}{rest}")
    if not parts:
        return NOTHING
    return (joined(parts) if len(index.clip.events) <= MOST_EVENTS else f"{', '.join(parts)} and more") + "."


@find_answer.register
def _(asked: program.Did, index):
    return yes(bool(the_track(index, asked.x).happened(asked.what)))


@find_answer.register
def _(asked: program.Way, index):
    ways = {event.direction for event in the_track(index, asked.x).happened("move")}
    return ways.pop() if len(ways) == 1 else None


@find_answer.register
def _(asked: program.Became, index):
    events = the_track(index, asked.x).happened("change")
    return named(events[0].after) if len(events) == 1 else None


@find_answer.register
def _(asked: program.InFrame, index):
    when = _when(index, asked.x, asked.what)
    return None if when is None else str(when + (1 if asked.what == "leave" else 2))


def _when(index: ClipIndex, x: Select, what: str) -> int | None:
    """After which frame, counted from 0, something happened to a thing; None where never, or several times."""
    events = the_track(index, x).happened(what)
    return events[0].frame if len(events) == 1 else None


@find_answer.register
def _(asked: program.First, index):
    events = [event for event in index.clip.events if event.what == asked.what]
    found = (min if asked.extreme == "first" else max)((event.frame for event in events), default=None)
    those = [event for event in events if event.frame == found]
    return named(_item(those[0])) if len(those) == 1 and len(events) > 1 else None


@find_answer.register
def _(asked: program.Earlier, index):
    first, second = _when(index, asked.x, asked.what), _when(index, asked.y, asked.what)
    if first is None or second is None or first == second:
        return None
    if not asked.which:
        return yes(first < second)
    track = the_track(index, asked.x if first < second else asked.y)
    return named(_item(track.happened(asked.what)[0]))


@find_answer.register
def _(asked: program.Frames, index):
    return str(len(index.frames))


@find_answer.register
def _(asked: program.CountEvents, index):
    return str(sum(bool(track.happened(asked.what)) for track in index.tracks))


@find_answer.register
def _(asked: program.CountEver, index):
    """Things that changed may count twice or not: there is no answer then."""
    found = index.find(asked.x)
    if any(track.happened("change") for track in found) or any(i.find(asked.x)[1] for i in map(index.frame, [1, -1])):
        return None
    return str(len(found))


@find_answer.register
def _(asked: program.ExistFrame, index):
    return find_answer(program.Exist(asked.x), _frame(index, asked.frame))


@find_answer.register
def _(asked: program.CountFrame, index):
    return find_answer(program.Count(asked.x), _frame(index, asked.frame))


def _frame(index: ClipIndex, number: int):
    frame = index.frame(number)
    if frame is None:
        raise Unclear(f"There is no frame {number}.")
    return frame
