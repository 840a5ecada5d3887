"""config.json as our model's configuration: numbers that go together, and a tower that the pyramid fits."""

from pathlib import Path

from fmvr.errors import BadInput
from fmvr.model import FMVRLlavaConfig
from fmvr.model.pyramid import form_settings, levels

FLOATS = ("float16", "bfloat16", "float32", "float64", "auto", None)
TOWER = "clip_vision_model"


def config_of(folder: Path, content: dict, settings: dict) -> FMVRLlavaConfig:
    """The configuration for which `content` stands, a folder's config.json, with `settings` in the place of its own.

    Raises BadInput for numbers that no model can have, and for a model that our pyramid does not fit.
    """
    for part in (content, content.get("text_config"), content.get("vision_config")):
        _check_dtype(folder, part if isinstance(part, dict) else {})
    own = form_settings(None) if content["model_type"] == "llava" else {}
    try:
        config = FMVRLlavaConfig.from_dict({**content, **own, **settings, "model_type": FMVRLlavaConfig.model_type})
    except Exception as error:  # transformers has many kinds for what may stand in the file
        raise unusable(folder, reason(error)) from error
    _check_features(folder, config)
    _check_grid(folder, config)
    _check_language_model(folder, config)
    if content["model_type"] == "llava" and config.fmvr_budgets is None:
        config.fmvr_budgets = [config.token_grid_side**2]  # stock LLaVA was trained for the full set alone
    return config


def unusable(folder: Path, problem: str) -> BadInput:
    """What is to be said of a config.json from which no model can be built."""
    return BadInput(f"The config.json in {folder} cannot be used: {problem}; take the one that belongs to the weights.")


def reason(error: Exception) -> str:
    """What another library says of an error, as part of a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    last = lines[-1].removeprefix("ValueError: ").removeprefix("TypeError: ").rstrip(".")
    return f"{last} is unknown" if isinstance(error, KeyError) else last


def _check_dtype(folder: Path, part: dict) -> None:
    for name in ("dtype", "torch_dtype"):
        if part.get(name) not in FLOATS:
            raise unusable(folder, f"its {name} is {part[name]!r}, which is none of float16, bfloat16 and float32")


def _check_features(folder: Path, config: FMVRLlavaConfig) -> None:
    """Raises BadInput where the projector takes anything but the patches of one layer of a CLIP tower."""
    tower, layer = config.vision_config, config.vision_feature_layer
    if tower.model_type != TOWER:
        raise BadInput(f"The vision tower in {folder} is of type {tower.model_type}; {TOWER}, LLaVA-1.5's, is needed.")
    if config.vision_feature_select_strategy != "default":
        raise BadInput(
            f"The projector in {folder} takes the CLS token, too (vision_feature_select_strategy is full), which is no "
            "place in the grid of tokens; a checkpoint trained with the strategy default is needed."
        )
    if not isinstance(layer, int):
        raise BadInput(
            f"The projector in {folder} takes features of several layers of the tower (vision_feature_layer is "
            f"{layer}); a checkpoint trained on those of one layer is needed."
        )
    if not 1 <= config.feature_layer <= tower.num_hidden_layers:
        depth = tower.num_hidden_layers
        raise unusable(folder, f"its vision_feature_layer is {layer}, and the tower has {depth} layers")


def _check_grid(folder: Path, config: FMVRLlavaConfig) -> None:
    """Raises BadInput for a grid of patches that is not whole, or cannot be halved down to 3×3."""
    side, patch = config.vision_config.image_size, config.vision_config.patch_size
    if not (isinstance(side, int) and isinstance(patch, int) and 0 < patch <= side):
        raise unusable(folder, f"its image_size is {side} and its patch_size {patch}, in pixels")
    if side % patch:
        raise unusable(folder, f"its image_size {side} is no multiple of its patch_size {patch}")
    try:
        levels(config.token_grid_side)
    except ValueError as error:
        raise BadInput(f"The checkpoint in {folder} cannot be loaded: {error}") from error


def _check_language_model(folder: Path, config: FMVRLlavaConfig) -> None:
    text = config.text_config
    heads, groups = text.num_attention_heads, getattr(text, "num_key_value_heads", None) or 1
    if heads % groups:
        raise unusable(folder, f"its {heads} attention heads cannot share {groups} key and value heads evenly")
    if not 0 <= config.image_token_id < text.vocab_size:
        number = config.image_token_id
        raise unusable(folder, f"its image_token_index is {number} and the vocabulary has {text.vocab_size} entries")
