"""Steps 3 to 5: tower and language model become FMVR-LLaVA, with the block or without; alignment; tuning.

The same code trains the embedded pair on frozen, cached features of scenes and any LLaVA checkpoint on LLaVA-format
data. A pair is two runs that differ in `form` alone.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import Dataset
from tqdm.auto import tqdm
from transformers import AutoTokenizer, CLIPImageProcessor, CLIPVisionModel, LlamaForCausalLM
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.model import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.modulation import WINDOW
from fmvr.scenes.questions import ask
from fmvr.scenes.scene import Scene
from fmvr.training.conversations import IMAGE, Conversation, converse

# LLaVA-1.5's prompt, for `processor.apply_chat_template`.
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ 'USER: ' if m['role'] == 'user' else 'ASSISTANT: ' }}"
    "{% for c in m['content'] if c['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}"
    "{% for c in m['content'] if c['type'] == 'text' %}{{ c['text'] }}{% endfor %}"
    "{{ ' ' if m['role'] == 'user' else '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def join(
    tower: Path,
    language: Path,
    form: str | None,
    features: torch.Tensor,
    seed: int = 0,
    window: int | None = WINDOW,
):
    """A model and its processor from a trained tower and a trained language model; the projector is new.

    Args:
        form, window: of the blocks (see TokenPyramid).
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
        fmvr_form=form,
        fmvr_window=window,
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

    def __init__(self, model: FMVRLlavaForConditionalGeneration, trained: str):
        """`trained`: `connector` (projector and blocks; LLaVA's stage 1) or `all` (all but the tower; stage 2)."""
        super().__init__()
        self.model = model
        model.requires_grad_(trained == "all")
        for part in (model.model.multi_modal_projector, model.model.pyramid):
            part.requires_grad_(True)
        model.model.vision_tower.requires_grad_(False)

    def forward(self, sets=None, **batch):
        """`sets`: batches whose losses are averaged, in the place of one."""
        return {"loss": torch.stack([self._loss(**one) for one in sets or [batch]]).mean()}

    def _loss(self, features=None, **batch):
        if features is not None:  # [B, 576, D]
            tokens = self.model.model.multi_modal_projector(features.to(self.model.dtype))
            batch["mm_encoder_outputs"] = {"image": BaseModelOutputWithPooling(pooler_output=list(tokens))}
        return self.model(**batch, use_cache=False).loss


@torch.no_grad()
def encode_scenes(tower: Path, first: int, count: int, path: Path, batch: int = 16) -> None:
    """Write the frozen tower's features of `count` scenes to a .npy file, [count, 576, D] float16.

    Goes on where it stopped; with another count it begins anew.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    sight = CLIPVisionModel.from_pretrained(tower).eval().to(device)
    processor = CLIPImageProcessor.from_pretrained(tower)
    shape = (count, (sight.config.image_size // sight.config.patch_size) ** 2, sight.config.hidden_size)
    done_file = path.with_suffix(".done")
    begun = done_file.exists() and path.exists() and np.load(path, mmap_mode="r").shape == shape
    done = int(done_file.read_text()) if begun else 0
    path.parent.mkdir(parents=True, exist_ok=True)
    cache = np.lib.format.open_memmap(path, "r+" if done else "w+", np.float16, shape)
    for start in tqdm(range(done, count, batch), "encoding scenes"):
        pictures = [Scene.from_seed(first + i).render() for i in range(start, min(start + batch, count))]
        pixels = processor(pictures, return_tensors="pt")["pixel_values"]
        with torch.autocast(device, torch.bfloat16):
            hidden = sight(pixels.to(device), output_hidden_states=True).hidden_states[-1]
        cache[start : start + len(pictures)] = hidden[:, 1:].float().cpu().numpy()
        done_file.write_text(str(start + len(pictures)))
    cache.flush()


@dataclass
class CachedScenes(Dataset):
    """Conversations about scenes whose features are cached. Every visit to a scene brings new questions.

    Args:
        features: [scenes, 576, D]; row i belongs to the scene of seed `first + i`.
        count: length of the dataset: steps × batch.
        describe: descriptions alone (stage 1) instead of questions of all families (stage 2).
    """

    features: np.ndarray
    first: int
    count: int
    describe: bool = False
    questions: int = 14

    def __post_init__(self):
        self.scene = lru_cache(maxsize=None)(Scene.from_seed)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Conversation:
        row = i % len(self.features)
        scene = self.scene(self.first + row)
        rng = np.random.default_rng([i, 2])
        if self.describe:
            question = ask(scene, "description", rng)
            turns = [(question.text, question.answer)]
        else:
            turns = converse(scene, rng, self.questions)
        return Conversation(turns, features=torch.from_numpy(self.features[row]), key=i, independent=True)


@dataclass
class LlavaJson(Dataset):
    """LLaVA-format data: a JSON list of {"image": …, "conversations": [{"from": "human", "value": …}, …]}."""

    path: Path
    images: Path
    processor: FMVRLlavaProcessor

    def __post_init__(self):
        rows = json.loads(Path(self.path).read_text(encoding="utf-8"))
        self.rows = [row for row in rows if "image" in row]
        if not self.rows:
            raise ValueError(f"{self.path} holds no conversation with a picture.")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Conversation:
        row = self.rows[i]
        said = [turn["value"].replace(IMAGE, "").strip() for turn in row["conversations"]]
        with Image.open(Path(self.images) / row["image"]) as picture:
            pixels = self.processor.image_processor(picture.convert("RGB"), return_tensors="pt")["pixel_values"][0]
        return Conversation(list(zip(said[::2], said[1::2])), pixel_values=pixels, key=i)
