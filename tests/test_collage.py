"""M3's collage of a video: six frames two in a row on black, read as five views."""

import numpy as np
import pytest
from PIL import Image

from fmvr.media.clip import Clip
from fmvr.media.collage import FRAMES, QUARTERS, SIDE, VIEWS, collage

COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0), (0, 200, 200), (200, 0, 200)]


def clip(count: int = FRAMES, size=(120, 80)) -> Clip:
    return Clip(tuple(Image.new("RGB", size, colour) for colour in COLOURS[:count]))


def colour_at(view: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    return view.getpixel((int(x * SIDE), int(y * SIDE)))


def test_six_frames_lie_two_in_a_row_in_the_order_of_time():
    whole, *quarters = collage(clip()).frames
    assert all(view.size == (SIDE, SIDE) for view in (whole, *quarters))
    for i, colour in enumerate(COLOURS):  # 240 × 240: a square already
        assert colour_at(whole, 0.25 + 0.5 * (i % 2), (i // 2 + 0.5) / 3) == colour


def test_the_quarters_are_the_whole_at_twice_the_resolution():
    whole, *quarters = collage(clip()).frames
    sheet = np.zeros((2 * SIDE, 2 * SIDE, 3), np.uint8)
    for view, (x, y) in zip(quarters, QUARTERS.values(), strict=True):
        sheet[y * SIDE : (y + 1) * SIDE, x * SIDE : (x + 1) * SIDE] = view
    halved = Image.fromarray(sheet).resize((SIDE, SIDE))
    assert np.abs(np.asarray(halved).astype(int) - np.asarray(whole)).max() <= 1


@pytest.mark.parametrize("size, black", [((80, 120), (0.02, 0.5)), ((320, 100), (0.5, 0.02))], ids=("tall", "wide"))
def test_what_is_no_square_is_padded_with_black(size, black):
    whole = collage(clip(size=size)).frames[0]
    assert colour_at(whole, *black) == (0, 0, 0) and colour_at(whole, 0.3, 0.5) == COLOURS[2]


def test_a_video_of_fewer_frames_leaves_places_black():
    whole = collage(clip(5)).frames[0]
    assert colour_at(whole, 0.75, 5 / 6) == (0, 0, 0) and colour_at(whole, 0.25, 5 / 6) == COLOURS[4]


def test_views_have_names_and_no_times():
    views = collage(clip())
    assert views.times is None and views.captions == list(VIEWS)
