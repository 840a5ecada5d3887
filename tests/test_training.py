"""The recipe: targets, batches, resumable runs, the same start for both models, LLaVA's own data."""

import json
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.utils.data import Dataset
from transformers import CLIPVisionModel, LlamaForCausalLM
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.inputs import BadInput
from fmvr.lab import Lab, load_model
from fmvr.model import FORMS, FMVRLlavaForConditionalGeneration, budgets
from fmvr.scenes.catalog import COLOURS, NOUNS
from fmvr.scenes.questions import ask_all
from fmvr.scenes.scene import SPLITS, Scene, SceneObject
from fmvr.training.__main__ import main
from fmvr.training.conversations import IGNORE, IMAGE, Collate, Conversation, converse, prompt, write
from fmvr.training.fit import load
from fmvr.training.language import ReadsWords, ScenesInWords, in_words, new_language_model, new_tokenizer
from fmvr.training.loop import MuonWithAdamW, Run, train
from fmvr.training.pair import CachedScenes, LlavaJson, OnFeatures, encode_scenes, join
from fmvr.training.publish import publish
from fmvr.training.tower import (
    BACKGROUND,
    NO_TENS,
    DenseScenes,
    TowerWithDenseHead,
    dense_target,
    image_processor,
    new_tower,
)
from tests import models
from tests.models import BUDGETS, TOKENIZER, WIDTH, new_model, new_processor, picture, save_stock_checkpoint

END = TOKENIZER.eos_token
TURNS = [("Is there a cat?", "yes"), ("How many cats are there?", "two"), ("What do you see?", "two cats and a dog.")]


@pytest.fixture
def features():
    """Made-up features of six scenes."""
    return np.random.default_rng(0).normal(size=(6, 576, WIDTH)).astype(np.float16)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """A tiny tower and a tiny language model, saved as the first two stages save theirs."""
    tower, language = tmp_path_factory.mktemp("tower"), tmp_path_factory.mktemp("language")
    torch.manual_seed(0)
    CLIPVisionModel(models.vision_config()).save_pretrained(tower)
    models.image_processor().save_pretrained(tower)
    LlamaForCausalLM(models.text_config()).save_pretrained(language)
    TOKENIZER.save_pretrained(language)
    return tower, language


def said(batch, row: int) -> list[str]:
    """What a row's labels ask the model to say, answer by answer."""
    kept = batch["labels"][row][batch["labels"][row] != IGNORE]
    return [text.strip() for text in TOKENIZER.decode(kept).split(END)[:-1]]


def budget_of(batch) -> int:
    return int((batch["input_ids"][0] == TOKENIZER.convert_tokens_to_ids(IMAGE)).sum())


# The tower's targets


def known_scene() -> tuple[Scene, np.ndarray]:
    """A cat on four patches, a sign on one and a bit of the next, and who is where."""
    cat = SceneObject("cat", None, None, 28, 0.0, False, 42, 28, (42, 28, 70, 56))
    sign = SceneObject("sign", "blue", 47, 20, 0.0, False, 140, 140, (140, 140, 156, 154))
    owner = np.full((336, 336), -1, np.int8)
    for i, (x0, y0, x1, y1) in enumerate((cat.box, sign.box)):
        owner[y0:y1, x0:x1] = i
    return Scene(0, (cat, sign)), owner


def test_a_dense_target_says_what_every_patch_shows():
    target = dense_target(*known_scene())
    noun = target["noun"].reshape(24, 24)
    cat = {(row, column) for row in (2, 3) for column in (3, 4)}
    assert {tuple(map(int, cell)) for cell in np.argwhere(noun == NOUNS.index("cat"))} == cat
    assert np.argwhere(noun == NOUNS.index("sign")).tolist() == [[10, 10]]
    assert (noun == BACKGROUND).sum() == 576 - 5
    signs = noun == NOUNS.index("sign")
    for name, value in (("colour", list(COLOURS).index("blue")), ("tens", 4), ("units", 7)):
        values = target[name].reshape(24, 24)
        assert values[signs].tolist() == [value] and (values[~signs] == IGNORE).all()


