"""The crowded pictures of the embedded world: scenes, boards, texts, clips."""

import string
from dataclasses import replace

import numpy as np
import pytest

from fmvr.worlds.embedded import lettering
from fmvr.worlds.embedded.board import board
from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, NUMBER, SIGN, TEST_ONLY_COMBINATIONS, WORD, WORDS
from fmvr.worlds.embedded.clip import DIRECTIONS, FEWEST_FRAMES, MOST_FRAMES, after, clip
from fmvr.worlds.embedded.draw import letters, pixels
from fmvr.worlds.embedded.frames import FRAMES, lines
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST, SMALLEST_SIGN
from fmvr.worlds.embedded.page import Page
from fmvr.worlds.embedded.scene import overlaps, scene
from fmvr.worlds.embedded.text import LAYOUTS, text
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import MOST_OVERLAP, SPLITS, split_of

MAKERS = {"scene": scene, "board": board, "text": text}
MANY = range(SPLITS["train"] + 300, SPLITS["train"] + 340)


@pytest.fixture(scope="module")
def pictures():
    """Forty training pictures of every kind."""
    return {name: [maker(seed) for seed in MANY] for name, maker in MAKERS.items()}


@pytest.mark.parametrize("name", MAKERS)
def test_a_seed_makes_the_same_picture_again(name):
    first, again, other = MAKERS[name](7), MAKERS[name](7), MAKERS[name](8)
    assert first == again != other
    for one, two in zip(pixels(first), pixels(again)):
        np.testing.assert_array_equal(one, two)


def test_what_a_seed_draws_is_pinned():
    """Towers and models have been trained on just these pictures."""
    assert [len(MAKERS[name](SPLITS["train"] + 1).items) for name in MAKERS] == [13, 44, 13]


@pytest.mark.parametrize("name", MAKERS)
def test_a_seed_that_no_split_holds_is_refused(name):
    with pytest.raises(ValueError, match="no scene"):
        MAKERS[name](-1)


@pytest.mark.parametrize("name", MAKERS)
def test_boxes_lie_inside_the_picture_and_hold_what_is_drawn(name, pictures):
    for picture in pictures[name][:12]:
        drawn, owner = pixels(picture)
        assert drawn.shape == (SIDE, SIDE, 3) and drawn.dtype == np.uint8
        assert owner.shape == (SIDE, SIDE) and owner.min() >= -1 and owner.max() < len(picture.items)
        for i, item in enumerate(picture.items):
            x0, y0, x1, y1 = item.box
            assert 0 <= x0 < x1 <= SIDE and 0 <= y0 < y1 <= SIDE
            ys, xs = np.nonzero(owner == i)
            assert len(ys), f"{item} is not seen at all"
            assert x0 <= xs.min() and xs.max() < x1 and y0 <= ys.min() and ys.max() < y1


@pytest.mark.parametrize("name", MAKERS)
def test_things_overlap_a_little_in_scenes_and_not_at_all_elsewhere(name, pictures):
    for picture in pictures[name]:
        boxes = np.array([item.box for item in picture.items])
        shared = overlaps(boxes, boxes)
        np.fill_diagonal(shared, 0)
        assert shared.max() < MOST_OVERLAP if name == "scene" else shared.max() == 0


def test_scenes_hold_one_to_forty_things_of_all_sizes(pictures):
    counts = [len(picture.items) for picture in pictures["scene"]]
    sizes = [item.size for picture in pictures["scene"] for item in picture.items]
    assert min(counts) >= 1 and max(counts) <= 40 and max(counts) > 25
    assert min(sizes) >= SMALLEST and max(sizes) <= LARGEST and min(sizes) < 28 and max(sizes) > 90
    assert len({picture.ground for picture in pictures["scene"]}) > 8
    assert all(item.row is None and item.noun in NOUNS for picture in pictures["scene"] for item in picture.items)


def test_boards_hold_every_item_in_its_cell(pictures):
    assert {picture.ground for picture in pictures["board"]} == set(FRAMES)
    for picture in pictures["board"]:
        assert 4 <= picture.rows <= 16 and 4 <= picture.columns <= 16
        xs, ys = lines(picture)
        assert len({(item.row, item.column) for item in picture.items}) == len(picture.items)
        for item in picture.items:
            x, y = item.centre
            assert xs[item.column - 1] < x < xs[item.column] and ys[item.row - 1] < y < ys[item.row]


def test_most_boards_have_a_pitch_that_pooling_does_not_fall_on(pictures):
    matching = [picture.columns in (4, 8, 12) for picture in pictures["board"]]
    assert sum(matching) < len(matching) / 3


def test_numbers_and_letters_are_large_enough_to_be_read(pictures):
    for picture in [picture for kind in pictures.values() for picture in kind]:
        for item in picture.items:
            if item.noun == SIGN:
                assert item.size >= SMALLEST_SIGN
            elif item.face:
                assert item.size >= (lettering.SMALLEST if picture.kind == "text" else lettering.SMALLEST_DIGIT)


@pytest.mark.parametrize("face", lettering.FACES)
def test_capitals_are_as_high_as_is_said(face):
    for size in (12, 20, 60):
        assert abs(lettering.extent("H", face, size)[1] - size) <= 1


