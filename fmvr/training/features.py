"""The frozen tower's features of a world's training samples, kept in a file, and conversations about them."""

import math
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from tqdm.auto import tqdm
from transformers import CLIPImageProcessor

from fmvr.errors import BadInput
from fmvr.loading import checked
from fmvr.media.clip import Clip
from fmvr.runs import settings
from fmvr.runs.settings import NOTED
from fmvr.runs.whole import write_whole
from fmvr.training.conversations import Conversation, converse
from fmvr.training.looking import covered
from fmvr.training.products import product
from fmvr.training.tower import is_tower, tower_of
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.clips import ClipWorld
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.world import Question, TrainingWorld

CLIP_EVERY = 7  # batches


@torch.no_grad()
def encode(tower: Path, world: TrainingWorld, count: int, path: Path, batch: int = 16, workers: int = 0) -> None:
    """Write a tower's features of the first `count` training samples to a .npy file, [count, N, W] float16; of clips
    [count, F, N, W], where a clip of fewer frames leaves the last ones 0. `tower`: its folder, or a LLaVA checkpoint's,
    of which it is what the projector takes.

    Goes on where it stopped; with another count it begins anew. `workers`: processes that draw.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    layer = -1 if is_tower(tower) else checked(tower).config.feature_layer
    sight, processor = tower_of(tower).eval().to(device), CLIPImageProcessor.from_pretrained(tower)
    each = ((sight.config.image_size // sight.config.patch_size) ** 2, sight.config.hidden_size)
    shape = (count, *([world.most] if isinstance(world, ClipWorld) else []), *each)
    done_file = path.with_suffix(".done")
    begun = done_file.exists() and path.exists() and np.load(path, mmap_mode="r").shape == shape
    done = int(done_file.read_text()) if begun else 0
    path.parent.mkdir(parents=True, exist_ok=True)
    needed = math.prod(shape) * 2
    if not done and shutil.disk_usage(path.parent).free < needed:  # a file in memory that outgrows its disk is the end
        raise BadInput(f"The features take {needed / 1e9:.1f} GB, and the disk of {path.parent} has less room.")
    cache = np.lib.format.open_memmap(path, "r+" if done else "w+", np.float16, shape)
    places = range(done, count)
    drawn = DataLoader(Drawn(world, processor), batch, sampler=places, num_workers=workers, collate_fn=list)
    for pictures in tqdm(drawn, f"encoding {world.name}"):
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):  # many processors are slower with it
            hidden = sight(torch.cat(pictures).to(device), output_hidden_states=True).hidden_states[layer]
        found = hidden[:, 1:].float().cpu()  # [frames, N, W]
        for own in found.split([len(frames) for frames in pictures]):
            cache[(done, slice(len(own))) if cache.ndim == 4 else slice(done, done + 1)] = own.numpy()
            done += 1
        write_whole(done_file, str(done))
    cache.flush()


@dataclass
class Drawn(Dataset):
    """Training samples of a world as a tower sees them: item i is sample i's frames, [F, 3, 336, 336]; a picture is
    one."""

    world: TrainingWorld
    processor: CLIPImageProcessor

    def __getitem__(self, place: int) -> torch.Tensor:
        frames = Clip.read(self.world.picture(self.world.sample("train", place))).frames
        return self.processor(list(frames), return_tensors="pt")["pixel_values"]


def read(path: Path) -> np.ndarray:
    """The features that `encode` wrote, read from the file as they are used. Raises BadInput where there are none."""
    try:
        features = np.load(product(path, "encode"), mmap_mode="r+")
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(f"{path} is broken: it cannot be read as an array of features ({error}).") from error
    if not isinstance(features, np.ndarray) or features.ndim not in (3, 4) or not len(features):
        raise BadInput(f"{path} holds no features; python -m fmvr.training encode makes them.")
    return features


def world_of(path: Path) -> TrainingWorld:
    """The world whose samples the features are of, as noted beside them; the scenes where nothing is noted.

    Raises BadInput where the note cannot be read.
    """
    noted = path.with_name(NOTED)
    name = settings.read(noted).get("world", "scenes") if noted.exists() else "scenes"
    if name not in WORLDS:
        raise BadInput(f"{noted} names the world {name}; the worlds are {', '.join(WORLDS)}.")
    return WORLDS[name]


@dataclass
class CachedSamples(Dataset):
    """Conversations about samples whose features are cached. Every visit to a sample brings new questions.

    Args:
        features: [samples, N, W], or [samples, F, N, W] of clips; row i belongs to the training split's sample i.
        world: whose samples they are.
        count: length of the dataset: steps × batch.
        describe: descriptions alone (stage 1) instead of questions of all families (stage 2).
        questions: at most so many about a sample.
        look: whether it is told where to look, which a set of grid cells can say.
    """

    features: np.ndarray
    world: TrainingWorld
    count: int
    describe: bool = False
    questions: int = 14
    look: bool = True
    in_order = True

    def __post_init__(self):
        self.sample = lru_cache(maxsize=None)(self.world.sample)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Conversation:
        row = i % len(self.features)
        sample = self.sample("train", row)
        rng = np.random.default_rng([i, 2])
        if self.describe:
            asked = [self.world.ask(sample, self.world.description, rng)]
        else:
            asked = converse(self.world, sample, rng, self.questions)
        turns = [(question.text, question.answer) for question in asked]
        frames = len(sample.frames) if self.features.ndim == 4 else None
        looks = [self._look(question, frames) for question in asked] if self.look else None
        shown = self.features[row, :frames] if frames else self.features[row]  # [F, N, W] or [N, W]
        return Conversation(turns, features=torch.from_numpy(shown), key=i, independent=True, looks=looks)

    def _look(self, question: Question, frames: int | None) -> np.ndarray | None:
        """How much of what a question is about lies in each patch, [N], or [F, N] of a clip; all that it is about
        counts alike."""
        if question.about is None:
            return None
        side = math.isqrt(self.features.shape[-2])
        look = np.zeros((frames or 1, side, side))
        for subject in question.about:
            part = covered(subject.box, SIDE, side)
            look[subject.frame if frames else 0] += part / part.sum()
        return look.reshape(frames, -1) if frames else look.ravel()


@dataclass
class WithClips(Dataset):
    """Conversations about pictures, and of every `CLIP_EVERY` batches the last one about clips."""

    pictures: CachedSamples
    clips: CachedSamples
    batch: int
    in_order = True

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, i: int) -> Conversation:
        return (self.clips if i // self.batch % CLIP_EVERY == CLIP_EVERY - 1 else self.pictures)[i]
