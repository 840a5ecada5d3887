"""The tab Video: frames × tokens, answers and maps of every frame from one pass of the tower."""

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from fmvr.errors import BadInput
from fmvr.media.clip import Clip
from fmvr.media.collage import VIEWS
from tests import models
from tests.test_video import BAD, filmed, turned
from viz.filmstrip import filmstrip
from viz.tabs.comparison import Comparer
from viz.tabs.tab import Visit
from viz.tabs.video import VideoTab

QUESTION = "What moved?"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return str(filmed(tmp_path_factory.mktemp("film") / "a.mp4", 21))


@pytest.fixture(scope="module")
def tab():
    return VideoTab(Comparer(models.new_lab()))


def test_every_arm_answers_from_frames_times_tokens(tab, path):
    answered = set()
    for question in ("What moved?", "What came?", "Who left?", "Is there a cat?"):
        told = tab.ask(path, question, 3, 9)
        assert told["times"] == pytest.approx([0, 1, 2])
        for arm in ("pooling", "fmvr"):
            assert told[arm]["visual_tokens"] == 27 and 0 < told[arm]["flops_share"] < 0.2
            shares = told[arm]["frame_shares"]
            assert len(shares) == 3 and sum(shares) == pytest.approx(1.0 if told[arm]["answer"] else 0.0)
            answered |= {arm} if told[arm]["answer"] else set()
    assert answered  # random models end some answers at once


def test_other_budgets_and_questions_cost_no_second_pass_of_the_tower(tab, path):
    passes = []
    hook = tab.lab.member("fmvr").model.model.vision_tower.register_forward_hook(lambda *_: passes.append(1))
    for frames, tokens, question in ((4, 9, QUESTION), (4, 1, QUESTION), (4, 36, "What came?"), (4, 9, "Who left?")):
        tab.ask(path, question, frames, tokens)
    hook.remove()
    assert len(passes) == 1


def test_what_does_not_fit_is_refused_in_a_sentence(tab, path):
    with pytest.raises(BadInput, match="16 frames of 576 visual tokens"):
        tab.ask(path, QUESTION, 16, 576)
    with pytest.raises(BadInput, match="no video yet"):
        tab.ask(None, QUESTION, 4, 9)


def test_the_tab_shows_a_strip_of_frames_for_each_arm_and_what_they_cost(tab, path):
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    chosen = {"video": path, "question": QUESTION, "way": "frames", "frames": 4, "tokens": 9}
    (new,) = tab.show(Visit(None, "", 36, {"video": chosen}))
    drawn = str(new[tab.answers])
    assert drawn.count('class="filmstrip"') == 2 and drawn.count("<span>2.0 s") == 2
    assert "4 frames × 9 tokens = 36 tokens" in str(new[tab.told])
    (empty,) = tab.show(Visit(None, "", 36, {"video": chosen | {"video": None}}))
    assert empty[tab.answers] == "" and "Bring a video" in str(empty[tab.told])


def test_a_frame_says_how_much_of_the_map_it_holds():
    frames, grids = [Image.new("RGB", (8, 8))] * 2, [np.full((2, 2), 3.0), np.full((2, 2), 1.0)]
    drawn = str(filmstrip(frames, ("0.0 s", "1.5 s"), grids, 3.0, "a map"))
    assert "75 %" in drawn and "25 %" in drawn and "1.5 s" in drawn
    assert Clip(tuple(frames)).captions == ["frame 1", "frame 2"]
    assert Clip(tuple(frames), (0.0, 1.5)).captions == ["0.0 s", "1.5 s"]


def test_a_collage_is_five_views_of_six_frames_whatever_the_number_of_frames_says(tab, path):
    told = tab.ask(path, QUESTION, 16, 9, "collage")
    assert told["times"] is None and told["names"] == list(VIEWS)
    assert all(told[arm]["visual_tokens"] == 5 * 9 for arm in ("pooling", "fmvr"))
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    chosen = {"video": path, "question": QUESTION, "way": "collage", "frames": 16, "tokens": 36}
    (new,) = tab.show(Visit(None, "", 36, {"video": chosen}))
    assert "top left" in str(new[tab.answers]) and "5 views × 36 tokens = 180 tokens" in str(new[tab.told])