def test_texts_are_words_and_numbers_on_panels_in_lines_and_fields(pictures):
    assert {picture.ground for picture in pictures["text"]} == set(LAYOUTS)
    for picture in pictures["text"]:
        for item in picture.items:
            assert item.colour in COLOURS and item.row <= picture.rows and item.column <= picture.columns
            if item.noun == WORD:
                assert item.text.lower() in WORDS and item.text in (
                    item.text.upper(),
                    item.text.lower(),
                    item.text.title(),
                )
            else:
                assert item.noun == NUMBER and item.text.isdecimal() and 1 <= len(item.text) <= 4
            x0, y0, x1, y1 = item.box
            assert any(a <= x0 and b <= y0 and x1 <= c and y1 <= d for a, b, c, d in (p.box for p in picture.panels))
        lined = sorted(picture.items, key=lambda item: (item.row, item.column))
        for one, two in zip(lined, lined[1:]):
            assert one.row < two.row or one.box[2] < two.box[2]


def test_a_word_owns_its_whole_box_and_its_letters_lie_in_it_from_left_to_right(pictures):
    picture = pictures["text"][0]
    _, owner = pixels(picture)
    for i, item in enumerate(picture.items):
        x0, y0, x1, y1 = item.box
        assert (owner[y0:y1, x0:x1] == i).all()
        told = letters(item)
        xs = [x for _, x, _ in told]
        assert "".join(c for c, _, _ in told) == item.text and xs == sorted(xs)
        assert all(x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1 for _, x, y in told)


def test_texts_come_large_and_small():
    sizes = [item.size for seed in range(60) for item in text(seed).items]
    assert min(sizes) == lettering.SMALLEST and max(sizes) > 40


def test_ink_stands_out_from_what_it_is_written_on(pictures):
    for picture in pictures["text"]:
        drawn, _ = pixels(picture)
        grey = drawn.astype(float) @ (0.3, 0.59, 0.11)
        for item in picture.items:
            x0, y0, x1, y1 = item.box
            part = grey[y0:y1, x0:x1]
            assert part.max() - part.min() > 40, (picture.seed, item)


def test_words_can_be_written():
    assert len(WORDS) >= 300 and all(3 <= len(word) <= 9 for word in WORDS)
    assert set("".join(WORDS)) <= set(string.ascii_lowercase)


def test_some_combinations_are_drawn_in_test_pictures_only():
    def pairs(split):
        seeds = range(SPLITS[split], SPLITS[split] + 16)
        return {(i.colour, i.noun) for seed in seeds for maker in (scene, board) for i in maker(seed).items}

    assert not TEST_ONLY_COMBINATIONS & pairs("train")
    assert not TEST_ONLY_COMBINATIONS & pairs("validation")
    assert pairs("test") > TEST_ONLY_COMBINATIONS
    assert split_of(SPLITS["test"]) == "test"


@pytest.fixture(scope="module")
def clips():
    return [clip(seed) for seed in range(40)]


def test_a_seed_makes_the_same_clip_again():
    assert clip(3) == clip(3) != clip(4)


def test_clips_are_as_long_as_is_said_and_something_happens_in_each(clips):
    lengths = {len(one.frames) for one in clips}
    assert min(lengths) == FEWEST_FRAMES and max(lengths) == MOST_FRAMES
    assert all(one.events for one in clips) and {one.kind for one in clips} == {"scene", "board"}
    assert {event.what for one in clips for event in one.events} == {"enter", "leave", "move", "change"}


def test_the_events_of_a_clip_are_just_what_happens_between_its_frames(clips):
    for one in clips:
        for i, (before, then) in enumerate(zip(one.frames, one.frames[1:])):
            step = [event for event in one.events if event.frame == i]
            assert after(before, step) == then
            gone, new = set(before.items) - set(then.items), set(then.items) - set(before.items)
            assert gone == {event.before for event in step if event.before}
            assert new == {event.after for event in step if event.after}
        assert all(0 <= event.frame < len(one.frames) - 1 for event in one.events)


def test_what_moves_goes_straight_and_what_changes_stays(clips):
    for event in (event for one in clips for event in one.events):
        if event.what == "move":
            dx, dy = (event.after.centre[k] - event.before.centre[k] for k in (0, 1))
            right, down = DIRECTIONS[event.direction]
            assert (dx * right if right else dy * down) >= 15 and abs(dy if right else dx) <= 2
            assert event.after.phrase == event.before.phrase and event.after.size == event.before.size
        elif event.what == "change":
            assert event.after.phrase != event.before.phrase and event.after.row == event.before.row
            assert replace(event.after, noun="", colour="", box=()) == replace(event.before, noun="", colour="", box=())
        assert (event.before is None) == (event.what == "enter") and (event.after is None) == (event.what == "leave")


def test_frames_hold_no_item_twice_and_all_inside(clips):
    for frame in (frame for one in clips for frame in one.frames):
        boxes = np.array([item.box for item in frame.items])
        assert boxes.min() >= 0 and boxes.max() <= SIDE and len(set(frame.items)) == len(frame.items) > 0
        shared = overlaps(boxes, boxes)
        np.fill_diagonal(shared, 0)
        assert shared.max() < MOST_OVERLAP
        if frame.kind == "board":
            assert len({(item.row, item.column) for item in frame.items}) == len(frame.items)


class Crowding(np.random.Generator):
    """Draws the small letters, the narrow lines and as many of them as there may be."""

    def uniform(self, low=0.0, high=1.0, size=None):
        return low if size is None else np.full(size, low)

    def integers(self, low, high=None, size=None, **more):
        least, end = (0, low) if high is None else (low, high)
        few = end - least < 6  # a choice, not a number of lines
        return super().integers(least, end, size, **more) if few or size is not None else end - 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_panel_as_full_as_can_be_is_filled(layout):
    for seed in range(60):
        page = Page(Crowding(np.random.PCG64(seed)))
        LAYOUTS[layout](page)
        assert page.items
