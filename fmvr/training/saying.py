"""Between steps 2 and 3 in the embedded world: the projector learns to say of every patch what words said of it.

A language model that has read pictures told in words knows what a phrase in the place of a visual token means. So a
patch's token starts as the phrase of the item that it shows; where it shows none, as that of its place alone.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import nn
from torch.nn.functional import mse_loss
from torch.utils.data import Dataset

from fmvr.training.fit import new, write
from fmvr.training.loop import Run, train
from fmvr.training.reading import ReadsPhrases
from fmvr.training.targets import GRID, shown_by_patches
from fmvr.worlds.embedded import draw
from fmvr.worlds.embedded.language import told
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.world import TrainingWorld

PLACES = [[f"x{i % GRID}", f"y{i // GRID}"] for i in range(GRID * GRID)]
STEPS, LEARNING_RATE = 600, 3e-3  # of the command, where nothing else is said
MOST_WORDS = 5 + told.DIGITS + 2  # of a phrase: noun, colour, x, y, size; digits; row, column


def in_words(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """The phrase of every patch, its words by number, padded with 0: [576, MOST_WORDS]; which show an item: [576]."""
    shown = shown_by_patches(picture, draw.pixels(picture)[1])  # [576], −1 for none
    phrases = [told.phrase(item) for item in picture.items]
    words = np.zeros((len(shown), MOST_WORDS), np.int64)
    for row, item, place in zip(words, shown, PLACES):
        ids = [told.IDS[word] for word in (place if item < 0 else phrases[item])]
        row[: len(ids)] = ids
    return words, shown >= 0


@dataclass
class PatchesInWords(Dataset):
    """The tower's features of training samples, [576, W], beside their patches in words; as often as `count` says."""

    features: np.ndarray
    world: TrainingWorld
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> dict[str, np.ndarray]:
        row = i % len(self.features)
        words, filled = in_words(self.world.sample("train", row))
        return {"features": np.asarray(self.features[row]), "words": words, "filled": filled}


class SaysPhrases(nn.Module):
    """A projector on its way to a reading model's phrases, as the trainer sees it; nothing but the projector learns."""

    def __init__(self, projector: nn.Module, reads: ReadsPhrases):
        super().__init__()
        self.projector, self.reads = projector, reads.requires_grad_(False)

    def forward(self, features, words, filled):
        """`loss`: how far the tokens are from the phrases, as a share of how far those of items are from each other.

        Patches that show an item count as much, all together, as those that show none.
        """
        tokens = self.projector(features.float()).flatten(0, 1)  # [B · 576, D]
        phrases, filled = self.reads.phrases(words.flatten(0, 1)), filled.flatten()
        spread = phrases[filled].var(0).mean()
        far = [mse_loss(tokens[of], phrases[of]) for of in (filled, ~filled) if of.any()]
        return {"loss": sum(far) / spread}


def say(run: Run, tower: Path, language: Path, features: np.ndarray, world: TrainingWorld) -> None:
    """Join tower and language model, train the projector between them, and write the model to `run.out / "model"`.

    Raises BadInput where a part, or the table of words beside the language model, is missing.
    """
    model, processor = new(tower, language, None, features, run.seed, world=world.name)
    reads = ReadsPhrases.load(language, processor.tokenizer)
    data = PatchesInWords(features, world, run.steps * run.batch)
    train(SaysPhrases(model.model.multi_modal_projector, reads), data, run)
    write(model, processor, run.out / "model")
