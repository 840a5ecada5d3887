"""Reading lessons of the embedded world: the same each time, worded as in training, learned from the answers alone."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset

from fmvr.errors import BadInput
from fmvr.training.conversations import IGNORE, Collate, Conversation
from fmvr.training.looking import middle
from fmvr.training.loop import Run, train
from fmvr.training.options import parse
from fmvr.training.reading import APART, GROWN, PicturesInWords, ReadsPhrases, new_language_model
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


def test_the_first_questions_are_plain():
    data, plain = PicturesInWords(10**6), re.compile(r"[A-Z].*[?.]")
    early, late = ([data[at + i] for i in range(12)] for at in (0, GROWN))
    shares = [np.mean([bool(plain.fullmatch(q)) for one in said for q in _said(one)]) for said in (early, late)]
    assert shares[0] > 0.95 > 0.8 > shares[1]


@pytest.mark.parametrize("phrase, said", [("cat x3 y4", " cat"), ("number digit0=4 digit1=7 x3 y4", "47")])
def test_what_is_named_is_told_by_the_language_s_own_tokens_in_order(tokenizer, phrase, said):
    torch.manual_seed(0)
    model = ReadsPhrases(new_language_model(tokenizer), tokenizer)
    embed = model.language.get_input_embeddings().weight
    heard = []
    model.language.model.register_forward_pre_hook(
        lambda _, given, named: heard.append(named.get("inputs_embeds")), with_kwargs=True
    )
    lesson = Conversation([("Is there a cat?", "yes")], words=[phrase], independent=True)
    model(**Collate(tokenizer, code=told.ids)([lesson]))
    known = [word for word in phrase.split() if word in ("number", "x3", "y4")]
    expected = model.words.weight[[told.IDS[word] for word in known]].sum(0)
    spelled = [said] if "number" not in phrase else [" number", said]
    for text in spelled:
        for place, token in enumerate(tokenizer(text, add_special_tokens=False)["input_ids"]):
            expected = expected + embed[token].roll(APART * place)
    assert any(torch.allclose(row, expected, atol=1e-5) for row in heard[0][0])


def _said(lesson) -> list[str]:
    return [question for question, _ in lesson.turns]


def test_lessons_are_learned_in_their_order(tmp_path):
    seen = []

    class Counted(Dataset):
        in_order = True

        def __len__(self):
            return 6

        def __getitem__(self, i):
            seen.append(i)
            return {"x": torch.ones(1)}

    class Line(torch.nn.Linear):
        def forward(self, x):
            return {"loss": super().forward(x).sum()}

    train(Line(1, 1), Counted(), Run(tmp_path, steps=3, batch=2, lr=0.1))
    assert seen == list(range(6))


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


def test_a_reading_model_goes_on_learning_from_what_it_was(tokenizer, tmp_path):
    torch.manual_seed(0)
    model = ReadsPhrases(new_language_model(tokenizer), tokenizer)
    model.language.save_pretrained(tmp_path)
    with pytest.raises(BadInput, match="There is nothing at .*words.safetensors"):
        ReadsPhrases.load(tmp_path, tokenizer)
    model.save_words(tmp_path)
    again = ReadsPhrases.load(tmp_path, tokenizer)
    batch = Collate(tokenizer, code=told.ids)([PicturesInWords(10, grown=True)[0]])
    assert again(**batch)["loss"].item() == pytest.approx(model(**batch)["loss"].item(), abs=1e-5)


def test_a_reading_model_grows_by_layers_that_change_nothing_yet_and_then_learn(tokenizer, tmp_path):
    torch.manual_seed(0)
    model = ReadsPhrases(new_language_model(tokenizer), tokenizer)
    model.language.save_pretrained(tmp_path)
    model.save_words(tmp_path)
    larger = ReadsPhrases.load(tmp_path, tokenizer, layers=8)
    before, after = model.language.model, larger.language.model
    assert (len(before.layers), len(after.layers)) == (6, 8)
    told_where, still = before.layers[middle(before)], after.layers[middle(after)]
    assert torch.equal(told_where.self_attn.q_proj.weight, still.self_attn.q_proj.weight)
    batch = Collate(tokenizer, code=told.ids)([PicturesInWords(10, grown=True)[0]])
    loss = larger(**batch)["loss"]
    assert loss.item() == pytest.approx(model(**batch)["loss"].item(), abs=1e-5)
    loss.backward()
    assert all(layer.mlp.down_proj.weight.grad.any() for layer in after.layers)
    with pytest.raises(BadInput, match="A reading model of 6 layers grows to 6 or more, not to 4."):
        ReadsPhrases.load(tmp_path, tokenizer, layers=4)


@pytest.mark.parametrize(
    "words, told",
    [
        ("read --layers 8", "--layers needs --start"),
        ("read --start x --layers 0", "--layers is 1 or more, not 0"),
        ("tower --steps 0", "--steps is 1 or more, not 0"),
        ("encode --workers -1", "--workers is 0 or more, not -1"),
    ],
)
def test_options_that_make_no_run_are_named_at_the_entrance(capsys, words, told):
    with pytest.raises(SystemExit):
        parse(words.split())
    assert told in capsys.readouterr().err


def test_who_goes_on_is_asked_no_plain_questions(lessons):
    plain = re.compile(r"[A-Z].*[?.]")
    asked = [question for i in range(12) for question in _said(PicturesInWords(100, grown=True)[i])]
    assert np.mean([bool(plain.fullmatch(question)) for question in asked]) < 0.8
