"""Files written whole or not at all, whatever ends the writing: the end of the process, a full disk."""

import os
from pathlib import Path

from fmvr.errors import BadInput


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, its folder too; a text in UTF-8. Raises BadInput where it cannot be: what was there stays."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
        os.replace(part, path)
    except OSError as error:
        if part.is_file():
            part.unlink()
        reason = error.strerror or "no reason is known"
        raise BadInput(f"Nothing can be written to {path.parent} ({reason}); what was there is as before.") from error
