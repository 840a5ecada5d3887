"""Draw the example pictures and write their questions and answers, and a video: python -m examples.make

The pictures are scenes of the test split and carry their codes; nothing was trained on them, nor on the video.
"""

import json
from fractions import Fraction
from pathlib import Path

import av
from PIL.PngImagePlugin import PngInfo

from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.clip import Clip, clip
from fmvr.worlds.embedded.draw import pixels
from fmvr.worlds.scenes.scene import SPLITS
from viz.tabs.samples import CODE, picture_of, specimen_at

FOLDER = Path(__file__).parent
VIDEO, RATE = 56, 10  # the clip's place among those of the test split; frames a second, each shown for a second
# Scenes chosen by eye, counted from the first test seed, and what is asked about each.
CHOSEN = {
    42: "What number is on the green sign?",  # the first one that a visitor sees: a single token is too few for it
    41: "How many boats are there?",
    38: "How many penguins are there?",
    3: "What is the topmost object?",
    24: "Describe the picture.",
    59: "Is there a black circle?",
    56: "What colour is the triangle?",
    17: "Is the banana below the camera?",
    35: "Are there more hats than hamburgers?",
    32: "In which part of the picture is the cat?",
    7: "What number is on the sign?",
    15: "Is there a red circle?",
}


def main() -> None:
    table, world = [], WORLDS["scenes"]
    for place, text in CHOSEN.items():
        specimen, code = specimen_at(world, place), PngInfo()
        question = world.truth(specimen.sample, text)
        name = f"{place:02}-{question.family}.png"
        code.add_text(CODE, specimen.code)
        picture_of(world, specimen).save(FOLDER / name, optimize=True, pnginfo=code)
        table.append({"picture": name, "family": question.family, "question": text, "answer": question.answer})
    (FOLDER / "examples.json").write_text(json.dumps(table, indent=2) + "\n")
    write_video(clip(SPLITS["test"] + VIDEO), FOLDER / "video.mp4")


def write_video(shown: Clip, path: Path) -> None:
    """A clip as an MP4, a second for each of its frames."""
    with av.open(str(path), "w") as container:
        drawn = [pixels(frame)[0] for frame in shown.frames]
        stream = container.add_stream("libx264", rate=RATE)
        stream.height, stream.width, stream.pix_fmt = *drawn[0].shape[:2], "yuv420p"
        for tick in range(RATE * len(drawn)):
            frame = av.VideoFrame.from_ndarray(drawn[tick // RATE], format="rgb24")
            frame.pts, frame.time_base = tick, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
