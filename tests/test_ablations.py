"""The ablations: what a variant changes and what it leaves, the window, a run that goes on, the recipe's own model."""

import shutil
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import CLIPVisionModel, LlamaForCausalLM

from fmvr.errors import BadInput
from fmvr.evaluation.ablations import scores, training
from fmvr.evaluation.ablations.command import measure
from fmvr.evaluation.ablations.training import Shared
from fmvr.evaluation.ablations.variants import BASE, BRANCHES, LEVELS, QUESTIONS, RECIPES, VARIANTS, Variant, recipe_of
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, draw, unseen_wordings
from fmvr.evaluation.measures.ablations import table
from fmvr.lab import Lab
from fmvr.loading import load
from fmvr.model import FORMS, FMVRLlavaForConditionalGeneration, FrequencyModulation, TokenPyramid
from fmvr.model.splits import WINDOW, split
from fmvr.training import fit
from fmvr.training.__main__ import main as recipe
from fmvr.training.conversations import Collate, EverySet
from fmvr.training.features import CachedSamples
from fmvr.training.loop import Run
from fmvr.training.pair import OnFeatures
from fmvr.training.reading import WORDS
from fmvr.worlds import WORLDS
from tests import models
from tests.models import BUDGETS, TOKENIZER, WIDTH, new_model, new_processor, picture, trained_gains

