"""What the stages of the recipe leave for each other."""

from pathlib import Path

from fmvr.errors import BadInput


def product(path: Path, stage: str) -> Path:
    """The path of what a stage makes. Raises BadInput, naming the stage, where there is nothing yet."""
    if not path.exists():
        raise BadInput(f"There is nothing at {path}; python -m fmvr.training {stage} makes it.")
    return path
