"""The recipe: targets, batches, resumable runs, the same start for both models."""

import json
import sys
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.utils.data import Dataset
from transformers import CLIPVisionModel, LlamaForCausalLM

from fmvr.arms import ARMS
from fmvr.envelope import Envelope
from fmvr.errors import BadInput
from fmvr.evaluation.foreign import photographs
from fmvr.lab import Lab
from fmvr.loading import load as load_checkpoint
from fmvr.model import FORMS
from fmvr.prompt import IMAGE, prompt
from fmvr.runs.identity import digest
from fmvr.training.__main__ import main
from fmvr.training.conversations import IGNORE, Collate, Conversation, converse, write
from fmvr.training.features import CachedSamples, encode, world_of
from fmvr.training.fit import STAGES, fit, load
from fmvr.training.language import ReadsWords, ScenesInWords, in_words, new_tokenizer
from fmvr.training.loop import Run, train
from fmvr.training.muon import MuonWithAdamW
from fmvr.training.pair import OnFeatures, join
from fmvr.training.publish import publish
from fmvr.training.turns import all_right, read_turns
from fmvr.worlds import WORLDS
from fmvr.worlds.scenes.questions import ask_all
from fmvr.worlds.scenes.scene import SPLITS, Scene, SceneObject
from tests import models
from tests.models import BUDGETS, TOKENIZER, WIDTH, new_model, new_processor, picture

END = TOKENIZER.eos_token
SCENES = WORLDS["scenes"]
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


def answers_of(batch, row: int) -> list[str]:
    """What a row's labels ask the model to say, answer by answer."""
    labels = batch["labels"][batch["of"] == row] if "of" in batch else batch["labels"][row]
    labels = labels[labels != IGNORE]
    return [text.strip() for text in TOKENIZER.decode(labels).split(END)[:-1]]


def budget_of(batch) -> int:
    return int((batch["input_ids"][0] == TOKENIZER.convert_tokens_to_ids(IMAGE)).sum())


# The language model's lessons


def known_scene() -> Scene:
    """A cat and a sign."""
    cat = SceneObject("cat", None, None, 28, 0.0, False, 42, 28, (42, 28, 70, 56))
    sign = SceneObject("sign", "blue", 47, 20, 0.0, False, 140, 140, (140, 140, 156, 154))
    return Scene(0, (cat, sign))


def test_the_tokenizer_knows_every_word_of_the_world():
    unknown = TOKENIZER.unk_token_id
    for seed in range(SPLITS["test"], SPLITS["test"] + 200):
        scene = Scene.from_seed(seed)
        phrases = in_words(scene, np.random.default_rng(0))
        texts = [*phrases, *(text for q in ask_all(scene, test=True) for text in (q.text, q.answer))]
        assert not any(unknown in ids for ids in TOKENIZER(texts)["input_ids"])
    assert unknown in TOKENIZER("Is there a unicorn?")["input_ids"]


def test_the_tokenizer_gives_texts_back():
    for text in ("two cats, a dog and an owl.", "47", "top left", "yes"):
        assert TOKENIZER.decode(TOKENIZER(text)["input_ids"], skip_special_tokens=True) == text


def test_a_new_tokenizer_is_always_the_same():
    assert new_tokenizer().get_vocab() == TOKENIZER.get_vocab()


def test_a_scene_in_words_names_every_object_and_its_place():
    scene = known_scene()
    phrases = in_words(scene, np.random.default_rng(0))
    assert sorted(phrases) == ["blue sign four 7 xk yk", "cat xe yd"]


def test_a_lesson_is_about_its_scene():
    lesson = ScenesInWords(5)[2]
    scene = Scene.from_seed(SPLITS["train"] + 2)
    for thing in scene.objects:
        assert any(phrase.startswith(thing.phrase) for phrase in lesson.words)
    assert len(lesson.words) == len(scene.objects)
    assert lesson == ScenesInWords(5)[2]


