"""Steps 3 to 5: tower and language model become FMVR-LLaVA, with the block or without; alignment; tuning.

The same code trains the embedded arms on frozen, cached features of their world and any LLaVA checkpoint on
LLaVA-format data. Two arms are two runs that differ in `form` alone.
"""

from pathlib import Path

import torch
from torch import nn
from transformers import AutoTokenizer, CLIPImageProcessor, CLIPVisionModel, LlamaForCausalLM
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.pyramid import form_settings
from fmvr.model.splits import WINDOW
from fmvr.prompt import CHAT_TEMPLATE, IMAGE
from fmvr.training.parts import release
from fmvr.training.turns import read_turns


def join(
    tower: Path,
    language: Path,
    form: str | None,
    features: torch.Tensor,
    seed: int = 0,
    window: int | None = WINDOW,
    world: str | None = None,
):
    """A model and its processor from a trained tower and a trained language model; the projector is new.

    Args:
        form: of the blocks, MERGE, or None for pooling only; window: of the blocks (see TokenPyramid); world: the name
            of the one that it will learn on.
        features: some of the tower's features, [n, 576, D]. The projector starts from them standardised, and at the
            size of the language model's own embeddings, so that both parts begin on common ground.
    """
    torch.manual_seed(seed)
    sight, reader = CLIPVisionModel.from_pretrained(tower), LlamaForCausalLM.from_pretrained(language)
    tokenizer = AutoTokenizer.from_pretrained(language)
    config = FMVRLlavaConfig(
        vision_config=sight.config,
        text_config=reader.config,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        vision_feature_layer=-1,  # pre-training on dense targets makes the last layer the best one
        **form_settings(form),
        fmvr_window=window,
        fmvr_world=world,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model = FMVRLlavaForConditionalGeneration(config)
    model.model.vision_tower.load_state_dict(sight.state_dict())
    model.model.language_model.load_state_dict(reader.model.state_dict())
    model.lm_head.load_state_dict(reader.lm_head.state_dict())
    projector = model.model.multi_modal_projector
    with torch.no_grad():
        flat = features.float().flatten(0, 1)  # [n·576, D]
        nn.init.xavier_normal_(projector.linear_1.weight).div_(flat.std(0))
        projector.linear_1.bias.copy_(-projector.linear_1.weight @ flat.mean(0))
        nn.init.xavier_normal_(projector.linear_2.weight)
        size = model.get_input_embeddings().weight.std() / projector(flat).std()
        projector.linear_2.weight.mul_(size)
    processor = FMVRLlavaProcessor(
        CLIPImageProcessor.from_pretrained(tower),
        tokenizer,
        patch_size=sight.config.patch_size,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )
    return model, processor


class OnFeatures(nn.Module):
    """The model as the trainer sees it: takes pictures, or the frozen tower's features of them."""

    def __init__(self, model: FMVRLlavaForConditionalGeneration, trained: str | None):
        """`trained`: a key of PARTS; None where the model stays as it is."""
        super().__init__()
        self.model = model
        release(model, trained)

    def forward(self, sets=None, **batch):
        """`sets`: batches whose losses are averaged, in the place of one."""
        return {"loss": torch.stack([self._loss(**one) for one in sets or [batch]]).mean()}

    def _loss(self, features=None, pixel_values=None, **batch):
        if features is not None:  # [B, 576, W]
            tokens = self.tokens(features.to(self.model.dtype), batch["input_ids"])
            batch["mm_encoder_outputs"] = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens))}
        if "turns" in batch:
            return self._loss_of_turns(**batch)
        if pixel_values is None:
            return self.model(**batch, use_cache=False).loss
        pixel_values = pixel_values if len(pixel_values) else None
        return self.model(pixel_values=pixel_values, **batch, use_cache=False).loss + self._nothing()

    def tokens(self, features: torch.Tensor, input_ids: torch.Tensor) -> torch.Tensor:
        """What stands for the tower's features of each picture: the full set, or the one that the prompts ask for."""
        return self.model.model.multi_modal_projector(features)

    def _loss_of_turns(self, input_ids, attention_mask, mm_encoder_outputs, **turns):
        inner, opening = self.model.model, {"input_ids": input_ids, "attention_mask": attention_mask}
        opened = inner(**opening, mm_encoder_outputs=mm_encoder_outputs, use_cache=True).cache
        return read_turns(inner.language_model, self.model.lm_head, opened, attention_mask, **turns)["loss"]

    def _nothing(self):
        """Zero that knows projector and blocks: every batch gives them a gradient, which a sharded model relies on."""
        connector = (self.model.model.multi_modal_projector, self.model.model.pyramid)
        return sum((0 * p).sum() for part in connector for p in part.parameters() if p.requires_grad)
