"""A checkpoint's processor: its tokenizer and its image processor, which have to fit the model."""

from pathlib import Path

from fmvr.errors import BadInput
from fmvr.loading.config import reason
from fmvr.loading.folder import check_pointer, read_json
from fmvr.model import FMVRLlavaConfig, FMVRLlavaProcessor

TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
FETCH = "fetch it from where the weights are from"


def processor_of(folder: Path, config: FMVRLlavaConfig) -> FMVRLlavaProcessor:
    """A checkpoint's processor. Raises BadInput where a part of it is missing, broken, or of another model."""
    _check_files(folder)
    try:
        processor = FMVRLlavaProcessor.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # transformers and tokenizers have many kinds
        raise BadInput(f"The processor in {folder} cannot be read ({reason(error)}): fetch it again.") from error
    _check_placeholder(folder, config, processor)
    _check_pictures(folder, config, processor)
    processor.patch_size = processor.patch_size or config.vision_config.patch_size  # early LLaVA-1.5 copies lack it
    return processor


def _check_files(folder: Path) -> None:
    tokenizers = [folder / name for name in TOKENIZERS if (folder / name).is_file()]
    if not tokenizers:
        raise BadInput(f"{folder} holds no tokenizer: tokenizer.json is missing; {FETCH}.")
    for file in tokenizers:
        check_pointer(file)
    ours = folder / "processor_config.json"
    inside = ours.is_file() and "image_processor" in read_json(ours)
    if not inside and not (folder / "preprocessor_config.json").is_file():
        raise BadInput(f"{folder} holds no image processor: preprocessor_config.json is missing; {FETCH}.")


def _check_placeholder(folder: Path, config: FMVRLlavaConfig, processor: FMVRLlavaProcessor) -> None:
    mark, tokenizer = processor.image_token, processor.tokenizer
    number = tokenizer.convert_tokens_to_ids(mark)
    if number in (None, tokenizer.unk_token_id):
        problem = f"does not know {mark}, which stands for the picture"
    elif number != config.image_token_id:
        problem = f"has {mark} as token {number}, and config.json as token {config.image_token_id}"
    else:
        return
    raise BadInput(f"The tokenizer in {folder} {problem}; take the one that belongs to the weights.")


def _check_pictures(folder: Path, config: FMVRLlavaConfig, processor: FMVRLlavaProcessor) -> None:
    crop, side = getattr(processor.image_processor, "crop_size", None), config.vision_config.image_size
    if not crop or (crop["height"], crop["width"]) != (side, side):
        size = f"{crop['width']}×{crop['height']}" if crop else "uncropped"
        raise BadInput(
            f"The image processor in {folder} makes {size} pictures, and the vision tower takes {side}×{side} pixels; "
            "take the one that belongs to the weights."
        )