def test_a_lesson_has_a_placeholder_for_each_object():
    lessons = [ScenesInWords(5, questions=3)[i] for i in range(5)]
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
    apart = Collate(TOKENIZER)([replace(lesson, independent=True) for lesson in lessons])
    language = LlamaForCausalLM(models.text_config()).eval()
    embed = language.get_input_embeddings()
    inputs = embed(batch["input_ids"])
    phrases = [phrase for lesson in lessons for phrase in lesson.words]
    places = (batch["input_ids"] == TOKENIZER.convert_tokens_to_ids(IMAGE)).nonzero().tolist()
    for (row, column), phrase in zip(places, phrases, strict=True):
        inputs[row, column] = embed(torch.tensor(TOKENIZER(phrase, add_special_tokens=False)["input_ids"])).sum(0)
    expected = language(inputs_embeds=inputs, attention_mask=batch["attention_mask"], labels=batch["labels"]).loss
    torch.testing.assert_close(ReadsWords(language, TOKENIZER)(**apart)["loss"], expected)


def test_signs_with_different_numbers_are_read_as_different_sums():
    scene = known_scene()
    sign = next(thing for thing in scene.objects if thing.number is not None)
    sums = set()
    for number in range(100):
        phrases = in_words(Scene(scene.seed, (replace(sign, number=number),)), np.random.default_rng(0))
        sums.add(tuple(sorted(TOKENIZER(phrases[0], add_special_tokens=False)["input_ids"])))
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
        texts = [question.text for question in converse(SCENES, scene, rng, 5)]
        assert 1 <= len(texts) <= 6 and len(set(texts)) == len(texts)
        families |= {text.split()[0].lower() for text in texts}
    assert {"is", "how", "where", "what", "which"} <= families


@pytest.mark.parametrize("independent", [True, False])
def test_labels_cover_the_answers_alone(independent):
    conversations = [Conversation(TURNS, independent=independent), Conversation(TURNS[1:2], independent=independent)]
    batch = Collate(TOKENIZER, [9])(conversations)
    assert [answers_of(batch, row) for row in range(2)] == [[a for _, a in TURNS], [TURNS[1][1]]]
    labelled = batch["labels"] != IGNORE
    assert torch.equal(batch["labels"][labelled], batch["turns" if independent else "input_ids"][labelled])


def test_labels_cover_the_answers_of_drawn_scenes(features):
    items = [CachedSamples(features, SCENES, 6)[i] for i in range(6)]
    batch = Collate(TOKENIZER, [1])(items)
    for row, item in enumerate(items):
        assert answers_of(batch, row) == [answer for _, answer in item.turns]


def test_independent_turns_are_read_as_if_each_were_alone(features):
    model = models.trained_gains(new_model())
    items = [
        Conversation(TURNS, features=torch.from_numpy(features[0]), independent=True),
        Conversation(TURNS[::-1][:2], features=torch.from_numpy(features[1]), independent=True),
    ]
    collate, learner = Collate(TOKENIZER, [36]), OnFeatures(model, "all")
    together = collate(items)
    learner(**together)["loss"].backward()
    learned = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    alone = [Conversation([turn], features=item.features) for item in items for turn in item.turns]
    labelled = [int((collate([one])["labels"] != IGNORE).sum()) for one in alone]
    losses = [learner(**collate([one]))["loss"] * n for one, n in zip(alone, labelled)]
    loss = torch.stack(losses).sum() / sum(labelled)
    loss.backward()
    torch.testing.assert_close(learner(**together)["loss"], loss, rtol=1e-5, atol=1e-5)
    assert learned.keys() == {name for name, p in model.named_parameters() if p.grad is not None}
    for name, gradient in learned.items():
        torch.testing.assert_close(gradient, model.get_parameter(name).grad, rtol=1e-3, atol=1e-5)


