"""Data of one's own: what a row may be, what it is trained to say, and what is told of rows that are wrong."""

import struct
import sys

import pytest
import torch
from PIL import Image
from transformers import LlavaForConditionalGeneration

from fmvr.errors import BadInput
from fmvr.model import FMVRLlavaForConditionalGeneration, budgets
from fmvr.prompt import IMAGE
from fmvr.training import own
from fmvr.training.__main__ import main
from fmvr.training.conversations import IGNORE, Collate, Conversation, write
from fmvr.training.data.check import check, lengths
from fmvr.training.data.lessons import Lessons
from fmvr.training.data.rows import row
from fmvr.training.pair import OnFeatures
from tests.models import BUDGETS, TOKENIZER, new_model, new_processor, picture, save_stock_checkpoint
from tests.rows import CAT, TWO, entry, save, save_pictures

PROCESSOR = new_processor()
MARK = TOKENIZER.convert_tokens_to_ids(IMAGE)
LONGEST = 1024


@pytest.fixture
def images(tmp_path):
    """A folder with two pictures, and files that are none."""
    save_pictures(tmp_path)
    (tmp_path / "text.png").write_text("a cat")
    (tmp_path / "head.png").write_bytes((tmp_path / "0.png").read_bytes()[:20])
    Image.new("L", (1, 1)).save(tmp_path / "large.gif")
    head = (tmp_path / "large.gif").read_bytes()
    (tmp_path / "large.gif").write_bytes(head[:6] + struct.pack("<HH", 10_000, 6_000) + head[10:])
    return tmp_path


# What a row may be


@pytest.mark.parametrize("name", ["data.json", "data.jsonl"])
def test_rows_are_read_in_both_layouts_from_lists_and_lines(name, images):
    share_gpt = {"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": " Hello "}]}
    mixed = {"conversations": [{"from": "user", "value": "A"}, {"from": "assistant", "value": "B"}], "image": None}
    listed = entry(f"Look.\n{IMAGE}", "A cat.", image=None) | {"images": ["1.png"], "id": "same"}
    rows = [CAT | {"id": "same"}, share_gpt, mixed, listed, TWO]
    data = check(save(images, rows, name), images, PROCESSOR, 2 * LONGEST)
    assert [one.turns for one in data.rows] == [
        ((f"{IMAGE}\nIs there a cat?", "yes"),),
        (("Hello", "Hello"),),
        (("A", "B"),),
        ((f"Look.\n{IMAGE}", "A cat."),),
        ((f"{IMAGE}\n{IMAGE}\nIs there a cat?", "yes"),),
    ]
    assert [one.pictures for one in data.rows] == [("0.png",), (), (), ("1.png",), ("0.png", "1.png")]
    assert "5 rows, 2 without a picture, 1 with several" in str(data)


def test_a_row_is_as_long_as_its_prompt_with_all_tokens(images):
    rows = [row(1, one) for one in (CAT, TWO, entry("Hello", "Hello"))]
    [cat, two, none] = lengths(rows, PROCESSOR)
    between = len(TOKENIZER(",", add_special_tokens=False)["input_ids"])
    assert cat == Collate(TOKENIZER, [576])([Lessons(rows, images, PROCESSOR)[0]])["input_ids"].shape[1]
    assert two == cat + between + 576
    assert none == len(TOKENIZER("USER: Hello ASSISTANT: Hello</s>")["input_ids"])


# What a row teaches

