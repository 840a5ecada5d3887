"""Results as files: what was measured, by which command, on which machine, on which day; read back as they were."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from fmvr.errors import BadInput
from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.shipped import weights
from fmvr.evaluation.statistics import Estimate
from fmvr.runs.whole import write_whole

if TYPE_CHECKING:
    from fmvr.lab import Lab

RESULTS = Path(__file__).with_name("results")
DIGITS = 6  # that count, of every number in a file
WIDTH = 600  # letters of a line in a file, at most, where what it holds can be broken
Result = TypeVar("Result")


@dataclass(frozen=True)
class Handful:
    """The figures of a measure on so few samples that anybody can make them again: see `figures_of`."""

    samples: int
    figures: list[float]


@dataclass(frozen=True)
class Record(Generic[Result]):
    """One measurement as a file holds it.

    `weights`: arm → SHA-256 of the weights of the embedded pair that stood in the repository. `handful`: None for
    figures that are never twice the same. `digest`: of the result (see `digest_of`), so that a file changed by hand is
    noticed. `result`: the measure's own dataclass.
    """

    command: str
    date: str
    machine: str
    weights: dict[str, str]
    handful: Handful | None
    digest: str
    result: Result


def keep(name: str, command: str, lab: "Lab", result: Any, machine: str | None = None) -> None:
    """Write a measure's result, a dataclass, to `results/name.json`; `machine`: where it is not the lab's."""
    day = date.today().isoformat()
    few = handful_of(name, lab)
    write(name, Record(command, day, machine or lab.machine, weights(), few, digest_of(result), result))


def handful_of(name: str, lab: "Lab") -> Handful | None:
    """A measure's figures on a handful of samples; None for one that has no such figures."""
    measure = MEASURES[name]
    if not measure.handful:
        return None
    result = measure.run(lab, lab.world, **measure.handful)
    return Handful(measure.handful["samples"], list(figures_of(result)))


def figures_of(result: Any) -> Iterator[float]:
    """Every number of a result that is not a count, in its order; of an estimate its mean alone."""
    if isinstance(result, Estimate):
        yield result.mean
    elif isinstance(result, float):
        yield result
    elif is_dataclass(result):
        for field in fields(result):
            yield from figures_of(getattr(result, field.name))
    elif isinstance(result, dict | list | tuple):
        for part in result.values() if isinstance(result, dict) else result:
            yield from figures_of(part)


def write(name: str, record: Record) -> None:
    """Write a record to `results/name.json`."""
    write_whole(RESULTS / f"{name}.json", _lines(plain(record)) + "\n")


def kept(name: str) -> Record:
    """The last result of a measure that was kept. Raises BadInput where there is none, or none of its kind."""
    path = RESULTS / f"{name}.json"
    if name not in MEASURES or not path.exists():
        raise BadInput(f"There is no result of {name}; python -m fmvr.evaluation {name} --write makes one.")
    try:
        return _reader(name).validate_json(path.read_bytes(), extra="forbid")
    except ValidationError as error:
        raise BadInput(
            f"{path} is broken or of another version; python -m fmvr.evaluation {name} --write makes it anew."
        ) from error


def plain(record: Record) -> dict[str, Any]:
    """A record as JSON knows it, as in its file."""
    return _rounded(asdict(record))


def names() -> set[str]:
    """The measures of which a result was kept."""
    return {path.stem for path in RESULTS.glob("*.json")} & MEASURES.keys()


def digest_of(result: Any) -> str:
    """SHA-256 of a result as JSON, its numbers rounded as in a file."""
    return hashlib.sha256(json.dumps(_rounded(asdict(result)), sort_keys=True).encode()).hexdigest()


@lru_cache
def _reader(name: str) -> TypeAdapter:
    return TypeAdapter(Record[MEASURES[name].result])


def _rounded(value: Any) -> Any:
    """The same with every float rounded to the digits that count, a whole one as an integer, and every key a text."""
    if isinstance(value, float):
        rounded = float(f"{value:.{DIGITS}g}")
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, dict):
        return {str(key): _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value


def _lines(value: Any, margin: str = "") -> str:
    """JSON in which whatever fits, and every list of plain values, stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    nested = isinstance(value, dict) or isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    if len(flat) <= WIDTH or not nested:
        return flat
    inner = margin + " "
    if isinstance(value, dict):
        parts = (f"{json.dumps(key, ensure_ascii=False)}: {_lines(part, inner)}" for key, part in value.items())
    else:
        parts = (_lines(part, inner) for part in value)
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{inner}" + f",\n{inner}".join(parts) + f"\n{margin}{last}"
