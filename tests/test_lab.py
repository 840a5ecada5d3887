"""The lab: looks once, answers often, in words with probabilities, in sentences where it cannot."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from unittest.mock import patch

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from fmvr.answering.answer import gather_words, products
from fmvr.answering.one import answers_of
from fmvr.arms import ARMS, PAIR
from fmvr.cost import Shape
from fmvr.envelope import Envelope
from fmvr.errors import BadInput
from fmvr.explain.methods import METHOD, METHODS
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, Checkpoint
from fmvr.model import FMVRLlavaForConditionalGeneration
from fmvr.model.pyramid import MERGE, Knobs, form_settings
from fmvr.worlds.scenes.questions import ask
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.models import (
    BUDGETS,
    TOKENIZER,
    WIDTH,
    new_lab,
    new_model,
    new_processor,
    picture,
    save_stock_checkpoint,
    trained_gains,
)

QUESTION = "Where is the dog?"


@pytest.fixture(scope="module")
def lab():
    return new_lab()


@pytest.fixture(scope="module")
def view(lab):
    return lab.look(picture())


@pytest.fixture(scope="module")
def embedded():
    return Lab.load()


def test_arms_with_the_same_tower_share_its_one_pass_whatever_is_asked(lab):
    passes, towers = [], {member.model.model.vision_tower for member in lab.members.values()}
    assert len(towers) == 1 < len(lab.arms)
    hook = towers.pop().register_forward_hook(lambda *_: passes.append(1))
    view = lab.look(picture())
    for arm in lab.arms:
        for answer in view.ask_each(QUESTION, BUDGETS, arm):
            view.gradcam(answer)
        view.bands(arm)
    hook.remove()
    assert len(passes) == 1


@pytest.mark.parametrize("arm", PAIR)
@pytest.mark.parametrize("tokens", BUDGETS)
def test_an_answer_is_what_generate_says_from_the_pixels(lab, view, tokens, arm):
    model, processor = lab.member(arm).model, lab.member(arm).processor
    answer = view.ask("Is there a cat?", tokens, arm)
    text = "USER: <image>\nIs there a cat? ASSISTANT:"
    inputs = processor(images=picture(), text=text, visual_tokens=tokens, return_tensors="pt")
    said = model.generate(**inputs, max_new_tokens=64, do_sample=False)[0, inputs["input_ids"].shape[1] :]
    assert answer.prompt_ids == tuple(inputs["input_ids"][0].tolist())
    assert answer.text == " ".join(TOKENIZER.decode(said, skip_special_tokens=True).split())


@pytest.mark.parametrize("arm", PAIR)
@pytest.mark.parametrize("tokens", BUDGETS)
def test_a_word_has_the_product_of_its_tokens_probabilities(lab, view, tokens, arm):
    model, processor = lab.member(arm).model, lab.member(arm).processor
    answer = view.ask(QUESTION, tokens, arm)
    ids = torch.tensor([answer.prompt_ids + answer.answer_ids])
    pixels = processor.image_processor(picture(), return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        chances = model(ids, pixel_values=pixels).logits[0].softmax(-1)
    start, expected = len(answer.prompt_ids), np.ones(len(answer.words))
    for i, (token, word) in enumerate(zip(answer.answer_ids, answer.word_of)):
        expected[word] *= chances[start + i - 1, token].item()
    assert [word.probability for word in answer.words] == pytest.approx(expected.tolist(), rel=1e-3)
    assert all(0 <= word.probability <= 1 for word in answer.words)


def test_the_words_are_the_text(view):
    answer = view.ask(QUESTION)
    assert answer.words and " ".join(word.text for word in answer.words) == answer.text
    assert set(answer.word_of) == set(range(len(answer.words)))
    assert list(answer.word_of) == sorted(answer.word_of)


@pytest.mark.parametrize(
    "text, words",
    [
        ("two dogs and a cat.", ["two", "dogs", "and", "a", "cat."]),
        ("47", ["47"]),
        ("top left", ["top", "left"]),
        ("a red circle, three cats", ["a", "red", "circle,", "three", "cats"]),
        ("", []),
    ],
)
def test_tokens_are_gathered_into_words(text, words):
    ids = TOKENIZER(text, add_special_tokens=False)["input_ids"]
    found, word_of = gather_words(TOKENIZER, tuple(ids), [0.5] * len(ids))
    assert [word.text for word in found] == words
    assert [word.probability for word in found] == [0.5 ** word_of.count(i) for i in range(len(words))]
    assert len(word_of) == len(ids)


def test_a_token_of_no_word_counts_for_none():
    assert products((0, 0, -1, 1), (0.5, 0.5, 0.1, 0.25), 2) == (0.25, 0.25)
    assert products((-1, -1), (0.5, 0.5), 0) == (), "an answer that shows nothing"


def test_an_answer_never_holds_a_placeholder():
    model, placeholder = new_model(fmvr_form=None), TOKENIZER.convert_tokens_to_ids("<image>")
    model.lm_head.weight.data[placeholder] = 10
    view = Lab({"pooling": Checkpoint(model, new_processor())}).look(picture())
    answers = [view.ask(question, 9) for question in (QUESTION, "Is there a cat?", "Where is the dog?")]
    assert not any(placeholder in answer.answer_ids for answer in answers)
    assert all(view.gradcam(answer).grid.shape == (24, 24) for answer in answers)


def test_an_answer_says_how_it_was_made(view):
    answer = view.ask("  Is there   a cat? ", 9, "pooling")
    assert (answer.question, answer.visual_tokens, answer.arm) == ("Is there a cat?", 9, "pooling")
    assert answer.frames == 1
    assert answer.text_tokens == len(TOKENIZER("USER: <image>\nIs there a cat? ASSISTANT:")["input_ids"]) - 1
    assert 0 < answer.first_token_s <= answer.total_s


def test_asking_at_each_budget_is_asking_at_every_one(view):
    together = view.ask_each(QUESTION, BUDGETS)
    assert [answer.visual_tokens for answer in together] == BUDGETS
    assert [answer.text for answer in together] == [view.ask(QUESTION, n).text for n in BUDGETS]


def test_budgets_and_arms_and_pictures_make_a_difference(lab, view):
    other = lab.look(picture(9))
    answers = [*view.ask_each(QUESTION, BUDGETS), view.ask(QUESTION, 36, "pooling"), other.ask(QUESTION, 36)]
    assert len({answer.words for answer in answers}) == len(answers)


@pytest.mark.parametrize(
    "question, tokens, sentence",
    [
        ("", 36, "There is no question yet"),
        ("a" * 400, 36, "the most is 300"),
        ("Is <image> a cat?", 36, "cannot contain <image>"),
        ("yes</s>", 36, "cannot contain </s>"),
        (QUESTION, 35, "no set of 35 visual tokens; the token budgets are 576, 144, 36, 9, 1"),
        (QUESTION, 36.5, "no set of 36.5 visual tokens"),
        (QUESTION, True, "no set of True visual tokens"),
        (QUESTION, "36", "no set of 36 visual tokens"),
        (QUESTION, None, "no set of None visual tokens"),
    ],
)
def test_what_cannot_be_asked_is_refused(view, question, tokens, sentence):
    with pytest.raises(BadInput, match=sentence):
        view.ask(question, tokens)


def test_a_budget_may_be_written_as_a_decimal(view):
    assert view.ask(QUESTION, 36.0).words == view.ask(QUESTION, 36).words


@pytest.mark.parametrize("old, arm", [(True, "fmvr"), (False, "pooling")])
def test_calls_of_the_first_edition_are_answered(view, old, arm):
    assert view.ask(QUESTION, 36, fmvr=old).words == view.ask(QUESTION, 36, arm).words


@pytest.mark.parametrize("old, arm", [("with", "fmvr"), ("without", "pooling")])
def test_names_of_the_first_edition_are_understood(view, old, arm):
    assert view.ask(QUESTION, 36, old).arm == arm


def test_an_arm_that_is_not_here_is_refused_by_name(view):
    with pytest.raises(BadInput, match="There is no model tome here, only without FMVR and with FMVR"):
        view.ask(QUESTION, 36, "tome")


def short_lab(context: int) -> Lab:
    config = new_model().config
    config.text_config.max_position_embeddings = context
    return Lab({"fmvr": Checkpoint(FMVRLlavaForConditionalGeneration(config).eval(), new_processor())})


def test_a_prompt_longer_than_the_context_is_refused_before_anything_is_computed():
    view = short_lab(context=40).look(picture())
    needed = 36 + len(TOKENIZER("USER: <image>\nIs there a cat? ASSISTANT:")["input_ids"]) - 1
    with pytest.raises(BadInput, match=f"With 36 visual tokens this question takes {needed} tokens.*reads 40"):
        view.ask("Is there a cat?", 36)
    with pytest.raises(BadInput, match="reads 40"):
        view.chance("yes", "Is there a cat?", 36)
    answer = view.ask("Is there a cat?", 9)
    assert len(answer.prompt_ids) + len(answer.answer_ids) <= 40
    with pytest.raises(BadInput, match="This answer is too long"):
        view.chance("cat " * 40, "Is there a cat?", 9)


def test_a_clip_is_answered_from_all_its_frames(lab):
    frames = [picture(1), picture(2), picture(3)]
    view = lab.look(frames)
    answer = view.ask(QUESTION, 9)
    assert (answer.frames, answer.visual_tokens) == (3, 9)
    assert answer.text_tokens == len(answer.prompt_ids) - 27
    member = lab.member()
    text = f"USER: <image>,<image>,<image>\n{QUESTION} ASSISTANT:"  # this tokenizer knows no line break
    inputs = member.processor(images=frames, text=text, visual_tokens=9, return_tensors="pt")
    out = member.model.generate(**inputs, max_new_tokens=64, do_sample=False)[0, inputs["input_ids"].shape[1] :]
    assert answer.text == " ".join(TOKENIZER.decode(out, skip_special_tokens=True).split())
    maps = view.maps(answer)
    assert [one.grid.shape for one in maps] == [(24, 24)] * 3
    assert len({one.grid.tobytes() for one in maps}) == 3
    nothing = np.zeros((24, 24), bool)
    assert view.without_place(answer, nothing) == pytest.approx([w.probability for w in answer.words], rel=1e-3)
    assert view.chance(answer.words[0].text, QUESTION, 9) > 0


def test_a_clip_of_one_frame_is_a_picture(lab, view):
    assert lab.look([picture()]).ask(QUESTION, 36).words == view.ask(QUESTION, 36).words


def test_arms_may_take_their_features_from_different_layers():
    layers = {"pooling": -2, "fmvr": -1}
    forms = {"pooling": None, "fmvr": "residual"}
    models = {name: new_model(fmvr_form=forms[name], vision_feature_layer=layer) for name, layer in layers.items()}
    both = Lab({name: Checkpoint(model, new_processor()) for name, model in models.items()})
    assert both.layers == 2 and len({id(m.model.model.vision_tower) for m in both.members.values()}) == 1
    for name, layer in layers.items():
        alone = Lab({name: Checkpoint(new_model(fmvr_form=forms[name], vision_feature_layer=layer), new_processor())})
        answers = [one.look(picture()).ask(QUESTION, 36, name) for one in (both, alone)]
        assert answers[0].words == answers[1].words
        maps = [one.look(picture()).gradcam(answers[0]).grid for one in (both, alone)]
        assert np.array_equal(*maps)


def test_equal_weights_are_held_once(lab):
    one, other = (dict(lab.member(name).model.named_parameters()) for name in PAIR)
    assert one.keys() < other.keys() and all(value.data_ptr() == other[name].data_ptr() for name, value in one.items())


def test_weights_that_differ_stay_apart():
    pooling, fmvr = new_model(fmvr_form=None), new_model()
    fmvr.model.vision_tower.encoder.layers[0].mlp.fc1.weight.data += 1
    lab = Lab({"pooling": Checkpoint(pooling, new_processor()), "fmvr": Checkpoint(fmvr, new_processor())})
    one, other = (lab.member(name).model for name in PAIR)
    assert one.model.vision_tower is not other.model.vision_tower
    assert one.lm_head.weight.data_ptr() == other.lm_head.weight.data_ptr()
    assert lab.look(picture()).ask(QUESTION, 36, "pooling").arm == "pooling"


@torch.inference_mode()
def test_the_towers_attention_is_that_of_its_own_pass(lab, view):
    member, features = lab.member(), view.features()
    tower = member.model.model.vision_tower
    pixels = member.processor.image_processor(picture(), return_tensors="pt")["pixel_values"]
    implementation = tower.config._attn_implementation
    tower.set_attn_implementation("eager")
    theirs = tower(pixels, output_attentions=True).attentions
    tower.set_attn_implementation(implementation)
    for layer in range(member.layers):
        torch.testing.assert_close(features.attention(layer), theirs[layer][0, :, 0, 1:].mean(0), rtol=1e-3, atol=1e-6)
    assert torch.equal(features.cls, features.attention(member.layers - 1))


def test_what_cannot_be_seen_is_refused(lab):
    with pytest.raises(BadInput, match="There is no picture yet"):
        lab.look(None)


def test_a_view_keeps_the_picture_as_the_model_sees_it(lab):
    wide = picture().resize((96, 48))
    assert np.array_equal(np.asarray(lab.look(wide).image), np.asarray(wide.crop((24, 0, 72, 48))))


def test_each_word_has_a_map_and_the_maps_differ(view):
    answer = view.ask(QUESTION)
    maps = [view.gradcam(answer, word) for word in range(min(4, len(answer.words)))]
    assert len(maps) > 1
    for i, first in enumerate(maps):
        assert (first.grid.shape, first.pixels.shape) == ((24, 24), (48, 48))
        assert not any(np.allclose(first.grid, other.grid, rtol=0.05) for other in maps[:i])


@pytest.mark.parametrize("word", [-1, 999])
def test_a_word_that_is_not_in_the_answer_has_no_map(view, word):
    with pytest.raises(BadInput, match=f"there is no word {word}"):
        view.gradcam(view.ask(QUESTION), word)


def test_every_level_has_bands_and_a_block_changes_the_inner_ones(view):
    found = view.bands()
    assert [level.side for level in found] == [24, 12, 6, 3, 1]
    for level in found:
        assert level.before.low_average.shape == (level.side, level.side)
        assert (level.after is not None) == (level.side in (12, 6, 3))
        changed = level.restored_energy != pytest.approx(level.pooled_energy)
        assert changed == (level.after is not None)
        low, high = (level.before.energies()[name] for name in ("low_average", "high_average"))
        assert low + high == pytest.approx(level.pooled_energy, rel=1e-4)


def test_without_fmvr_no_level_has_a_block(view):
    assert all(level.after is None for level in view.bands("pooling"))


def test_threads_that_ask_at_once_get_what_they_get_alone(lab):
    asked = [(seed, tokens, arm) for seed in range(3) for tokens in (36, 1) for arm in PAIR]

    def one(case):
        seed, tokens, arm = case
        view = lab.look(picture(seed))
        answer = view.ask(QUESTION, tokens, arm)
        return answer.text, view.gradcam(answer).grid, answer.probability, view.bands(arm)[2].restored_energy

    alone = [one(case) for case in asked]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(one, asked))
    assert [text for text, *_ in together] == [text for text, *_ in alone]
    for numbers, other in zip(together, alone):  # many at once are one product of matrices, and round otherwise
        assert all(np.allclose(one, two, rtol=1e-3, atol=1e-6) for one, two in zip(numbers[1:], other[1:]))


def test_what_waits_together_is_answered_together_and_as_it_would_be_alone(lab):
    views = [lab.look(picture(seed)) for seed in range(5)]
    questions = ["What is here?", QUESTION, "Is there a cat in it?", QUESTION, "Why?"]
    alone = [view.ask(question, 9) for view, question in zip(views, questions)]
    maps = [view.gradcam(answer).grid for view, answer in zip(views, alone)]
    seen = []

    def note(asked, **more):
        seen.append(len(asked))
        return answers_of(asked, **more)

    busy = Event()
    held = ThreadPoolExecutor(1).submit(lab.turns.alone, busy.wait)  # the others come meanwhile
    with ThreadPoolExecutor(5) as threads, patch("fmvr.view.answers_of", note):
        answers = [threads.submit(view.ask, question, 9) for view, question in zip(views, questions)]
        while sum(map(len, lab.turns.waiting.values())) < 5:
            pass
        busy.set()
        answers = [future.result() for future in answers]
    held.result()
    assert seen == [5]
    for answer, other in zip(answers, alone):
        rounded = {"first_token_s": 0, "total_s": 0, "words": (), "ending": None}
        assert replace(answer, **rounded) == replace(other, **rounded)
        assert answer.probability == pytest.approx(other.probability, rel=1e-3)
    read = [view.reading(answer, None) for view, answer in zip(views, alone)]
    for [one], own in zip(METHODS[METHOD](read, lab.layers), maps):
        assert np.allclose(one.grid, own, rtol=1e-2, atol=1e-7)


def test_a_lab_tells_its_language_models_shape(lab):
    assert lab.shape() == lab.shape("pooling") == Shape(2, WIDTH, 2 * WIDTH, WIDTH)


@pytest.mark.parametrize("words", [["zeppelin"], ["zeppelin", "xylophone"]], ids=len)
def test_words_never_seen_are_doubted_by_name(embedded, words):
    doubts = embedded.doubts(f"Is there a {' or a '.join(words)}?", embedded.look(picture()))
    assert f"This model has never seen the words: {', '.join(words)}." in doubts


def test_a_known_word_with_a_typing_error_is_not_doubted(embedded):
    assert embedded.world.unknown("Is ther a turtel?") == []


@pytest.mark.parametrize("threshold, doubts", [(0, ["This picture is unlike all that"]), (float("inf"), [])])
def test_a_picture_far_from_the_world_is_doubted(threshold, doubts):
    lab = new_lab(replace(Envelope.around([picture()] * 3, [picture()]), threshold=threshold))
    found = lab.doubts("Is there a cat?", lab.look(picture()))
    assert [doubt[: len("This picture is unlike all that")] for doubt in found] == doubts


def test_a_model_of_ones_own_is_not_doubted(lab, view):
    assert not lab.embedded
    assert lab.doubts("Is there a unicorn?", view) == []


def test_a_stock_checkpoint_is_the_arm_that_pools(tmp_path):
    save_stock_checkpoint(tmp_path)
    lab = Lab.load(tmp_path)
    view = lab.look(picture())
    assert (list(lab.arms), lab.pair, lab.main) == (["pooling"], ("pooling",), "pooling")
    assert view.ask(QUESTION, 36).arm == "pooling"
    for look_at in (lambda: view.ask(QUESTION, 36, "fmvr"), lambda: view.bands("fmvr"), lambda: view.features("fmvr")):
        with pytest.raises(BadInput, match="There is no model with FMVR here, only without FMVR"):
            look_at()
    with pytest.raises(BadInput, match="no block whose knobs could be turned"):
        view.turned(Knobs())


def test_a_checkpoint_that_is_deleted_while_it_answers_is_missed_at_the_next_start(tmp_path):
    save_stock_checkpoint(tmp_path / "mine")
    lab = Lab.load(tmp_path / "mine")
    before = lab.look(picture()).ask(QUESTION, 36).text
    shutil.rmtree(tmp_path / "mine")
    assert lab.look(picture()).ask(QUESTION, 36).text == before
    with pytest.raises(BadInput, match="There is no checkpoint at"):
        Lab.load(tmp_path / "mine")


@pytest.mark.parametrize("names", [PAIR, ("without", "with"), ("pooling", "fmvr", "mine")])
def test_a_folder_of_checkpoints_is_a_lab_of_arms(tmp_path, names):
    for name in names:
        new_model(fmvr_form=None if name in ("pooling", "without") else "residual").save_pretrained(tmp_path / name)
        new_processor().save_pretrained(tmp_path / name)
    lab = Lab.load(tmp_path)
    assert list(lab.arms) == [*PAIR, *names[2:]] and lab.pair == PAIR and not lab.embedded
    assert all(lab.look(picture()).ask(QUESTION, 36, name).arm == name for name in lab.arms)


def test_a_learned_merge_is_an_arm_that_answers_by_its_map(tmp_path):
    saved = trained_gains(new_model(**form_settings(MERGE)))  # another map than the mean
    saved.save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    lab = Lab.load(tmp_path)
    view = lab.look(picture())
    assert list(lab.arms) == [MERGE] and lab.block_arm is None
    own = saved.model.pyramid(view.features().tokens[None])[36][0]
    assert torch.equal(view.token_set(36).tokens, own)
    with pytest.raises(BadInput, match="without FMVR, and its model has a learned merge"):
        Lab({"pooling": Checkpoint(saved, new_processor())})


def test_an_arm_whose_model_is_another_is_refused():
    with pytest.raises(BadInput, match="The arm pooling is to answer without FMVR, and its model has trained blocks"):
        Lab({"pooling": Checkpoint(new_model(), new_processor())})


def test_a_checkpoint_of_ones_own_answers_as_the_model_that_was_saved(tmp_path, lab, view):
    model, processor = lab.member().model, lab.member().processor
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = Lab.load(tmp_path)
    assert list(loaded.arms) == ["fmvr"]
    assert loaded.look(picture()).ask(QUESTION).text == view.ask(QUESTION).text


def test_the_embedded_pair_differs_in_the_block_alone(embedded):
    assert embedded.embedded and tuple(embedded.arms) == PAIR and embedded.budgets == BUDGETS
    files = {name: (CHECKPOINTS / arm.checkpoint).glob("*.safetensors") for name, arm in ARMS.items()}
    weights = {name: {k: v for file in of for k, v in load_file(file).items()} for name, of in files.items()}
    shared, own = weights["pooling"].keys(), weights["fmvr"].keys() - weights["pooling"].keys()
    assert weights["fmvr"].keys() > shared and all(".pyramid." in name for name in own)
    tower = [name for name in shared if "vision_tower" in name]
    assert tower and all(torch.equal(*(weights[arm][name] for arm in PAIR)) for name in tower)


@pytest.mark.parametrize("arm", PAIR)
def test_an_embedded_model_is_small_and_frozen(embedded, arm):
    parameters = list(embedded.member(arm).model.parameters())
    assert sum(parameter.numel() for parameter in parameters) < 15e6
    assert not any(parameter.requires_grad for parameter in parameters)


def test_the_embedded_world_is_not_doubted(embedded):
    for place in range(5):
        shown = embedded.world.picture(embedded.world.sample("test", place))
        assert embedded.doubts("How many cats are there?", embedded.look(shown)) == []


@pytest.mark.parametrize("arm", PAIR)
def test_the_embedded_pair_knows_what_is_there(embedded, arm):
    right = []
    for seed in range(SPLITS["test"], SPLITS["test"] + 40):
        scene = Scene.from_seed(seed)
        question = ask(scene, "existence", np.random.default_rng(seed), test=True)
        right.append(embedded.look(scene.render()).ask(question.text, 576, arm).text == question.answer)
    assert np.mean(right) >= 0.8


def test_two_processors_of_a_pair_write_the_same_prompt(embedded):
    prompts = [embedded.member(arm).processor.placeholders(9) for arm in PAIR]
    assert prompts[0] == prompts[1] == new_processor().placeholders(9)


def test_with_nothing_hidden_every_word_is_as_probable_as_it_was_said(view):
    answer = view.ask(QUESTION, 36)
    nothing, everything = np.zeros((24, 24), bool), np.ones((24, 24), bool)
    said = [word.probability for word in answer.words]
    assert view.without_place(answer, nothing) == pytest.approx(said, rel=1e-3)
    assert view.without_place(answer, everything) != pytest.approx(said, rel=1e-3)


@pytest.mark.parametrize("tokens", [1, 576])
def test_what_a_model_says_is_as_probable_as_a_pass_over_the_whole_answer_finds(embedded, tokens):
    view = embedded.look(Scene.from_seed(200000005).render())
    answer = view.ask(QUESTION, tokens)
    assert answer.probability * answer.ending == pytest.approx(view.chance(answer.text, QUESTION, tokens), rel=1e-3)


def test_an_answer_without_words_is_as_probable_as_its_end(view):
    answer = replace(view.ask(QUESTION), words=(), ending=0.25)
    assert answer.probability == 0.25 and replace(answer, ending=None).probability == 0


def test_an_answer_cut_off_has_no_ending(view):
    assert len(view.ask(QUESTION, longest=64).answer_ids) > 2
    assert view.ask(QUESTION, longest=2).ending is None


def test_an_endless_question_is_not_read_for_unknown_words(embedded):
    view = embedded.look(Scene.from_seed(200000005).render())
    assert embedded.doubts("zeppelin", view) and not embedded.doubts("zeppelin " * 1000, view)
