"""What people bring that is not read, by the names it goes by, and the way out of each."""

NEEDED = "a LLaVA-1.5 or FMVR-LLaVA checkpoint is needed"
KINDS = ("llava", "fmvr_llava")  # the model types that are read
ORIGINAL = "llava_llama"  # of LLaVA's own code, some of whose checkpoints call themselves llava

FAMILIES = {  # other model types
    "llava_next": "LLaVA-NeXT, also called LLaVA-1.6",
    "llava_next_video": "LLaVA-NeXT-Video",
    "llava_onevision": "LLaVA-OneVision",
    "llava_mistral": "LLaVA-1.6 on Mistral, in the original format",
    "video_llava": "Video-LLaVA",
    "vipllava": "ViP-LLaVA",
    "qwen2_vl": "Qwen2-VL",
    "qwen2_5_vl": "Qwen2.5-VL",
    "llama": "a language model alone",
    "mistral": "a language model alone",
    "clip": "CLIP, without a language model",
    "clip_vision_model": "a vision tower alone",
}

SOURCE = "take the safetensors checkpoint that it was made from"
PICKLED = "a pickle, which can run code when it is read; save_pretrained of transformers writes safetensors instead"
WEIGHTS = {  # ending → what a file of weights of that name is
    ".gguf": f"in GGUF, the format of llama.cpp; {SOURCE}",
    ".onnx": f"in ONNX; {SOURCE}",
    ".bin": PICKLED,
    ".pt": PICKLED,
    ".pth": PICKLED,
    ".h5": f"in the format of TensorFlow; {SOURCE}",
    ".msgpack": f"in the format of Flax; {SOURCE}",
}

QUANTIZED = {"quantize_config.json": "gptq", "quant_config.json": "awq"}  # notes of the tools themselves