WORLD = WORLDS["scenes"]
SAMPLES = 1
LENGTHS = {"align_steps": 2, "steps": 3, "batch": 2}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A tiny tower, a tiny language model and made-up features of six scenes, as the first stages save theirs."""
    folder = tmp_path_factory.mktemp("runs")
    torch.manual_seed(0)
    CLIPVisionModel(models.vision_config()).save_pretrained(folder / "tower")
    models.image_processor().save_pretrained(folder / "tower")
    LlamaForCausalLM(models.text_config()).save_pretrained(folder / "language")
    TOKENIZER.save_pretrained(folder / "language")
    made_up = np.random.default_rng(0).normal(size=(6, 576, WIDTH)).astype(np.float16)
    np.save(folder / "features.npy", made_up)
    return Shared(folder / "features.npy", folder / "tower", folder / "language", **LENGTHS)


def trained(variant: Variant, shared: Shared, folder):
    """The variant after both stages, as it is kept."""
    training.train(variant, shared, folder, shared.settings(variant))
    return FMVRLlavaForConditionalGeneration.from_pretrained(folder / "model")


@pytest.fixture
def measurings(monkeypatch):
    """The models that were measured, one entry each."""
    run, seen = scores.ask, []
    monkeypatch.setattr(scores, "ask", lambda at, *rest: (seen.append(at.name), run(at, *rest)))
    return seen


@pytest.fixture
def trainings(monkeypatch):
    """The stages that were run, one entry each."""
    run, seen = fit.fit, []
    monkeypatch.setattr(fit, "fit", lambda stage, at, *rest: (seen.append(at.out), run(stage, at, *rest)))
    return seen


# The table of variants


def test_every_variant_differs_from_the_base_in_what_its_name_says():
    for name, variant in VARIANTS.items():
        expected = {"form"} if name.split("-")[0] in FORMS or name.startswith("merge") else set()
        expected |= {"seed"} if "-seed-" in name else set()
        expected |= {"gains"} if "-gains-" in name else set()
        expected |= {"branches"} if name.endswith(("-fixed", "-only")) else set()
        expected |= {"every_set"} if name == "every-set" else set()
        assert set(variant.apart()) == expected, name
    assert VARIANTS[BASE] == Variant() and len(set(VARIANTS.values())) == len(VARIANTS)


def test_every_variant_answers_a_question_beside_the_base():
    assert {name for answers in QUESTIONS.values() for name in answers.values()} == set(VARIANTS)
    for question, answers in QUESTIONS.items():
        assert BASE in answers.values() and len(set(answers.values())) == len(answers), question


# What a variant trains


@pytest.mark.parametrize(
    "variant",
    [
        *(VARIANTS[name] for name in ("released-average-only", "released-max-only", "released-fixed", "none")),
        Variant(form="residual", levels=(12,)),
        Variant(form="residual", levels=(3,)),
    ],
    ids=str,
)
def test_fixed_gains_stay_as_they_were_and_the_others_move(variant, shared, tmp_path):
    model = trained(replace(variant, every_set=True), shared, tmp_path / "model")  # so that every level learns
    gains = dict(model.model.pyramid.named_parameters())
    assert len(gains) == (3 * len(FORMS[variant.form].gains) if variant.form else 0)
    for gain, values in gains.items():
        entry = FORMS[variant.form].gains[gain.split(".")[-1]]
        learns = entry.branch in variant.branches
        learns &= any(f".{level}." in gain for level in variant.levels)
        assert bool((values == entry.first).all()) == (not learns), gain


def test_a_level_without_a_block_is_the_identity(shared, tmp_path):
    pyramid = trained(Variant(form="residual", levels=(6,), every_set=True), shared, tmp_path).model.pyramid
    tokens = torch.randn(1, 576, WIDTH, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        apart = {level.side: (level.restored - level.pooled).abs().max() for level in pyramid.trace(tokens)}
    assert apart[6] > 1e-4 and all(apart[side] < 1e-5 for side in (12, 3))


def test_the_mean_over_all_sets_is_the_mean_of_the_losses_of_each(shared):
    data = CachedSamples(shared.load(), WORLD, 4, questions=3)
    items = [data[i] for i in range(2)]
    learner = OnFeatures(new_model(), "all")
    with torch.no_grad():
        each = [learner(**Collate(TOKENIZER, [n])(items))["loss"] for n in BUDGETS]
        together = learner(**EverySet(TOKENIZER, BUDGETS)(items))["loss"]
    assert len({float(loss) for loss in each}) == len(BUDGETS)
    torch.testing.assert_close(together, torch.stack(each).mean())


def test_training_on_every_set_gives_another_model_and_the_seed_too(shared, tmp_path):
    base = trained(Variant(), shared, tmp_path / "base")
    for i, other in enumerate((Variant(every_set=True), Variant(seed=1))):
        found = trained(other, shared, tmp_path / str(i))
        assert not torch.equal(found.lm_head.weight, base.lm_head.weight)


@pytest.mark.parametrize("form", ["residual", "none"])
def test_a_variant_is_the_model_that_the_commands_of_the_recipe_train(form, shared, tmp_path, monkeypatch):
    options = dict(form=form, seed=1, batch=shared.batch, features=shared.features)
    start = dict(tower=shared.tower, language=shared.language)
    for stage, more in (
        ("align", dict(steps=shared.align_steps, **start)),
        ("tune", dict(steps=shared.steps, model=tmp_path / "align" / "model")),
    ):
        given = options | more | {"out": tmp_path / stage}
        words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
        monkeypatch.setattr(sys, "argv", ["fmvr.training", stage, *words])
        recipe()
    trained(VARIANTS[f"{form}-seed-1"], shared, tmp_path / "ablations")
    ours, theirs = (load_file(tmp_path / name / "model" / "model.safetensors") for name in ("ablations", "tune"))
    assert ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


# The window


def test_the_window_is_a_plain_maximum_over_so_many_places():
    x = torch.randn(2, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    for window, reach in ((1, 0), (3, 1), (5, 2)):
        high = split(x, window).high_max
        for row in range(6):
            for column in range(6):
                near = x[:, :, max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
                assert torch.equal(high[:, :, row, column], near.amax((-2, -1)))
    whole = split(x, None)
    assert torch.equal(whole.high_max, x.amax((-2, -1), keepdim=True).expand_as(x))
    torch.testing.assert_close(whole.high_max + whole.low_max, x)


def test_a_window_wider_than_a_level_is_its_maximum():
    x = torch.randn(1, 2, 3, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(split(x, 5).high_max, split(x, None).high_max)


@pytest.mark.parametrize("window", [2, 0, -1])
def test_a_window_without_a_middle_is_refused(window):
    for make in (lambda: FrequencyModulation(4, window=window), lambda: TokenPyramid(4, window=window)):
        with pytest.raises(ValueError, match=f"window is an odd number, or None for the whole grid, not {window}"):
            make()


@pytest.mark.parametrize("window", [3, 5, None])
def test_the_window_is_kept_with_the_checkpoint_and_shown_by_the_bands(window, tmp_path):
    model = trained_gains(new_model(fmvr_window=window))
    model.save_pretrained(tmp_path)
    new_processor().save_pretrained(tmp_path)
    loaded, processor = load(tmp_path)
    assert loaded.config.fmvr_window == window == loaded.model.pyramid.blocks["12"].window
    view = Lab({"fmvr": load(tmp_path)}).look(picture())
    tokens = view.token_set(576).tokens.unflatten(0, (24, 24)).permute(2, 0, 1)[None]
    expected = split(tokens, window).high_max[0].square().sum(0)
    torch.testing.assert_close(torch.from_numpy(view.bands()[0].before.high_max), expected)
    for level in loaded.model.pyramid.trace(tokens.flatten(2).transpose(1, 2)):
        torch.testing.assert_close(level.before.high_max, split(level.pooled, window).high_max)


def test_a_checkpoint_from_before_the_window_has_the_released_one(tmp_path):
    model = new_model()
    model.save_pretrained(tmp_path)
    config = tmp_path / "config.json"
    lines = [line for line in config.read_text().splitlines() if "fmvr_window" not in line]
    config.write_text("\n".join(lines))
    loaded = FMVRLlavaForConditionalGeneration.from_pretrained(tmp_path)
    assert loaded.config.fmvr_window == 3


# The run


def test_a_second_run_trains_and_measures_nothing_anew_and_changed_settings_do(shared, tmp_path, trainings, measurings):
    first, machine = measure(shared, tmp_path, ["none"], SAMPLES)
    assert len(trainings) == 2 and machine and measurings == ["none", "pooling", "fmvr"]
    again, _ = measure(shared, tmp_path, ["none"], SAMPLES)
    assert len(trainings) == 2 and len(measurings) == 3 and again == first
    assert scores.read(tmp_path / "none", shared.settings(VARIANTS["none"]), WORLD, SAMPLES)
    more, _ = measure(shared, tmp_path, ["none"], SAMPLES + 1)  # other samples need no other model
    assert len(trainings) == 2 and more.samples == SAMPLES + 1
    assert {row.variant for row in more.variants} == {"none"}
    measure(replace(shared, steps=4), tmp_path, ["none"], SAMPLES)
    assert len(trainings) == 4


def test_a_run_killed_in_the_second_stage_ends_where_one_that_was_not_ends(shared, tmp_path, monkeypatch):
    shared = replace(shared, steps=5)
    whole = trained(Variant(), shared, tmp_path / "whole").state_dict()
    monkeypatch.setattr(training, "Run", lambda *given, **more: Run(*given, **more, save_every=2))
    item, broken = CachedSamples.__getitem__, []

    def fails(data, i):
        broken.append(i)
        if not data.describe and len(broken) > 4 + 8:  # after all of stage 1 and eight examples of stage 2
            raise KeyboardInterrupt
        return item(data, i)

    with monkeypatch.context() as patch:
        patch.setattr(CachedSamples, "__getitem__", fails)
        with pytest.raises(KeyboardInterrupt):
            trained(Variant(), shared, tmp_path / "killed")
    left = tmp_path / "killed"
    assert (left / "tune" / "checkpoint-2").is_dir() and not (left / "model").exists()
    (left / "tune" / "checkpoint-4").mkdir(exist_ok=True)  # one whose writing was cut off
    (left / "tune" / "checkpoint-4" / "trainer_state.json").unlink(missing_ok=True)
    resumed = trained(Variant(), shared, left).state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert sorted(path.name for path in left.iterdir()) == ["model", "settings.json"]


def test_missing_features_are_named_with_the_command_that_makes_them(shared, tmp_path):
    with pytest.raises(BadInput, match="nothing at .*none.npy; python -m fmvr.training encode makes it"):
        measure(replace(shared, features=tmp_path / "none.npy"), tmp_path, ["none"])


# The table


def right_or_wrong(right: float, seed: int = 0) -> dict[int, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {n: (rng.random((200, len(WORLD.families))) < right).astype(float) for n in BUDGETS}


EMBEDDED = {"pooling": right_or_wrong(0.9, 2), "fmvr": right_or_wrong(0.8, 3)}


def test_the_table_pairs_every_variant_with_the_base():
    scores = {"none": right_or_wrong(0.8), "released": right_or_wrong(0.6, 1), "finer": right_or_wrong(0.8)}
    found = table(WORLD, 200, scores, EMBEDDED, **LENGTHS)
    rows = {row.variant: row for row in found.variants}
    assert set(rows) == set(scores) and rows["none"].against_base == {}
    for n in BUDGETS:
        assert rows["released"].scores[AVERAGE][n].mean == pytest.approx(scores["released"][n].mean(), abs=1e-6)
        for which, far in ((AVERAGE, 0.05), (SEEN, 0.05), (UNSEEN, 0.1)):
            apart = rows["released"].against_base[which][n].difference
            assert apart.low < apart.mean < apart.high < 0 and apart.mean == pytest.approx(-0.2, abs=far)
            assert rows["finer"].against_base[which][n].difference.mean == 0
    says = [(question, words) for question, answers in QUESTIONS.items() for words, v in answers.items() if v in scores]
    assert [(row.question, row.answer) for row in found.variants] == says
    assert asdict(found)["variants"][0]["scores"][AVERAGE][36]["mean"] == rows["none"].scores[AVERAGE][36].mean


def test_the_embedded_pair_stands_beside_the_variants_its_models_paired_with_each_other():
    found = table(WORLD, 200, {"none": right_or_wrong(0.6, 1)}, EMBEDDED, **LENGTHS)
    assert set(found.shipped) == {"pooling", "fmvr"} and {row.variant for row in found.variants} == {"none"}
    for n in BUDGETS:
        for arm, matrices in EMBEDDED.items():
            assert found.shipped[arm][AVERAGE][n].mean == pytest.approx(matrices[n].mean(), abs=1e-6)
        apart = found.shipped_paired["fmvr"][AVERAGE][n].difference
        assert apart.low < apart.mean < apart.high < 0 and apart.mean == pytest.approx(-0.1, abs=0.03)


def test_wordings_kept_from_training_are_told_apart():
    unseen = unseen_wordings(WORLD, draw(WORLD, 200, split="validation"))
    only_unseen = {n: np.where(unseen, 0.0, 1.0) for n in BUDGETS}  # wrong there, right elsewhere
    (row, *_) = table(WORLD, 200, {"none": only_unseen}, EMBEDDED, **LENGTHS).variants
    assert 0.2 < unseen.mean() < 0.4
    for n in BUDGETS:
        assert row.scores[SEEN][n].mean == 1 and row.scores[UNSEEN][n].mean == 0 < row.scores[AVERAGE][n].mean < 1


def test_the_table_prints_a_line_for_each_row_under_its_question():
    lines = str(
        table(WORLD, 200, {"none": right_or_wrong(0.8), "released": right_or_wrong(0.6, 1)}, EMBEDDED, **LENGTHS)
    ).splitlines()
    assert lines[0].startswith("200 validation pictures; 2 steps of stage 1 and 3 of stage 2")
    assert [line for line in lines if line.startswith("none: pooling only")]
    for arm, line in zip(EMBEDDED, lines[-2:], strict=True):
        assert line.startswith(f"{arm} ")
        assert all(f" {100 * EMBEDDED[arm][n].mean():.1f}" in line for n in BUDGETS)
        assert line.count("*") == (len(BUDGETS) if arm == "fmvr" else 0)  # 80 % right against 90
    for question, answers in QUESTIONS.items():
        asked = BASE in answers.values() or "released" in answers.values()
        assert any(line.startswith(question) for line in lines) == asked
    assert len({len(line) for line in lines[1:] if line}) == 1
    (row,) = {line for line in lines if line.startswith("released, learned")}
    assert row.count("*") == len(BUDGETS)  # 60 % right against 80 on 200 scenes is no chance


def test_a_variant_alone_has_no_base_to_be_held_against():
    (row, *_) = table(WORLD, 200, {"paper": right_or_wrong(0.5)}, EMBEDDED, **LENGTHS).variants
    assert row.variant == "paper" and row.against_base == {}


def test_levels_and_branches_are_those_of_the_block():
    assert [int(side) for side in TokenPyramid(4, form="finer").blocks] == list(LEVELS)  # one token has a block, too
    assert {int(side) for form in FORMS for side in TokenPyramid(4, form=form).blocks} == set(LEVELS)
    assert {gain.branch for form in FORMS.values() for gain in form.gains.values()} == set(BRANCHES)
    assert Variant().window == WINDOW


def test_a_variant_of_another_seed_repeats_the_one_of_the_first():
    assert {name: recipe_of(name) for name in VARIANTS if recipe_of(name) != name} == {
        f"{recipe}-seed-{seed}": recipe for recipe in RECIPES for seed in (1, 2)
    }


@pytest.mark.parametrize("broken", ["{", "[]"])
def test_what_is_no_result_or_no_settings_is_made_anew(broken, shared, tmp_path):
    (tmp_path / "scores.json").write_text(broken)
    assert scores.read(tmp_path, {}, WORLD, SAMPLES) is None
    (tmp_path / "settings.json").write_text(broken)
    assert trained(Variant(), shared, tmp_path).lm_head.weight.isfinite().all()


def test_where_words_were_kept_stage_one_says_them_once_for_all_forms_of_a_seed(shared, tmp_path, monkeypatch):
    language, made = tmp_path / "language", []
    shutil.copytree(shared.language, language)
    (language / WORDS).touch()

    def say(run, *sources):
        made.append((run.out.name, run.seed, run.steps))
        fit.write(new_model(), new_processor(), run.out / "model")

    monkeypatch.setattr(training, "say", say)
    shared = replace(shared, language=language)
    for name in ("none", "released", "none-seed-1"):
        trained(VARIANTS[name], shared, tmp_path / "out" / name)
    assert made == [("say-0-2", 0, 2), ("say-1-2", 1, 2)]
    assert load(tmp_path / "out" / "released" / "model").model.config.fmvr_form == "released"
