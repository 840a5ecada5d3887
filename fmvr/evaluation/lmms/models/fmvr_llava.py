"""FMVR-LLaVA as a model of lmms-eval: every picture, and every frame of a video, as so many visual tokens."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from lmms_eval.api.model import lmms
from lmms_eval.models.model_utils.load_video import read_video
from lmms_eval.utils import Collator
from PIL import Image
from tqdm.auto import tqdm

from fmvr.inputs import BadInput, read_picture
from fmvr.lab import CHECKPOINTS, load_model
from fmvr.view import side_name


class FMVRLlava(lmms):
    """Answers from a token budget. Pictures stand before the text, in LLaVA-1.5's prompt.

    Args, as `--model_args name=value,…`:
        pretrained: folder of a checkpoint, FMVR-LLaVA or stock LLaVA-1.5; without it one of the embedded pair.
        fmvr: which one of the embedded pair.
        visual_tokens: the token budget of every picture and every frame.
        frames: how many frames of a video are looked at, evenly spread.
        device: `cuda:1`, `cpu`, or `auto` for a model spread over several GPUs; without it, what there is.
    """

    def __init__(
        self,
        pretrained: str | None = None,
        fmvr: bool = True,
        visual_tokens: int = 576,
        frames: int = 8,
        batch_size: int | str = 1,
        device: str | None = None,
    ):
        super().__init__()
        self.accelerator = Accelerator()
        self._rank, self._world_size = self.accelerator.process_index, self.accelerator.num_processes
        folder = CHECKPOINTS / side_name(fmvr) if pretrained is None else Path(pretrained)
        self.model, self.processor = load_model(folder, device or str(self.accelerator.device))
        self.device = self.model.device
        self.processor.placeholders(visual_tokens)  # refuses a budget that does not exist
        breaks = self.processor.tokenizer.tokenize("\n")
        self.between = "\n" if breaks else ","  # two pictures: the embedded pair's tokenizer knows no line break
        self.visual_tokens, self.frames, self.batch_size = visual_tokens, frames, int(batch_size)

    @torch.inference_mode()
    def generate_until(self, requests) -> list[str]:
        """The answer to each request, in the same order; requests of one way of generating are answered in batches."""
        ordered = Collator([request.args for request in requests], lambda asked: -len(asked[0]), grouping=True)
        answers = []
        with tqdm(total=len(requests), disable=self.rank > 0, desc="answering") as bar:
            for batch in ordered.get_batched(self.batch_size):
                options = batch[0][1]
                inputs = self.inputs(batch)
                out = self.model.generate(**inputs, **as_generated(options))
                said = self.processor.batch_decode(out[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
                for asked, text in zip(batch, said):
                    answers.append(cut(text.strip(), options.get("until")))
                    self.cache_hook.add_partial("generate_until", (asked[0], options), answers[-1])
                bar.update(len(batch))
        return ordered.get_original(answers)

    @torch.inference_mode()
    def loglikelihood(self, requests) -> list[tuple[float, bool]]:
        """How unlikely each continuation is, and whether the model would say it of itself.

        As everywhere in lmms-eval 0.7, the number is the mean cross-entropy of its tokens: the smallest is chosen.
        """
        found = []
        for asked in tqdm([request.args for request in requests], disable=self.rank > 0, desc="weighing"):
            target = asked[1] if isinstance(asked[1], str) else asked[1](self.document(asked))
            start = self.inputs([asked])["input_ids"].shape[1]
            inputs = self.inputs([asked], f" {target.strip()}")
            said = inputs["input_ids"][0, start:]
            logits = self.model(**inputs, logits_to_keep=len(said) + 1).logits[0, :-1].float()
            found.append((float(F.cross_entropy(logits, said)), bool((logits.argmax(-1) == said).all())))
        return found

    def generate_until_multi_round(self, requests) -> list[str]:
        raise BadInput("fmvr_llava answers one question about a picture at a time: tasks of several rounds do not run.")

    def document(self, asked: tuple) -> dict:
        """What a request is about."""
        *_, document, task, split = asked
        return self.task_dict[task][split][document]

    def inputs(self, batch: list[tuple], ending: str = ""):
        """Requests as the model takes them, padded on the left; `ending` follows each prompt."""
        shown = [pictures(asked[2](self.document(asked)), self.frames) for asked in batch]
        mark = self.processor.image_token
        prompts = [
            f"USER: {self.between.join([mark] * len(seen))}\n{asked[0].replace(mark, '').strip()} ASSISTANT:{ending}"
            for asked, seen in zip(batch, shown)
        ]
        inputs = self.processor(
            images=[picture for seen in shown for picture in seen] or None,
            text=prompts,
            visual_tokens=self.visual_tokens,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        length, most = inputs["input_ids"].shape[1], self.model.config.text_config.max_position_embeddings
        if length > most:
            raise BadInput(f"A prompt has {length} tokens and the model reads {most}: lower frames= or visual_tokens=.")
        return inputs.to(self.model.device, self.model.dtype)


def pictures(shown: list | None, frames: int) -> list[Image.Image]:
    """What a task shows, as RGB pictures: pictures as they are, a video (a path) as `frames` of its frames."""
    found = []
    for one in shown or []:
        if isinstance(one, str):
            film = read_video(one, num_frm=frames)
            chosen = np.linspace(0, len(film) - 1, min(frames, len(film))).astype(int)
            found += [Image.fromarray(film[i]) for i in chosen]
        elif isinstance(one, Image.Image):
            found.append(read_picture(one))
        else:
            raise BadInput(f"fmvr_llava looks at pictures and video files; this task shows a {type(one).__name__}.")
    return found


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
