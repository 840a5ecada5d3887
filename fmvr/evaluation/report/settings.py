"""What a run may not change while it goes on: the model as it lies there, the folder, the table of questions."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from accelerate import PartialState

from fmvr import settings
from fmvr.loading import CHECKPOINTS
from fmvr.runs.identity import digest
from fmvr.runs.settings import check, note


@dataclass(frozen=True)
class Settings:
    """The settings of a run, as `run.json` holds them; `weights`: see `fmvr.runs.identity.digest`."""

    model: str
    weights: str
    images: str
    questions: str | None

    @classmethod
    def of(cls, models: settings.Settings, images: Path, questions: Path | None) -> "Settings":
        """Raises BadInput where the model's folder holds no weights."""
        folder = Path(models.model or CHECKPOINTS).resolve()
        weights = digest(folder)
        if models.blocks:
            weights += f" and blocks {digest(Path(models.blocks))}"
        return cls(str(folder), weights, str(images.resolve()), questions and str(questions.resolve()))


def settle(out: Path, run: Settings, state: PartialState) -> None:
    """Note the settings in `out`. Raises BadInput where a run with other ones stands there."""
    noted, now = out / "run.json", asdict(run)
    compared = now
    if _of_first_edition(noted, Path(run.model)):
        compared = {name: value for name, value in now.items() if name != "weights"}
    check(noted, compared)
    state.wait_for_everyone()  # all have looked before one writes
    if state.is_main_process:
        note(noted, now)
    state.wait_for_everyone()


def _of_first_edition(noted: Path, folder: Path) -> bool:
    """Whether a run was begun by the first edition, which knew weights by size and time, with those that lie there.

    The embedded ones are known by their size alone: an update of the project writes the same files anew.
    """
    try:
        before = json.loads(noted.read_text(encoding="utf-8"))["weights"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    files = [file.stat() for file in folder.rglob("*.safetensors")]
    size = f"{sum(file.st_size for file in files)} bytes, last written "
    last = datetime.fromtimestamp(max((file.st_mtime for file in files), default=0))
    embedded = folder == CHECKPOINTS.resolve()
    return str(before).startswith(size) if embedded else before == f"{size}{last:%Y-%m-%d %H:%M:%S}"
