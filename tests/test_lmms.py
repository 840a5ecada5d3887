"""lmms-eval: its own command finds our model and task and runs them; its score is our own evaluation's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image

from fmvr.blocks import FILE, Blocks, Card
from fmvr.errors import BadInput
from fmvr.evaluation.asking import AVERAGE
from fmvr.evaluation.lmms.models.fmvr_llava import FMVRLlava, cut, pictures
from fmvr.evaluation.measures import accuracy, clips
from fmvr.lab import Lab
from fmvr.loading import load
from fmvr.model import TokenPyramid
from fmvr.worlds import WORLDS
from tests.folders import WRONG, spoilt
from tests.models import WIDTH, new_model, new_processor, picture, save_stock_checkpoint, trained_gains

ROOT = Path(__file__).parents[1]
TASKS = "fmvr/evaluation/lmms/tasks"
COMMAND = [str(Path(sys.executable).with_name("lmms-eval"))]
PICTURES = 2
GREEDY = {"max_new_tokens": 8, "do_sample": False}
WORLD = WORLDS["embedded"]


def lmms_eval(*arguments: str) -> str:
    """What lmms-eval's command prints, started as README says."""
    settings = {"PYTHONPATH": ".", "LMMS_EVAL_PLUGINS": "fmvr.evaluation.lmms", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def ours():
    """Our own evaluation's scores of the embedded pair on the first test pictures."""
    return accuracy.measure(Lab.load(), WORLD, PICTURES).scores


def test_its_score_is_our_own(ours, tmp_path):
    questions = sum(len(WORLD.questions(WORLD.sample("test", i), test=True)) for i in range(PICTURES))
    settings, arm, tokens = "arm=fmvr,visual_tokens=36", "fmvr", 36
    lmms_eval(
        *("--model", "fmvr_llava", "--model_args", settings, "--batch_size", "8", "--output_path", str(tmp_path)),
        *("--tasks", "fmvr_world", "--include_path", TASKS, "--limit", str(questions)),
    )
    (written,) = tmp_path.rglob("*_results.json")
    scores = json.loads(written.read_text())["results"]["fmvr_world"]
    asked = [row for row in (AVERAGE, *WORLD.groups) if f"{row},none" in scores]  # two pictures have not all groups
    assert len(asked) > 5
    for row in asked:
        assert scores[f"{row},none"] == pytest.approx(ours[arm][tokens][row].mean, abs=1e-6), row


def test_its_score_on_videos_is_our_own(tmp_path, monkeypatch):
    world, lab = WORLDS["clips"], Lab.load()
    monkeypatch.setattr(clips, "FRAMES", (8,))
    lab.budgets = [9]
    lab.arms = {"fmvr": lab.arms["fmvr"]}
    (cell,) = clips.measure(lab, world, 1).cells
    asked = len(world.questions(world.sample("test", 0), test=True))
    lmms_eval(
        *("--model", "fmvr_llava", "--model_args", "arm=fmvr,frames=8,visual_tokens=9", "--batch_size", "4"),
        *("--tasks", "fmvr_clips", "--include_path", TASKS, "--limit", str(asked), "--output_path", str(tmp_path)),
    )
    (written,) = tmp_path.rglob("*_results.json")
    scores = json.loads(written.read_text())["results"]["fmvr_clips"]
    found = {name.removesuffix(",none"): score for name, score in scores.items() if name.endswith(",none")}
    assert {name: found.get(name) for name in cell.scores} == {
        name: pytest.approx(own.mean, abs=1e-6) for name, own in cell.scores.items()
    }
    assert 0 < sum(one.mean for one in cell.scores.values()) < len(cell.scores)  # some right, some wrong


@pytest.mark.parametrize(
    "settings, arm",
    [({}, "fmvr"), ({"arm": "pooling"}, "pooling"), ({"arm": "without"}, "pooling")]
    + [({"fmvr": False}, "pooling"), ({"fmvr": True}, "fmvr")],
)
def test_the_arm_is_chosen_by_its_name_or_as_the_first_edition_did(settings, arm):
    model = FMVRLlava(visual_tokens=1, **settings)
    assert model.member.arm.name == arm and bool(model.member.blocks) == (arm == "fmvr")


def test_blocks_plug_into_a_model_of_ones_own(tmp_path):
    save_stock_checkpoint(tmp_path / "stock")
    config = load(tmp_path / "stock", fmvr_form="residual").model.config
    weights = {f"pyramid.{name}": gain for name, gain in TokenPyramid(WIDTH).state_dict().items()}
    Blocks(Card.of(config), weights).write(tmp_path / FILE)
    for arm, blocks in ((None, True), ("pooling", False)):
        model = FMVRLlava(str(tmp_path / "stock"), arm=arm, visual_tokens=36, blocks=str(tmp_path / FILE))
        assert bool(model.member.blocks) == blocks and model.lab.one_model
    with pytest.raises(BadInput, match="needs pretrained="):
        FMVRLlava(blocks=str(tmp_path / FILE))


def test_an_arm_that_is_not_there_is_refused(tiny):
    with pytest.raises(BadInput, match="no embedded arm 'tome'; the arms are pooling, fmvr"):
        FMVRLlava(arm="tome")
    with pytest.raises(BadInput, match="to answer without FMVR, and its model has trained blocks"):
        FMVRLlava(str(tiny), arm="pooling")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_folder_is_refused_as_everywhere(name, tmp_path):
    with pytest.raises(BadInput, match=WRONG[name][1]):
        FMVRLlava(str(spoilt(name, tmp_path)))


def test_a_budget_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no set of 35 visual tokens; the token budgets are 576, 144, 36, 9, 1"):
        FMVRLlava(visual_tokens=35)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny model with random weights, as a checkpoint of one's own."""
    folder = tmp_path_factory.mktemp("checkpoint")
    for part in (trained_gains(new_model(fmvr_form="residual")), new_processor()):
        part.save_pretrained(folder)
    return folder


def requests(model: FMVRLlava, *asked: tuple[str, list], options=GREEDY) -> list:
    """Requests as lmms-eval makes them: a question each and what is shown with it."""
    model.task_dict = {"task": {"test": [{"shown": shown} for _, shown in asked]}}
    return [
        SimpleNamespace(args=(text, options, lambda row: row["shown"], i, "task", "test"))
        for i, (text, _) in enumerate(asked)
    ]


@pytest.mark.parametrize("batch", [1, 3])
def test_answers_come_in_order_and_are_the_labs(tiny, batch):
    lab, model = Lab.load(tiny), FMVRLlava(str(tiny), visual_tokens=9, batch_size=batch)
    asked = [
        ("Is there a cat?", [picture(1)]),
        ("What is it?", [picture(2)]),
        ("How many dogs are there?", [picture(3)]),
    ]
    texts = model.generate_until(requests(model, *asked))
    expected = [lab.look(shown).ask(text, 9, longest=8).text for text, (shown,) in asked]
    assert [" ".join(text.split()) for text in texts] == expected and len(set(expected)) > 1


@pytest.mark.parametrize("reducer, tokens", [("divprune", 64), ("catp", 64), ("fastv", 300)])
def test_a_reducer_spends_the_budget_as_in_the_lab(tiny, reducer, tokens):
    lab, model = Lab.load(tiny), FMVRLlava(str(tiny), visual_tokens=tokens, reducer=reducer, batch_size=2)
    asked = [("Is there a cat?", [picture(1)]), ("What is it, and where?", [picture(2)])]
    views = [lab.look(shown).reduced(reducer) for _, (shown,) in asked]
    expected = [view.ask(text, tokens, reducer, longest=8) for view, (text, _) in zip(views, asked)]
    texts = model.generate_until(requests(model, *asked))
    assert [" ".join(text.split()) for text in texts] == [answer.text for answer in expected]
    (request,) = requests(model, asked[0], options=f" {expected[0].text}")
    ((loss, greedy),) = model.loglikelihood([request])
    chance = views[0].chance(expected[0].text, asked[0][0], tokens, reducer) / (expected[0].ending or 1)
    assert greedy and np.exp(-loss * len(expected[0].answer_ids)) == pytest.approx(chance, rel=1e-3)
    with pytest.raises(BadInput, match="There is no reducer 'halve'"):
        FMVRLlava(str(tiny), reducer="halve")


def test_an_answer_holds_no_placeholder_however_likely(tiny):
    lab, model, asked = Lab.load(tiny), FMVRLlava(str(tiny), visual_tokens=9), ("What is it?", [picture(2)])
    (likeliest,) = lab.look(asked[1]).ask(asked[0], 9, longest=1).answer_ids
    for one in (lab.member().model, model.model):
        rows = one.lm_head.weight.data
        rows[model.placeholder] = 2 * rows[likeliest]
    (text,) = model.generate_until(requests(model, asked))
    assert " ".join(text.split()) == lab.look(asked[1]).ask(asked[0], 9, longest=8).text != ""
    inputs = model.inputs([requests(model, asked)[0].args])
    unhindered = model.model.generate(**inputs, max_new_tokens=1, do_sample=False)[0, -1]
    assert unhindered == model.placeholder  # where nothing suppresses it


def test_beams_keep_every_picture_with_its_question(tiny):
    model, beams = FMVRLlava(str(tiny), visual_tokens=9, batch_size=2), GREEDY | {"num_beams": 2}
    asked = [("Which is larger?", [picture(1), picture(2)]), ("What is it?", [picture(3)])]
    together = model.generate_until(requests(model, *asked, options=beams))
    assert together == [model.generate_until(requests(model, one, options=beams))[0] for one in asked]


def test_every_picture_of_several_has_the_budget(tiny):
    model = FMVRLlava(str(tiny), visual_tokens=9, batch_size=2)
    asked = requests(model, ("<image> Which is larger?", [picture(1), picture(2)]), ("Is there a cat?", [picture(3)]))
    inputs = model.inputs([request.args for request in asked])
    assert (inputs["input_ids"] == model.model.config.image_token_id).sum(1).tolist() == [18, 9]
    sets = inputs["mm_encoder_outputs"]["image"].pooler_output
    assert [len(tokens) for tokens in sets] == [9, 9, 9] and len(model.generate_until(asked)) == 2


def test_a_video_is_looked_at_in_so_many_frames(tiny, tmp_path):
    film = cv2.VideoWriter(str(tmp_path / "film.mp4"), cv2.VideoWriter_fourcc(*"mp4v"), 10, (64, 64))
    for shade in np.linspace(0, 250, 20):
        film.write(np.full((64, 64, 3), shade, np.uint8))
    film.release()
    frames = pictures([str(tmp_path / "film.mp4")], 4)
    shades = [np.asarray(frame).mean() for frame in frames]
    assert shades == sorted(shades) and shades[0] < 10 and shades[-1] > 240 and len(shades) == 4
    model = FMVRLlava(str(tiny), visual_tokens=1, frames=4)
    asked = requests(model, ("What happens?", [str(tmp_path / "film.mp4")]))
    inputs = model.inputs([asked[0].args])
    assert len(inputs["mm_encoder_outputs"]["image"].pooler_output) == len(frames)


def test_a_likely_answer_is_weighed_as_the_lab_weighs_it():
    shown, model = WORLD.picture(WORLD.sample("test", 0)), FMVRLlava(visual_tokens=36)
    view, question = Lab.load().look(shown), "How many objects are there?"
    answer = view.ask(question, 36)
    for text in (answer.text, "twelve"):
        (request,) = requests(model, (question, [shown]), options=f" {text}")
        ((loss, greedy),) = model.loglikelihood([request])
        assert greedy == (text == answer.text)
        if greedy:
            assert np.exp(-loss * len(answer.answer_ids)) == pytest.approx(
                np.prod([word.probability for word in answer.words]), rel=1e-3
            )


def test_what_cannot_be_run_is_said_in_a_sentence(tiny):
    model = FMVRLlava(str(tiny), visual_tokens=576)
    with pytest.raises(BadInput, match="lower frames= or visual_tokens="):
        model.generate_until(requests(model, ("What happens?", [picture(1), picture(2)])))
    with pytest.raises(BadInput, match="several rounds"):
        model.generate_until_multi_round([])
    with pytest.raises(BadInput, match="this task shows a dict"):
        pictures([{"array": []}], 4)
    with pytest.raises(BadInput, match="gone.mp4: There is no such video file"):
        pictures(["gone.mp4"], 4)
    with pytest.raises(BadInput, match="A clip has 1 to 256 frames, not 0"):
        FMVRLlava(str(tiny), frames=0)


def test_files_are_pictures_or_videos_by_their_endings(tmp_path):
    shades = [Image.new("RGB", (8, 8), colour) for colour in ("navy", "gold")]
    shades[0].save(tmp_path / "a.png")
    shades[0].save(tmp_path / "a.gif", save_all=True, append_images=shades[1:], duration=400)
    (tmp_path / "a").write_bytes((tmp_path / "a.gif").read_bytes())
    for shown, frames in (("a.png", 1), ("a.gif", 2), ("a", 2)):
        assert len(pictures([str(tmp_path / shown)], 4)) == len(pictures([tmp_path / shown], 4)) == frames


def test_an_answer_ends_at_its_marks():
    assert cut("two\n\nand more", ["\n\n"]) == "two" and cut("two dogs", None) == cut("two dogs", "") == "two dogs"
