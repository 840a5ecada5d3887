"""The processor: pictures to pixels, prompts to tokens, as many placeholders as the token budget asks."""

import torch
from transformers import AutoProcessor, LlavaProcessor
from transformers.processing_utils import ImagesKwargs, ProcessingKwargs

from fmvr.model.modeling import FMVRLlavaConfig
from fmvr.model.pyramid import check_budget
from fmvr.prompt import separator

VIDEO = "<video>"


class FMVRImagesKwargs(ImagesKwargs, total=False):
    visual_tokens: int | list[int] | None


class FMVRProcessorKwargs(ProcessingKwargs, total=False):
    images_kwargs: FMVRImagesKwargs


class FMVRLlavaProcessor(LlavaProcessor):
    """LLaVA's processor with `visual_tokens=`: one token budget for all pictures, or a list with one for each.

    Without it every picture has the full set, as in LLaVA. `videos=`: clips, each of its frames in the order of time
    (pictures or arrays); a `<video>` in the text is the place of one, and every frame has the budget of its clip. They
    come back as `pixel_values_videos`, [V, F, 3, H, W], for clips of equally many frames.
    """

    valid_processor_kwargs = FMVRProcessorKwargs

    def __call__(self, images=None, text=None, videos=None, visual_tokens=None, **kwargs):
        if videos is None:
            return super().__call__(images, text, visual_tokens=visual_tokens, **kwargs)
        if images is not None:
            raise ValueError("Give images or videos, not both: a picture is a video of one frame.")
        rows, clips = [text] if isinstance(text, str) else list(text), [list(clip) for clip in videos]
        if len({len(clip) for clip in clips}) != 1 or not clips[0]:
            raise ValueError("Videos of one batch have equally many frames, one at least.")
        if sum(row.count(VIDEO) for row in rows) != len(clips):
            raise ValueError(f"There are {len(clips)} videos; the text needs a {VIDEO} for each.")
        frames = len(clips[0])
        place = separator(self.tokenizer).join([self.image_token] * frames)
        if isinstance(visual_tokens, list | tuple):
            visual_tokens = [tokens for tokens in visual_tokens for _ in range(frames)]
        rows = [row.replace(VIDEO, place) for row in rows]
        found = super().__call__(
            [frame for clip in clips for frame in clip], rows, visual_tokens=visual_tokens, **kwargs
        )
        pixels = found.pop("pixel_values")
        each = [pixels[i : i + frames] for i in range(0, len(pixels), frames)]
        found["pixel_values_videos"] = torch.stack(each) if isinstance(pixels, torch.Tensor) else each
        return found

    @property
    def token_grid_side(self) -> int:
        """Side of the full grid of visual tokens."""
        return self.image_processor.crop_size["height"] // self.patch_size

    def placeholders(self, visual_tokens: int | None = None) -> str:
        """The placeholders of one picture. Raises ValueError for a budget that does not exist."""
        full = self.token_grid_side**2
        return self.image_token * check_budget(full if visual_tokens is None else visual_tokens, self.token_grid_side)

    def _process_images(self, images, visual_tokens=None, **kwargs):
        processed = self.image_processor(images, **kwargs)
        n = len(processed["pixel_values"])
        asked = visual_tokens if isinstance(visual_tokens, (list, tuple)) else [visual_tokens] * n
        if len(asked) != n:
            raise ValueError(f"There are {n} pictures and {len(asked)} token budgets; give one, or one for each.")
        return processed, [self.placeholders(tokens) for tokens in asked]


AutoProcessor.register(FMVRLlavaConfig, FMVRLlavaProcessor)
