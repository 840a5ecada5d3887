"""What of a clip a question is about, and clips told in words."""

from random import Random

import numpy as np
import pytest
import torch

from fmvr.prompt import IMAGE
from fmvr.training.conversations import Collate
from fmvr.training.features import CachedSamples, WithClips, encode, read
from fmvr.training.reading import CLIP_EVERY, MOST_OF_CLIP, PicturesInWords, ReadsPhrases, measure, new_language_model
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.clip import clip
from fmvr.worlds.embedded.language import CLIP_DRAWS, converse, moments, program, told
from fmvr.worlds.embedded.language.program import Select
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from fmvr.worlds.scenes.scene import SPLITS
from tests.models import BUDGETS, new_model, new_processor

CLIPS = [clip(SPLITS["validation"] + place) for place in range(40)]
ASKED = [(shown, question) for shown in CLIPS for question in converse(shown, Random(shown.seed), 20)]
MOST_OF_TEXT = 40  # tokens of an opening that stand for no picture
ABOUT_ALL = {"frames", "cannot tell", "absent"}


@pytest.fixture(scope="module")
def tokenizer():
    return new_tokenizer(corpus(WORLDS["embedded"].sample("train", place) for place in range(60)))


def test_every_family_of_clips_is_asked_and_what_cannot_be_told_is_not_most_of_it():
    families = [question.family for _, question in ASKED]
    assert set(families) == set(CLIP_DRAWS)
    assert 0.02 < families.count("cannot tell") / len(families) < 0.25


def test_what_a_question_is_about_is_in_the_frames_that_are_named():
    empty = []
    for shown, question in ASKED:
        found = moments(question.program, shown) if question.program else []
        assert all(item in shown.frames[at].items for at, item in found), question
        if not found and question.family not in ABOUT_ALL and question.answer not in ("0", "no", "nothing"):
            empty.append(question)
    assert empty == []


def test_a_move_is_seen_before_and_after():
    for shown in CLIPS:
        for event in shown.events:
            if event.what == "move" and sum(item.phrase == event.before.phrase for item in shown.frames[0].items) == 1:
                x = Select(event.before.noun, event.before.colour, event.before.text)
                found = moments(program.Way(x), shown)
                assert (event.frame, event.before) in found and (event.frame + 1, event.after) in found


def test_what_entered_is_seen_as_it_came_and_what_left_as_it_was():
    for shown in CLIPS:
        entered = moments(program.Happened("enter"), shown)
        assert entered == [(e.frame + 1, e.after) for e in shown.events if e.what == "enter"]
        assert moments(program.Happened("leave"), shown) == [
            (e.frame, e.before) for e in shown.events if e.what == "leave"
        ]


def test_a_clip_in_words_has_a_run_of_places_for_every_frame(tokenizer):
    data = PicturesInWords(100, grown=True, clips=True)
    lesson, picture = data[CLIP_EVERY - 1], data[0]
    assert picture.frames is None and len(lesson.frames) > 1
    assert sum(lesson.frames) == len(lesson.words) <= MOST_OF_CLIP
    batch = Collate(tokenizer, code=told.ids)([lesson])
    runs = (batch["input_ids"][0] == tokenizer.convert_tokens_to_ids(IMAGE)).int()
    begins = (torch.diff(runs, prepend=torch.zeros(1, dtype=torch.int)) == 1).sum()
    assert begins == len(lesson.frames) and runs.sum() == len(lesson.words) == len(batch["words"])
    places = runs.nonzero()[:, 0]
    for look, target in zip(lesson.looks, batch["looks"], strict=True):
        if look.any():
            assert set(target.nonzero()[:, 0].tolist()) == set(places[torch.from_numpy(look) > 0].tolist())


def test_clips_come_only_where_they_are_asked_for():
    assert all(PicturesInWords(100, grown=True)[i].frames is None for i in range(CLIP_EVERY))


CLIP_WORLD = WORLDS["clips"]