def shown(tab, path, **chosen) -> dict:
    with gr.Blocks():
        tab.build(Visit(None, "", 36))
    usual = {"video": path, "question": QUESTION, "way": "frames", "frames": 4, "tokens": 9}
    (new,) = tab.show(Visit(None, "", 36, {"video": usual | chosen}))
    return new


@pytest.mark.parametrize("tokens, side", [(36, 6), (9, 3), (1, 1)])
def test_the_energy_of_the_bands_is_a_point_a_frame_at_the_level_of_the_budget(tab, path, tokens, side):
    new = shown(tab, path, tokens=tokens)
    lines = new[tab.course].data
    assert [line.name.split()[0] for line in lines] == ["L<sub>A</sub>", "H<sub>A</sub>", "H<sub>M</sub>"]
    exhibit, clip = tab._watched(path, 4, "frames")
    for line, band in zip(lines, ("low_average", "high_average", "high_max"), strict=True):
        assert list(line.x) == list(clip.times) == pytest.approx([0, 2 / 3, 4 / 3, 2], abs=0.1)
        for frame, energy in enumerate(line.y):
            (level,) = (one for one in exhibit.view.bands("fmvr", frame) if one.side == side)
            assert energy == (level.before.energies()[band] or None)
    assert len(set(lines[0].y)) == 4  # no two frames are as bright
    assert (lines[1].y[0] is None) == (tokens == 1)  # one token differs from its mean by nothing
    assert new[tab.fold].visible


def test_where_there_is_no_time_there_is_no_energy_over_it(tab, path):
    for chosen in ({"way": "collage"}, {"frames": 1}, {"video": None}):
        new = shown(tab, path, **chosen)
        assert not new[tab.fold].visible and tab.course not in new


def test_an_arm_without_a_pyramid_has_no_bands_to_show(path):
    lab = models.new_lab().reduced(["divprune"], [64, 9])
    tab = VideoTab(Comparer(lab))
    assert not shown(tab, path)[tab.fold].visible


def still(path):
    Image.new("RGB", (64, 48), (200, 30, 30)).save(path)


def moving(path):
    """An animated GIF, under another ending."""
    frames = [Image.new("P", (64, 48), i) for i in (10, 120, 240)]
    frames[0].save(path, format="GIF", save_all=True, append_images=frames[1:], duration=400)


ODD = BAD | {  # file → how it is made, and what is said of it; None for one that is answered
    "one frame": (lambda path: filmed(path, 1), None),
    "a varying rate": (lambda path: filmed(path, 6, times=[0, 1, 2, 3, 4, 40]), None),
    "held upright": (turned, None),
    "a WebM called MP4": (lambda path: filmed(path.with_suffix(".webm"), 9, codec="libvpx-vp9").rename(path), None),
    "an animated GIF": (moving, None),
    "a very wide one": (lambda path: filmed(path, 5, size=(1024, 16)), None),
    "a photograph": (lambda path: still(path.with_suffix(".png")) or path.with_suffix(".png").rename(path), None),
}
del ODD["nothing"]  # which cannot be sent


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_answered_or_refused_in_a_sentence(name, page_url, tmp_path):
    make, sentence = ODD[name]
    make(path := tmp_path / "a.mp4")
    asked = handle_file(str(path)), QUESTION, 3, 9
    client = Client(page_url, verbose=False)
    if sentence is None:
        told = client.predict(*asked, api_name="/ask_video")
        assert 1 <= len(told["times"]) <= 3 and {"pooling", "fmvr"} <= set(told)
    else:
        with pytest.raises(AppError, match=sentence):
            client.predict(*asked, api_name="/ask_video")
