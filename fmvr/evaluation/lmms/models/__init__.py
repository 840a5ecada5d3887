"""What lmms-eval reads: a model's name, which is its module here, and its class."""

AVAILABLE_MODELS = {"fmvr_llava": "FMVRLlava"}
