"""FMVR-LLaVA: LLaVA-1.5 that answers from as many visual tokens as its prompt holds placeholders."""

from itertools import groupby

import torch
from huggingface_hub.dataclasses import strict
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaModel,
)
from transformers import initialization as init
from transformers.conversion_mapping import get_checkpoint_conversion_mapping, register_checkpoint_conversion_mapping
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model.forms import FORMS
from fmvr.model.modulation import Gains
from fmvr.model.pyramid import Merge, TokenPyramid, check_budget
from fmvr.model.splits import WINDOW


@strict
class FMVRLlavaConfig(LlavaConfig):
    """LLaVA's configuration and the form of the block.

    `fmvr_form`: one of FORMS, or None for pooling only (M3). `fmvr_window`: places along a side of the block's max
    pooling, odd; None for the whole grid. `fmvr_merge`: a learned map in the place of every mean. `fmvr_world`: the
    one of `fmvr.worlds.WORLDS` that the model learnt on, or None. `fmvr_budgets`: the token budgets that it was trained
    for, or None where that is not known.
    """

    model_type = "fmvr_llava"
    fmvr_form: str | None = "residual"
    fmvr_window: int | None = WINDOW
    fmvr_merge: bool = False
    fmvr_world: str | None = None
    fmvr_budgets: list[int] | None = None

    @property
    def token_grid_side(self) -> int:
        """Side of the full grid of visual tokens: 24 for LLaVA-1.5."""
        return self.vision_config.image_size // self.vision_config.patch_size

    @property
    def feature_layer(self) -> int:
        """How many of the tower's layers lie before the features that the projector takes."""
        layer = self.vision_feature_layer
        return layer if layer >= 0 else self.vision_config.num_hidden_layers + 1 + layer


class FMVRLlavaModel(LlavaModel):
    """LLaVA's model with the token pyramid between projector and language model."""

    config: FMVRLlavaConfig

    def __init__(self, config: FMVRLlavaConfig):
        super().__init__(config)
        self.pyramid = TokenPyramid(
            config.text_config.hidden_size,
            config.token_grid_side,
            config.fmvr_form,
            config.fmvr_window,
            config.fmvr_merge,
        )
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, Gains):
            for name, gain in FORMS[module.form].gains.items():
                init.constant_(module[name], gain.first)
        if isinstance(module, Merge):
            init.copy_(module.linear.weight, module.mean())

    def token_sets_for(self, input_ids: torch.Tensor, encoded: BaseModelOutputWithPooling):
        """The encoded pictures, each as the token set that its placeholders ask for, as `encoded` came.

        Args:
            input_ids: [B, T]; a run of image placeholders stands for one picture, in reading order.
            encoded: `pooler_output` holds one [n, D] tensor a picture: the full set, which is pooled here, or
                already the set asked for.
        """
        pictures = encoded.pooler_output
        asked = _placeholder_runs(input_ids, self.config.image_token_id)
        if len(asked) != len(pictures):
            raise ValueError(
                f"The prompt has places for {len(asked)} pictures and {len(pictures)} came with it; "
                "put text between the placeholders of two pictures."
            )
        full = self.pyramid.side**2
        chosen = list(pictures)
        for n in {n for n, picture in zip(asked, pictures) if n != len(picture)}:
            check_budget(n, self.pyramid.side)
            rows = [i for i, m in enumerate(asked) if m == n and len(pictures[i]) == full]
            sets = self.pyramid(torch.stack([pictures[i] for i in rows]))[n] if rows else ()
            for i, tokens in zip(rows, sets):
                chosen[i] = tokens
        return BaseModelOutputWithPooling(pooler_output=chosen)

    def forward(self, input_ids=None, pixel_values=None, mm_encoder_outputs=None, pixel_values_videos=None, **kwargs):
        """As LLaVA's; the number of placeholders of a picture, one of the token budgets, picks its token set.

        `pixel_values_videos`: [V, F, 3, H, W]; each frame is a picture with placeholders of its own.
        """
        pixel_values = _frames(pixel_values, pixel_values_videos)
        encoded = (mm_encoder_outputs or {}).get("image")
        if pixel_values is not None:
            if encoded is not None:
                raise ValueError("Give pixel_values or mm_encoder_outputs, not both.")
            names = ("vision_feature_layer", "vision_feature_select_strategy", "image_sizes")
            options = {name: kwargs.pop(name) for name in names if name in kwargs}
            encoded = self.get_image_features(pixel_values, return_dict=True, **options)
        if encoded is not None:
            if input_ids is None:
                raise ValueError("Pictures need input_ids: their placeholders say how many visual tokens to use.")
            mm_encoder_outputs = {"image": self.token_sets_for(input_ids, encoded)}
        return super().forward(input_ids=input_ids, mm_encoder_outputs=mm_encoder_outputs, **kwargs)


class FMVRLlavaForConditionalGeneration(LlavaForConditionalGeneration):
    """LLaVA-1.5 with a token budget. Loads its own checkpoints and stock LLaVA-1.5 ones.

    The prompt decides the budget: `FMVRLlavaProcessor(..., visual_tokens=36)` writes 36 placeholders, the model counts
    them and takes the set of 36.
    """

    config: FMVRLlavaConfig
    config_class = FMVRLlavaConfig

    def __init__(self, config: FMVRLlavaConfig):
        super().__init__(config)
        self.model = FMVRLlavaModel(config)
        self.post_init()

    @torch.no_grad()
    def token_sets(self, pixel_values: torch.Tensor) -> dict[int, torch.Tensor]:
        """All token sets of some pictures from one pass of the tower: budget → [B, budget, D]."""
        return self.model.pyramid(torch.stack(list(self.get_image_features(pixel_values).pooler_output)))

    def generate(self, inputs=None, *, input_ids=None, pixel_values=None, pixel_values_videos=None, **kwargs):
        """transformers' `generate`; pictures become the sets that their placeholders ask for, before it starts."""
        input_ids = inputs if input_ids is None else input_ids
        pixel_values = _frames(pixel_values, pixel_values_videos)
        if pixel_values is not None:
            with torch.no_grad():
                encoded = self.get_image_features(pixel_values)
                kwargs["mm_encoder_outputs"] = {"image": self.model.token_sets_for(input_ids, encoded)}
        return super().generate(input_ids, **kwargs)


def _frames(pixel_values: torch.Tensor | None, videos: torch.Tensor | None) -> torch.Tensor | None:
    """Pictures, or the frames of all videos, [N, 3, H, W]."""
    if videos is None:
        return pixel_values
    if pixel_values is not None:
        raise ValueError("Give pixel_values or pixel_values_videos, not both.")
    return videos.flatten(0, 1)


def _placeholder_runs(input_ids: torch.Tensor, image_token_id: int) -> list[int]:
    """Lengths of all runs of placeholders, row by row."""
    rows = (input_ids == image_token_id).tolist()
    return [sum(run) for row in rows for here, run in ((k, list(g)) for k, g in groupby(row)) if here]


register_checkpoint_conversion_mapping("FMVRLlavaForConditionalGeneration", get_checkpoint_conversion_mapping("llava"))
register_checkpoint_conversion_mapping("FMVRLlavaModel", get_checkpoint_conversion_mapping("LlavaModel"))
AutoConfig.register("fmvr_llava", FMVRLlavaConfig)
AutoModelForImageTextToText.register(FMVRLlavaConfig, FMVRLlavaForConditionalGeneration)
