"""Results as files: what was found, by which command, on which machine, on which day."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fmvr.inputs import BadInput
from fmvr.lab import CHECKPOINTS, SIDES

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Record:
    """One measurement as it is kept; `result` is the measure's own dataclass as JSON.

    `weights`: side → SHA-256 of the weights of the embedded pair that stood in the repository.
    """

    command: str
    date: str
    machine: str
    weights: dict[str, str]
    result: Any


def keep(name: str, command: str, machine: str, result: Any) -> None:
    """Write a measure's result, a dataclass, to `results/name.json`."""
    RESULTS.mkdir(exist_ok=True)
    record = Record(command, date.today().isoformat(), machine, shipped(), asdict(result))
    (RESULTS / f"{name}.json").write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def shipped() -> dict[str, str]:
    """Side → SHA-256 of its weights, of the embedded pair as it stands in the repository."""
    files = {side: CHECKPOINTS / side / "model.safetensors" for side in SIDES}
    return {side: hashlib.sha256(file.read_bytes()).hexdigest() for side, file in files.items()}


def names() -> set[str]:
    """The measures of which a result was kept."""
    return {path.stem for path in RESULTS.glob("*.json")}


def kept(name: str) -> Record:
    """The last result of a measure that was kept. Raises BadInput where there is none."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise BadInput(f"There is no result of {name}; python -m fmvr.evaluation {name} --write makes one.")
    return Record(**json.loads(path.read_text(encoding="utf-8")))
