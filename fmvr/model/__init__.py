"""The paper: the block, the pyramid, the model and its processor."""

from fmvr.model.modeling import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration
from fmvr.model.modulation import FORMS, Bands, FrequencyModulation
from fmvr.model.processing import FMVRLlavaProcessor
from fmvr.model.pyramid import Level, TokenPyramid, budgets

__all__ = [
    "FORMS",
    "Bands",
    "FMVRLlavaConfig",
    "FMVRLlavaForConditionalGeneration",
    "FMVRLlavaProcessor",
    "FrequencyModulation",
    "Level",
    "TokenPyramid",
    "budgets",
]
