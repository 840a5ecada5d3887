"""Step 2 in the embedded world: a language model learns to read pictures that are told in words.

As in `fmvr.training.language`, a phrase stands where a visual token will. The phrases' words have a table of their own,
which is thrown away: what they say, the projector will say.
"""

from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset
from transformers import LlamaForCausalLM

from fmvr.prompt import IMAGE
from fmvr.training import language
from fmvr.training.conversations import Collate, Conversation
from fmvr.training.turns import all_right
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.language import converse, told
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from fmvr.worlds.embedded.picture import Picture

CONFIG = dict(
    hidden_size=256,
    intermediate_size=704,
    num_hidden_layers=6,
    num_attention_heads=8,
    num_key_value_heads=8,
    max_position_embeddings=1024,
    tie_word_embeddings=False,
)
LEARNED_FROM = 3000  # pictures whose conversations the tokenizer is made from
NEAR = 40  # places within which a picture that can be told is looked for


def tokenizer_of_the_world():
    """The tokenizer; the same each time."""
    world = WORLDS["embedded"]
    return new_tokenizer(corpus(world.sample("train", place) for place in range(LEARNED_FROM)))


def new_language_model(tokenizer) -> LlamaForCausalLM:
    """A Llama of this world's size, with random weights."""
    return language.new_language_model(tokenizer, CONFIG)


class ReadsPhrases(nn.Module):
    """The language model with the sum of a phrase's words at each placeholder."""

    def __init__(self, model: LlamaForCausalLM, tokenizer):
        super().__init__()
        self.language, self.image = model, tokenizer.convert_tokens_to_ids(IMAGE)
        self.words = nn.Embedding(len(told.VOCABULARY) + 1, model.config.hidden_size, padding_idx=0)

    def forward(self, input_ids, attention_mask, words, **turns):
        """`loss` and `logits` of independent turns, as `read_turns` gives them."""
        phrases = self.words(words).sum(1)  # [items, W] → [items, D]
        embedded = self.language.get_input_embeddings()(input_ids)
        inputs = embedded.masked_scatter((input_ids == self.image)[..., None], phrases)
        return language.read(self.language, inputs, attention_mask, **turns)


@dataclass
class PicturesInWords(Dataset):
    """Conversations about pictures of a split, told in words."""

    count: int
    questions: int = 14
    split: str = "train"

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Conversation:
        picture, rng = self.picture(i), Random(i)
        turns = [(q.text, q.answer) for q in converse(picture, rng, self.questions, self.split)]
        return Conversation(turns, words=told.tell(picture, rng), key=i, independent=True)

    def picture(self, i: int) -> Picture:
        """The first picture from `NEAR` · i on that holds few enough items to be told."""
        samples = (WORLDS["embedded"].sample(self.split, NEAR * i + step) for step in range(i % 3, NEAR))
        return next(sample for sample in samples if told.can_be_told(sample))


@torch.no_grad()
def measure(model: ReadsPhrases, tokenizer, pictures: int = 200, split: str = "validation") -> dict[str, float]:
    """Share of questions about pictures told in words whose whole answer is the likeliest: by family, and of all."""
    data, collate, right = PicturesInWords(pictures, 12, split), Collate(tokenizer, code=told.ids), {}
    for i in range(pictures):
        picture, rng = data.picture(i), Random(i)
        asked = converse(picture, rng, data.questions, split)
        turns = [(question.text, question.answer) for question in asked]
        batch = collate([Conversation(turns, words=told.tell(picture, rng), independent=True)])
        for question, is_right in zip(asked, all_right(model(**batch)["logits"], batch["labels"])):
            right.setdefault(question.family, []).append(is_right)
    shares = {name: round(float(np.mean(answers)), 3) for name, answers in sorted(right.items())}
    return shares | {"all": round(float(np.mean([one for answers in right.values() for one in answers])), 3)}