def test_a_clip_is_a_sample_with_questions_of_different_families():
    sample = CLIP_WORLD.sample("test", 0)
    assert sample == CLIP_WORLD.sample("test", 0)
    shown = CLIP_WORLD.picture(sample)
    assert len(shown.frames) == len(sample.frames) and {frame.size for frame in shown.frames} == {(336, 336)}
    questions = CLIP_WORLD.questions(sample, test=True)
    assert questions == CLIP_WORLD.questions(sample, test=True) and len({q.family for q in questions}) == len(questions)
    assert all(CLIP_WORLD.score(q.family, q.answer, q.answer) == 1 for q in questions)
    with pytest.raises(IndexError):
        CLIP_WORLD.sample("test", -1)


@pytest.fixture(scope="module")
def encoded(tmp_path_factory):
    """Features of six clips by a tiny tower that reads 24 × 24 patches, and where they are kept."""
    folder = tmp_path_factory.mktemp("clips")
    model = new_model()
    model.model.vision_tower.save_pretrained(folder / "tower")
    new_processor().image_processor.save_pretrained(folder / "tower")
    encode(folder / "tower", CLIP_WORLD, 6, folder / "features.npy", batch=4)
    return read(folder / "features.npy")


def test_every_frame_of_a_clip_is_encoded_and_what_is_no_frame_stays_empty(encoded):
    assert encoded.shape[:3] == (6, CLIP_WORLD.most, 576)
    for place, clip_features in enumerate(encoded):
        frames = len(CLIP_WORLD.sample("train", place).frames)
        assert [bool(one.any()) for one in clip_features] == [i < frames for i in range(CLIP_WORLD.most)]


@pytest.mark.parametrize("budget", [1, 9, 36])
def test_a_model_learns_from_clips_frame_by_frame(encoded, tokenizer, budget):
    data = CachedSamples(encoded, CLIP_WORLD, 6)
    items = [data[i] for i in range(3)]
    batch = Collate(tokenizer, [budget])(items)
    frames = [len(CLIP_WORLD.sample("train", i).frames) for i in range(3)]
    assert len(batch["features"]) == sum(frames)
    marks = batch["input_ids"] == tokenizer.convert_tokens_to_ids(IMAGE)
    assert marks.sum(1).tolist() == [budget * n for n in frames]
    looks = [(row, look) for row, item in enumerate(items) for look in item.looks]
    for target, (row, look) in zip(batch["looks"], looks, strict=True):
        assert look.shape == (frames[row], 576) and target.sum() == pytest.approx(1)
        of_frame = target[: marks.shape[1]][marks[row]].view(frames[row], budget).sum(1)
        if look.any():
            np.testing.assert_allclose(of_frame, look.sum(1) / look.sum(), rtol=1e-4, atol=1e-6)


def test_a_clip_takes_no_budget_that_the_model_could_not_read(encoded, tokenizer):
    data = CachedSamples(encoded, CLIP_WORLD, 6)
    place = next(i for i in range(6) if len(CLIP_WORLD.sample("train", i).frames) > 1)
    drawn = {Collate(tokenizer, BUDGETS, seed)([data[place]])["input_ids"].shape[1] for seed in range(30)}
    frames = len(CLIP_WORLD.sample("train", place).frames)
    assert max(drawn) < MOST_OF_TEXT + max(n * frames for n in BUDGETS if n * frames <= 800)


def test_of_seven_batches_one_is_about_clips(encoded, tokenizer):
    pictures = CachedSamples(encoded[:, 0], WORLDS["embedded"], 56)
    mixed = WithClips(pictures, CachedSamples(encoded, CLIP_WORLD, 56), batch=4)
    kinds = [mixed[i].features.ndim == 3 for i in range(28)]
    assert kinds == [False] * 24 + [True] * 4 and len(mixed) == 56


def test_what_was_read_is_measured_of_pictures_and_clips_apart(tokenizer):
    torch.manual_seed(0)
    shares = measure(ReadsPhrases(new_language_model(tokenizer), tokenizer), tokenizer, pictures=2, clips=2)
    assert {"all", "clips"} < set(shares) and all(0 <= share <= 1 for share in shares.values())
    of_clips = {name.removeprefix("clips: ") for name in shares if name.startswith("clips: ")}
    assert of_clips <= set(CLIP_DRAWS) and len(of_clips) > 5
