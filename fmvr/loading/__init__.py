"""From a checkpoint folder to a model and its processor, checked first: the only place that reads weights to answer."""

from fmvr.loading.checked import Folder, checked
from fmvr.loading.weights import CHECKPOINTS, MEASURED, Checkpoint, load, load_all

__all__ = ["CHECKPOINTS", "MEASURED", "Checkpoint", "Folder", "checked", "load", "load_all"]
