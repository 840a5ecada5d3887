"""FMVR-LLaVA as a transformers model, against stock LLaVA, against a hand-written pass, against itself."""

import pytest
import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, LlavaForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FORMS, FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.pyramid import MERGE, form_settings
from fmvr.prompt import prompt
from tests.models import BUDGETS, new_model, new_processor, picture, save_stock_checkpoint, trained_gains

QUESTION = "How many cats are there?"


@pytest.fixture(scope="module")
def processor():
    return new_processor()


@pytest.fixture(scope="module")
def model():
    return trained_gains(new_model())


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    directory = tmp_path_factory.mktemp("llava")
    return directory, save_stock_checkpoint(directory)


def ask(processor, tokens=576, question=QUESTION, seed=0):
    """The inputs of one question about one picture."""
    return processor(images=picture(seed), text=prompt(question), visual_tokens=tokens, return_tensors="pt")


def batch_of_three(processor, padding_side):
    """Different pictures, questions and budgets: together, and each alone."""
    asked = [
        (36, "Is there a cat?", 1),
        (1, "Where in the picture is the red circle?", 2),
        (144, "What do you see?", 3),
    ]
    together = processor(
        images=[picture(seed) for *_, seed in asked],
        text=[prompt(question) for _, question, _ in asked],
        visual_tokens=[tokens for tokens, *_ in asked],
        padding=True,
        padding_side=padding_side,
        return_tensors="pt",
    )
    return together, [ask(processor, *one) for one in asked]


def logits_by_hand(llava, input_ids, sets):
    """Token sets put in the placeholders' place, then the language model alone."""
    embedded = llava.get_input_embeddings()(input_ids)
    embedded[input_ids == llava.config.image_token_id] = torch.cat(sets)
    return llava(inputs_embeds=embedded).logits


def features(llava, pixel_values):
    """The full sets of some pictures, [B, 576, D]."""
    return torch.stack(list(llava.get_image_features(pixel_values).pooler_output))