def test_what_a_model_says_stands_turn_by_turn_whatever_their_lengths(features):
    model, collate = new_model(), Collate(TOKENIZER, [9])
    item = Conversation([(TURNS[0][0] + " " * k + "?" * k, TURNS[0][1]) for k in (3, 0, 2)], independent=True)
    language, batch = model.model.language_model, collate([replace(item, features=torch.from_numpy(features[0]))])
    with torch.no_grad():
        embedded = model.get_input_embeddings()(batch["input_ids"])
        opened = language(inputs_embeds=embedded, attention_mask=batch["attention_mask"], use_cache=True).cache
        rows = {name: batch[name] for name in ("turns", "turns_mask", "labels", "of")}
        said = read_turns(language, model.lm_head, opened, batch["attention_mask"], **rows)["logits"]
        for k, logits in enumerate(said.split((batch["labels"] != IGNORE).sum(1).tolist())):
            one = {name: value[k : k + 1] for name, value in rows.items()}
            alone = read_turns(language, model.lm_head, opened, batch["attention_mask"], **one)["logits"]
            torch.testing.assert_close(logits, alone, rtol=1e-4, atol=1e-4)
    right = batch["labels"][:, 1:].clone()
    exact = torch.nn.functional.one_hot(right[right != IGNORE], len(TOKENIZER)).float()
    assert all_right(exact, batch["labels"]) == [True] * 3
    exact[0] = exact[0].roll(1)
    assert all_right(exact, batch["labels"]) == [False, True, True]


def test_a_batch_has_the_budget_its_seed_and_first_key_draw():
    def drawn(seed, key):
        return budget_of(Collate(TOKENIZER, BUDGETS, seed)([Conversation(TURNS[:1], key=key)]))

    first = [drawn(0, key) for key in range(60)]
    assert set(first) == set(BUDGETS)
    assert first == [drawn(0, key) for key in range(60)]
    assert first != [drawn(1, key) for key in range(60)]


def test_the_first_examples_are_of_the_second_largest_set_alone():
    collate = Collate(TOKENIZER, BUDGETS, begins=40)
    drawn = [budget_of(collate([Conversation(TURNS[:1], key=key)])) for key in range(80)]
    assert set(drawn[:40]) == {144} and set(drawn[40:]) == set(BUDGETS)


def test_one_budget_is_drawn_for_a_whole_batch():
    batch = Collate(TOKENIZER, BUDGETS)([Conversation(TURNS[:1], key=key) for key in range(8)])
    marks = (batch["input_ids"] == TOKENIZER.convert_tokens_to_ids(IMAGE)).sum(1)
    assert len(set(marks.tolist())) == 1 and int(marks[0]) in BUDGETS


def test_another_visit_to_a_scene_brings_other_questions(features):
    data = CachedSamples(features, SCENES, 12)
    assert torch.equal(data[1].features, data[7].features)
    assert data[1].turns != data[7].turns
    assert data[1].turns == CachedSamples(features, SCENES, 12)[1].turns


def test_stage_one_is_descriptions_alone(features):
    data = CachedSamples(features, SCENES, 6, describe=True)
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
    in_order = True

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
    data = CachedSamples(features, SCENES, 10, questions=3)
    run = Run(out, steps=5, batch=2, lr=1e-2, seed=seed, muon=muon, save_every=2)
    items = data if stop_after is None else StoppedAfter(data, stop_after)
    log = train(model, items, run, Collate(TOKENIZER, BUDGETS))
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
    for given in ({"pixel_values": pixels}, {"features": seen[0]}):
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
    encode(tower, SCENES, 4, path, batch=2)
    first = np.load(path)
    pixels = models.image_processor()([Scene.from_seed(i).render() for i in range(4)], return_tensors="pt")
    with torch.no_grad():
        hidden = CLIPVisionModel.from_pretrained(tower)(**pixels, output_hidden_states=True).hidden_states[-1]
    assert first.shape == (4, 576, WIDTH) and first.dtype == np.float16
    assert np.corrcoef(first.ravel().astype(np.float32), hidden[:, 1:].numpy().ravel())[0, 1] > 0.99
    np.save(path, np.concatenate([np.zeros_like(first[:2]), np.ones_like(first[2:])]))
    path.with_suffix(".done").write_text("2")
    encode(tower, SCENES, 4, path, batch=2, workers=1)
    again = np.load(path)
    assert (again[:2] == 0).all() and np.array_equal(again[2:], first[2:])
    encode(tower, SCENES, 6, path, batch=2)
    assert np.array_equal(np.load(path)[:4], first), "another count begins anew"


