"""The task `fmvr_clips` for lmms-eval: the first clips of `python -m fmvr.evaluation clips`, as video files.

Each is written, without loss, when it is first asked about, into a folder that is gone at the end.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from fmvr.evaluation.lmms.tasks.samples import SPLIT, Samples
from fmvr.worlds import WORLDS

WORLD, FOLDER = WORLDS["clips"], TemporaryDirectory("fmvr_clips")
GROUP_OF = {family: group for group, families in WORLD.groups.items() for family in families}


class Clips(Samples):
    world = WORLD


def video(row: dict) -> list[str]:
    """A path, as lmms-eval's video tasks hand videos over."""
    path = Path(FOLDER.name) / f"{row['place']}.mkv"
    if not path.exists():
        _write(path, WORLD.picture(WORLD.sample(SPLIT, row["place"])).frames)
    return [str(path)]


def scored(row: dict, answers: list[str]) -> dict:
    """As in `samples`; what names a frame counts for its group alone."""
    found = row["family"], WORLD.score(row["family"], answers[0], row["answer"])
    return {GROUP_OF[row["family"]]: found} | ({} if row["family"] in WORLD.one_frame else {"average": found})


def average(scores: list[tuple[str, float]]) -> float:
    """The mean over families of their means over questions."""
    by_family = {family: [score for name, score in scores if name == family] for family, _ in scores}
    return float(np.mean([np.mean(own) for own in by_family.values()]))


def _write(path: Path, frames: tuple) -> None:
    """A frame a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=1)
        (stream.width, stream.height), stream.pix_fmt = frames[0].size, "bgr0"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_image(frame)))
        container.mux(stream.encode())