SAID = {
    "the picture first": (
        entry(f"{IMAGE}\nIs there a cat?", "yes", image="0.png"),
        "USER: {0}\nIs there a cat? ASSISTANT:[ yes</s>]",
    ),
    "the picture last": (
        entry(f"Is there a cat?\n{IMAGE}", "yes", image="0.png"),
        "USER: {0}\nIs there a cat? ASSISTANT:[ yes</s>]",
    ),
    "the picture in the middle": (
        entry(f"Is there a cat in {IMAGE} or not?", "yes", image="0.png"),
        "USER: Is there a cat in {0} or not? ASSISTANT:[ yes</s>]",
    ),
    "the picture alone": (
        entry(IMAGE, "two cats.", image="0.png"),
        "USER: {0}\n ASSISTANT:[ two cats.</s>]",
    ),
    "several turns": (
        entry(f"{IMAGE}\nIs there a cat?", "yes", "How many?", "two", image="0.png"),
        "USER: {0}\nIs there a cat? ASSISTANT:[ yes</s>]USER: How many? ASSISTANT:[ two</s>]",
    ),
    "the picture in the second turn": (
        entry("Hello", "yes", f"How many?\n{IMAGE}", "two", image="0.png"),
        "USER: Hello ASSISTANT:[ yes</s>]USER: {0}\nHow many? ASSISTANT:[ two</s>]",
    ),
    "no picture": (
        entry("Is there a cat?", "no", "How many?", "two"),
        "USER: Is there a cat? ASSISTANT:[ no</s>]USER: How many? ASSISTANT:[ two</s>]",
    ),
    "two pictures": (TWO, "USER: {0},{1}\nIs there a cat? ASSISTANT:[ yes</s>]"),
    "two pictures without a space": (
        entry(f"{IMAGE}{IMAGE}\nIs there a cat?", "yes", image=["0.png", "1.png"]),
        "USER: {0},{1}\nIs there a cat? ASSISTANT:[ yes</s>]",
    ),
    "two pictures apart": (
        entry(f"Is {IMAGE} as large as {IMAGE}?", "yes", "Is it?", "no", image=["0.png", "1.png"]),
        "USER: Is {0} as large as {1}? ASSISTANT:[ yes</s>]USER: Is it? ASSISTANT:[ no</s>]",
    ),
    "two pictures in two turns": (
        entry(f"{IMAGE}\nIs there a cat?", "yes", f"{IMAGE}\nAnd a dog?", "no", image=["0.png", "1.png"]),
        "USER: {0}\nIs there a cat? ASSISTANT:[ yes</s>]USER: {1}\nAnd a dog? ASSISTANT:[ no</s>]",
    ),
}


def by_hand(text: str, tokens: int) -> tuple[list[int], list[int]]:
    """Ids and labels of a text: what stands in brackets is learnt."""
    ids, labels = [TOKENIZER.bos_token_id], [IGNORE]
    for i, part in enumerate(text.format(IMAGE * tokens, IMAGE * tokens).replace("]", "[").split("[")):
        some = TOKENIZER(part, add_special_tokens=False)["input_ids"]
        ids += some
        labels += some if i % 2 else [IGNORE] * len(some)
    return ids, labels


@pytest.mark.parametrize("tokens", [9, 1])
@pytest.mark.parametrize("given, text", SAID.values(), ids=SAID)
def test_a_row_teaches_its_answers_and_nothing_else(given, text, tokens, images):
    data = check(save(images, [given]), images, PROCESSOR, 2048)
    batch = Collate(TOKENIZER, [tokens])([Lessons(data.rows, images, PROCESSOR)[0]])
    assert (batch["input_ids"][0].tolist(), batch["labels"][0].tolist()) == by_hand(text, tokens)


def test_between_two_pictures_stands_what_a_tokenizer_can_see():
    conversation = Conversation([(f"{IMAGE}\n{IMAGE}\nIs it?", "yes")], opened=False)
    assert write(conversation, "II", "</s>")[0] == "USER: II\nII\nIs it? ASSISTANT: yes</s>"


def test_rows_of_all_kinds_make_one_batch_each_with_its_own_pictures(images):
    mixed = [entry("Hello", "yes"), TWO, CAT]
    lessons = Lessons([row(i, one) for i, one in enumerate(mixed)], images, PROCESSOR)
    items = [lessons[i] for i in range(3)]
    batch = Collate(TOKENIZER, [9])(items)
    assert [item.key for item in items] == [0, 1, 2]
    assert (batch["input_ids"] == MARK).sum(1).tolist() == [0, 18, 9]
    files = [picture(i).resize((90, 60)) for i in (0, 1, 0)]
    assert torch.equal(batch["pixel_values"], PROCESSOR.image_processor(files, return_tensors="pt")["pixel_values"])
    model = OnFeatures(new_model(), "all")
    loss, alone = model(**batch)["loss"], [model(**Collate(TOKENIZER, [9])([item]))["loss"] for item in items]
    learnt = (batch["labels"] != IGNORE).sum(1)
    torch.testing.assert_close(loss, (torch.stack(alone) * learnt).sum() / learnt.sum())


def test_a_batch_without_a_picture_trains_the_language_model_and_touches_all_parts(images):
    [item] = (Lessons([row(1, entry("Is there a cat?", "no"))], images, PROCESSOR)[0],)
    model = OnFeatures(new_model(), "all")
    batch = Collate(TOKENIZER, [9])([item])
    loss = model(**batch)["loss"]
    batch.pop("pixel_values")
    torch.testing.assert_close(loss, model.model(**batch).loss)
    loss.backward()
    grads = {name: p.grad for name, p in model.named_parameters() if p.requires_grad}
    assert grads["model.lm_head.weight"].abs().sum() > 0
    connector = [grad for name, grad in grads.items() if "projector" in name or "pyramid" in name]
    assert connector and all(grad is not None and not grad.any() for grad in connector)


