"""FMVR-LLaVA as a model of lmms-eval: every picture, and every frame of a video, as so many visual tokens."""

from contextlib import nullcontext
from pathlib import Path

import torch
from accelerate import Accelerator
from lmms_eval.api.model import lmms
from lmms_eval.utils import Collator
from PIL import Image
from tqdm.auto import tqdm

from fmvr.answering.likelihood import token_log_probabilities
from fmvr.answering.one import as_encoded
from fmvr.arms import ARMS, PAIR, current
from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, load
from fmvr.media.picture import read_picture
from fmvr.media.video import check_frames, is_video, read_video
from fmvr.prompt import prompt, separator
from fmvr.reduce import TokenSet


class FMVRLlava(lmms):
    """Answers from a token budget, with an arm's model and reducer. Pictures stand before the text.

    Args, as `--model_args name=value,…`:
        pretrained: folder of a checkpoint, FMVR-LLaVA or stock LLaVA-1.5; without it an embedded arm answers.
        blocks: file of blocks that were trained on `pretrained`.
        arm: which arm; without it the one with FMVR, or the one that a checkpoint of your own is (see `Lab.load`).
        fmvr: True or False, how the first edition chose between two arms.
        reducer: how the budget is spent instead, a key of `fmvr.reduce.REDUCERS`, on the model of the arm.
        visual_tokens: the token budget of every picture and every frame.
        frames: how many frames of a video are looked at, evenly spread.
        device: `cuda:1`, `cpu`, or `auto` for a model spread over several GPUs; without it as FMVR_DEVICE_MAP says.
    """

    def __init__(
        self,
        pretrained: str | None = None,
        arm: str | None = None,
        visual_tokens: int = 576,
        frames: int = 8,
        batch_size: int | str = 1,
        device: str | None = None,
        fmvr: bool | None = None,
        blocks: str | None = None,
        reducer: str | None = None,
    ):
        super().__init__()
        check_frames(frames)
        self.accelerator = Accelerator()
        self._rank, self._world_size = self.accelerator.process_index, self.accelerator.num_processes
        if arm is None and fmvr is not None and pretrained is None:
            arm = PAIR[fmvr]
        own = str(self.accelerator.device) if self._world_size > 1 else None  # a GPU for each process
        self.lab = _lab(pretrained, arm, device or own, blocks)
        base = self.lab.member(current(arm) if blocks and arm else None)
        self.member, self.base = base.reduced(reducer) if reducer else base, base.arm.name
        self.model, self.tokenizer = self.member.model, self.member.processor.tokenizer
        self.placeholder = self.model.config.image_token_id  # it stands for a picture, not for a word
        self.device = self.model.device
        self.visual_tokens = self.member.budget(visual_tokens)
        self.frames = frames
        self.batch_size = 1 if self.member.drops_inside else int(batch_size)  # what is dropped depends on the question

    @torch.inference_mode()
    def generate_until(self, requests) -> list[str]:
        """The answer to each request, in the same order; requests of one way of generating are answered in batches."""
        ordered = Collator([request.args for request in requests], lambda asked: -len(asked[0]), grouping=True)
        answers = []
        with tqdm(total=len(requests), disable=self.rank > 0, desc="answering") as bar:
            for batch in ordered.get_batched(self.batch_size):
                options = batch[0][1]
                inputs = self.inputs(batch)
                start = inputs["input_ids"].shape[1]
                with self.inside(inputs, start):
                    out = self.model.generate(**inputs, **as_generated(options), suppress_tokens=[self.placeholder])
                texts = self.tokenizer.batch_decode(out[:, start:], skip_special_tokens=True)
                for asked, text in zip(batch, texts):
                    answers.append(cut(text.strip(), options.get("until")))
                    self.cache_hook.add_partial("generate_until", (asked[0], options), answers[-1])
                bar.update(len(batch))
        return ordered.get_original(answers)

    @torch.inference_mode()
    def loglikelihood(self, requests) -> list[tuple[float, bool]]:
        """How unlikely each continuation is, and whether the model would say it of itself.

        As everywhere in lmms-eval 0.7, the number is the mean cross-entropy of its tokens: the smallest is chosen.
        """
        results = []
        for asked in tqdm([request.args for request in requests], disable=self.rank > 0, desc="weighing"):
            target = asked[1] if isinstance(asked[1], str) else asked[1](self.document(asked))
            start = self.inputs([asked])["input_ids"].shape[1]
            inputs = self.inputs([asked], f" {target.strip()}")
            answer = inputs["input_ids"][0, start - 1 :]  # from the last token of the prompt on, [1 + T]
            with self.inside(inputs, start):
                logits = self.model(**inputs, logits_to_keep=len(answer)).logits[0]  # [1 + T, V]
            chances = token_log_probabilities(logits[:-1], answer[1:])
            logits[:, self.placeholder] = -torch.inf  # which is never said
            results.append((-float(chances.mean()), bool((logits[:-1].argmax(-1) == answer[1:]).all())))
        return results

    def generate_until_multi_round(self, requests) -> list[str]:
        raise BadInput("fmvr_llava answers one question about a picture at a time: tasks of several rounds do not run.")

    def document(self, asked: tuple) -> dict:
        """What a request is about."""
        *_, document, task, split = asked
        return self.task_dict[task][split][document]

    def inputs(self, batch: list[tuple], ending: str = "") -> dict:
        """Requests as the model takes them, padded on the left; `ending` follows each prompt.

        Raises BadInput for a prompt that the model cannot read whole.
        """
        shown = [pictures(asked[2](self.document(asked)), self.frames) for asked in batch]
        mark, between = self.member.processor.image_token, separator(self.tokenizer)
        questions = [asked[0].replace(mark, "").strip() for asked in batch]
        prompts = [
            prompt(question, [mark * self.member.entering(self.visual_tokens)] * len(frames), between) + ending
            for question, frames in zip(questions, shown)
        ]
        text = self.tokenizer(prompts, padding=True, padding_side="left", return_tensors="pt").to(self.device)
        length, most = text["input_ids"].shape[1], self.member.context
        if length > most:
            raise BadInput(f"A prompt has {length} tokens and the model reads {most}: lower frames= or visual_tokens=.")
        inputs = {name: text[name] for name in ("input_ids", "attention_mask")}
        sets = self.token_sets(shown, questions)
        return inputs | {"mm_encoder_outputs": as_encoded(sets)} if sets else inputs

    def inside(self, inputs: dict, asked: int):
        """While this lasts, what the reducer does to a prompt inside the language model.

        `asked`: how many tokens the prompt has.
        """
        ids = inputs["input_ids"]
        frames = int((ids[0] == self.placeholder).sum()) // self.member.entering(self.visual_tokens)
        reducer = self.member.reducer
        return reducer.inside(self.model, ids, asked, self.visual_tokens, frames) if frames else nullcontext()

    def token_sets(self, shown: list[list[Image.Image]], questions: list[str]) -> list[TokenSet]:
        """The token set of every picture, request by request, from one pass of the tower."""
        asked = [(frame, question) for frames, question in zip(shown, questions) for frame in frames]
        if not asked:
            return []
        features = self.lab.features([frame for frame, _ in asked])[self.base]
        return [self.member.reducer(one, self.visual_tokens, question) for one, (_, question) in zip(features, asked)]


