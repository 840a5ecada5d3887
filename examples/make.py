"""Draw the example pictures and write their questions and answers, and a video: python -m examples.make

The pictures are of the test split and carry their codes; nothing was trained on them, nor on the video.
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
# Test pictures chosen by eye, by their places: a name, and a question whose answer turns with the budget.
CHOSEN = {
    72: ("sky", "What number is on the black sign?"),
    24: ("picnic", "What number is on the sign at the top right?"),
    54: ("tiles", "Are there more moons or gifts?"),
    63: ("cactus", "What colour is the triangle?"),
    70: ("butterflies", "What is the smallest number?"),
    58: ("tray", "What is in row four, column two?"),
    34: ("chessboard", "Which animal is at the bottom middle?"),
    76: ("calendar", "What is in row three, column four?"),
    53: ("plates", "What word is at the top right?"),
    23: ("numbers", "What number is at the middle?"),
    47: ("menu", "What is in line two?"),
    78: ("burgers", "What is nearest the moon at the top left?"),
}


def main() -> None:
    table, world = [], WORLDS["embedded"]
    for place, (name, text) in CHOSEN.items():
        specimen, code = specimen_at(world, place), PngInfo()
        question = world.truth(specimen.sample, text)
        file = f"{name}.png"
        code.add_text(CODE, specimen.code)
        picture_of(world, specimen).save(FOLDER / file, optimize=True, pnginfo=code)
        table.append({"picture": file, "family": question.family, "question": text, "answer": question.answer})
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
