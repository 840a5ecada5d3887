"""Programs drawn from a clip: what entered, left, moved and changed (see `draws_things`)."""

from random import Random

from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.clip_index import ClipIndex, Track
from fmvr.worlds.embedded.language.draws_things import absent, pick
from fmvr.worlds.embedded.language.nouns import CATEGORIES
from fmvr.worlds.embedded.language.program import Program, Select

EVENTS = ("enter", "leave", "move", "change")


def _phrase(index: ClipIndex, track: Track) -> Select | None:
    """A phrase that singles a thing out among all that are ever there."""
    item = track.looks[0]
    options = [Select(item.noun), Select(item.noun, item.colour), Select(item.noun, text=item.text)]
    return next((x for x in options if len(index.find(x)) == 1), None)


def _tracks(index: ClipIndex, rng: Random, what: str | None = None) -> list[tuple[Select, Track]]:
    """Things that can be named, to which something happened, in random order."""
    found = [t for t in index.tracks if what is None or len(t.happened(what)) == 1]
    return [(x, t) for t in rng.sample(found, len(found)) if (x := _phrase(index, t))]


def happened(index: ClipIndex, rng: Random) -> Program:
    """Mostly what did happen."""
    done = sorted({event.what for event in index.clip.events})
    return program.Happened(pick(rng, done if done and rng.random() < 0.85 else EVENTS))


def story(index: ClipIndex, rng: Random) -> Program:
    return program.Story()


def did(index: ClipIndex, rng: Random) -> Program | None:
    yes = rng.random() < 0.5
    for what in rng.sample(EVENTS, 4):
        found = [x for x, t in _tracks(index, rng) if bool(t.happened(what)) == yes]
        if found:
            return program.Did(found[0], what)
    return None


def way(index: ClipIndex, rng: Random) -> Program | None:
    found = _tracks(index, rng, "move")
    return program.Way(found[0][0]) if found else None


def became(index: ClipIndex, rng: Random) -> Program | None:
    found = _tracks(index, rng, "change")
    return program.Became(found[0][0]) if found else None


def in_frame(index: ClipIndex, rng: Random) -> Program | None:
    for what in rng.sample(("enter", "move", "change"), 3):
        if found := _tracks(index, rng, what):
            return program.InFrame(found[0][0], what)
    return None


def last_frame(index: ClipIndex, rng: Random) -> Program | None:
    found = _tracks(index, rng, "leave")
    return program.InFrame(found[0][0], "leave") if found else None


def first(index: ClipIndex, rng: Random) -> Program | None:
    often = [what for what in EVENTS if sum(event.what == what for event in index.clip.events) > 1]
    return program.First(pick(rng, ["first", "last"]), pick(rng, often)) if often else None


def earlier(index: ClipIndex, rng: Random) -> Program | None:
    for what in rng.sample(EVENTS, 4):
        found = _tracks(index, rng, what)
        if len(found) > 1:
            return program.Earlier(found[0][0], what, found[1][0])
    return None


def which_earlier(index: ClipIndex, rng: Random) -> Program | None:
    asked = earlier(index, rng)
    return program.Earlier(asked.x, asked.what, asked.y, which=True) if asked else None


def frames(index: ClipIndex, rng: Random) -> Program:
    return program.Frames()


def count_events(index: ClipIndex, rng: Random) -> Program:
    return program.CountEvents(pick(rng, EVENTS))


def _kind(index: ClipIndex, rng: Random) -> Select:
    item = pick(rng, pick(rng, index.tracks).looks)
    look = rng.random()
    if look < 0.25:
        return Select(pick(rng, list(CATEGORIES)))
    return Select(item.noun, item.colour if look < 0.5 else None)


def count_ever(index: ClipIndex, rng: Random) -> Program:
    return program.CountEver(Select() if rng.random() < 0.3 else _kind(index, rng))


def _frame(index: ClipIndex, rng: Random) -> int:
    return -1 if rng.random() < 0.25 else 1 + int(rng.random() * len(index.frames))


def count_frame(index: ClipIndex, rng: Random) -> Program:
    return program.CountFrame(Select() if rng.random() < 0.3 else _kind(index, rng), _frame(index, rng))


def exist_frame(index: ClipIndex, rng: Random) -> Program | None:
    """Half of them there; of the rest, most are there in another frame."""
    yes, number = rng.random() < 0.5, _frame(index, rng)
    frame = index.frame(number)
    for _ in range(12):
        x = absent(frame, rng) if not yes and rng.random() < 0.3 else _kind(index, rng)
        sure, perhaps = frame.find(x)
        if bool(sure) == yes and not perhaps:
            return program.ExistFrame(x, number)
    return None


def presupposing(index: ClipIndex, rng: Random) -> Program | None:
    """About a thing that is in no frame."""
    x = absent(index.frame(1), rng)
    if index.find(x):
        return None
    what = pick(rng, EVENTS)
    return pick(rng, [program.Did(x, what), program.Way(x), program.Became(x), program.InFrame(x, what)])
