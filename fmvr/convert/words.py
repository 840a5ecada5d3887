"""The tokenizer of an original LLaVA, with `<image>` and `<pad>`, and the processor around it."""

import json
from pathlib import Path

from sentencepiece import SentencePieceProcessor
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors
from tokenizers.models import BPE
from transformers import CLIPImageProcessor, LlavaImageProcessor, LlavaProcessor, PreTrainedTokenizerFast
from transformers.tokenization_utils_base import generate_merges

from fmvr.errors import BadInput
from fmvr.prompt import CHAT_TEMPLATE, IMAGE, asking

PAD, SPACE = "<pad>", "▁"
PROBE = f"{asking('How many  naïve cats, in 2024?')} ☃"


def tokenizer_of(folder: Path, longest: int) -> PreTrainedTokenizerFast:
    """The Llama tokenizer of a folder's `tokenizer.model`, its added tokens, then `<image>` and `<pad>`.

    A text begins with a space, and so does what follows a special token: original LLaVA reads what stands before and
    after a picture as texts of their own.

    Args:
        longest: the most tokens that the language model reads.

    Raises BadInput where there is none, or one that is no Llama's.
    """
    try:
        pieces = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        unknown, begin, end = map(pieces.id_to_piece, (pieces.unk_id(), pieces.bos_id(), pieces.eos_id()))
    except (OSError, RuntimeError, IndexError) as error:
        raise BadInput(f"{folder} holds no tokenizer.model of a Llama: it belongs to the checkpoint.") from error
    vocabulary = {pieces.id_to_piece(i): i for i in range(len(pieces))}
    core = Tokenizer(BPE(vocabulary, generate_merges(vocabulary), unk_token=unknown, fuse_unk=True, byte_fallback=True))
    core.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    core.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    core.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A", pair=f"{begin} $A {begin} $B:1", special_tokens=[(begin, pieces.bos_id())]
    )
    if core.encode(PROBE, add_special_tokens=False).ids != pieces.encode(PROBE):
        raise BadInput(f"The tokenizer.model in {folder} is no Llama's: it cuts texts in another way.")
    core.add_special_tokens([unknown, begin, end])
    for token, place in _added(folder):
        core.add_special_tokens([AddedToken(token, normalized=False)])
        if core.token_to_id(token) != place:
            raise BadInput(f"The added_tokens.json in {folder} does not go on where its tokenizer.model ends.")
    core.add_special_tokens([AddedToken(token, normalized=False) for token in (IMAGE, PAD)])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        unk_token=unknown,
        bos_token=begin,
        eos_token=end,
        extra_special_tokens={"image_token": IMAGE},
        pad_token=PAD,
        padding_side="left",
        model_max_length=longest,
    )


def _added(folder: Path) -> list[tuple[str, int]]:
    """The tokens that were added to those of `tokenizer.model`, with their ids, in order."""
    file = folder / "added_tokens.json"
    try:
        added = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return sorted(added.items(), key=lambda item: int(item[1]))
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{file} is broken and cannot be read.") from error


def processor_of(tokenizer: PreTrainedTokenizerFast, image_size: int, patch_size: int, pads: bool) -> LlavaProcessor:
    """The processor of a tower that sees pictures of `image_size` pixels a side.

    `pads`: a picture becomes a square with bars in CLIP's mean colour, as LLaVA-1.5 was trained; else its middle
    square is cut out, as the copies in transformers' format do.
    """
    size = {"size": {"shortest_edge": image_size}, "crop_size": {"height": image_size, "width": image_size}}
    return LlavaProcessor(
        LlavaImageProcessor(do_pad=True, **size) if pads else CLIPImageProcessor(**size),
        tokenizer,
        patch_size=patch_size,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )
