"""The settings noted beside a run that can be resumed, so that it is not gone on with under others."""

import json
from pathlib import Path

from fmvr.errors import BadInput
from fmvr.runs.whole import write_whole

NOTED = "settings.json"


def read(noted: Path) -> dict:
    """The settings in the file `noted`. Raises BadInput where it cannot be read."""
    try:
        before = json.loads(noted.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise BadInput(f"{noted} is broken and cannot be read; give another folder with --out.") from error
    if not isinstance(before, dict):
        raise BadInput(f"{noted} holds no settings of a run; give another folder with --out.")
    return before


def check(noted: Path, settings: dict, usual: dict | None = None) -> None:
    """Raises BadInput where the file `noted` holds other settings, or cannot be read; no file, no other settings.

    `usual`: what a setting was where none is noted, since there was no choice yet.
    """
    if not noted.exists():
        return
    before = (usual or {}) | read(noted)
    for name, value in settings.items():
        if before.get(name) != value:
            raise BadInput(
                f"{noted.parent} holds a run with other {name} ({before.get(name)}, not {value}): "
                "give another folder with --out, or delete that one."
            )


def note(noted: Path, settings: dict) -> None:
    """Write the settings to the file `noted`, for who goes on. Raises BadInput where nothing can be written."""
    write_whole(noted, json.dumps(settings, indent=1) + "\n")
