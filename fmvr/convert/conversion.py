"""From an original LLaVA-1.5 checkpoint to a folder in transformers' format, which is there whole or not at all."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from transformers import GenerationConfig, LlavaConfig, LlavaProcessor

from fmvr.convert.original import LAYER, TOWER, Original, by_option, clip_config
from fmvr.convert.shards import stored
from fmvr.convert.weights import Weights, matched, rounded
from fmvr.convert.words import processor_of, tokenizer_of
from fmvr.errors import BadInput
from fmvr.model.pyramid import budgets, levels

PART = ".part"  # at the end of a folder's name while it is being written


@dataclass(frozen=True)
class Conversion:
    """A checkpoint that was found to fit, and what becomes of it; `notes` say what a person may want to know."""

    config: LlavaConfig
    weights: Weights
    processor: LlavaProcessor
    notes: tuple[str, ...]

    @classmethod
    def of(cls, source: Path, vision: Path | None = None, m3: bool = False) -> "Conversion":
        """`m3`: see `convert`. Raises BadInput for a checkpoint that is no LLaVA-1.5, or not whole (see `convert`)."""
        original = Original.read(source)
        tensors = stored(source)
        inside = any(name.startswith(TOWER) for name in tensors)
        if not inside and not vision:
            raise BadInput(f"{source} holds no tower: {by_option(original.config['mm_vision_tower'])}")
        tower, text = clip_config(vision) if vision else original.tower_config(tensors), original.text_config()
        side, layer = tower.image_size // tower.patch_size, original.config[LAYER]
        try:
            levels(side)
        except ValueError as error:
            raise BadInput(f"The tower of {source} does not fit: {error}") from error
        if not -tower.num_hidden_layers <= layer + 1 <= tower.num_hidden_layers + 1:
            raise BadInput(f"{source} takes layer {layer} of a tower of {tower.num_hidden_layers}.")
        config = LlavaConfig(
            vision_config=tower,
            text_config=text,
            vision_feature_layer=layer,
            image_seq_length=side**2,
            architectures=["LlavaForConditionalGeneration"],
        )
        found = matched(config, (source, tensors), None if inside else (vision, stored(vision)))
        tokenizer = tokenizer_of(source, text.max_position_embeddings)
        processor = processor_of(tokenizer, tower.image_size, tower.patch_size, original.pads)
        weights = Weights(found, rounded(max(text.vocab_size, len(tokenizer))))
        new = weights.vocabulary - text.vocab_size
        squared = "padded to a square" if original.pads else "cut to their middle square"
        notes = [
            f"The tower is the one of {'the checkpoint' if inside else vision}.",
            f"There are rows for {weights.vocabulary} tokens, {new} of them new: the mean of the others.",
            f"Pictures are {squared}, as they were in its training.",
        ]
        if trained := original.budgets or (budgets(side) if m3 else None):
            config.fmvr_budgets = trained
            notes.append(f"It was trained for {', '.join(map(str, trained))} visual tokens (M3).")
        config.image_token_index, text.vocab_size = processor.image_token_id, weights.vocabulary
        for part in (config, text):
            part.update(special_ids(tokenizer) | {"dtype": weights.dtype})
        return cls(config, weights, processor, tuple(notes))

    def write(self, folder: Path, shard_bytes: int, say: Callable[[str], None]) -> None:
        """Write all files; config.json is the last: a folder without it is no checkpoint."""
        self.weights.write(folder, shard_bytes, say)
        self.processor.save_pretrained(folder)
        GenerationConfig(**special_ids(self.processor.tokenizer)).save_pretrained(folder)
        self.config.save_pretrained(folder)


def convert(
    source: str | Path,
    target: str | Path,
    vision: str | Path | None = None,
    shard_bytes: int = 4 * 10**9,
    say: Callable[[str], None] = print,
    m3: bool = False,
) -> None:
    """Convert a checkpoint; nothing is written before all of it was found to fit.

    Memory holds what one new file holds, and no more. All tensors have the precision of the language model's.

    Args:
        source: an original LLaVA-1.5 checkpoint, in safetensors or `.bin` files (see `fmvr.convert.shards.mapped`).
        target: the new folder; it is not there yet, or empty.
        vision: a CLIP's folder, for a checkpoint without a tower; for one with a tower, only its config.json is read.
        shard_bytes: of one new file, at most.
        say: takes the notes and the progress, a line each.
        m3: whether it was trained for all token budgets, as M3 was, where its config.json does not say for which.

    Raises BadInput for a checkpoint that is no LLaVA-1.5 or not whole, and where there is no room for the new one.
    """
    target = Path(target)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise BadInput(f"{target} is there already: name a folder that is new, or empty.")
    conversion = Conversion.of(Path(source), Path(vision) if vision else None, m3)
    for note in conversion.notes:
        say(note)
    with whole_folder(target, conversion.weights.size) as folder:
        conversion.write(folder, shard_bytes, say)


@contextmanager
def whole_folder(target: Path, size: int) -> Iterator[Path]:
    """A folder to write into, which becomes `target` when all is written, and is deleted when that fails.

    Raises BadInput where `size` bytes have no room, and where something cannot be written.
    """
    part = target.absolute().with_name(target.absolute().name + PART)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if size > (free := shutil.disk_usage(part.parent).free):
            raise BadInput(f"{target} takes {size / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free on its disk.")
        part.mkdir()
    except FileExistsError as error:
        raise BadInput(f"{part} is left from a conversion, or one is running: delete it when none is.") from error
    except OSError as error:
        raise BadInput(f"{target} cannot be written: {error.strerror}.") from error
    try:
        if target.is_dir():
            target.rmdir()  # it is empty, and not every system renames onto a folder
        yield part
        part.replace(target)
    except (OSError, SafetensorError) as error:
        raise BadInput(f"{target} could not be written whole, and nothing of it is kept: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def special_ids(tokenizer) -> dict[str, int]:
    """What configurations say of a tokenizer's special tokens."""
    return {name: getattr(tokenizer, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
