"""What of a clip a question is about: items in frames."""

from collections.abc import Iterable
from typing import NamedTuple

from fmvr.worlds.embedded.clip import Clip, Event
from fmvr.worlds.embedded.language import program
from fmvr.worlds.embedded.language.clip_index import ClipIndex, Track, is_one
from fmvr.worlds.embedded.language.program import Program
from fmvr.worlds.embedded.picture import Box, Item


class Moment(NamedTuple):
    """A frame of a clip, counted from 0, and an item in it: a `Subject`."""

    frame: int
    item: Item

    @property
    def phrase(self) -> str:
        return self.item.phrase

    @property
    def box(self) -> Box:
        return self.item.box

    @property
    def centre(self) -> tuple[float, float]:
        return self.item.centre

    @property
    def size(self) -> int:
        return self.item.size


def moments(asked: Program, clip: Clip) -> list[Moment]:
    """The items, each in its frame, that a question about a clip is about; none for questions about the whole."""
    index = ClipIndex.of(clip)
    match asked:
        case program.CountFrame() | program.ExistFrame():
            at = len(clip.frames) - 1 if asked.frame == -1 else asked.frame - 1
            return [Moment(at, item) for item in clip.frames[at].items if is_one(item, asked.x)]
        case program.Story():
            return _around(clip.events)
        case program.Happened() | program.CountEvents():
            return _around(event for event in clip.events if event.what == asked.what)
        case program.First():
            events = [event for event in clip.events if event.what == asked.what]
            return _around(events[:1] if asked.extreme == "first" else events[-1:])
        case program.CountEver():
            return [_begin(track) for track in index.find(asked.x)]
        case program.Did() | program.Way() | program.Became() | program.InFrame() | program.Earlier():
            tracks = index.find(asked.x) + (index.find(asked.y) if isinstance(asked, program.Earlier) else [])
            what = {program.Way: "move", program.Became: "change"}.get(type(asked)) or asked.what
            return [moment for track in tracks for moment in _around(track.happened(what)) or [_begin(track)]]
    return []


def _around(events: Iterable[Event]) -> list[Moment]:
    """What happens lies in two frames: before, and after."""
    sides = [(event.frame + late, item) for event in events for late, item in enumerate((event.before, event.after))]
    return [Moment(at, item) for at, item in sides if item]


def _begin(track: Track) -> Moment:
    """A thing as it was first seen."""
    entered = track.happened("enter")
    return Moment(entered[0].frame + 1 if entered else 0, track.looks[0])
