"""Clips by frames × tokens: which frames are read, what is asked of them, and what a trade compares."""

import math

import pytest

from fmvr.evaluation.asking import AVERAGE
from fmvr.evaluation.measures import clips
from fmvr.evaluation.record import kept
from fmvr.worlds import WORLDS
from tests.models import new_lab
from viz.evidence.clips import MOTION, equal_totals, known, sentence

WORLD = WORLDS["clips"]


@pytest.mark.parametrize(
    "there, wanted, places",
    [(5, 8, [0, 1, 2, 3, 4]), (8, 8, list(range(8))), (8, 4, [0, 2, 5, 7]), (3, 2, [0, 2]), (6, 1, [3]), (2, 1, [1])],
)
def test_frames_lie_evenly_and_the_last_one_is_among_them(there, wanted, places):
    assert clips.evenly(there, wanted) == places


def test_who_looks_at_the_truth_is_right_and_questions_that_name_a_frame_are_asked_of_all_frames(monkeypatch):
    lab, asked = new_lab(), set()

    def answers(member, world, seen, wanted, frames, n):
        asked.update((frames, q.family) for own in wanted for q in own)
        return [[q.answer if frames > 2 else "nobody says this" for q in own] for own in wanted]

    monkeypatch.setattr(clips, "_answers", answers)
    found = clips.measure(lab, WORLD, samples=6)
    assert {frames for frames, family in asked if family in WORLD.one_frame} == {max(clips.FRAMES)}
    for cell in found.cells:
        assert cell.frames * cell.visual_tokens <= clips.MOST_TOKENS
        assert cell.scores[AVERAGE].mean == (1 if cell.frames > 2 else 0)
    gains = {one.more: one.differences[AVERAGE].difference.mean for one in found.trades if one.fewer[0] == 1}
    assert gains and all(gain == (1 if more[0] > 2 else 0) for more, gain in gains.items())
    assert all(math.prod(one.more) == math.prod(one.fewer) for one in found.trades)
    assert all(pair.difference.mean == 0 for pair in found.paired["fmvr"].values())
    better = sum(one.more[0] > 2 >= one.fewer[0] for one in found.trades if one.arm == "pooling")
    assert f"clearly better in {better} on motion" in sentence(found, "pooling")


def test_answers_are_those_of_the_frames_one_by_one():
    lab = new_lab()
    shown = [WORLD.sample("test", place) for place in range(2)]
    seen = clips._seen(lab, WORLD, shown)
    member, wanted = lab.member("fmvr"), [own[:2] for own, _ in seen]
    together = clips._answers(member, WORLD, seen, wanted, 2, 9)
    for clip, questions, texts in zip(shown, wanted, together, strict=True):
        frames = WORLD.picture(clip).frames
        view = lab.look([frames[place] for place in clips.evenly(len(frames), 2)])
        for question, text in zip(questions, texts, strict=True):
            assert view.ask(question.text, 9, "fmvr", WORLD.longest(question.family)).text == text


def test_equal_totals_stand_in_one_plot_fewer_frames_first():
    result = kept("clips").result
    figure = equal_totals(result)
    titles = [title.text for title in figure.layout.annotations]
    assert titles == [f"{n} tokens in all" for n in (36, 72, 144, 288, 576)]
    scores = {(cell.arm, f"{cell.frames} × {cell.visual_tokens}"): cell.scores[AVERAGE].mean for cell in result.cells}
    assert len(figure.data) == 2 * 5  # both arms
    for line, arm in zip(figure.data, ("pooling", "fmvr") * 5):
        pairs = [tuple(map(int, step.split(" × "))) for step in line.x]
        assert pairs[0][0] < pairs[1][0] and len({math.prod(pair) for pair in pairs}) == 1
        assert list(line.y) == [100 * scores[arm, step] for step in line.x]


def test_the_video_tab_says_how_far_answers_about_clips_can_be_trusted():
    result = kept("clips").result
    best = max(cell.scores[MOTION].mean for cell in result.cells)
    assert f"{100 * best:.0f} % of those on motion" in known(result) and str(result.samples) in known(result)
