"""Video files as people bring them: a few frames, evenly over the whole length, the last one included."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from fmvr.errors import BadInput
from fmvr.media.clip import MOST_FRAMES, Clip
from fmvr.media.picture import LONGEST_SIDE, MOST_PIXELS

ENDINGS = frozenset([".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".webm", ".wmv"])
MOST_MINUTES = 30
END = 2  # seconds before the end of a file from which on its last frame is looked for
MICROSECONDS = 1_000_000  # of a second: in what a file tells its length


def is_video(path: str | Path) -> bool:
    """Whether a file is a video: by the ending of its name; a GIF, where it moves and can be read."""
    ending = Path(path).suffix.lower()
    if ending != ".gif":
        return ending in ENDINGS
    try:
        with Image.open(path) as picture:
            return picture.is_animated
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return False


def check_frames(frames: int) -> None:
    """Raises BadInput for a number of frames that a clip cannot have."""
    if isinstance(frames, bool) or not isinstance(frames, int) or not 1 <= frames <= MOST_FRAMES:
        raise BadInput(f"A clip has 1 to {MOST_FRAMES} frames, not {frames}.")


def read_video(path: str | Path, frames: int) -> Clip:
    """`frames` frames of a video file, upright, with their times; all of them where it has no more.

    They lie evenly between the first frame and the last one, by time, so that they do at a varying frame rate, too; a
    single one is the middle. Decoding begins at the key frame before each, and no other frame becomes a picture.

    Raises BadInput for what is no video, is broken, too long or too large, and for a number of frames that a clip
    cannot have.
    """
    check_frames(frames)
    if not Path(path).is_file():
        raise BadInput("There is no such video file.")
    try:
        first, last = _ends(path)
        if last - first > 60 * MOST_MINUTES:
            raise BadInput(f"This video lasts {float(last - first) / 60:.0f} minutes; the most is {MOST_MINUTES}.")
        shares = [Fraction(i, frames - 1) for i in range(frames)] if frames > 1 else [Fraction(1, 2)]
        found = dict(
            _shown_at(path, [first + share * (last - first) for share in shares])
        )  # exact: or the end is missed
    except av.FFmpegError as error:
        raise BadInput("This file is no video that can be read to its end; try an MP4 or a WebM.") from error
    return Clip(tuple(found.values()), tuple(float(time - first) for time in found))


@contextmanager
def _opened(path: str | Path):
    """A file, and its video stream."""
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise BadInput("This file holds no moving picture; try an MP4 or a WebM.")
        stream = container.streams.video[0]
        if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
            raise BadInput(f"The frames of this video are too large; the most is {MOST_PIXELS // 10**6} megapixels.")
        stream.thread_type = "AUTO"
        yield container, stream


def _ends(path: str | Path) -> tuple[Fraction, Fraction]:
    """The times of the first and the last frame, in seconds."""
    with _opened(path) as (container, stream):
        begins = next(container.decode(stream), None)
        if begins is None:
            raise BadInput("This video holds no frame.")
        first = last = _time(begins)
        with suppress(av.FFmpegError):  # a format that cannot be sought in is read through
            container.seek(max(0, (container.duration or 0) - END * MICROSECONDS))
        for frame in container.decode(stream):
            last = max(last, _time(frame))
    return first, last


def _shown_at(path: str | Path, times: list[Fraction]) -> Iterator[tuple[Fraction, Image.Image]]:
    """The frames that are on the screen at some times, in their order, each once: its own time, and the picture.

    A second reader looks where the key frames are, so that nothing is decoded twice.
    """
    with _opened(path) as (container, stream), _opened(path) as (ahead, index):
        decoded = container.decode(stream)
        shown = following = next(decoded)
        told = None
        for time in times:
            key = _key_before(ahead, index, time)
            if following is not None and key is not None and key > _time(following):
                container.seek(int(key / stream.time_base), stream=stream)
                decoded = container.decode(stream)
                following = next(decoded, None)
            while following is not None and _time(following) <= time:
                shown, following = following, next(decoded, None)
            if told is None or _time(shown) > told:
                told = _time(shown)
                yield told, _picture(shown)


def _key_before(container, stream, time: Fraction) -> Fraction | None:
    """The time of the last key frame up to a time; None where the format cannot tell."""
    try:
        container.seek(int(time / stream.time_base), stream=stream)
        packet = next(container.demux(stream))
    except (av.FFmpegError, StopIteration):
        return None
    return None if packet.pts is None else packet.pts * packet.time_base


def _time(frame: av.VideoFrame) -> Fraction:
    if frame.pts is None:
        raise BadInput("The frames of this video tell no times; save it as an MP4 or a WebM.")
    return frame.pts * frame.time_base


def _picture(frame: av.VideoFrame) -> Image.Image:
    """A frame as an upright picture, scaled down where it is larger than any model looks at."""
    picture = frame.to_image()
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
