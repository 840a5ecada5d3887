"""The tokenizer of the embedded world: bytes, so that nothing is unknown; its words, so that they are short."""

from random import Random

import pytest

from fmvr.prompt import prompt
from fmvr.worlds.embedded.catalog import NOUNS, WORDS
from fmvr.worlds.embedded.language.questions import ask
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from tests.made_pictures import pictures, scene


@pytest.fixture(scope="module")
def tokenizer():
    return new_tokenizer(corpus(pictures(20)))


ODD = [
    "",
    " ",
    "a  b\n\tc",
    "naïve Ünïcödé ½ ²",
    "漢字 かな",
    "🐱👩‍👩‍👧 ‍",
    "\x00\x07\r\n",
    "مرحبا שלום",
    "ﬁ ß ǅ",
    "¿Qué? «où»",
    "1234567890",
]


@pytest.mark.parametrize("text", ODD)
def test_any_text_comes_back_in_lower_case(tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == "".join(c.lower() for c in text)


def test_every_byte_is_known(tokenizer):
    text = "".join(map(chr, range(0x250)))
    assert tokenizer.unk_token_id is None
    assert tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == "".join(c.lower() for c in text)


def test_the_worlds_words_are_short(tokenizer):
    assert len(tokenizer) <= 2000
    lengths = [len(tokenizer.tokenize(f" {word}")) for word in (*NOUNS, *WORDS)]
    assert max(lengths) <= 4 and sum(n <= 2 for n in lengths) > 0.95 * len(lengths)


def test_digits_stand_alone(tokenizer):
    assert [t for t in tokenizer.tokenize(" 4711") if t != "Ġ"] == ["4", "7", "1", "1"]


def test_the_prompt_is_llavas(tokenizer):
    ids = tokenizer(prompt("Is there a CAT?", ["<image>" * 3]))["input_ids"]
    assert ids[0] == tokenizer.bos_token_id
    assert ids.count(tokenizer.convert_tokens_to_ids("<image>")) == 3
    assert ids == tokenizer(prompt("is there a cat?", ["<image>" * 3]))["input_ids"]
    assert tokenizer.padding_side == "left" and tokenizer.image_token == "<image>"


def test_descriptions_of_crowded_pictures_are_short(tokenizer):
    rng = Random(0)
    said = [ask(scene(seed, 40), "description", rng).answer for seed in range(40)]
    assert max(len(tokenizer(answer, add_special_tokens=False)["input_ids"]) for answer in said) <= 40


def test_the_same_corpus_makes_the_same_tokenizer():
    texts = corpus(pictures(2))
    assert texts == corpus(pictures(2))
    assert new_tokenizer(texts, 600).get_vocab() == new_tokenizer(texts, 600).get_vocab()
