"""What reaches the terminal: no warning of what is deprecated or will change."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, started

MEASURES = ("accuracy --samples 1", "faithfulness --samples 1")


def warnings(text: str) -> list[str]:
    return [line for line in text.splitlines() if "Warning" in line or "deprecated" in line]


def test_the_page_starts_without_a_warning(tmp_path):
    with started(tmp_path):
        pass
    assert warnings((tmp_path / "log.txt").read_text()) == []


@pytest.mark.parametrize("words", MEASURES, ids=lambda words: words.split()[0])
def test_a_measure_runs_without_a_warning(words):
    command = [sys.executable, "-m", "fmvr.evaluation", *words.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert warnings(done.stdout + done.stderr) == []
