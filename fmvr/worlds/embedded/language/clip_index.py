"""What happens in a clip, thing by thing."""

from dataclasses import dataclass, field

from fmvr.worlds.embedded.language.index import Index, is_coloured
from fmvr.worlds.embedded.language.nouns import CATEGORIES
from fmvr.worlds.embedded.language.program import THING, Select
from fmvr.worlds.embedded.picture import Item


@dataclass
class Track:
    """One thing through a clip: how it looked, in order, and what happened to it (`clip.Event`s)."""

    looks: list[Item]
    events: list = field(default_factory=list)

    def happened(self, what: str) -> list:
        return [event for event in self.events if event.what == what]


class ClipIndex:
    """A clip's things and what happened to them; its frames' own indices."""

    _made: dict[int, "ClipIndex"] = {}

    def __init__(self, clip):
        self.clip = clip
        self.frames = clip.frames
        self.tracks = [Track([item]) for item in clip.frames[0].items]
        for event in clip.events:
            if event.before is None:
                self.tracks.append(Track([event.after], [event]))
                continue
            track = next(t for t in self.tracks if t.looks[-1] == event.before and not t.happened("leave"))
            track.events.append(event)
            if event.after is not None:
                track.looks.append(event.after)

    @classmethod
    def of(cls, clip) -> "ClipIndex":
        """The index of a clip; the last few are remembered."""
        found = cls._made.get(id(clip))
        if found is None:
            if len(cls._made) >= 16:
                cls._made.pop(next(iter(cls._made)))
            found = cls._made[id(clip)] = cls(clip)
        return found

    def frame(self, number: int) -> Index | None:
        """The index of a frame, counted from 1, or of the last one, −1; None where there is none."""
        if number == -1:
            return Index.of(self.frames[-1])
        return Index.of(self.frames[number - 1]) if 1 <= number <= len(self.frames) else None

    def find(self, x: Select) -> list[Track]:
        """The things that ever looked as a phrase says."""
        return [track for track in self.tracks if any(is_one(item, x) for item in track.looks)]


def is_one(item: Item, x: Select) -> bool:
    """Whether an item is of a phrase's kind and colour and says its text."""
    if x.kind != THING and x.kind != item.noun and item.noun not in CATEGORIES.get(x.kind, ((), ()))[0]:
        return False
    if x.colour is not None and not is_coloured(item, x.colour):
        return False
    return x.text is None or (item.text or "").casefold() == x.text.casefold()
