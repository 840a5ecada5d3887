"""Kept patches as files: those of any method, ours or somebody's own, to be drawn and asked about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch

from fmvr.errors import BadInput
from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Selecting

MOST_BYTES = 1 << 20  # of one array


class Kept(Selecting):
    """Patches that somebody has chosen, whatever the picture: one budget, as many as they are."""

    label = "chosen patches"

    def __init__(self, indices: Sequence[int]):
        self.indices = torch.as_tensor(np.array(indices, dtype=np.int64))

    def budgets(self, patches: int) -> Sequence[int]:
        return [len(self.indices)]

    def select(self, features: Features, budget: int, question: str | None) -> torch.Tensor:
        return self.indices.to(features.tokens.device)


def write_kept(path: str | Path, kept: Mapping[str, Sequence[int]]) -> None:
    """Write which patches are kept, counted from 0 row by row: an array of integers for each name, as npz."""
    np.savez_compressed(path, **{name: np.array(indices, np.int32) for name, indices in kept.items()})


def read_kept(path: str | Path, patches: int) -> dict[str, tuple[int, ...]]:
    """Name → the kept patches, in their order, as `write_kept` wrote them or anybody else.

    Raises BadInput, naming the array, for what is no such file, for patches that are not there or twice there.
    """
    try:
        with ZipFile(path) as archive:
            large = next((one.filename for one in archive.infolist() if one.file_size > MOST_BYTES), None)
        if large:
            raise BadInput(f"{large} in {path} is too large to say which of {patches} patches are kept.")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, BadZipFile, EOFError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{path} is no file of kept patches: numpy.savez writes one, an array for each name.") from error
    if not arrays:
        raise BadInput(f"{path} says of nothing which patches are kept.")
    return {name: _checked(name, array, patches) for name, array in arrays.items()}


def _checked(name: str, array: np.ndarray, patches: int) -> tuple[int, ...]:
    if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
        raise BadInput(f"{name} is to be a list of whole numbers, the kept patches counted from 0.")
    if array.min() < 0 or array.max() >= patches:
        wrong = array[(array < 0) | (array >= patches)][0]
        raise BadInput(f"{name} keeps patch {wrong}; the patches are 0 to {patches - 1}.")
    if len(np.unique(array)) < len(array):
        raise BadInput(f"{name} keeps a patch twice.")
    return tuple(np.sort(array).tolist())
