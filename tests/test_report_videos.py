"""The report on one's own videos: asked as clips where frames × tokens fit, and shown as film strips."""

import json

import pytest
from PIL import Image

from fmvr.errors import BadInput
from fmvr.evaluation.report.maps import examples
from fmvr.evaluation.report.run import budgets_of, left_out
from fmvr.evaluation.report.summary import summarise
from fmvr.lab import Lab
from fmvr.media.video import is_video, read_video
from fmvr.worlds.folder import FolderWorld, Row, pictures
from tests.models import BUDGETS, new_lab, picture
from tests.test_report import about, answered, answers_in, lines, run, table
from tests.test_video import filmed
from viz.report import page

FRAMES, FITTING = 3, [144, 36, 9, 1]  # of 1,024 tokens; 3 × 576 are more
ASKED = [
    ("film.mp4", "How many objects are there?", "two"),
    ("moving.gif", "Is there a cat?", ""),
    ("still.gif", "Is there a cat?", "no"),
    ("a.png", "Is there a cat?", "no"),
]
LONG = "Is there a cat, " * 120 + "or none?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    filmed(folder / "film.mp4", 21)
    gif = [Image.new("RGB", (64, 48), shade) for shade in ("navy", "gold")]
    gif[0].save(folder / "moving.gif", save_all=True, append_images=gif[1:], duration=400)
    gif[0].save(folder / "still.gif")
    picture().save(folder / "a.png")
    (folder / "broken.mp4").write_text("no video")
    more = [("broken.mp4", "Is there a dog?", "yes"), ("film.mp4", LONG, ""), ("gone.mp4", "Is it?", "")]
    table(folder / "questions.csv", [*ASKED, *more])
    return folder


def command(folder, out, frames: int = FRAMES) -> list[str]:
    asked = ["report", "--images", str(folder), "--questions", str(folder / "questions.csv")]
    return [*asked, "--frames", str(frames), "--out", str(out)]


