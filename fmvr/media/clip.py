"""A clip: one or more frames in the order of time. A picture is a clip of one frame."""

from dataclasses import dataclass

from PIL import Image

from fmvr.errors import BadInput
from fmvr.media.picture import read_picture

MOST_FRAMES = 256


@dataclass(frozen=True)
class Clip:
    """Frames as upright RGB pictures; at least one. `times`: of a video's, in seconds after the first; `names`: of
    frames that are views of one picture."""

    frames: tuple[Image.Image, ...]
    times: tuple[float, ...] | None = None
    names: tuple[str, ...] | None = None

    @property
    def captions(self) -> list[str]:
        """What to call each frame."""
        if self.times:
            return [f"{time:.1f} s" for time in self.times]
        return list(self.names or (f"frame {i + 1}" for i in range(len(self.frames))))

    @classmethod
    def read(cls, source) -> "Clip":
        """The clip of a picture, of a list of pictures (see `read_picture`), or of a clip.

        Raises BadInput for what is none.
        """
        if isinstance(source, Clip):
            return source
        sources = source if isinstance(source, list | tuple) else [source]
        if not 1 <= len(sources) <= MOST_FRAMES:
            raise BadInput(f"A clip has 1 to {MOST_FRAMES} frames, not {len(sources)}.")
        return cls(tuple(map(read_picture, sources)))
