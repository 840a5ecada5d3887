"""The embedded world: every scene is a seed, knows its objects, and shows what it says."""

from dataclasses import replace

import numpy as np
import pytest

from fmvr.worlds.scenes import draw, sprites
from fmvr.worlds.scenes.catalog import COLOURS, NOUNS, PLURAL, SHAPES, SIGN, SINGULAR, TEST_ONLY_COMBINATIONS, THINGS
from fmvr.worlds.scenes.scene import LARGEST, SMALLEST, SPLIT_SIZE, SPLITS, Scene, describe, split_of

HELD_OUT = 400


@pytest.fixture(scope="module")
def scenes():
    """Split → its first scenes."""
    return {split: [Scene.from_seed(first + i) for i in range(HELD_OUT)] for split, first in SPLITS.items()}


@pytest.fixture(scope="module")
def objects(scenes):
    return [thing for split in scenes.values() for scene in split for thing in scene.objects]


def combinations(scenes):
    return {(thing.colour, thing.noun) for scene in scenes for thing in scene.objects}


@pytest.mark.parametrize("seed", [0, 1, SPLITS["test"] + 7])
def test_the_same_seed_is_the_same_scene_and_picture(seed):
    scene = Scene.from_seed(seed)
    draw.patch.cache_clear()
    again = Scene.from_seed(seed)
    assert scene == again
    assert scene.render().tobytes() == again.render().tobytes()


def test_another_seed_is_another_picture():
    assert len({Scene.from_seed(seed).render().tobytes() for seed in range(20)}) == 20


def test_a_picture_has_llavas_size():
    assert (Scene.from_seed(0).render().size, Scene.from_seed(0).render().mode) == ((336, 336), "RGB")


def test_seeds_of_two_splits_never_meet():
    for split, first in SPLITS.items():
        assert split_of(first) == split_of(first + SPLIT_SIZE - 1) == split
    assert list(SPLITS) == ["train", "validation", "test"]


@pytest.mark.parametrize("seed", [-1, 300_000_000])
def test_a_seed_outside_the_splits_is_refused(seed):
    with pytest.raises(ValueError, match=f"There is no scene {seed}: seeds run from 0 to 299999999"):
        Scene.from_seed(seed)


def test_some_combinations_are_kept_for_the_test(scenes):
    assert not TEST_ONLY_COMBINATIONS & combinations(scenes["train"] + scenes["validation"])
    assert combinations(scenes["test"]) >= TEST_ONLY_COMBINATIONS


def test_scenes_have_one_to_eight_objects(scenes):
    counts = {len(scene.objects) for split in scenes.values() for scene in split}
    assert counts == set(range(1, 9))


def test_everything_in_the_catalogue_is_drawn_sometimes(objects):
    assert {thing.noun for thing in objects} == set(NOUNS)
    assert {thing.colour for thing in objects} == {*COLOURS, None}
    assert len(THINGS) >= 48


def test_sizes_run_from_a_patch_and_a_half_to_a_third_of_the_picture(objects):
    sizes = [thing.size for thing in objects]
    assert (min(sizes), max(sizes)) == (SMALLEST, LARGEST) == (21, 336 // 3)


def test_shapes_and_signs_alone_have_a_colour_and_signs_alone_a_number(objects):
    for thing in objects:
        assert (thing.colour is not None) == (thing.noun in (*SHAPES, SIGN))
        assert (thing.number is not None) == (thing.noun == SIGN)


def test_boxes_lie_in_the_picture_and_overlap_a_little_at_most(scenes):
    for scene in scenes["train"]:
        cover = np.zeros((336, 336), int)
        for thing in scene.objects:
            x0, y0, x1, y1 = thing.box
            assert 0 <= x0 < x1 <= 336 and 0 <= y0 < y1 <= 336
            cover[y0:y1, x0:x1] += 1
        assert (cover > 1).sum() < 0.12 * cover.sum()


def test_boxes_bound_what_is_drawn(scenes):
    for scene in scenes["train"][:40]:
        for thing in scene.objects:
            ys, xs = np.where(draw.compose([thing], scene.seed)[1] == 0)
            drawn = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
            gap = (drawn - thing.box) * [1, 1, -1, -1]
            assert gap.min() >= 0 and gap.max() <= 3


def test_the_owner_map_marks_the_objects_in_their_boxes_alone(scenes):
    for scene in scenes["train"][:40]:
        pixels, owner = scene.pixels()
        empty = draw.compose([], scene.seed)[0]
        assert set(np.unique(owner)) == {-1, *range(len(scene.objects))}
        for i, (x0, y0, x1, y1) in enumerate(thing.box for thing in scene.objects):
            assert (owner == i).sum() == (owner[y0:y1, x0:x1] == i).sum()
        outside = np.ones((336, 336), bool)
        for x0, y0, x1, y1 in (thing.box for thing in scene.objects):
            outside[max(y0 - 6, 0) : y1 + 6, max(x0 - 6, 0) : x1 + 6] = False
        assert np.array_equal(pixels[outside], empty[outside])


def test_an_object_drawn_later_covers_one_drawn_before():
    below, above = Scene.from_seed(0).objects[0], Scene.from_seed(1).objects[0]
    above = replace(above, x=below.x, y=below.y)
    shared = (draw.compose([below], 0)[1] == 0) & (draw.compose([above], 0)[1] == 0)
    assert shared.any()
    assert (draw.compose([below, above], 0)[1][shared] == 1).all()


def test_every_thing_has_a_sprite_of_its_own():
    sheet = sprites.load()
    assert list(sheet) == list(THINGS)
    assert len({sprite.tobytes() for sprite in sheet.values()}) == len(THINGS)
    for sprite in sheet.values():
        assert (sprite[..., 3] > 0.5).mean() > 0.15
        assert (sprite[..., :3] <= sprite[..., 3:]).all()


def test_backgrounds_differ_and_stay_in_range():
    drawn = [draw.background(seed) for seed in range(12)]
    assert len({b.tobytes() for b in drawn}) == 12
    assert all(b.min() >= 0 and b.max() <= 1 for b in drawn)


def test_matching_takes_a_noun_or_a_colour_and_a_noun(scenes):
    for scene in scenes["test"][:100]:
        for thing in scene.objects:
            assert thing in scene.matching(thing.noun) and thing in scene.matching(thing.phrase)
        assert scene.matching("unicorn") == []


@pytest.mark.parametrize(
    "phrases, sentence",
    [
        (["cat"], "a cat."),
        (["owl", "cat"], "an owl and a cat."),
        (["cat", "dog", "cat"], "two cats and a dog."),
        (["red circle", "snowman", "snowman", "sign"], "a red circle, two snowmen and a sign."),
        (["red circle", "red circle", "blue circle"], "two red circles and a blue circle."),
    ],
)
def test_a_description_counts_kinds_in_order(phrases, sentence):
    assert describe(phrases) == sentence


def test_a_scene_is_described_from_left_to_right(scenes):
    for scene in scenes["train"][:100]:
        leftmost = min(scene.objects, key=lambda thing: thing.centre[0])
        first = scene.describe().split(",")[0].split(" and ")[0].strip(".").split(" ", 1)[1]
        *colour, noun = first.split()
        assert " ".join([*colour, SINGULAR.get(noun, noun)]) == leftmost.phrase


def test_plurals_and_singulars_are_each_others_inverse():
    assert {SINGULAR[plural]: plural for plural in PLURAL.values()} == PLURAL
