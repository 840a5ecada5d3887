"""Draw the example pictures and write their questions and answers: python -m examples.make

The pictures are scenes of the test split and carry their codes; nothing was trained on them.
"""

import json
from pathlib import Path

from PIL.PngImagePlugin import PngInfo

from fmvr.worlds import WORLDS
from viz.tabs.samples import CODE, picture_of, specimen_at

FOLDER = Path(__file__).parent
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


if __name__ == "__main__":
    main()
