"""The processor: as many placeholders as the token budget asks, and LLaVA-1.5's prompt."""

import pytest
import torch

from fmvr.arms import ARMS
from fmvr.loading import CHECKPOINTS
from fmvr.model import FMVRLlavaProcessor
from fmvr.model.processing import VIDEO
from fmvr.prompt import IMAGE, prompt
from fmvr.training.conversations import Conversation, write
from tests.models import BUDGETS, new_lab, new_model, new_processor, picture


@pytest.fixture(scope="module")
def processor():
    return new_processor()


def places(processor, inputs) -> list[int]:
    """Placeholders in each row."""
    marks = inputs["input_ids"] == processor.tokenizer.convert_tokens_to_ids(IMAGE)
    return marks.sum(1).tolist()


@pytest.mark.parametrize("tokens", BUDGETS)
def test_a_budget_becomes_that_many_placeholders(processor, tokens):
    inputs = processor(images=picture(), text=prompt("What do you see?"), visual_tokens=tokens, return_tensors="pt")
    assert places(processor, inputs) == [tokens]


@pytest.mark.parametrize("given", [{}, {"visual_tokens": None}], ids=["left out", "None"])
def test_without_a_budget_a_picture_has_the_full_set(processor, given):
    inputs = processor(images=picture(), text=prompt("What do you see?"), return_tensors="pt", **given)
    assert places(processor, inputs) == [576]


@pytest.mark.parametrize("tokens, expected", [(9, [9, 9]), ([36, 1], [36, 1]), (None, [576, 576])])
def test_a_batch_takes_one_budget_or_one_for_each_picture(processor, tokens, expected):
    texts = [prompt("Is there a cat?"), prompt("Where in the picture is the dog?")]
    inputs = processor(
        images=[picture(1), picture(2)], text=texts, visual_tokens=tokens, padding=True, return_tensors="pt"
    )
    assert places(processor, inputs) == expected
    assert inputs["pixel_values"].shape == (2, 3, 48, 48)


def test_the_text_around_the_placeholders_stays(processor):
    inputs = processor(images=picture(), text=prompt("Is there a cat?"), visual_tokens=9, return_tensors="pt")
    expected = processor.tokenizer(prompt("Is there a cat?", [IMAGE * 9]))["input_ids"]
    assert inputs["input_ids"].tolist() == [expected]


@pytest.mark.parametrize("tokens", [0, 35, [36, 35]])
def test_a_budget_that_does_not_exist_is_refused_with_those_that_do(processor, tokens):
    pictures = [picture(1), picture(2)]
    with pytest.raises(ValueError, match="no set of (0|35) visual tokens; the token budgets are 576, 144, 36, 9, 1"):
        processor(images=pictures, text=[prompt("Is there a cat?")] * 2, visual_tokens=tokens)


def test_another_number_of_budgets_than_pictures_is_refused(processor):
    with pytest.raises(ValueError, match="There are 1 pictures and 2 token budgets"):
        processor(images=picture(), text=prompt("Is there a cat?"), visual_tokens=[36, 9])


@pytest.mark.parametrize("arm", ARMS)
def test_the_embedded_chat_template_writes_llavas_prompt(arm):
    embedded = FMVRLlavaProcessor.from_pretrained(CHECKPOINTS / arm)
    message = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Is there a cat?"}]}
    assert embedded.apply_chat_template([message], add_generation_prompt=True) == prompt("Is there a cat?")


def test_the_chat_template_writes_a_conversation_as_training_does(processor):
    turns = [("Is there a cat?", "yes"), ("How many cats are there?", "two")]
    messages = []
    for question, answer in turns:
        messages.append({"role": "user", "content": [{"type": "text", "text": question}]})
        messages.append({"role": "assistant", "content": [{"type": "text", "text": answer}]})
    messages[0]["content"].insert(0, {"type": "image"})
    assert processor.apply_chat_template(messages) == write(Conversation(turns), IMAGE, "</s>")[0]


def test_the_processor_keeps_its_grid_when_saved(processor, tmp_path):
    processor.save_pretrained(tmp_path)
    again = FMVRLlavaProcessor.from_pretrained(tmp_path)
    assert again.token_grid_side == processor.token_grid_side == 24
    pixels = [p.image_processor(picture(), return_tensors="pt")["pixel_values"] for p in (processor, again)]
    assert torch.equal(*pixels)


CLIP = [picture(1), picture(2), picture(3)]


def test_a_video_is_its_frames_each_with_the_budget_of_the_clip(processor):
    told = processor(
        videos=[CLIP, CLIP[::-1]],
        text=[prompt("What moved?", [VIDEO])] * 2,
        visual_tokens=[9, 1],
        padding=True,
        return_tensors="pt",
    )
    assert places(processor, told) == [27, 3]
    assert told["pixel_values_videos"].shape == (2, 3, 3, 48, 48) and "pixel_values" not in told
    first, second = told["pixel_values_videos"]
    assert torch.equal(first, second.flip(0))


def test_a_video_is_read_as_the_lab_reads_it(processor):
    lab = new_lab()
    model, processor = lab.member("fmvr").model, lab.member("fmvr").processor
    shown = lab.look(CLIP)
    for question in ("What moved?", "Is there a cat?", "Who left?"):
        asked = processor(videos=[CLIP], text=prompt(question, [VIDEO]), visual_tokens=9, return_tensors="pt")
        ids = model.generate(**asked, max_new_tokens=8, do_sample=False, suppress_tokens=[model.config.image_token_id])
        answer = shown.ask(question, 9, "fmvr", longest=8)
        begun = asked["input_ids"].shape[1]
        assert tuple(asked["input_ids"][0].tolist()) == answer.prompt_ids
        assert tuple(ids[0, begun:].tolist())[: len(answer.answer_ids)] == answer.answer_ids
        logits = model(**asked).logits[0, -1]
        flat = asked | {"pixel_values": asked["pixel_values_videos"][0]}
        del flat["pixel_values_videos"]
        assert torch.equal(logits, model(**flat).logits[0, -1])


@pytest.mark.parametrize(
    "given, problem",
    [
        ({"images": CLIP[0]}, "images or videos, not both"),
        ({"text": "What moved?"}, "There are 1 videos; the text needs a <video> for each"),
        ({"videos": [CLIP, CLIP[:1]]}, "equally many frames"),
        ({"videos": [[]]}, "one at least"),
    ],
    ids=["a picture, too", "no place", "unequal", "empty"],
)
def test_a_video_that_cannot_be_placed_is_refused(processor, given, problem):
    with pytest.raises(ValueError, match=problem):
        processor(**({"videos": [CLIP], "text": prompt("What moved?", [VIDEO])} | given))


def test_a_model_takes_pictures_or_videos():
    with pytest.raises(ValueError, match="not both"):
        new_model()(pixel_values=torch.zeros(1), pixel_values_videos=torch.zeros(1, 1))
