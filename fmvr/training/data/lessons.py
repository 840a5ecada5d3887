"""Rows of data as conversations."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.data import Dataset

from fmvr.errors import BadInput
from fmvr.media.picture import read_picture
from fmvr.model import FMVRLlavaProcessor
from fmvr.training.conversations import Conversation
from fmvr.training.data.rows import Row


@dataclass
class Lessons(Dataset):
    """Checked rows as conversations about the pictures in a folder; a row without a picture has [0, 3, H, W] pixels.

    Raises BadInput, as it is read, for a picture that is broken behind its head.
    """

    rows: list[Row]
    images: Path
    processor: FMVRLlavaProcessor

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Conversation:
        row, to_pixels = self.rows[i], self.processor.image_processor
        try:
            pictures = [read_picture(self.images / name) for name in row.pictures]
        except BadInput as problem:
            raise BadInput(f"Row {row.number}, {', '.join(row.pictures)}: {problem}") from problem
        if pictures:
            pixels = to_pixels(pictures, return_tensors="pt")["pixel_values"]
        else:
            pixels = torch.empty(0, 3, to_pixels.crop_size["height"], to_pixels.crop_size["width"])
        return Conversation(list(row.turns), pixel_values=pixels, key=i, opened=False)
