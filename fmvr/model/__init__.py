"""The paper: the block, the pyramid, the model and its processor."""

from fmvr.model.forms import FORMS
from fmvr.model.modeling import FMVRLlavaConfig, FMVRLlavaForConditionalGeneration
from fmvr.model.modulation import FrequencyModulation
from fmvr.model.processing import FMVRLlavaProcessor
from fmvr.model.pyramid import Level, TokenPyramid, budgets, levels
from fmvr.model.splits import Bands

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
    "levels",
]
