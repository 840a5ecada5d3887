"""The lowest versions that the requirements allow: python -m tests.lowest

Makes an environment of them and runs the page's smoke tests in it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

SMOKE = [f"tests/test_{name}.py" for name in ("terminal", "page", "first_screen", "lab", "modeling", "processing")]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        for words in (
            "-m pip install -q uv",
            "-m uv pip install --resolution lowest-direct -r requirements-dev.txt",
            "-m pytest",
        ):
            subprocess.run([python, *words.split(), *(SMOKE if "pytest" in words else [])], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
