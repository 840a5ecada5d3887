"""LoRA on the language model, by peft: a small adapter that is trained and kept apart, and merged when it is done.

`python -m fmvr.lora merge BASE ADAPTER TARGET` writes the checkpoint BASE with the adapter in it.
"""

import argparse
import json
import re
import sys
import warnings
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from torch import nn

from fmvr.errors import BadInput
from fmvr.loading import checked, load
from fmvr.model import FMVRLlavaForConditionalGeneration
from fmvr.runs.whole import write_whole

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"  # peft's own names
NOTED = "fmvr.json"  # beside them, ours
LANGUAGE = "model.language_model"


def targets(model: FMVRLlavaForConditionalGeneration) -> str:
    """A pattern for the whole names of the language model's linear layers: the tower's end in the same words."""
    parts = model.get_submodule(LANGUAGE).named_modules()
    ends = sorted({name.rpartition(".")[2] for name, part in parts if isinstance(part, nn.Linear)})
    return rf"{re.escape(LANGUAGE)}\..+\.({'|'.join(ends)})"


def adapted(model: FMVRLlavaForConditionalGeneration, rank: int, adapter: Path | None = None):
    """The model with an adapter in it, in place, as a `peft.PeftModel`; the adapter alone is trained, in float32.

    A new one of a rank, which changes nothing yet, or one to go on with. Raises BadInput where there is none that fits.
    """
    from peft import LoraConfig, get_peft_model

    if adapter:
        return _read(model, adapter, trained=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers for something by its old name
        return get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets(model)))


def merged(model: FMVRLlavaForConditionalGeneration, adapter: Path) -> FMVRLlavaForConditionalGeneration:
    """The model with the adapter's products added to its own weights. Raises BadInput where there is none that fits."""
    return _read(model, adapter, trained=False).merge_and_unload()


def note_budgets(adapter: Path, budgets: list[int]) -> None:
    """Note beside an adapter the token budgets that it was trained for."""
    write_whole(adapter / NOTED, json.dumps({"budgets": budgets}) + "\n")


def _budgets(adapter: Path) -> list[int] | None:
    """The token budgets that an adapter was trained for; None where nobody noted them."""
    try:
        return TypeAdapter(dict[str, list[int]]).validate_json((adapter / NOTED).read_bytes())["budgets"]
    except (OSError, ValidationError, KeyError):
        return None


def check_adapter(adapter: Path) -> None:
    """Raises BadInput for a folder that holds no adapter in peft's format."""
    for name in (CONFIG, WEIGHTS):
        if not (adapter / name).is_file():
            raise BadInput(f"There is no adapter in {adapter}: {name} is missing.")


def _read(model: FMVRLlavaForConditionalGeneration, adapter: Path, trained: bool):
    from peft import PeftModel

    check_adapter(adapter)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # as above
            return PeftModel.from_pretrained(model, adapter, is_trainable=trained)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        problem = str(error).strip().splitlines()[-1].strip() if str(error).strip() else type(error).__name__
        raise BadInput(f"The adapter in {adapter} does not fit this model, or is broken: {problem}") from error


def merge(base: Path, adapter: Path, target: Path) -> None:
    """Write the checkpoint `base` with an adapter in it to the folder `target`, in the base's own precision.

    Raises BadInput for a base or an adapter that cannot be used, and for a target that is one of them.
    """
    folder = checked(base)
    check_adapter(adapter)
    if target.resolve() in (base.resolve(), adapter.resolve()):
        raise BadInput(f"{target} is to be another folder than those of the base and the adapter.")
    model = merged(load(base, "cpu", folder.precision).model, adapter)
    model.config.fmvr_budgets = _budgets(adapter) or model.config.fmvr_budgets
    model.save_pretrained(target)
    folder.processor.save_pretrained(target)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fmvr.lora", description="LoRA adapters of the language model.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("merge", help="a checkpoint with an adapter in it becomes a checkpoint")
    for name, meaning in (
        ("base", "the checkpoint's folder"),
        ("adapter", "its adapter's"),
        ("target", "the new one's"),
    ):
        command.add_argument(name, type=Path, help=meaning)
    arguments = parser.parse_args()
    try:
        with torch.no_grad():
            merge(arguments.base, arguments.adapter, arguments.target)
    except BadInput as problem:
        sys.exit(str(problem))
    print(f"The merged checkpoint is in {arguments.target}.")


if __name__ == "__main__":
    main()
