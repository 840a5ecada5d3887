"""From a checkpoint folder to a model and its processor, checked first: the only place that reads weights to answer."""

from fmvr.loading.checked import Folder, checked
from fmvr.loading.weights import CHECKPOINTS, Checkpoint, load, load_all, measured

__all__ = ["CHECKPOINTS", "Checkpoint", "Folder", "checked", "load", "load_all", "measured"]
