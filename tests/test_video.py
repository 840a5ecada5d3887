"""Video files: which frames are taken, how they stand, what is decoded, and what cannot be read."""

from contextlib import contextmanager
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from fmvr.errors import BadInput
from fmvr.media import video
from fmvr.media.video import read_video

RATE, SIZE = 10, (64, 48)


def filmed(path, count: int, gap: int = 12, times: list[int] | None = None, codec: str = "libx264", size=SIZE):
    """A file whose frames grow brighter, `RATE` a second or at some times in tenths of a second; a key frame in `gap`.

    The right half is black.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.time_base = gap, Fraction(1, RATE)
        for i in range(count):
            pixels = np.zeros((*size[::-1], 3), np.uint8)
            pixels[:, : size[0] // 2] = round(40 + 200 * i / max(count - 1, 1))
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = times[i] if times else i, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def brightness(picture: Image.Image) -> float:
    return float(np.asarray(picture)[:, : picture.width // 2 - 4].mean())


@pytest.fixture
def counted(monkeypatch):
    """How many frames become pictures."""
    made = []
    monkeypatch.setattr(video, "_picture", lambda frame, make=video._picture: made.append(1) or make(frame))
    return made


@pytest.mark.parametrize("name, codec", [("a.mp4", "libx264"), ("a.webm", "libvpx-vp9"), ("a.avi", "mpeg4")])
def test_frames_lie_evenly_and_the_last_is_among_them(tmp_path, counted, name, codec):
    clip = read_video(filmed(tmp_path / name, 41, codec=codec), 5)
    assert clip.times == pytest.approx([0, 1, 2, 3, 4], abs=0.06) and len(counted) == 5
    assert [brightness(frame) for frame in clip.frames] == pytest.approx([40, 90, 140, 190, 240], abs=10)


def test_at_a_varying_rate_they_lie_evenly_in_time(tmp_path):
    clip = read_video(filmed(tmp_path / "a.mp4", 6, times=[0, 1, 2, 3, 4, 40]), 3)
    assert clip.times == pytest.approx([0, 0.4, 4])  # two seconds in, the fifth frame is still on the screen


@pytest.mark.parametrize("count", range(2, 24))
def test_the_last_frame_is_among_them_at_whatever_time_it_is(tmp_path, count):
    assert read_video(filmed(tmp_path / "a.mp4", count), 2).times == pytest.approx([0, (count - 1) / RATE])


def test_a_single_frame_is_the_middle_and_a_short_one_is_all_there(tmp_path):
    path = filmed(tmp_path / "a.mp4", 5)
    assert read_video(path, 1).times == pytest.approx([0.2])
    assert len(read_video(path, 50).frames) == 5
    assert len(read_video(filmed(tmp_path / "one.mp4", 1), 8).frames) == 1


def test_nothing_is_decoded_twice_and_what_lies_between_key_frames_far_apart_is_not(tmp_path, monkeypatch):
    """Of 400 frames with a key frame in ten: once the last two seconds for the end, then at most a gap before each."""
    path, passes = filmed(tmp_path / "a.mp4", 400, gap=10), []

    class Counted:
        def __init__(self, container):
            self.container, self.decoded = container, []
            passes.append(self.decoded)

        def __getattr__(self, name):
            return getattr(self.container, name)

        def decode(self, stream):
            for frame in self.container.decode(stream):
                self.decoded.append(frame.pts)
                yield frame

    @contextmanager
    def opened(path, open_=video._opened):
        with open_(path) as (container, stream):
            yield Counted(container), stream

    monkeypatch.setattr(video, "_opened", opened)
    for frames, most in ((4, 45), (80, 400)):
        passes.clear()
        assert len(read_video(path, frames).frames) == frames
        _, read, ahead = passes
        assert len(set(read)) == len(read) <= most and not ahead


def test_a_video_held_upright_is_read_upright(tmp_path):
    upright = read_video(turned(tmp_path / "a.mp4"), 1).frames[0]
    assert upright.size == SIZE[::-1]
    rows = np.asarray(upright).mean((1, 2))
    assert abs(rows[: len(rows) // 2].mean() - rows[len(rows) // 2 :].mean()) > 40  # light and dark, above each other


def turned(path):
    """A video that was filmed with a phone held upright."""
    path.write_bytes(_with_matrix(filmed(path, 3).read_bytes()))
    return path


def _with_matrix(plain_file: bytes) -> bytes:
    """An MP4 with the mark of a phone held upright in the head of its track: turn by a quarter."""
    plain = b"".join(n.to_bytes(4, "big") for n in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    turn = b"".join((n & 0xFFFFFFFF).to_bytes(4, "big") for n in (0, 1 << 16, 0, -1 << 16, 0, 0, 48 << 16, 0, 1 << 30))
    at = plain_file.rindex(plain)  # the first is the whole file's
    return plain_file[:at] + turn + plain_file[at + len(turn) :]


def broken(path):
    """A video that ends before its table of frames."""
    whole = filmed(path, 30).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def sound(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


BAD = {
    "nothing": (lambda path: None, "There is no such video file"),
    "an empty file": (lambda path: path.write_bytes(b""), "no video that can be read"),
    "text": (lambda path: path.write_text("a video"), "no video that can be read"),
    "a broken video": (broken, "no video that can be read"),
    "sound alone": (sound, "holds no moving picture"),
    "a long film": (lambda path: filmed(path, 2, times=[0, 20000]), "lasts 33 minutes; the most is 30"),
}


@pytest.mark.parametrize("make, sentence", BAD.values(), ids=BAD)
def test_what_is_no_video_gets_a_sentence(tmp_path, make, sentence):
    make(path := tmp_path / "a.mp4")
    with pytest.raises(BadInput, match=sentence):
        read_video(path, 4)


@pytest.mark.parametrize("frames", [0, -1, 257, True, 2.5, "4"])
def test_a_clip_has_a_number_of_frames(tmp_path, frames):
    with pytest.raises(BadInput, match="1 to 256 frames"):
        read_video(tmp_path / "a.mp4", frames)
