"""The embedded arms as they stand in the repository."""

from pathlib import Path

from fmvr.arms import ARMS


def folders() -> dict[str, Path]:
    """Arm → its checkpoint."""
    from fmvr.loading import CHECKPOINTS

    return {name: CHECKPOINTS / arm.checkpoint for name, arm in ARMS.items() if arm.checkpoint}


def weights() -> dict[str, str]:
    """Arm → SHA-256 of its weights."""
    from fmvr.runs.identity import digest

    return {name: digest(folder) for name, folder in folders().items()}
