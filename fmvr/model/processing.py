"""The processor: pictures to pixels, prompts to tokens, as many placeholders as the token budget asks."""

from transformers import AutoProcessor, LlavaProcessor
from transformers.processing_utils import ImagesKwargs, ProcessingKwargs

from fmvr.model.modeling import FMVRLlavaConfig
from fmvr.model.pyramid import check_budget


class FMVRImagesKwargs(ImagesKwargs, total=False):
    visual_tokens: int | list[int] | None


class FMVRProcessorKwargs(ProcessingKwargs, total=False):
    images_kwargs: FMVRImagesKwargs


class FMVRLlavaProcessor(LlavaProcessor):
    """LLaVA's processor with `visual_tokens=`: one token budget for all pictures, or a list with one for each.

    Without it every picture has the full set, as in LLaVA.
    """

    valid_processor_kwargs = FMVRProcessorKwargs

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