# What is wrong with a row

WRONG = {
    "a line that is no JSON": ("{", "This line cannot be read as JSON"),
    "a text": ("a cat".join('""'), "no object with conversations"),
    "a list": ([CAT], "no object with conversations"),
    "no turns": ({"image": "0.png"}, "no list of turns"),
    "turns that are no list": ({"conversations": {"human": "Hello"}}, "no list of turns"),
    "an empty list of turns": ({"conversations": []}, "no list of turns"),
    "a turn that is a text": ({"conversations": ["Hello", "Hello"]}, "needs a role and a text"),
    "a turn without a text": ({"conversations": [{"from": "human"}]}, "needs a role and a text"),
    "a text that is a number": ({"messages": [{"role": "user", "content": 7}]}, "needs a role and a text"),
    "an unknown role": ({"messages": [{"role": "system", "content": "Be kind."}]}, "a turn of 'system'"),
    "an answer first": ({"conversations": CAT["conversations"][::-1]}, "begins with an answer"),
    "questions alone": (entry("Hello"), "questions alone, and no answer to learn"),
    "two questions": ({"conversations": [{"from": "human", "value": "A"}] * 2 + entry("A", "B")["conversations"]}, "2"),
    "two answers": (
        {"conversations": [*entry("A", "B", "C", "D")["conversations"], {"from": "gpt", "value": "E"}]},
        "5",
    ),
    "a question without an answer": (entry("A", "B", "C"), "last question has no answer"),
    "an empty answer": (entry("A", "B", "C", " \n"), "answer of round 2 is empty"),
    "an empty question": (entry("", "B"), "question of round 1 is empty"),
    "a picture in an answer": (
        entry(IMAGE, f"See {IMAGE}", image=["0.png", "1.png"]),
        "round 1 has the mark",
    ),
    "too few marks": (entry("Is there a cat?", "yes", image="0.png"), "names 1 picture and has no <image> marks"),
    "too many marks": (entry(f"{IMAGE} {IMAGE} A", "B", image="0.png"), "names 1 picture and has 2 <image> marks"),
    "a mark without a picture": (entry(f"{IMAGE} A", "B"), "names no pictures and has 1 <image> mark"),
    "an image that is a number": (CAT | {"image": 0}, "has to be the name of a picture"),
    "an image without a name": (CAT | {"image": ""}, "has to be the name of a picture"),
    "an image among images that is none": (TWO | {"image": ["0.png", None]}, "has to be the name of a picture"),
    "a missing picture": (CAT | {"image": "lost.png"}, "There is no picture lost.png"),
    "a second picture that is missing": (TWO | {"image": ["0.png", "lost.png"]}, "There is no picture lost.png"),
    "a picture elsewhere": (CAT | {"image": "../0.png"}, "../0.png lies outside the folder of pictures"),
    "a picture by its whole path": (CAT | {"image": "/etc/hostname"}, "/etc/hostname lies outside the folder"),
    "a file that is no picture": (CAT | {"image": "text.png"}, "text.png: This file is not a picture"),
    "a broken head": (CAT | {"image": "head.png"}, "head.png: This"),
    "a picture too large": (CAT | {"image": "large.gif"}, "large.gif: This picture has 60 megapixels"),
    "a folder as a picture": (CAT | {"image": "."}, "There is no picture"),
    "a mark of the model's own": (entry("A", "B</s>"), "has </s>: that mark is the model's own"),
    "a long text": (entry("cat " * 1100, "yes"), "takes 1107 tokens, and at most 1024 can be read"),
    "two pictures too long": (TWO, "takes 1166 tokens with 576 visual tokens a picture, and at most 1024"),
}


