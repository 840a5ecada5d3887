"""Who a set of weights is: results, runs and reports name it by a digest of its files."""

import hashlib
from pathlib import Path

from fmvr.errors import BadInput

CHUNK = 1 << 20  # bytes read at once


def digest(folder: str | Path) -> str:
    """SHA-256, in hex, over a checkpoint's safetensors files, one after the other in the order of their names.

    A folder of several checkpoints, one in each of its folders, has one digest too, and so has a file. Raises BadInput
    where there is no such file.
    """
    files = weight_files(folder)
    if not files:
        raise BadInput(f"There are no safetensors weights in {folder}.")
    sha = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                sha.update(chunk)
    return sha.hexdigest()


def weight_files(folder: str | Path) -> list[Path]:
    """The safetensors files of a checkpoint, or of those in a folder's folders, in the order of their names.

    A file is its own only one.
    """
    folder = Path(folder)
    if folder.is_file():
        return [folder]
    return sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*/*.safetensors"))