@pytest.fixture(scope="module")
def done(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    run(*command(folder, out))
    return out


def test_a_video_is_answered_as_a_clip_at_the_budgets_that_fit_and_a_picture_at_all(folder, done):
    answers, lab = answers_in(done), Lab.load()
    assert list(answers) == [(image, question) for image, question, _ in ASKED]
    for (image, question), arms in answers.items():
        film = image in ("film.mp4", "moving.gif")
        view = lab.look(read_video(folder / image, FRAMES) if film else folder / image)
        for arm, texts in arms.items():
            assert list(texts) == [str(n) for n in (FITTING if film else BUDGETS)]
            assert texts == {n: view.ask(question, int(n), arm).text for n in texts}
    by_image = {line["image"]: line for line in lines(done) if "replies" in line}
    assert {name: line["frames"] for name, line in by_image.items()} == {
        "film.mp4": 3,
        "moving.gif": 3,  # it has two, and both are read
        "still.gif": None,
        "a.png": None,
    }
    film, gif = (by_image[name]["replies"]["fmvr"]["36"]["kv_bytes"] for name in ("film.mp4", "moving.gif"))
    assert 2 * film == 3 * gif


def test_the_page_tells_frames_what_was_left_out_and_what_could_not_be_read(done):
    shown = " ".join((done / "index.html").read_text(encoding="utf-8").split())
    assert "4 questions about 2 pictures and 2 videos" in shown and "Of a video 3 frames are read" in shown
    assert "Left out: 3 frames of 576 tokens are more than a model reads." in shown
    for problem in ("broken.mp4", "This file is no video", "questions.csv, line 8", "There is no picture gone.mp4."):
        assert problem in shown
    problems = {one["where"]: one["what"] for one in json.loads((done / "summary.json").read_text())["problems"]}
    (long,) = (what for where, what in problems.items() if where.startswith("film.mp4, “Is there a cat, Is"))
    assert "the most is 300" in long
    kinds = [(one["kind"], one["frames"]) for one in json.loads((done / "summary.json").read_text())["measures"]]
    assert kinds == [("accuracy", None), ("accuracy", 3), ("agreement", 3)]


def test_other_numbers_of_frames_ask_the_videos_anew_and_nothing_else(folder, done):
    before = len([line for line in lines(done) if "replies" in line])
    run(*command(folder, done, 2))
    new = [line for line in lines(done) if "replies" in line][before:]
    assert [(line["image"], line["frames"]) for line in new] == [("film.mp4", 2), ("moving.gif", 2)]
    run(*command(folder, done))
    assert len([line for line in lines(done) if "replies" in line]) == before + 2
    assert "Of a video 3 frames are read" in (done / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("frames", [0, 257])
def test_a_clip_that_cannot_be_is_refused_at_once(folder, tmp_path, frames):
    with pytest.raises(SystemExit, match=f"A clip has 1 to 256 frames, not {frames}"):
        run(*command(folder, tmp_path / "out", frames))


def test_what_does_not_fit_is_told_for_each_arm_and_where_nothing_does_refused():
    lab = new_lab()
    assert budgets_of(lab) == dict.fromkeys(lab.arms, BUDGETS) and left_out(lab, 1) == ""
    assert budgets_of(lab, 8) == dict.fromkeys(lab.arms, [36, 9, 1])
    assert left_out(lab, 8) == "Left out: 8 frames of 576 or 144 tokens are more than a model reads."
    inside = lab.reduced(["divprune", "fastv"], [576, 300, 36])  # the latter lets all tokens of a frame in
    assert budgets_of(inside, 2) == {"divprune": [300, 36]}
    diverse, dropping = (one.label for one in inside.arms.values())
    told = f"of 576 tokens ({diverse}), or of 576 or 300 tokens ({dropping})"
    assert left_out(inside, 2) == f"Left out: 2 frames {told} are more than a model reads."
    with pytest.raises(BadInput, match="Of 2 frames no model reads even the smallest token set"):
        left_out(lab.reduced(["fastv"], [576, 144]), 2)


def test_a_video_that_breaks_is_shown_as_a_film_strip(folder):
    lab, row = new_lab(), Row("film.mp4", "Is it?", "yes", FRAMES)
    replies = answered(row, {arm: ["yes", "yes", "no", "no"] for arm in lab.arms}, budgets=FITTING)
    picture_row = Row("a.png", "Is it?", "yes")
    alone = answered(picture_row, {arm: ["yes"] * 5 for arm in lab.arms})
    summary = summarise({row: replies, picture_row: alone}, [], 0.95)
    assert (summary.pictures, summary.videos, summary.seen) == (1, 1, "1 picture and 1 video")
    assert [(one.shown, one.frames) for one in summary.measures] == [("1 picture", None), ("1 video", FRAMES)]
    (example,) = examples(lab, FolderWorld(folder, frames=FRAMES), summary.breaks)
    assert example.captions == ["0.0 s", "1.0 s", "2.0 s"]
    assert {arm: {n: len(of) for n, of in by.items()} for arm, by in example.maps.items()} == dict.fromkeys(
        lab.arms, {144: 3, 9: 3}
    )
    drawn = " ".join(page(about(BUDGETS), summary, [example]).split())
    assert drawn.count('class="filmstrip"') == 4 and "the first of 3 frames, as the model sees it" in drawn
    assert drawn.count("share at 144 tokens a frame.") == 1 and "With FMVR, 1 video cannot tell" in drawn


def test_without_a_table_videos_are_asked_about_as_pictures_are(folder):
    assert pictures(folder) == ["a.png", "broken.mp4", "film.mp4", "moving.gif", "still.gif"]
    rows = FolderWorld(folder, frames=2).rows
    assert {row.image for row in rows if row.frames == 2} == {"broken.mp4", "film.mp4", "moving.gif"}
    assert is_video("A.MOV") and not is_video("a.webp") and not is_video(folder / "still.gif")
