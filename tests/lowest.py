"""The lowest versions that the requirements allow: python -m tests.lowest

Makes an environment of them and runs the page's smoke tests in it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

NAMES = "terminal", "page", "first_screen", "lab", "modeling", "processing"
SMOKE = " ".join(f"tests/test_{name}.py" for name in NAMES)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        for words in (
            "pip install -q uv",
            "uv pip install --resolution lowest-direct -r requirements-dev.txt",
            f"pytest {SMOKE}",
        ):
            subprocess.run([python, "-m", *words.split()], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