def _lab(pretrained: str | None, name: str | None, device: str | None, blocks: str | None) -> Lab:
    """A lab of one arm, or, with blocks, of both that are one model.

    Raises BadInput for an arm or a checkpoint that is not there.
    """
    if blocks is not None:
        if pretrained is None:
            raise BadInput("blocks=… needs pretrained=…, the checkpoint that the blocks were trained on.")
        return Lab.load(pretrained, device, blocks)
    if pretrained is not None:
        checkpoint = load(pretrained, device)
        return Lab({current(name) if name else checkpoint.arm: checkpoint})
    name = current(name or PAIR[-1])
    shipped = {one.name: one.checkpoint for one in ARMS.values() if one.checkpoint}
    if name not in shipped:
        raise BadInput(f"There is no embedded arm {name!r}; the arms are {', '.join(shipped)}.")
    return Lab({name: load(CHECKPOINTS / shipped[name], device)})


def pictures(shown: list | None, frames: int) -> list[Image.Image]:
    """What a task shows, as RGB pictures: pictures and their files as they are, a video's as `frames` of its frames.

    Raises BadInput, which names the file, for what cannot be read.
    """
    read = []
    for one in shown or []:
        if not isinstance(one, str | Path | Image.Image):
            raise BadInput(f"fmvr_llava looks at pictures and video files; this task shows a {type(one).__name__}.")
        try:
            read += [read_picture(one)] if _is_picture(one) else read_video(one, frames).frames
        except BadInput as error:
            raise BadInput(f"{one}: {error}") from error
    return read


def _is_picture(one: str | Path | Image.Image) -> bool:
    """Whatever file is none by its ending is a video, as in lmms-eval."""
    if isinstance(one, Image.Image):
        return True
    return Path(one).suffix.lower() in Image.registered_extensions() and not is_video(one)


def as_generated(options: dict) -> dict:
    """A task's way of generating, for `generate`: greedy unless it asks for a temperature."""
    asked = {"max_new_tokens": options.get("max_new_tokens", 1024), "num_beams": options.get("num_beams", 1)}
    if not options.get("temperature"):
        return asked | {"do_sample": False}
    return asked | {"do_sample": True, "temperature": options["temperature"], "top_p": options.get("top_p")}


def cut(text: str, until: str | list[str] | None) -> str:
    """The text up to the first of the marks that end an answer."""
    for mark in [until] if isinstance(until, str) else until or []:
        text = text.partition(mark)[0] if mark else text
    return text
