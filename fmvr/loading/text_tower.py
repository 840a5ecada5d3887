"""CLIP's text tower, which LLaVA leaves behind: the folder of the CLIP that a model's vision tower is from."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from transformers import AutoTokenizer, CLIPModel, PreTrainedTokenizerBase

from fmvr.errors import BadInput
from fmvr.loading.config import reason
from fmvr.settings import settings


@dataclass(frozen=True)
class TextTower:
    """Questions and patches in CLIP's joint space."""

    tokenizer: PreTrainedTokenizerBase
    clip: CLIPModel

    @classmethod
    def of(cls, model, who: str) -> "TextTower":
        """That of FMVR_CLIP, on a model's device, for `who` needs it. Raises BadInput where there is none, or one that
        does not fit the model's vision tower.
        """
        folder, width = settings().clip, model.config.vision_config.hidden_size
        if folder is None:
            raise BadInput(
                f"{who} holds the picture against the question in CLIP's space, and this model has no text tower: "
                "name the folder of the CLIP that its vision tower is from in FMVR_CLIP."
            )
        tower = cls(*_read(Path(folder), model.device, model.dtype))
        if (own := tower.clip.config.vision_config.hidden_size) != width:
            raise BadInput(
                f"The CLIP in {folder} (FMVR_CLIP) has features of {own} numbers, and this model's vision tower of "
                f"{width}: take the CLIP that the tower is from."
            )
        return tower

    def texts(self, question: str) -> torch.Tensor:
        """A question, cut into segments of as many tokens as CLIP reads: [segments, E]."""
        tokenizer, room = self.tokenizer, self.clip.config.text_config.max_position_embeddings - 2
        ids = tokenizer(question, add_special_tokens=False)["input_ids"]
        segments = [ids[i : i + room] for i in range(0, len(ids), room)]
        rows = [[tokenizer.bos_token_id, *segment, tokenizer.eos_token_id] for segment in segments]
        read = [self.clip.get_text_features(torch.tensor([row], device=self.clip.device)) for row in rows]
        return torch.cat([one.pooler_output for one in read])

    def patches(self, features) -> torch.Tensor:
        """A frame's patches, [N, E]."""
        return self.clip.visual_projection(features.tower.post_layernorm(features.patches))


@lru_cache(maxsize=1)
def _read(folder: Path, device: torch.device, dtype: torch.dtype) -> tuple[PreTrainedTokenizerBase, CLIPModel]:
    """The folder's tokenizer and CLIP without its vision tower."""
    try:
        options = {"local_files_only": True, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
        clip = CLIPModel.from_pretrained(folder, dtype=dtype, use_safetensors=True, **options)
    except Exception as error:  # transformers and tokenizers have many kinds
        raise BadInput(f"The CLIP in {folder} (FMVR_CLIP) cannot be read: {reason(error)}.") from error
    clip.vision_model = None
    return tokenizer, clip.to(device).eval().requires_grad_(False)
