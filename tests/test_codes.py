"""Scenes as short codes: the same picture again from a link, and nothing else believed."""

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fmvr.worlds.scenes.code import LETTERS, write
from fmvr.worlds.scenes.questions import ask_all
from fmvr.worlds.scenes.reading import subjects, truth
from fmvr.worlds.scenes.scene import SPLITS, Scene, SceneObject
from fmvr.worlds.scenes.world import SceneWorld
from viz.tabs.samples import CODE, Specimen, picture_of, specimen_in

FIRST, WORLD = SPLITS["test"], SceneWorld()
SCENES = [Scene.from_seed(FIRST + i) for i in range(60)]
FULL = next(scene for scene in SCENES if len(scene.objects) == 8)
OBJECT = write(FULL.objects[:1])


def edited(scene: Scene) -> Scene:
    """A scene that no seed makes: its objects in another order, on another background."""
    return Scene(scene.seed + 1, scene.objects[::-1])


@pytest.mark.parametrize("scene", SCENES[:20], ids=lambda scene: str(scene.seed))
def test_a_plain_scenes_code_is_its_seed(scene):
    assert scene.code == str(scene.seed)
    assert Scene.from_code(scene.code) == scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.seed))
def test_an_edited_scene_comes_back_from_its_code_pixel_for_pixel(scene):
    changed = edited(scene)
    assert re.fullmatch(r"[0-9]+\.[A-Za-z0-9_-]*", changed.code), "fit for a link"
    again = Scene.from_code(changed.code)
    assert again == changed and again.code == changed.code
    assert again.render().tobytes() == changed.render().tobytes()


def test_a_full_scenes_code_is_short():
    assert len(edited(FULL).code) <= 9 + 1 + 8 * 9


def test_an_empty_scene_has_a_code_and_questions_about_nothing():
    empty = Scene.from_code(f"{FIRST}.")
    assert empty.objects == () and empty.code == f"{FIRST}."
    assert {q.family for q in ask_all(empty)} <= {"existence", "count", "comparison"}
    assert truth(empty, "How many objects are there?").answer == "zero"
    assert truth(empty, "Is there a cat?").answer == "no"
    assert truth(empty, "Describe the picture.") is None
    assert truth(empty, "What is the leftmost object?") is None and subjects(empty, "Which object is lowest?") == []


def test_an_edit_taken_back_has_the_seed_as_its_code():
    scene = SCENES[0]
    assert Scene(scene.seed, ()).code != str(scene.seed)
    assert Scene.from_code(f"{scene.seed}.{write(scene.objects)}").code == str(scene.seed)


BROKEN = {
    "nothing": "",
    "words": "cat",
    "a seed no split holds": "300000000",
    "a seed with a zero before it": "0200000000",
    "a minus": "-1",
    "digits of another script": "٢٠٠٠٠٠٠٠٠",
    "a line more": f"{FIRST}\n",
    "a seed no split holds, with an object": f"999999999.{OBJECT}",
    "an object cut short": f"{FIRST}.{OBJECT[:-1]}",
    "nine objects": f"{FIRST}.{OBJECT * 9}",
    "a letter that no code has": f"{FIRST}.{OBJECT[:-1]}ä",
    "an endless number": "9" * 100_000,
    "an endless text": f"{FIRST}." + "A" * 9_000_000,
    "another mark": f"{FIRST}/{OBJECT}",
    "a path": "../../etc/passwd",
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_a_broken_code_is_refused(code):
    with pytest.raises(ValueError):
        Scene.from_code(code)


def test_whatever_letters_stand_in_a_code_it_is_refused_or_a_scene_of_this_world():
    letters, accepted = random.Random(0), 0
    for _ in range(4000):
        text = "".join(letters.choice(LETTERS) for _ in range(9))
        try:
            scene = Scene.from_code(f"{FIRST}.{text}")
        except ValueError:
            continue
        accepted += 1
        thing = scene.objects[0]
        assert 21 <= thing.size <= 112 and min(thing.box) >= 0 and max(thing.box) <= 336
        assert scene.code == f"{FIRST}.{text}", "one scene, one code"
        assert scene.render().size == (336, 336)
    assert accepted


@pytest.mark.parametrize(
    "change",
    [
        {"noun": "circle", "colour": "black", "number": None, "mirrored": True},
        {"noun": "cat", "colour": "red", "number": None},
        {"noun": "circle", "colour": None, "number": None},
        {"noun": "sign", "colour": "red", "number": None, "mirrored": False},
        {"noun": "sign", "colour": "red", "number": 100, "mirrored": False},
        {"size": 20},
        {"size": 113},
        {"box": (300, 0, 0, 0)},
        {"box": (0, 335, 0, 0)},
        {"angle": 180.1},
    ],
    ids=str,
)
def test_an_object_that_this_world_does_not_hold_is_refused(change):
    cat = SceneObject.at(("cat", None, None, 80, 0.0, False), 10, 10)
    with pytest.raises(ValueError):
        Scene.from_code(f"{FIRST}.{write([replace(cat, **change)])}")


def scene_of(path, image: Image.Image) -> Scene | None:
    """The scene that a picture file shows."""
    specimen = specimen_in(WORLD, path, image)
    return specimen and specimen.sample


def saved(scene: Scene, folder, code: str | None = None):
    text = PngInfo()
    text.add_text(CODE, scene.code if code is None else code)
    picture_of(WORLD, Specimen(scene, scene.code)).save(folder / "scene.png", pnginfo=text)
    return folder / "scene.png"


@pytest.mark.parametrize("scene", [SCENES[0], edited(FULL), Scene(FIRST, ())], ids=["plain", "edited", "empty"])
def test_a_picture_file_carries_its_scene(tmp_path, scene):
    path = saved(scene, tmp_path)
    assert scene_of(path, Image.open(path)) == scene


def test_a_code_is_believed_only_where_the_pixels_are_the_scenes(tmp_path):
    path = saved(edited(FULL), tmp_path)
    touched = np.array(Image.open(path))
    touched[5, 5] ^= 1
    assert scene_of(path, Image.fromarray(touched)) is None
    path = saved(edited(FULL), tmp_path, FULL.code)
    assert scene_of(path, Image.open(path)) is None


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_a_picture_with_a_broken_code_is_a_picture_without_one(tmp_path, code):
    if len(code) < 1000 and code.isascii():
        path = saved(SCENES[0], tmp_path, code)
        assert scene_of(path, Image.open(path)) is None
