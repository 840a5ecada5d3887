"""The house's boundaries: who may import whom, and what may lie in the repository."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_BYTES = 9.5e6
PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}


def imported(files) -> set[str]:
    """The top-level packages some files import, anywhere in them."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


ENTRY = ROOT / "fmvr" / "evaluation" / "__main__.py"  # a command that puts rooms together, as app.py does

ROOMS = {
    # files: what they may not import
    "fmvr": (
        lambda: [file for file in (ROOT / "fmvr").rglob("*.py") if file != ENTRY],
        {"viz", "gradio", "app", "examples", "plotly"},
    ),
    "the evaluation's entry": (lambda: [ENTRY], {"gradio", "app", "examples", "plotly"}),
    "viz outside its tabs": (
        lambda: [file for file in (ROOT / "viz").rglob("*.py") if "tabs" not in file.parts],
        {"torch", "gradio", "transformers", "app"},
    ),
    "the page's tabs": (lambda: (ROOT / "viz" / "tabs").rglob("*.py"), {"torch", "transformers", "app"}),
}


@pytest.mark.parametrize("files, forbidden", ROOMS.values(), ids=ROOMS)
def test_imports_run_one_way(files, forbidden):
    found = imported(files())
    assert found and not found & forbidden


def test_the_app_imports_the_house_and_gradio_alone():
    assert imported([ROOT / "app.py"]) - {"os", "sys"} == {"fmvr", "viz", "gradio"}


def test_the_page_loads_nothing_that_trains():
    loaded = "import app, sys; print([name for name in sys.modules if name.startswith('fmvr.training')])"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_evaluation_takes_the_report_s_page_alone_from_viz():
    taken = [node for node in ast.walk(ast.parse(ENTRY.read_text())) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in taken if node.module.startswith("viz")] == ["viz.report"]


def test_no_tracked_file_is_larger_than_a_push_may_carry():
    files = tracked()
    assert files
    assert [file.name for file in files if file.stat().st_size > MOST_BYTES] == []


def test_no_weights_are_pickled():
    assert [file.name for file in tracked() if file.suffix in PICKLED] == []
