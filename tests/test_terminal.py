"""What reaches the terminal: no warning of what is deprecated or will change."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, started

MEASURES = ("reducers --samples 1 --only random --budgets 9 --out {}", "faithfulness --samples 1")  # answers, maps


def warnings(text: str) -> list[str]:
    return [line for line in text.splitlines() if "Warning" in line or "deprecated" in line]


def test_the_page_starts_without_a_warning(tmp_path):
    with started(tmp_path):
        pass
    assert warnings((tmp_path / "log.txt").read_text()) == []


@pytest.mark.parametrize("words", MEASURES, ids=lambda words: words.split()[0])
def test_a_measure_runs_without_a_warning(words, tmp_path):
    command = [sys.executable, "-m", "fmvr.evaluation", *words.format(tmp_path).split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert warnings(done.stdout + done.stderr) == []
