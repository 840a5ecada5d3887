"""One clip, one question: page, API, `generate` with `videos=` and lmms-eval read the same ids and say the same ids."""

from types import SimpleNamespace

import pytest

from fmvr.evaluation.lmms.models.fmvr_llava import FMVRLlava
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, load
from fmvr.media.video import read_video
from fmvr.model.processing import VIDEO
from fmvr.prompt import prompt
from tests.models import save_stock_checkpoint
from tests.test_video import filmed
from viz.tabs.comparison import Comparer
from viz.tabs.video import VideoTab

FRAMES, TOKENS, LONGEST = 4, 9, 64
QUESTIONS = ("What moved?", "Is there a cat?", "How many objects are there?")


@pytest.fixture(scope="module", params=["embedded", "a LLaVA-1.5 with random weights"])
def model(request, tmp_path_factory):
    """A lab, the name of the arm that is asked, the checkpoint's folder, and how lmms-eval is told of it."""
    if request.param == "embedded":
        return Lab.load(), "fmvr", CHECKPOINTS / "fmvr", {"arm": "fmvr"}
    folder = tmp_path_factory.mktemp("llava") / "model"
    save_stock_checkpoint(folder)
    return Lab.load(folder), "pooling", folder, {"pretrained": str(folder)}


def generated(folder, path, question: str) -> tuple[list[int], list[int]]:
    """What `generate` reads and says, as README does it."""
    model, processor = load(folder)
    clip = read_video(path, FRAMES)
    inputs = processor(videos=[clip.frames], text=prompt(question, [VIDEO]), visual_tokens=TOKENS, return_tensors="pt")
    return inputs["input_ids"][0].tolist(), said(model, inputs)


def said(model, inputs) -> list[int]:
    mark = model.config.image_token_id
    out = model.generate(**inputs, max_new_tokens=LONGEST, do_sample=False, suppress_tokens=[mark])
    return out[0, inputs["input_ids"].shape[1] :].tolist()


def evaluated(settings: dict, path, question: str) -> tuple[list[int], list[int], str]:
    """What lmms-eval's model reads and says, as ids and as text."""
    model = FMVRLlava(visual_tokens=TOKENS, frames=FRAMES, **settings)
    model.task_dict = {"task": {"test": [{"visual": [str(path)]}]}}
    asked = question, {"max_new_tokens": LONGEST}, lambda row: row["visual"], 0, "task", "test"
    inputs = model.inputs([asked])
    (text,) = model.generate_until([SimpleNamespace(args=asked)])
    return inputs["input_ids"][0].tolist(), said(model.model, inputs), text


def test_a_clip_is_answered_alike_everywhere(model, tmp_path):
    lab, arm, folder, settings = model
    path, tab = filmed(tmp_path / "a.mp4", 21), VideoTab(Comparer(lab))
    answers = set()
    for question in QUESTIONS:
        exhibit, _ = tab._watched(str(path), FRAMES, "frames")
        answer = exhibit.responses(question, TOKENS)[arm].answer
        ids = list(answer.prompt_ids), list(answer.answer_ids)
        assert ids[0].count(lab.member(arm).model.config.image_token_id) == FRAMES * TOKENS
        assert tab.ask(str(path), question, FRAMES, TOKENS)[arm]["answer"] == answer.text
        ends = {lab.member(arm).processor.tokenizer.eos_token_id, lab.member(arm).processor.tokenizer.pad_token_id}
        read, spoken = generated(folder, path, question)
        assert (read, [one for one in spoken if one not in ends]) == ids
        read, spoken, text = evaluated(settings, path, question)
        assert (read, [one for one in spoken if one not in ends]) == ids and " ".join(text.split()) == answer.text
        answers.add(answer.answer_ids)
    assert len(answers) > 1 and any(answers)
