"""The tokenizer: byte-level BPE over the embedded world's language; it knows no unknown word.

Upper and lower case are one: a model this small reads `CATS` as it reads `cats`. Digits stand alone.
"""

from collections.abc import Iterable
from random import Random

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from fmvr.prompt import IMAGE, prompt
from fmvr.worlds.embedded.catalog import COLOURS, WORDS
from fmvr.worlds.embedded.language import foreign
from fmvr.worlds.embedded.language.nouns import PLURALS, SINGULARS
from fmvr.worlds.embedded.language.parts import NUMBERS, ORDINALS
from fmvr.worlds.embedded.language.questions import converse
from fmvr.worlds.embedded.language.spelling import vocabulary
from fmvr.worlds.embedded.picture import Picture

SPECIAL = ["<s>", "</s>", "<pad>", IMAGE]
SIZE = 2000
LONGEST = 1024  # tokens


def corpus(pictures: Iterable[Picture], seed: int = 0, questions: int = 14) -> list[str]:
    """What the tokenizer learns from: conversations about pictures, and every word of the world often enough."""
    rng = Random(seed)
    texts = []
    for picture in pictures:
        for question in converse(picture, rng, questions):
            texts.append(f"{prompt(question.text, [''])} {question.answer}")
    texts += [foreign.sentence(rng, 0.0)[0] for _ in range(len(texts) // 50)]
    often = max(len(texts) // 150, 3)
    named = [way for table in (SINGULARS, PLURALS) for ways in table.values() for way in ways]
    words = [*named, *WORDS, *COLOURS, *NUMBERS, *ORDINALS, *sorted(w for w in vocabulary() if w.isalpha())]
    return texts + [f" {word}" for word in words for _ in range(often)]


def new_tokenizer(texts: Iterable[str], size: int = SIZE) -> PreTrainedTokenizerFast:
    """A tokenizer trained on texts, with `size` tokens at most; the same texts give the same tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=SPECIAL,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        extra_special_tokens={"image_token": IMAGE},
        padding_side="left",
        model_max_length=LONGEST,
        clean_up_tokenization_spaces=False,
    )