@pytest.mark.parametrize("given, sentence", WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_named_by_its_number_and_in_a_sentence(given, sentence, images):
    path = save(images, [CAT, given, CAT], "data.jsonl")
    with pytest.raises(BadInput) as problem:
        check(path, images, PROCESSOR, LONGEST)
    first, second = str(problem.value).splitlines()
    assert first.startswith(f"1 of the 3 rows of {path} cannot be trained on") and "--skip-bad" in first
    assert second.startswith("Row 2: ") and second.endswith(".") and sentence in second
    data = check(path, images, PROCESSOR, LONGEST, skip_bad=True)
    assert [one.number for one in data.rows] == [1, 3] and "1 left out: 1 for " in str(data)


def test_of_many_bad_rows_the_first_are_named_and_the_others_counted(images):
    path = save(images, [CAT, *[given for given, _ in list(WRONG.values())[3:13]]])
    with pytest.raises(BadInput) as problem:
        check(path, images, PROCESSOR, LONGEST)
    lines = str(problem.value).splitlines()
    assert [line.partition(":")[0] for line in lines[1:]] == [
        "Row 2",
        "Row 3",
        "Row 4",
        "Row 5",
        "Row 6",
        "And 5 more.",
    ]
    left = str(check(path, images, PROCESSOR, LONGEST, skip_bad=True))
    assert "10 left out: 6 for missing or wrong fields, 4 for the order of turns." in left


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("[{", "is broken: it cannot be read as JSON .*a file with a row in each line is to be called .jsonl"),
        ('{"conversations": []}', "has to hold a list of conversations"),
        ("[]", "holds no row that can be trained on"),
        (b"\xff\xfe[", "is not written in UTF-8"),
        (None, "There is no data .*data.json"),
    ],
)
def test_a_file_that_holds_no_rows_is_refused(text, sentence, images):
    if text is not None:
        (images / "data.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput, match=sentence):
        check(images / "data.json", images, PROCESSOR, LONGEST, skip_bad=True)


def test_where_all_rows_are_bad_there_is_nothing_to_go_on_with(images):
    with pytest.raises(BadInput, match="no row that can be trained on.\nRow 1: It has questions alone"):
        check(save(images, [entry("A")]), images, PROCESSOR, LONGEST, skip_bad=True)


def test_a_folder_of_pictures_that_is_not_there_is_told_of_first(images):
    with pytest.raises(BadInput, match="There is no folder .*lost; --images names"):
        check(save(images, [CAT]), images / "lost", PROCESSOR, LONGEST)


# The command


def run(monkeypatch, words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *words.split()])
    main()


@pytest.fixture
def command(images):
    """The command that tunes a stock checkpoint on two rows; it lacks a number of steps."""
    save_stock_checkpoint(images / "stock")
    path = save(images, [entry("Hello", "yes"), CAT])
    return f"tune --model {images}/stock --data {path} --images {images} --out {images}/out --batch 2 --lr 1e-2"


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_one_command_tunes_a_stock_checkpoint_on_data_of_ones_own(command, images, monkeypatch, capsys, precision):
    before = dict(FMVRLlavaForConditionalGeneration.from_pretrained(images / "stock").named_parameters())
    run(monkeypatch, f"{command} --steps 2 --form residual --dtype {precision}")
    assert "2 rows, 1 without a picture, 0 with several." in capsys.readouterr().out
    after = FMVRLlavaForConditionalGeneration.from_pretrained(images / "out" / "model")
    assert budgets(after.config.token_grid_side) == BUDGETS
    assert all(weight.isfinite().all() for weight in after.parameters())
    assert any((gain != 0).any() for gain in after.model.pyramid.parameters())
    for name, weight in after.named_parameters():
        if ".vision_tower." in name:
            assert torch.equal(weight, before[name])
        elif "multi_modal_projector" in name:
            assert not torch.equal(weight, before[name])


def test_bad_data_is_told_of_before_any_weights_are_read(command, images, monkeypatch):
    monkeypatch.setattr(own, "load", lambda *_, **__: pytest.fail("weights were read"))
    save(images, [CAT, entry("A")])
    with pytest.raises(SystemExit, match="\nRow 2: It has questions alone"):
        run(monkeypatch, f"{command} --steps 1")
    assert not (images / "out").exists()


def test_a_run_with_other_settings_is_not_gone_on_with(command, images, monkeypatch):
    run(monkeypatch, f"{command} --steps 1")
    run(monkeypatch, f"{command} --steps 2")  # goes on
    with pytest.raises(SystemExit, match="holds a run with other seed .0, not 1.: give another folder with --out"):
        run(monkeypatch, f"{command} --steps 2 --seed 1")
    new_model(LlavaForConditionalGeneration, seed=1).save_pretrained(images / "stock")  # other weights of the same name
    with pytest.raises(SystemExit, match="other model"):
        run(monkeypatch, f"{command} --steps 2")


def test_a_picture_broken_behind_its_head_ends_training_in_a_sentence(command, images, monkeypatch):
    (images / "0.png").write_bytes((images / "0.png").read_bytes()[:-100])
    with pytest.raises(SystemExit, match=r"^Row 2, 0.png: This picture is broken[^\n]*$"):
        run(monkeypatch, f"{command} --steps 1")


def test_data_of_ones_own_needs_a_checkpoint(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "tune --data data.json")
    assert "--data needs --model" in capsys.readouterr().err
