"""Tiny models with random weights: 48×48 pictures, patches of 2, so a 24×24 grid as in LLaVA-1.5."""

import numpy as np
import torch
from PIL import Image
from transformers import CLIPImageProcessor, CLIPVisionConfig, LlamaConfig, LlavaForConditionalGeneration

from fmvr.envelope import Envelope
from fmvr.lab import Lab
from fmvr.loading import Checkpoint
from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.prompt import CHAT_TEMPLATE
from fmvr.training.language import new_tokenizer

SIDE, PATCH, WIDTH = 48, 2, 16
ENDS = 4  # times as large as another word's, the weights of the end mark
BUDGETS = [576, 144, 36, 9, 1]
TOKENIZER = new_tokenizer()
IDS = dict(
    image_token_index=TOKENIZER.convert_tokens_to_ids("<image>"),
    pad_token_id=TOKENIZER.pad_token_id,
    bos_token_id=TOKENIZER.bos_token_id,
    eos_token_id=TOKENIZER.eos_token_id,
)


def vision_config() -> CLIPVisionConfig:
    return CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=3,
        num_attention_heads=2,
        image_size=SIDE,
        patch_size=PATCH,
        initializer_range=0.3,
        initializer_factor=5.0,
    )


def text_config() -> LlamaConfig:
    return LlamaConfig(
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        vocab_size=len(TOKENIZER),
        max_position_embeddings=1024,
        initializer_range=0.3,
        bos_token_id=TOKENIZER.bos_token_id,
        eos_token_id=TOKENIZER.eos_token_id,
        pad_token_id=TOKENIZER.pad_token_id,
    )


def image_processor(side: int = SIDE) -> CLIPImageProcessor:
    return CLIPImageProcessor(size={"shortest_edge": side}, crop_size={"height": side, "width": side})


def new_processor(side: int = SIDE, patch: int = PATCH) -> FMVRLlavaProcessor:
    return FMVRLlavaProcessor(
        image_processor(side),
        TOKENIZER,
        patch_size=patch,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )


def new_model(kind=FMVRLlavaForConditionalGeneration, seed: int = 0, **config):
    """A model of a LLaVA class, the same for the same seed; gains at their initial values.

    Random as it is, it never says a placeholder or padding, and it ends most answers before their longest.
    """
    torch.manual_seed(seed)
    shape = kind.config_class(vision_config=vision_config(), text_config=text_config(), **IDS, **config)
    shape.initializer_range = 0.3
    model = kind(shape).eval()
    model.lm_head.weight.data[[shape.image_token_id, shape.pad_token_id]] = 0
    model.lm_head.weight.data[shape.text_config.eos_token_id] *= ENDS
    return model


def trained_gains(model: FMVRLlavaForConditionalGeneration, seed: int = 1) -> FMVRLlavaForConditionalGeneration:
    """The model with gains as different from their initial values as training may make them."""
    draw = torch.Generator().manual_seed(seed)
    for gain in model.model.pyramid.parameters():
        gain.data += 0.3 * torch.randn(gain.shape, generator=draw)
    return model


def new_lab(envelope: Envelope | None = None, **more: Checkpoint) -> Lab:
    """A lab on a tiny pair, and more arms by name."""
    pooling, fmvr = new_model(fmvr_form=None), trained_gains(new_model(fmvr_form="residual"))
    pair = {"pooling": Checkpoint(pooling, new_processor()), "fmvr": Checkpoint(fmvr, new_processor())}
    return Lab(pair | more, envelope)


def save_stock_checkpoint(directory) -> LlavaForConditionalGeneration:
    """A stock LLaVA checkpoint, as its own class writes it; returns the model."""
    model = new_model(LlavaForConditionalGeneration)
    model.save_pretrained(directory)
    new_processor().save_pretrained(directory)
    return model


def picture(seed: int = 0) -> Image.Image:
    """A picture of the tiny models' size that is like no other seed's."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
