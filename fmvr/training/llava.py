"""LLaVA-format data: a JSON list of {"image": …, "conversations": [{"from": "human", "value": …}, …]}."""

import json
from dataclasses import dataclass
from pathlib import Path

from torch.utils.data import Dataset

from fmvr.errors import BadInput
from fmvr.media.picture import read_picture
from fmvr.model import FMVRLlavaProcessor
from fmvr.prompt import IMAGE
from fmvr.training.conversations import Conversation


@dataclass
class LlavaJson(Dataset):
    """The conversations about pictures in a file of LLaVA's format; those without a picture are left out.

    `path`: the file; `images`: the folder of its pictures. Raises BadInput for what is no such file, and where one of
    its pictures is not there.
    """

    path: Path
    images: Path
    processor: FMVRLlavaProcessor

    def __post_init__(self):
        self.rows = read(Path(self.path))
        for row in self.rows:
            if not (self.images / row["image"]).is_file():
                raise BadInput(f"There is no picture {row['image']} in {self.images}, and {self.path} needs it.")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Conversation:
        row = self.rows[i]
        picture = read_picture(self.images / row["image"])
        pixels = self.processor.image_processor(picture, return_tensors="pt")["pixel_values"][0]
        texts = [turn["value"].replace(IMAGE, "").strip() for turn in row["conversations"]]
        return Conversation(list(zip(texts[::2], texts[1::2])), pixel_values=pixels, key=i)


def read(path: Path) -> list[dict]:
    """The file's entries that have a picture. Raises BadInput where there are none, or one is not as it should be."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"There is no data {path}: a file in LLaVA's JSON format is needed.") from error
    except ValueError as error:
        raise BadInput(f"{path} is broken: it cannot be read as JSON ({error}).") from error
    if not isinstance(entries, list):
        raise BadInput(f"{path} has to hold a list of conversations, as LLaVA's data does.")
    rows = []
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not _conversation(entry):
            raise BadInput(f"{path}, entry {place}: there is no list of conversations, each with a text as its value.")
        if "image" in entry:
            if not isinstance(entry["image"], str):
                raise BadInput(f"{path}, entry {place}: the image has to be the name of a picture file.")
            rows.append(entry)
    if not rows:
        raise BadInput(f"{path} holds no conversation with a picture.")
    return rows


def _conversation(entry: dict) -> bool:
    turns = entry.get("conversations")
    return isinstance(turns, list) and all(isinstance(t, dict) and isinstance(t.get("value"), str) for t in turns)