def test_of_a_checkpoint_the_features_are_those_that_its_projector_takes(tmp_path):
    new_model(fmvr_form=None).save_pretrained(tmp_path / "model")  # which leaves out the tower's last layer
    new_processor().save_pretrained(tmp_path / "model")
    lab, path = Lab.load(tmp_path / "model"), tmp_path / "features.npy"
    encode(tmp_path / "model", SCENES, 2, path)
    for row, place in zip(np.load(path), range(2)):
        seen = lab.features([SCENES.picture(SCENES.sample("train", place))])["pooling"][0].patches
        np.testing.assert_allclose(row, seen.numpy(), rtol=2e-3, atol=2e-3)


def save_pair(folder, pooling=None, fmvr="residual") -> dict:
    """Arm → the folder of a tiny model, with blocks of a form or without."""
    for name, form in (("pooling", pooling), ("fmvr", fmvr)):
        model = new_model(fmvr_form=form)
        model.config.text_config.name_or_path = str(folder / "language")
        model.save_pretrained(folder / name)
        new_processor().save_pretrained(folder / name)
    return {name: folder / name for name in ("pooling", "fmvr")}


def test_features_that_do_not_fit_on_the_disk_are_not_begun(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(BadInput, match="has less room"):
        encode(parts[0], SCENES, 4, tmp_path / "features.npy", batch=2)
    assert not list(tmp_path.iterdir())


def test_a_published_pair_is_half_precision_and_knows_its_world(tmp_path):
    out = tmp_path / "published"
    publish(save_pair(tmp_path), out, samples=300)
    envelope = Envelope(**json.loads((out / "world.json").read_text()))
    strange = [envelope.is_strange(SCENES.sample("validation", place).render()) for place in range(20)]
    assert sum(strange) <= 2 and envelope.is_strange(next(photographs())[1])
    files = {name: sorted((out / name).glob("*.safetensors")) for name in ("pooling", "fmvr")}
    assert {weight.dtype for file in files["fmvr"] for weight in load_file(file).values()} == {torch.bfloat16}
    towers = [load_file(first) for first, *_ in files.values()]
    assert all("vision_tower" in name for name in towers[0]) and towers[0].keys() == towers[1].keys()
    assert not any(
        "vision_tower" in name for _, *others in files.values() for file in others for name in load_file(file)
    )
    assert str(tmp_path) not in (out / "fmvr" / "config.json").read_text()


def test_nothing_stays_of_an_earlier_model(tmp_path):
    out = tmp_path / "published"
    names = ("model.safetensors", "model-00001-of-00099.safetensors", "reducers/mqt.safetensors")
    earlier = [out / "fmvr" / name for name in names]
    earlier[-1].parent.mkdir(parents=True)
    for file in earlier:
        file.write_bytes(b"")
    publish(save_pair(tmp_path), out, samples=30)
    assert not any(file.exists() for file in earlier)
    assert "fmvr" in load_checkpoint(out / "fmvr").model.config.model_type


def test_one_command_publishes_arms_by_name(tmp_path, monkeypatch):
    pair, calls = save_pair(tmp_path), []
    monkeypatch.setattr("fmvr.training.publish.publish", calls.append)
    words = [word for name, folder in pair.items() for word in ("--arm", f"{name}={folder}")]
    monkeypatch.setattr(sys, "argv", ["fmvr.training", "publish", *words])
    main()
    assert calls == [pair] and set(pair) == {name for name, arm in ARMS.items() if arm.checkpoint}


@pytest.mark.parametrize("words", [["fmvr"], ["=runs"], ["fmvr="]], ids=str)
def test_an_arm_to_publish_has_a_name_and_a_folder(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fmvr.training", "publish", "--arm", *words])
    with pytest.raises(SystemExit):
        main()
    assert "NAME=DIR" in capsys.readouterr().err


def test_an_arm_that_is_not_embedded_is_not_published(tmp_path):
    with pytest.raises(BadInput, match="There is no embedded arm mine; the embedded arms are pooling, fmvr"):
        publish({"mine": tmp_path}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_arm_alone_is_published_beside_those_that_are_there(tmp_path):
    out, pair = tmp_path / "published", save_pair(tmp_path)
    publish(pair, out, samples=30)
    other = new_model(fmvr_form="released")
    other.save_pretrained(tmp_path / "other")
    new_processor().save_pretrained(tmp_path / "other")
    before = digest(out / "pooling")
    publish({"fmvr": tmp_path / "other"}, out, samples=30)
    assert load_checkpoint(out / "fmvr").model.config.fmvr_form == "released"
    assert digest(out / "pooling") == before


def test_a_checkpoint_kept_in_half_precision_learns_in_full(tmp_path):
    new_model().half().save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    model, _ = load(tmp_path, "residual")
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_pair_the_wrong_way_round_is_not_published(tmp_path):
    with pytest.raises(BadInput, match="pooling is to answer without FMVR, and its model has trained blocks"):
        publish(save_pair(tmp_path, "residual", None), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def run_in_words(monkeypatch, words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *words.split()])
    main()


@pytest.mark.parametrize(
    "words, problem",
    [
        ("align --features {at}/none.npy", "There is nothing at .*none.npy; python -m fmvr.training encode makes it"),
        ("align --features {at}/broken.npy", "broken.npy is broken: it cannot be read as an array of features"),
        ("align --features {at}/flat.npy", "flat.npy holds no features"),
        ("align --features {at}/good.npy --tower {at}/x", "nothing at .*x; python -m fmvr.training tower makes it"),
        ("encode --tower {at}/x", "There is nothing at .*x; python -m fmvr.training tower makes it"),
        ("tune --model {at}/none --features {at}/good.npy", "There is no checkpoint at .*none"),
    ],
)
def test_what_a_stage_cannot_use_is_told_in_a_sentence_and_nothing_is_written(
    words, problem, features, tmp_path, monkeypatch
):
    np.save(tmp_path / "flat.npy", features[0])
    np.save(tmp_path / "good.npy", features)
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY\x01")
    with pytest.raises(SystemExit, match=problem):
        run_in_words(monkeypatch, f"{words.format(at=tmp_path)} --out {tmp_path}/out --steps 1")
    assert not (tmp_path / "out").exists()


def test_gains_that_are_fixed_stay_and_are_named_by_level_and_field(features, tmp_path):
    model = new_model(fmvr_form="residual")
    before = {name: gain.clone() for name, gain in model.model.pyramid.named_parameters()}
    run = Run(tmp_path, steps=2, batch=2, lr=1e-2)
    data = CachedSamples(features, SCENES, 4, questions=3)
    fit(
        STAGES["tune"], run, model, new_processor(), data, lambda level, gain: level != 12 or gain.branch == "max", True
    )
    moved = {name for name, gain in model.model.pyramid.named_parameters() if not torch.equal(gain, before[name])}
    assert moved == {"blocks.12.gains.average_high", "blocks.12.gains.average_a"}


# Features


@pytest.mark.parametrize("noted, world", [(None, "scenes"), ({}, "scenes"), ({"world": "embedded"}, "embedded")])
def test_features_are_of_the_world_that_is_noted_beside_them(tmp_path, noted, world):
    if noted is not None:
        (tmp_path / "settings.json").write_text(json.dumps(noted))
    assert world_of(tmp_path / "features.npy").name == world


@pytest.mark.parametrize("noted, words", [("{", "broken"), ("7", "no settings"), ('{"world": "moon"}', "world moon")])
def test_a_note_that_names_no_world_is_told_in_a_sentence(tmp_path, noted, words):
    (tmp_path / "settings.json").write_text(noted)
    with pytest.raises(BadInput, match=words):
        world_of(tmp_path / "features.npy")
