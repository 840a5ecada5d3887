"""Blocks plugged into a model: two arms, one set of weights."""

import logging
from pathlib import Path

from fmvr.blocks import read
from fmvr.loading import Checkpoint, checked, load

logger = logging.getLogger(__name__)


def plugged(folder: Path, path: str | Path, device_map: str | None = None) -> tuple[dict[str, Checkpoint], str]:
    """A model without blocks, and the same one with those of a file, by their arms; and what blocks they are, in words.

    `device_map`: see `loading.load`. Raises BadInput, before any weights are read, where they do not go together.
    """
    model, blocks = checked(folder), read(path)
    blocks.check(model)
    told = f"blocks {blocks.card.told}"
    if doubt := blocks.doubt(model):
        logger.warning("%s", doubt)
        told = f"{told}. {doubt.removesuffix('.')}"
    base = load(folder, device_map, blocks=True)
    return {"pooling": base, "fmvr": blocks.plugged_in(base)}, told
