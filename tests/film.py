"""What a long video takes: python -m tests.film --seconds 60 --lines 1080

Films one (a key frame every two seconds), reads 20 frames of it, looks at them and asks at every budget that fits: how
many frames were decoded, how far memory rose, how often the tower ran.
"""

import argparse
import resource
import time
from contextlib import suppress
from fractions import Fraction
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import av
import numpy as np

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.media import video

RATE, KEY = 25, 50  # frames a second; from one key frame to the next
FRAMES = 20
QUESTIONS = "What moved?", "Which way did it move?", "What came?", "How many things are there?"


def film(path: Path, seconds: int, lines: int) -> None:
    """A square that crosses a noisy ground."""
    width, draw = lines * 16 // 9, np.random.default_rng(0)
    ground = draw.integers(60, 120, (lines, width, 3), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("h264", RATE, options={"g": str(KEY), "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, lines, "yuv420p"
        for i in range(seconds * RATE):
            shown, at = ground.copy(), i * (width - 200) // (seconds * RATE)
            shown[lines // 2 : lines // 2 + 200, at : at + 200] = (230, 40, 40)
            frame = av.VideoFrame.from_ndarray(shown, "rgb24")
            frame.pts, frame.time_base = i, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def peak_mb() -> float:
    """The most memory that the process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.film", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--lines", type=int, default=1080)
    given = parser.parse_args()
    lab, decoded, encoded = Lab.load(), [], []
    lab.look(np.zeros((336, 336, 3), np.uint8)).ask("What moved?", 1)  # what is there without any video
    tower = lab.member().model.model.vision_tower
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        film(path, given.seconds, given.lines)
        before, start, told = peak_mb(), time.perf_counter(), video._time
        with patch.object(video, "_time", lambda frame: decoded.append(frame.pts) or told(frame)):
            clip = video.read_video(path, FRAMES)
        took = time.perf_counter() - start
        size = f"{path.stat().st_size / 1e6:.0f} MB, {given.seconds * RATE} frames"
        print(f"{size}; {len(clip.frames)} read in {took:.1f} s")
        print(f"decoded: {len(set(decoded))}; memory +{peak_mb() - before:.0f} MB")
        hook = tower.register_forward_hook(lambda _, given, __: encoded.append(len(given[0])))
        shown, answers = lab.look(clip), []
        for question, budget in product(QUESTIONS, lab.budgets):
            with suppress(BadInput):  # more tokens than the model reads
                answers.append(shown.ask(question, budget))
        hook.remove()
        print(f"{len(answers)} answers; the tower read {encoded} frames; memory in all +{peak_mb() - before:.0f} MB")


if __name__ == "__main__":
    main()
