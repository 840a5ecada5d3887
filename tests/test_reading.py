"""Reading lessons of the embedded world: the same each time, worded as in training, learned from the answers alone."""

from dataclasses import replace

import pytest
import torch

from fmvr.training.conversations import IGNORE, Collate
from fmvr.training.reading import PicturesInWords, ReadsPhrases, new_language_model
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.language import told
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return new_tokenizer(corpus(WORLDS["embedded"].sample("train", place) for place in range(60)))


@pytest.fixture(scope="module")
def lessons():
    return [PicturesInWords(100)[i] for i in range(4)]


def test_a_lesson_is_the_same_each_time_and_kinds_take_turns(lessons):
    data = PicturesInWords(100)
    assert [data[i].turns for i in range(4)] == [lesson.turns for lesson in lessons]
    assert {data.picture(i).kind for i in range(6)} == {"scene", "board", "text"}
    assert all(0 < len(lesson.words) <= told.MOST for lesson in lessons)


def test_the_labels_are_the_answers(tokenizer, lessons):
    batch = Collate(tokenizer, code=told.ids)(lessons)
    for row, lesson in enumerate(lessons):
        ids = batch["labels"][batch["of"] == row]
        text = tokenizer.decode(ids[ids != IGNORE])
        assert text == "".join(f" {answer.lower()}</s>" for _, answer in lesson.turns)


def test_a_phrase_stands_at_every_placeholder_and_all_parts_learn(tokenizer, lessons):
    torch.manual_seed(0)
    model = ReadsPhrases(new_language_model(tokenizer), tokenizer)
    batch = Collate(tokenizer, code=told.ids)(lessons)
    assert int((batch["input_ids"] == model.image).sum()) == len(batch["words"])
    loss = model(**batch)["loss"]
    loss.backward()
    assert 0 < loss.item() < 20
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in model.parameters())


def test_a_question_alone_is_read_as_it_is_among_others(tokenizer, lessons):
    torch.manual_seed(0)
    model = ReadsPhrases(new_language_model(tokenizer), tokenizer).eval()
    collate, lesson = Collate(tokenizer, code=told.ids), lessons[0]
    together = collate([lesson])
    alone = collate([replace(lesson, turns=lesson.turns[-1:])])
    with torch.no_grad():
        rows = [model(**batch)["logits"] for batch in (together, alone)]
    torch.testing.assert_close(rows[0][-len(rows[1]) :], rows[1], rtol=1e-3, atol=1e-3)