def test_a_dense_target_says_where_every_patch_and_object_is():
    target = dense_target(*known_scene())
    assert np.argwhere(target["centre"].reshape(24, 24)).tolist() == [[3, 4], [10, 10]]
    boxes = target["box"].reshape(24, 24, 4)
    assert boxes[2, 3] * 336 == pytest.approx([56, 42, 28, 28], rel=1e-5)
    assert boxes[10, 10] * 336 == pytest.approx([148, 147, 16, 14], rel=1e-5)
    assert (boxes[0, 0] == IGNORE).all()
    assert target["place"].reshape(24, 24, 2)[2, 5] == pytest.approx([5.5 / 24, 2.5 / 24])


def test_a_number_of_one_digit_has_no_tens():
    scene, owner = known_scene()
    sign = SceneObject("sign", "blue", 7, 20, 0.0, False, 140, 140, (140, 140, 156, 154))
    target = dense_target(Scene(0, (scene.objects[0], sign)), owner)
    assert (target["tens"][10 * 24 + 10], target["units"][10 * 24 + 10]) == (NO_TENS, 7)


def test_the_towers_scenes_are_prepared_as_the_processor_prepares_pictures():
    item = DenseScenes(SPLITS["train"], 1)[0]
    scene = Scene.from_seed(SPLITS["train"], 8, 20)
    expected = image_processor()(scene.render(), return_tensors="np")["pixel_values"][0]
    assert np.allclose(item["pixel_values"], expected, atol=1e-5)
    target = dense_target(scene, scene.pixels()[1])
    assert all(np.array_equal(item[name], value) for name, value in target.items())


def test_the_tower_learns_a_scene_by_heart():
    torch.manual_seed(0)
    model = TowerWithDenseHead(CLIPVisionModel(models.vision_config()))
    scene = Scene.from_seed(3)
    target = {name: torch.from_numpy(value)[None] for name, value in dense_target(scene, scene.pixels()[1]).items()}
    pixels = models.image_processor()(scene.render(), return_tensors="pt")["pixel_values"]
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    losses = []
    for _ in range(40):
        losses.append(model(pixels, **target)["loss"])
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < losses[0] / 2


def test_new_tower_and_language_model_are_of_the_size_that_ships():
    sizes = [sum(p.numel() for p in model.parameters()) for model in (new_tower(), new_language_model(TOKENIZER))]
    assert sum(sizes) < 15e6


# The language model's lessons


def test_the_tokenizer_knows_every_word_of_the_world():
    unknown = TOKENIZER.unk_token_id
    for seed in range(SPLITS["test"], SPLITS["test"] + 200):
        scene = Scene.from_seed(seed)
        told = in_words(scene, np.random.default_rng(0))
        texts = [*told, *(text for q in ask_all(scene, test=True) for text in (q.text, q.answer))]
        assert not any(unknown in ids for ids in TOKENIZER(texts)["input_ids"])
    assert unknown in TOKENIZER("Is there a unicorn?")["input_ids"]


def test_the_tokenizer_gives_texts_back():
    for text in ("two cats, a dog and an owl.", "47", "top left", "yes"):
        assert TOKENIZER.decode(TOKENIZER(text)["input_ids"], skip_special_tokens=True) == text


def test_a_new_tokenizer_is_always_the_same():
    assert new_tokenizer().get_vocab() == TOKENIZER.get_vocab()


def test_a_scene_in_words_names_every_object_and_its_place():
    scene, _ = known_scene()
    told = in_words(scene, np.random.default_rng(0))
    assert sorted(told) == ["blue sign four 7 xk yk", "cat xe yd"]


def test_a_lesson_is_about_its_scene():
    lesson = ScenesInWords(SPLITS["train"], 5)[2]
    scene = Scene.from_seed(SPLITS["train"] + 2)
    for thing in scene.objects:
        assert any(phrase.startswith(thing.phrase) for phrase in lesson.words)
    assert len(lesson.words) == len(scene.objects)
    assert lesson == ScenesInWords(SPLITS["train"], 5)[2]


def test_a_lesson_has_a_placeholder_for_each_object():
    lessons = [ScenesInWords(SPLITS["train"], 5, questions=3)[i] for i in range(5)]
    batch = Collate(TOKENIZER)(lessons)
    marks = (batch["input_ids"] == TOKENIZER.convert_tokens_to_ids(IMAGE)).sum(1).tolist()
    assert marks == [len(lesson.words) for lesson in lessons]
    assert len(batch["words"]) == sum(marks)