def pooled(tokens, side):
    """Plain average pooling of [B, 576, D]."""
    grid = tokens.transpose(1, 2).unflatten(2, (24, 24))
    return F.avg_pool2d(grid, 24 // side).flatten(2).transpose(1, 2)


@torch.no_grad()
def greedy(model, inputs, steps):
    """The most likely token, `steps` times, without a cache."""
    ids = inputs["input_ids"]
    for _ in range(steps):
        best = model(ids, pixel_values=inputs["pixel_values"], use_cache=False).logits[:, -1].argmax(-1)
        ids = torch.cat([ids, best[:, None]], 1)
    return ids


@torch.no_grad()
def test_a_stock_checkpoint_loads_as_it_is(checkpoint):
    directory, stock = checkpoint
    ours, report = FMVRLlavaForConditionalGeneration.from_pretrained(directory, output_loading_info=True)
    gains = {name for name, _ in ours.named_parameters() if ".pyramid." in name}
    assert not report["unexpected_keys"] and not report["mismatched_keys"]
    assert set(report["missing_keys"]) == gains
    assert all((ours.get_parameter(name) == 0).all() for name in gains)
    assert all(torch.equal(weight, ours.get_parameter(name)) for name, weight in stock.named_parameters())


@torch.no_grad()
def test_at_576_tokens_and_initial_gains_the_logits_are_stock_llavas(checkpoint, processor):
    directory, stock = checkpoint
    ours = FMVRLlavaForConditionalGeneration.from_pretrained(directory)
    inputs = ask(processor)
    torch.testing.assert_close(ours(**inputs).logits, stock(**inputs).logits, rtol=0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("side", [12, 6, 3, 1])
def test_at_fewer_tokens_and_initial_gains_the_logits_are_stock_llavas_on_pooled_tokens(checkpoint, processor, side):
    directory, stock = checkpoint
    ours = FMVRLlavaForConditionalGeneration.from_pretrained(directory)
    inputs = ask(processor, side * side)
    sets = pooled(features(stock, inputs["pixel_values"]), side)
    expected = logits_by_hand(stock, inputs["input_ids"], list(sets))
    torch.testing.assert_close(ours(**inputs).logits, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_trained_gains_change_the_answer_below_576_tokens_alone(checkpoint, processor):
    directory, stock = checkpoint
    ours = trained_gains(FMVRLlavaForConditionalGeneration.from_pretrained(directory))
    full, some = ask(processor), ask(processor, 36)
    torch.testing.assert_close(ours(**full).logits, stock(**full).logits, rtol=0, atol=1e-5)
    plain = logits_by_hand(stock, some["input_ids"], list(pooled(features(stock, some["pixel_values"]), 6)))
    assert (ours(**some).logits - plain).abs().max() > 0.1


@torch.no_grad()
@pytest.mark.parametrize("tokens", BUDGETS)
def test_the_placeholders_pick_the_token_set(model, processor, tokens):
    inputs = ask(processor, tokens)
    expected = logits_by_hand(model, inputs["input_ids"], list(model.token_sets(inputs["pixel_values"])[tokens]))
    torch.testing.assert_close(model(**inputs).logits, expected, rtol=0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("form", [None, MERGE, *FORMS])
def test_a_saved_model_comes_back_by_name_with_its_gains(tmp_path, processor, form):
    saved = trained_gains(new_model(**form_settings(form)))
    saved.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".jinja", ".safetensors"}
    loaded = AutoModelForImageTextToText.from_pretrained(tmp_path)
    assert type(loaded) is FMVRLlavaForConditionalGeneration
    assert type(AutoConfig.from_pretrained(tmp_path)) is FMVRLlavaConfig
    assert (loaded.config.fmvr_form, loaded.config.fmvr_merge) == tuple(form_settings(form).values())
    assert all(torch.equal(weight, loaded.get_parameter(name)) for name, weight in saved.named_parameters())
    again = AutoProcessor.from_pretrained(tmp_path)
    assert type(again) is FMVRLlavaProcessor
    inputs = ask(again, 36)
    torch.testing.assert_close(loaded(**inputs).logits, saved(**ask(processor, 36)).logits)


@pytest.mark.parametrize("tokens", BUDGETS)
def test_generate_says_what_a_greedy_loop_says(model, processor, tokens):
    inputs = ask(processor, tokens)
    said = model.generate(**inputs, max_new_tokens=8, do_sample=False, eos_token_id=-1)
    assert said.tolist() == greedy(model, inputs, 8).tolist()


@torch.no_grad()
@pytest.mark.parametrize("padding_side", ["left", "right"])
def test_a_batch_gives_every_row_the_logits_it_has_alone(model, processor, padding_side):
    together, alone = batch_of_three(processor, padding_side)
    logits = model(**together).logits
    for row, one in enumerate(alone):
        kept = together["attention_mask"][row].bool()
        torch.testing.assert_close(logits[row, kept], model(**one).logits[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("options", [{"num_beams": 1}, {"num_beams": 2}], ids=["greedy", "beams"])
def test_a_batch_is_answered_as_each_row_alone(model, processor, options):
    together, alone = batch_of_three(processor, "left")
    options |= dict(max_new_tokens=6, do_sample=False, eos_token_id=-1)
    said = model.generate(**together, **options)[:, together["input_ids"].shape[1] :]
    expected = [model.generate(**one, **options)[0, one["input_ids"].shape[1] :] for one in alone]
    assert said.tolist() == torch.stack(expected).tolist()


def test_several_answers_to_one_question_lead_with_the_best(model, processor):
    inputs = ask(processor, 36)
    options = dict(num_beams=2, max_new_tokens=6, do_sample=False, eos_token_id=-1)
    best, second = model.generate(**inputs, num_return_sequences=2, **options).tolist()
    assert best == model.generate(**inputs, **options)[0].tolist()
    assert second != best


@torch.no_grad()
@pytest.mark.parametrize("tokens", [(36, 9), (1, 576), (144, 144)])
def test_two_pictures_in_one_prompt_each_have_their_token_set(model, processor, tokens):
    text = "USER: <image>\nand <image>\nWhat do you see? ASSISTANT:"
    pictures = [picture(1), picture(2)]
    inputs = processor(images=pictures, text=text, visual_tokens=list(tokens), return_tensors="pt")
    sets = model.token_sets(inputs["pixel_values"])
    expected = logits_by_hand(model, inputs["input_ids"], [sets[n][i] for i, n in enumerate(tokens)])
    torch.testing.assert_close(model(**inputs).logits, expected, rtol=0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("tokens", BUDGETS)
def test_a_picture_encoded_once_is_as_good_as_its_pixels(model, processor, tokens):
    inputs = ask(processor, tokens)
    ids, expected = inputs["input_ids"], model(**inputs).logits
    full = model.get_image_features(inputs["pixel_values"])
    ready = BaseModelOutputWithPooling(pooler_output=list(model.token_sets(inputs["pixel_values"])[tokens]))
    for encoded in (full, ready):
        torch.testing.assert_close(model(ids, mm_encoder_outputs={"image": encoded}).logits, expected)
        said = model.generate(ids, mm_encoder_outputs={"image": encoded}, max_new_tokens=4, do_sample=False)
        assert said.tolist() == model.generate(**inputs, max_new_tokens=4, do_sample=False).tolist()


@torch.no_grad()
def test_a_prompt_without_a_picture_is_read_as_text(model, processor):
    ids = processor(text=f"USER: {QUESTION} ASSISTANT:", return_tensors="pt")["input_ids"]
    torch.testing.assert_close(model(ids).logits, logits_by_hand(model, ids, [torch.empty(0, 16)]))


@torch.no_grad()
def test_bfloat16_stays_near_float32(processor):
    inputs = ask(processor, 36)
    expected = trained_gains(new_model())(**inputs).logits
    half = trained_gains(new_model()).bfloat16()
    logits = half(**inputs.to(torch.bfloat16)).logits
    assert logits.dtype == torch.bfloat16
    assert F.cosine_similarity(logits.float().flatten(), expected.flatten(), dim=0) > 0.98
    assert half.generate(**inputs, max_new_tokens=3, min_new_tokens=3).shape[1] == inputs["input_ids"].shape[1] + 3


@torch.no_grad()
@pytest.mark.parametrize("offloaded", [(), ("model.pyramid",), ("model.vision_tower", "lm_head")])
def test_a_device_map_places_the_parts(tmp_path, model, processor, offloaded):
    model.save_pretrained(tmp_path)
    parts = [f"model.{name}" for name, _ in model.model.named_children()] + ["lm_head"]
    places = {part: "disk" if part in offloaded else "cpu" for part in parts} if offloaded else "cpu"
    placed = FMVRLlavaForConditionalGeneration.from_pretrained(
        tmp_path, device_map=places, offload_folder=tmp_path / "offloaded"
    )
    inputs = ask(processor, 9)
    torch.testing.assert_close(placed(**inputs).logits, model(**inputs).logits)


@torch.no_grad()
def test_all_sets_of_some_pictures_come_out_of_one_pass(model, processor):
    inputs = processor(images=[picture(1), picture(2)], text=[prompt(QUESTION)] * 2, return_tensors="pt")
    sets = model.token_sets(inputs["pixel_values"])
    assert [(n, len(set_)) for n, set_ in sets.items()] == [(n, 2) for n in BUDGETS]
    torch.testing.assert_close(sets[576], features(model, inputs["pixel_values"]))


@pytest.mark.parametrize("run", ["forward", "generate"])
def test_a_number_of_placeholders_that_is_no_budget_is_refused(model, processor, run):
    inputs = ask(processor, 36)
    inputs["input_ids"] = inputs["input_ids"][:, 5:]
    inputs["attention_mask"] = inputs["attention_mask"][:, 5:]
    left = int((inputs["input_ids"] == model.config.image_token_id).sum())
    with pytest.raises(ValueError, match=f"no set of {left} visual tokens; the token budgets are 576, 144, 36, 9, 1"):
        getattr(model, run)(**inputs)


def test_more_pictures_than_places_are_refused(model, processor):
    inputs = ask(processor, 36)
    inputs["pixel_values"] = inputs["pixel_values"].repeat(2, 1, 1, 1)
    with pytest.raises(ValueError, match="places for 1 pictures and 2 came"):
        model(**inputs)


def test_two_pictures_without_text_between_are_refused(model, processor):
    inputs = processor(images=[picture(), picture()], text="<image><image>", visual_tokens=9, return_tensors="pt")
    with pytest.raises(ValueError, match="put text between the placeholders of two pictures"):
        model(**inputs)


def test_pixels_and_encoded_pictures_together_are_refused(model, processor):
    inputs = ask(processor, 36)
    with pytest.raises(ValueError, match="pixel_values or mm_encoder_outputs, not both"):
        model(**inputs, mm_encoder_outputs={"image": model.get_image_features(inputs["pixel_values"])})


def test_pictures_without_input_ids_are_refused(model, processor):
    pixels = ask(processor, 36)["pixel_values"]
    with pytest.raises(ValueError, match="Pictures need input_ids"):
        model(inputs_embeds=torch.zeros(1, 40, 16), pixel_values=pixels)


def test_an_unknown_form_is_refused_with_the_forms_there_are():
    with pytest.raises(ValueError, match="no form 'fourier'.*paper, released, residual"):
        new_model(fmvr_form="fourier")


def test_stock_llava_and_ours_share_their_parameter_names():
    ours = dict(new_model(fmvr_form=None).named_parameters())
    assert list(ours) == list(dict(new_model(LlavaForConditionalGeneration).named_parameters()))
