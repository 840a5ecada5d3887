"""Codes of the crowded world's pictures: the same picture again from a link, the first edition's scenes among them."""

import pytest

from fmvr.worlds import WORLDS
from fmvr.worlds.embedded import code, draw
from fmvr.worlds.embedded.sparse import as_scene, of_scene, sparse
from fmvr.worlds.scenes.scene import SPLITS, Scene

WORLD, FIRST = WORLDS["embedded"], SPLITS["test"]
SAMPLES = [WORLD.sample("test", place) for place in range(24)]


@pytest.mark.parametrize("sample", SAMPLES, ids=code.write)
def test_a_picture_comes_back_from_its_code(sample):
    text = WORLD.code(sample)
    assert WORLD.from_code(text) == sample and WORLD.code(WORLD.from_code(text)) == text
    kind = "" if sample.ground == "plain" else f"{sample.kind}-"
    assert text == f"{kind}{sample.seed}"


@pytest.mark.parametrize("old", [f"{FIRST + 5}", f"{FIRST}."])
def test_a_scene_of_the_first_edition_keeps_its_code_and_its_pixels(old):
    picture = WORLD.from_code(old)
    assert WORLD.code(picture) == old
    assert draw.pixels(picture)[0].tobytes() == Scene.from_code(old).pixels()[0].tobytes()
    assert as_scene(picture) == Scene.from_code(old)


def test_sparse_scenes_are_among_the_pictures_and_asked_about():
    found = [sample for sample in SAMPLES if sample.ground == "plain"]
    assert len(found) == len(SAMPLES) // 12
    for sample in found:
        assert sample == sparse(sample.seed) == of_scene(as_scene(sample))
        assert len(WORLD.questions(sample)) > 5


BROKEN = [
    "",
    "cat",
    "scene-",
    "scene-300000000",
    "scene-0200000000",
    "table-200000005",
    "board-200000001.AAAAAAAAA",
    "text-200000002.",
    "scene-200000000.AAAA",
    "scene-200000000." + "A" * 9 * 41,
    "scene-200000000\n",
    "scene-" + "9" * 100_000,
    "../../etc/passwd",
    "test-17",
]


@pytest.mark.parametrize("text", BROKEN, ids=[text[:30] for text in BROKEN])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(ValueError):
        WORLD.from_code(text)
