"""What is behind the pictures, as files for other programs: arrays as NPZ, numbers as JSON and CSV."""

import csv
import io
import json
from typing import Any

import numpy as np

from fmvr.arms import arm

ENERGY = "squared norm over the channels of each token's band"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


def arrays(picture, maps: dict[str, np.ndarray], levels) -> dict[str, tuple[np.ndarray, str]]:
    """Every array with what it is, by its name.

    Args:
        picture: the picture as the model sees it.
        maps: arm → raw map.
        levels: `LevelBands` of each level.
    """
    named = {"picture": (np.asarray(picture), "the picture as the model sees it, RGB")}
    for name, grid in maps.items():
        named[f"map_{name}"] = grid, f"the raw class-activation map of the model {arm(name).label}, not scaled"
    for level in levels:
        for when, bands in (("before", level.before), ("after", level.after)):
            for name, grid in (vars(bands) if bands else {}).items():
                key = f"band_{level.side}x{level.side}_{name}_{when}"
                named[key] = grid, f"{ENERGY} {name}, {when} the block of level {level.side}×{level.side}"
    return named


def npz(named: dict[str, tuple[np.ndarray, str]]) -> bytes:
    """The arrays as a compressed NPZ, which numpy opens without pickle."""
    data = io.BytesIO()
    np.savez_compressed(data, allow_pickle=False, **{name: array for name, (array, _) in named.items()})
    return data.getvalue()


def as_json(numbers: dict[str, Any], named: dict[str, tuple[np.ndarray, str]]) -> bytes:
    """The numbers as JSON, with a list of what stands in the NPZ."""
    listed = {
        name: {"shape": array.shape, "dtype": str(array.dtype), "what": what} for name, (array, what) in named.items()
    }
    return json.dumps(numbers | {"arrays": listed}, indent=2, ensure_ascii=False, allow_nan=False).encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """Rows with the same keys as CSV that spreadsheets open: UTF-8 with its mark, no cell that could run."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    table.writeheader()
    table.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