@torch.no_grad()
def test_where_a_placeholder_stands_the_sum_of_an_objects_words_is_read():
    lessons = [
        Conversation(TURNS[:1], words=["cat xa yb", "blue sign 7 xc yd"]),
        Conversation(TURNS[1:2], words=["dog xe yf"]),
    ]
    batch = Collate(TOKENIZER)(lessons)
    language = LlamaForCausalLM(models.text_config()).eval()
    embed = language.get_input_embeddings()
    inputs = embed(batch["input_ids"])
    phrases = [phrase for lesson in lessons for phrase in lesson.words]
    places = (batch["input_ids"] == TOKENIZER.convert_tokens_to_ids(IMAGE)).nonzero().tolist()
    for (row, column), phrase in zip(places, phrases, strict=True):
        inputs[row, column] = embed(torch.tensor(TOKENIZER(phrase, add_special_tokens=False)["input_ids"])).sum(0)
    expected = language(inputs_embeds=inputs, attention_mask=batch["attention_mask"], labels=batch["labels"]).loss
    torch.testing.assert_close(ReadsWords(language, TOKENIZER)(**batch)["loss"], expected)


def test_signs_with_different_numbers_are_read_as_different_sums():
    scene, _ = known_scene()
    sign = next(thing for thing in scene.objects if thing.number is not None)
    sums = set()
    for number in range(100):
        told = in_words(Scene(scene.seed, (replace(sign, number=number),)), np.random.default_rng(0))
        sums.add(tuple(sorted(TOKENIZER(told[0], add_special_tokens=False)["input_ids"])))
    assert len(sums) == 100


# Conversations and batches


def test_a_conversation_is_written_as_llava_writes_it():
    text, _, spans = write(Conversation(TURNS), IMAGE, END)
    assert text.startswith(prompt(TURNS[0][0]))
    assert text == (
        "USER: <image>\nIs there a cat? ASSISTANT: yes</s>"
        "USER: How many cats are there? ASSISTANT: two</s>"
        "USER: What do you see? ASSISTANT: two cats and a dog.</s>"
    )
    assert [text[a:b] for a, b in spans] == [f" {answer}</s>" for _, answer in TURNS]


def test_a_conversation_mixes_families_and_never_asks_twice():
    rng = np.random.default_rng(0)
    families = set()
    for seed in range(50):
        scene = Scene.from_seed(seed)
        turns = converse(scene, rng, 5)
        assert 1 <= len(turns) <= 6 and len(dict(turns)) == len(turns)
        families |= {question.split()[0].lower() for question, _ in turns}
    assert {"is", "how", "where", "what", "which"} <= families


@pytest.mark.parametrize("independent", [True, False])
def test_labels_cover_the_answers_alone(independent):
    conversations = [Conversation(TURNS, independent=independent), Conversation(TURNS[1:2], independent=independent)]
    batch = Collate(TOKENIZER, [9])(conversations)
    assert [said(batch, row) for row in range(2)] == [[a for _, a in TURNS], [TURNS[1][1]]]
    labelled = batch["labels"] != IGNORE
    assert torch.equal(batch["labels"][labelled], batch["input_ids"][labelled])


def test_labels_cover_the_answers_of_drawn_scenes(features):
    items = [CachedScenes(features, SPLITS["train"], 6)[i] for i in range(6)]
    batch = Collate(TOKENIZER, [1])(items)
    for row, item in enumerate(items):
        assert said(batch, row) == [answer for _, answer in item.turns]


def test_independent_turns_are_read_as_if_each_were_alone(features):
    model = models.trained_gains(new_model())
    items = [
        Conversation(TURNS, features=torch.from_numpy(features[0]), independent=True),
        Conversation(TURNS[::-1][:2], features=torch.from_numpy(features[1]), independent=True),
    ]

    @torch.no_grad()
    def logits_of_labels(batch):
        """Logits that predict the labels, row by row."""
        tokens = model.model.multi_modal_projector(batch.pop("features").float())
        labels = batch.pop("labels")
        encoded = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens))}
        logits = model(**batch, mm_encoder_outputs=encoded, use_cache=False).logits
        return [row[:-1][label[1:] != IGNORE] for row, label in zip(logits, labels)]

    collate = Collate(TOKENIZER, [36])
    together = logits_of_labels(collate(items))
    for row, item in enumerate(items):
        alone = [logits_of_labels(collate([Conversation([t], features=item.features)]))[0] for t in item.turns]
        torch.testing.assert_close(together[row], torch.cat(alone), rtol=1e-4, atol=1e-4)


