"""Tiny LLaVA checkpoints in the layout that its authors publish, and what they answer: put together by hand."""

import json
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

TOWER = "model.vision_tower.vision_tower."
VOCABULARY, CHANNELS, SIDE, PATCH = 320, 32, 48, 2
TEXTS = ["USER: What do you see? ASSISTANT: a cat", "A chat between a curious user and an assistant.", "one, two"] * 9
CONFIG = {
    "architectures": ["LlavaLlamaForCausalLM"],
    "model_type": "llava_llama",
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
    "hidden_act": "silu",
    "hidden_size": CHANNELS,
    "image_aspect_ratio": "pad",
    "intermediate_size": 2 * CHANNELS,
    "max_length": 4096,
    "max_position_embeddings": 1024,
    "mm_hidden_size": 64,
    "mm_projector_type": "mlp2x_gelu",
    "mm_resampler_type": None,
    "mm_use_im_patch_token": False,
    "mm_use_im_start_end": False,
    "mm_vision_select_feature": "patch",
    "mm_vision_select_layer": -2,
    "mm_vision_tower": "openai/clip-vit-large-patch14-336",
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "pretraining_tp": 1,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "tie_word_embeddings": False,
    "torch_dtype": "float16",
    "tune_mm_mlp_adapter": False,
    "unfreeze_mm_vision_tower": False,
    "use_cache": True,
    "use_mm_proj": True,
    "vocab_size": VOCABULARY,
}


def tower() -> CLIPVisionModel:
    """A tower of random weights, with heads of 64 channels, as OpenAI's CLIP has them."""
    config = CLIPVisionConfig(
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=1,
        image_size=SIDE,
        patch_size=PATCH,
        initializer_range=0.3,
        initializer_factor=5.0,
    )
    return CLIPVisionModel(config).eval()


def language(**sizes) -> LlamaForCausalLM:
    """A language model of random weights."""
    known = ("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers", "vocab_size")
    config = {name: CONFIG[name] for name in (*known, "rms_norm_eps", "max_position_embeddings")} | sizes
    return LlamaForCausalLM(LlamaConfig(**config, initializer_range=0.3)).eval()


class Assembly:
    """LLaVA-1.5 from its three parts: `tower`, `projector`, `language`, random, the same for the same seed."""

    def __init__(self, seed: int = 0, **sizes):
        """`sizes`: of the language model, where they are not those of CONFIG."""
        torch.manual_seed(seed)
        self.tower, self.language = tower(), language(**sizes)
        channels = self.language.config.hidden_size
        self.projector = nn.Sequential(nn.Linear(64, channels), nn.GELU(), nn.Linear(channels, channels))

    def tensors(self, inside: bool = True) -> dict[str, torch.Tensor]:
        """All tensors by their published names; `inside`: those of the tower, too."""
        named = {f"model.mm_projector.{name}": tensor for name, tensor in self.projector.state_dict().items()}
        named |= self.language.state_dict()
        named["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(8)
        if inside:
            prefix = f"{TOWER}vision_model."
            named |= {prefix + name: tensor for name, tensor in self.tower.state_dict().items()}
            named[f"{prefix}embeddings.position_ids"] = torch.arange(577)[None]
        return named

    @torch.inference_mode()
    def logits(self, before: list[int], pixels: torch.Tensor, after: list[int]) -> torch.Tensor:
        """Of a text with one picture in it, [1, T, V]."""
        seen = self.tower(pixels, output_hidden_states=True).hidden_states[-2][:, 1:]
        embed = self.language.get_input_embeddings()
        parts = [embed(torch.tensor([before])), self.projector(seen), embed(torch.tensor([after]))]
        return self.language(inputs_embeds=torch.cat(parts, 1)).logits


def save_tokenizer(folder: Path, **settings) -> None:
    """A small `tokenizer.model` of Llama's kind; `settings`: where it is to be another."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=VOCABULARY,
        model_type="bpe",
        byte_fallback=True,
        hard_vocab_limit=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        minloglevel=2,
        **settings,
    )
    (folder / "tokenizer.vocab").unlink()


def save_weights(folder: Path, tensors: dict[str, torch.Tensor], kind: str = "safetensors", files: int = 3) -> None:
    """Tensors in several files with an index; `kind`: `safetensors` or `bin`."""
    names, index = list(tensors), {}
    stem, save = {"safetensors": ("model", save_file), "bin": ("pytorch_model", torch.save)}[kind]
    for place in range(files):
        file = f"{stem}-{place + 1:05}-of-{files:05}.{kind}"
        part = {name: tensors[name].contiguous() for name in names[place::files]}
        save(part, folder / file)
        index |= dict.fromkeys(part, file)
    (folder / f"{stem}.{kind}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


def save_original(
    folder: Path, tensors: dict[str, torch.Tensor], kind: str = "safetensors", files: int = 3, **config
) -> Path:
    """A whole checkpoint of such tensors; `config`: what differs in its config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG | config))
    save_weights(folder, tensors, kind, files)
    save_tokenizer(folder)
    return folder