def test_a_batch_has_the_budget_its_seed_and_first_key_draw():
    def drawn(seed, key):
        return budget_of(Collate(TOKENIZER, BUDGETS, seed)([Conversation(TURNS[:1], key=key)]))

    first = [drawn(0, key) for key in range(60)]
    assert set(first) == set(BUDGETS)
    assert first == [drawn(0, key) for key in range(60)]
    assert first != [drawn(1, key) for key in range(60)]


def test_one_budget_is_drawn_for_a_whole_batch():
    batch = Collate(TOKENIZER, BUDGETS)([Conversation(TURNS[:1], key=key) for key in range(8)])
    marks = (batch["input_ids"] == TOKENIZER.convert_tokens_to_ids(IMAGE)).sum(1)
    assert len(set(marks.tolist())) == 1 and int(marks[0]) in BUDGETS


def test_another_visit_to_a_scene_brings_other_questions(features):
    data = CachedScenes(features, SPLITS["train"], 12)
    assert torch.equal(data[1].features, data[7].features)
    assert data[1].turns != data[7].turns
    assert data[1].turns == CachedScenes(features, SPLITS["train"], 12)[1].turns


def test_stage_one_is_descriptions_alone(features):
    data = CachedScenes(features, SPLITS["train"], 6, describe=True)
    for i in range(6):
        assert [answer for _, answer in data[i].turns] == [Scene.from_seed(SPLITS["train"] + i).describe()]


# Runs


class Stopped(Exception):
    pass


@dataclass
class StoppedAfter(Dataset):
    """Data that fails after some items, as a machine may."""

    data: Dataset
    items: int

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        if self.items == 0:
            raise Stopped
        self.items -= 1
        return self.data[i]


def tuned(features, out, muon=False, stop_after=None, seed=0):
    """A tiny model after five steps on cached scenes, saved every second step."""
    model = OnFeatures(new_model(), "all")
    data = CachedScenes(features, SPLITS["train"], 10, questions=3)
    run = Run(out, steps=5, batch=2, lr=1e-2, seed=seed, muon=muon, save_every=2)
    given = data if stop_after is None else StoppedAfter(data, stop_after)
    log = train(model, given, run, Collate(TOKENIZER, BUDGETS))
    return model.state_dict(), log


@pytest.mark.parametrize("muon", [False, True], ids=["AdamW", "Muon and AdamW"])
def test_a_run_that_was_stopped_ends_where_one_that_was_not_ends(features, tmp_path, muon):
    whole, _ = tuned(features, tmp_path / "whole", muon)
    with pytest.raises(Stopped):
        tuned(features, tmp_path / "stopped", muon, stop_after=8)
    assert [file.name for file in (tmp_path / "stopped").glob("checkpoint-*")] == ["checkpoint-2"]
    resumed, log = tuned(features, tmp_path / "stopped", muon)
    assert log[-1]["step"] == 5
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_muon_steps_are_not_adamws_steps(features, tmp_path):
    names = [name for name in new_model().state_dict() if ".layers." in name and name.endswith("proj.weight")]
    names = [f"model.{name}" for name in names if "language_model" in name]
    adamw, muon = (tuned(features, tmp_path / str(muon), muon)[0] for muon in (False, True))
    assert names and not any(torch.allclose(adamw[name], muon[name], atol=1e-3) for name in names)


def test_the_gains_can_learn_faster_than_the_rest():
    model = OnFeatures(new_model(), "all")
    named = {id(p): name for name, p in model.named_parameters()}
    optimizer = MuonWithAdamW(model, 1e-3, 0.0, gains=10)
    lr = {named[id(p)]: group["lr"] for group in optimizer.param_groups for p in group["params"]}
    assert set(lr) == {name for name, p in model.named_parameters() if p.requires_grad}
    assert {name for name in lr if lr[name] == 1e-2} == {name for name in lr if ".gains." in name} != set()
    assert {rate for name, rate in lr.items() if ".gains." not in name} == {1e-3}


def test_the_log_tells_step_loss_and_learning_rate(features, tmp_path):
    first = tuned(features, tmp_path)[1][0]
    assert first["step"] == 1 and first["loss"] > 0 and first["learning_rate"] >= 0


@pytest.mark.parametrize("trained, learns", [("connector", {"connector"}), ("all", {"connector", "language"})])
def test_a_stage_trains_its_parts_and_never_the_tower(trained, learns):
    model = OnFeatures(new_model(), trained)
    parts = {"vision_tower": "tower", "multi_modal_projector": "connector", "pyramid": "connector"}
    parts |= {"language_model": "language", "lm_head": "language"}
    found = {kind for name, p in model.named_parameters() for part, kind in parts.items() if part in name.split(".")}
    assert found == {"tower", "connector", "language"}
    for name, parameter in model.named_parameters():
        kind = next(kind for part, kind in parts.items() if part in name.split("."))
        assert parameter.requires_grad == (kind in learns)


@torch.no_grad()
def test_features_train_as_the_pictures_they_come_from_do():
    model = new_model()
    pixels = new_processor().image_processor(picture(), return_tensors="pt")["pixel_values"]
    seen = model.get_image_features(pixels).hidden_states[model.config.vision_feature_layer][:, 1:]
    losses = []
    for given in ({"pixel_values": pixels[0]}, {"features": seen[0]}):
        batch = Collate(TOKENIZER, [36])([Conversation(TURNS, **given)])
        losses.append(OnFeatures(model, "all")(**batch)["loss"])
    torch.testing.assert_close(*losses)


# The pair


def test_models_of_all_forms_start_from_the_same_weights(parts, features):
    sample = torch.from_numpy(features)
    start = {form: join(*parts, form, sample, seed=3)[0].state_dict() for form in (None, *FORMS)}
    for form in FORMS:
        assert start[form].keys() > start[None].keys()
        assert all(torch.equal(start[form][name], weight) for name, weight in start[None].items())


def test_a_joined_model_has_the_trained_parts_and_a_projector_of_their_scale(parts, features):
    tower, language = (load_file(part / "model.safetensors") for part in parts)
    sample = torch.from_numpy(features) * 5 + 2
    model, processor = join(*parts, "residual", sample)
    seen = model.model.vision_tower.state_dict()
    assert all(torch.equal(seen[name.removeprefix("vision_model.")], weight) for name, weight in tower.items())
    assert torch.equal(model.lm_head.weight, language["lm_head.weight"])
    assert torch.equal(model.get_input_embeddings().weight, language["model.embed_tokens.weight"])
    projected = model.model.multi_modal_projector(sample.float())
    torch.testing.assert_close(projected.std(), model.get_input_embeddings().weight.std(), rtol=0.05, atol=0)
    assert processor.token_grid_side == model.config.token_grid_side == 24


def test_scenes_are_encoded_by_the_tower_and_encoding_goes_on_where_it_stopped(parts, tmp_path):
    path, tower = tmp_path / "features.npy", parts[0]
    encode_scenes(tower, SPLITS["train"], 4, path, batch=2)
    first = np.load(path)
    pixels = models.image_processor()([Scene.from_seed(i).render() for i in range(4)], return_tensors="pt")
    with torch.no_grad():
        hidden = CLIPVisionModel.from_pretrained(tower)(**pixels, output_hidden_states=True).hidden_states[-1]
    assert first.shape == (4, 576, WIDTH) and first.dtype == np.float16
    assert np.corrcoef(first.ravel().astype(np.float32), hidden[:, 1:].numpy().ravel())[0, 1] > 0.99
    np.save(path, np.concatenate([np.zeros_like(first[:2]), np.ones_like(first[2:])]))
    path.with_suffix(".done").write_text("2")
    encode_scenes(tower, SPLITS["train"], 4, path, batch=2)
    again = np.load(path)
    assert (again[:2] == 0).all() and np.array_equal(again[2:], first[2:])
    encode_scenes(tower, SPLITS["train"], 6, path, batch=2)
    assert np.array_equal(np.load(path)[:4], first), "another count begins anew"


def test_a_published_pair_is_half_precision_and_knows_its_world(tmp_path):
    for side, form in (("without", None), ("with", "residual")):
        model = new_model(fmvr_form=form)
        model.config.text_config.name_or_path = str(tmp_path / "language")
        model.save_pretrained(tmp_path / side)
        new_processor().save_pretrained(tmp_path / side)
    out = tmp_path / "published"
    publish({side: tmp_path / side for side in ("without", "with")}, out, scenes=3)
    world = json.loads((out / "world.json").read_text())
    lab = Lab({side: load_model(out / side) for side in ("without", "with")}, world)
    for seed in range(3):
        scene = Scene.from_seed(SPLITS["validation"] + seed)
        assert lab.doubts("Is there a cat?", lab.look(scene.render())) == []
    saved = load_file(out / "with" / "model.safetensors")
    assert {weight.dtype for weight in saved.values()} == {torch.float16}
    assert len(world["mean"]) == len(world["std"]) == WIDTH
    assert str(tmp_path) not in (out / "with" / "config.json").read_text()


# LLaVA's own data


@pytest.fixture
def llava_json(tmp_path):
    """Two conversations about pictures and one without, in LLaVA's format."""
    rows = [{"conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hello"}]}]
    for i in range(2):
        picture(i).resize((90, 60)).save(tmp_path / f"{i}.png")
        said = [(f"<image>\n{TURNS[0][0]}", TURNS[0][1]), TURNS[1]] if i else [(f"{TURNS[2][0]}\n<image>", TURNS[2][1])]
        turns = [{"from": who, "value": text} for turn in said for who, text in zip(("human", "gpt"), turn)]
        rows.append({"id": str(i), "image": f"{i}.png", "conversations": turns})
    path = tmp_path / "data.json"
    path.write_text(json.dumps(rows))
    return path


def test_llava_data_is_read_as_conversations_about_pictures(llava_json):
    data = LlavaJson(llava_json, llava_json.parent, new_processor())
    assert [data[i].turns for i in range(len(data))] == [TURNS[2:], TURNS[:2]]
    assert [data[i].key for i in range(2)] == [0, 1]
    expected = new_processor().image_processor(picture(1).resize((90, 60)), return_tensors="pt")["pixel_values"][0]
    assert torch.equal(data[1].pixel_values, expected)


def test_data_without_pictures_is_refused(tmp_path):
    (tmp_path / "data.json").write_text(json.dumps([{"conversations": []}]))
    with pytest.raises(ValueError, match="data.json holds no conversation with a picture"):
        LlavaJson(tmp_path / "data.json", tmp_path, new_processor())


def test_a_checkpoint_kept_in_half_precision_learns_in_full(tmp_path):
    new_model().half().save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    model, _ = load(tmp_path, "residual")
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_run_with_other_settings_is_not_gone_on_with(llava_json, tmp_path, monkeypatch):
    stock, out = tmp_path / "stock", tmp_path / "out"
    save_stock_checkpoint(stock)
    words = f"tune --model {stock} --data {llava_json} --images {tmp_path} --out {out} --batch 2 --lr 1e-3".split()

    def run(*more: str) -> None:
        monkeypatch.setattr(sys, "argv", ["fmvr.training", *words, *more])
        main()

    run("--steps", "1")
    run("--steps", "2")  # goes on
    with pytest.raises(SystemExit, match="holds a run with other seed .0, not 1.: give another folder with --out"):
        run("--steps", "2", "--seed", "1")
    save_stock_checkpoint(stock)  # other weights of the same name
    weights = stock / "model.safetensors"
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(SystemExit, match="other model"):
        run("--steps", "2")


def test_a_pair_the_wrong_way_round_is_not_published(tmp_path):
    for side, form in (("without", "residual"), ("with", None)):
        new_model(fmvr_form=form).save_pretrained(tmp_path / side)
    with pytest.raises(BadInput, match="is not one with"):
        publish({side: tmp_path / side for side in ("with", "without")}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_data_of_ones_own_needs_a_checkpoint(llava_json, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fmvr.training", "tune", "--data", str(llava_json)])
    with pytest.raises(SystemExit):
        main()
    assert "--data needs --model" in capsys.readouterr().err


def test_one_command_tunes_a_stock_checkpoint_on_llava_data(llava_json, tmp_path, monkeypatch):
    stock, out = tmp_path / "stock", tmp_path / "out"
    before = dict(save_stock_checkpoint(stock).named_parameters())
    options = dict(model=stock, data=llava_json, images=tmp_path, out=out, steps=2, batch=2, lr=1e-2, form="residual")
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    monkeypatch.setattr(sys, "argv", ["fmvr.training", "tune", *words])
    main()
    after = FMVRLlavaForConditionalGeneration.from_pretrained(out / "model")
    assert budgets(after.config.token_grid_side) == BUDGETS
    assert all(weight.isfinite().all() for weight in after.parameters())
    assert any((gain != 0).any() for gain in after.model.pyramid.parameters())
    for name, weight in after.named_parameters():
        if ".vision_tower." in name:
            assert torch.equal(weight, before[name])
        elif "multi_modal_projector" in name:
            assert not torch.equal(weight, before[name])
