"""Step 2 in the embedded world: a language model learns to read pictures that are told in words.

As in `fmvr.training.language`, a phrase stands where a visual token will. Things, colours, written words and digits are
the language model's own tokens there, so that what a question names is soon found and soon said; all else has a table
of its own: what it says, the projector will say (see `fmvr.training.saying`).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.data import Dataset
from transformers import LlamaConfig, LlamaForCausalLM

from fmvr.errors import BadInput
from fmvr.prompt import IMAGE
from fmvr.training import language
from fmvr.training.conversations import Collate, Conversation
from fmvr.training.looking import middle
from fmvr.training.mimetic import look_at_likeness
from fmvr.training.products import product
from fmvr.training.turns import all_right
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.clip import Clip, clip
from fmvr.worlds.embedded.language import converse, moments, subjects, told
from fmvr.worlds.embedded.language.questions import Question
from fmvr.worlds.embedded.language.tokenizer import corpus, new_tokenizer
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.scenes.scene import SPLITS

CONFIG = dict(
    hidden_size=256,
    intermediate_size=704,
    num_hidden_layers=6,
    num_attention_heads=8,
    num_key_value_heads=8,
    max_position_embeddings=1024,
    tie_word_embeddings=False,
)
WORDS = "words.safetensors"
NAMES = [word for word in told.VOCABULARY if word.isalpha()]  # things, colours, what is written
AXES = ("x", "y", "row", "column", "size")
LEARNED_FROM = 3000  # pictures whose conversations the tokenizer is made from
APART = 29  # channels by which a word's next token is turned, so that its tokens keep their order in a sum
NEAR = 40  # places within which a picture that can be told is looked for
CLIP_EVERY, MOST_OF_CLIP = 7, 48  # one lesson of so many is about a clip, of at most so many items in all frames
PLAIN, GROWN = 2_000, 10_000  # pictures about which basic questions alone are asked; until none is plain


def tokenizer_of_the_world():
    """The tokenizer; the same each time."""
    world = WORLDS["embedded"]
    return new_tokenizer(corpus(world.sample("train", place) for place in range(LEARNED_FROM)))


def new_language_model(tokenizer) -> LlamaForCausalLM:
    """A Llama of this world's size, with random weights; its attention starts as looking at what is alike."""
    model = language.new_language_model(tokenizer, CONFIG)
    for layer in model.model.layers:
        attention = layer.self_attn
        look_at_likeness(attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj, model.config)
    return model


def grown(model: LlamaForCausalLM, layers: int) -> LlamaForCausalLM:
    """The same with further layers, which at first change nothing: before its middle layer, so that this one stays in
    the middle, and at its end. Raises BadInput for fewer layers than it has."""
    there = len(model.model.layers)
    if layers < there:
        raise BadInput(f"A reading model of {there} layers grows to {there} or more, not to {layers}.")
    larger = LlamaForCausalLM(LlamaConfig(**model.config.to_dict() | {"num_hidden_layers": layers}))
    before = middle(larger.model) - middle(model.model)
    kept = [at + before * (at >= middle(model.model)) for at in range(there)]
    layered = larger.model.layers
    for at in set(range(layers)) - set(kept):
        attention = layered[at].self_attn
        look_at_likeness(attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj, larger.config)
        nn.init.zeros_(attention.o_proj.weight)
        nn.init.zeros_(layered[at].mlp.down_proj.weight)
    for at, layer in zip(kept, model.model.layers):
        layered[at].load_state_dict(layer.state_dict())
    others = {name: part for name, part in model.state_dict().items() if ".layers." not in name}
    larger.load_state_dict(others, strict=False)
    return larger


class ReadsPhrases(nn.Module):
    """The language model with the sum of a phrase's words at each placeholder."""

    def __init__(self, model: LlamaForCausalLM, tokenizer):
        super().__init__()
        self.language, self.image = model, tokenizer.convert_tokens_to_ids(IMAGE)
        self.words = nn.Embedding(len(told.VOCABULARY) + 1, model.config.hidden_size, padding_idx=0)
        spelled = {name: tokenizer(f" {name}", add_special_tokens=False)["input_ids"] for name in NAMES}
        for (place, digit), name in told.DIGIT_NAMES.items():
            spelled[name] = [0] * place + [tokenizer.convert_tokens_to_ids(str(digit))]
        own = torch.zeros(len(self.words.weight), max(map(len, spelled.values())), dtype=torch.long)  # 0: none
        with torch.no_grad():
            for name, tokens in spelled.items():
                own[told.IDS[name], : len(tokens)] = torch.tensor(tokens)
                self.words.weight[told.IDS[name]] = 0
            for axis in AXES:
                places = [told.IDS[word] for word in told.VOCABULARY if re.fullmatch(rf"{axis}\d+", word)]
                self.words.weight[places] = _waves(len(places), self.words.embedding_dim)
        self.register_buffer("own", own, persistent=False)

    def forward(self, input_ids, attention_mask, words, **turns):
        """`loss` and `logits` of independent turns, as `read_turns` gives them."""
        embed = self.language.get_input_embeddings()
        inputs = embed(input_ids).masked_scatter((input_ids == self.image)[..., None], self.phrases(words))
        return language.read(self.language, inputs, attention_mask, **turns)

    def phrases(self, words: torch.Tensor) -> torch.Tensor:
        """Phrases' words by number, [items, W] → what stands for each phrase, [items, D]."""
        embed, phrases = self.language.get_input_embeddings(), self.words(words).sum(1)
        for place, own in enumerate(self.own[words].unbind(-1)):  # [items, W] each
            phrases = phrases + (embed(own) * (own > 0)[..., None]).sum(1).roll(APART * place, 1)
        return phrases

    @classmethod
    def load(cls, folder: Path, tokenizer, layers: int | None = None) -> "ReadsPhrases":
        """What `read` wrote, in float32, grown to so many layers. Raises BadInput where its table of words is missing,
        or where it has more layers."""
        words = words_of(folder)
        model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
        reads = cls(grown(model, layers) if layers else model, tokenizer)
        reads.words.load_state_dict(load_file(words))
        return reads

    def save_words(self, folder: Path) -> None:
        """Keep the table of words beside the language model: the projector will learn to say what they said."""
        save_file({"weight": self.words.weight.detach().to(self.language.dtype).contiguous()}, folder / WORDS)


def words_of(language: Path) -> Path:
    """The table of words beside a trained language model. Raises BadInput where it is missing."""
    return product(language / WORDS, "read")


def _waves(count: int, width: int) -> torch.Tensor:
    """Vectors of places along an axis, [count, width], of size 1; those of neighbours are alike, as patches' are."""
    at = torch.linspace(0, 1, count)[:, None]
    waves = torch.tensor([1, 2, 3, 4, 6, 8, 12]) * torch.pi * at
    waves = torch.cat([4 * at - 2, waves.cos(), waves.sin()], 1)
    found = waves @ torch.randn(waves.shape[1], width)
    return found / found.std()


@dataclass
class PicturesInWords(Dataset):
    """Conversations about pictures of a split, told in words.

    The first questions are few and plain: who has learned to look things up soon learns other questions, and who is
    asked all of them at once learns it late.
    """

    count: int
    questions: int = 28
    split: str = "train"
    grown: bool = False  # no plain questions, from the first picture on
    clips: bool = False  # one of `CLIP_EVERY` is a clip
    in_order = True

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Conversation:
        rng = Random(i)
        if self.clips and i % CLIP_EVERY == CLIP_EVERY - 1:
            shown = self.clip(i)
            return lesson_of_clip(shown, converse(shown, rng, self.questions // 2, self.split), rng, i)
        picture = self.picture(i)
        plain = 0.0 if self.grown else min(1.0, max(0.0, (GROWN - i) / (GROWN - PLAIN)))
        asked = converse(picture, rng, self.questions, self.split, plain)
        return lesson(picture, asked, rng, i)

    def clip(self, i: int) -> Clip:
        """The first clip from `NEAR` · i on that holds few enough items to be told."""
        clips = (clip(SPLITS[self.split] + NEAR * i + step) for step in range(NEAR))
        return next(one for one in clips if sum(len(frame.items) for frame in one.frames) <= MOST_OF_CLIP)

    def picture(self, i: int) -> Picture:
        """The first picture from `NEAR` · i on that holds few enough items to be told."""
        samples = (WORLDS["embedded"].sample(self.split, NEAR * i + step) for step in range(i % 3, NEAR))
        return next(sample for sample in samples if told.can_be_told(sample))


def lesson(picture: Picture, asked: list[Question], rng: Random, key: int = 0) -> Conversation:
    """The picture's items in random order, each question and its answer, and which of the items it is about."""
    items, looks = rng.sample(picture.items, len(picture.items)), []
    for question in asked:
        about = {id(item) for item in (subjects(question.program, picture) if question.program else ())}
        looks.append(np.array([id(item) in about for item in items], np.float32))
    turns = [(question.text, question.answer) for question in asked]
    return Conversation(turns, words=told.tell(items), key=key, independent=True, looks=looks)


def lesson_of_clip(clip: Clip, asked: list[Question], rng: Random, key: int = 0) -> Conversation:
    """As `lesson`, the items of each frame in random order."""
    frames = [rng.sample(frame.items, len(frame.items)) for frame in clip.frames]
    looks = []
    for question in asked:
        about = {(at, id(item)) for at, item in moments(question.program, clip)} if question.program else set()
        looks.append(np.array([(at, id(item)) in about for at, of in enumerate(frames) for item in of], np.float32))
    turns = [(question.text, question.answer) for question in asked]
    words, counts = [phrase for of in frames for phrase in told.tell(of)], tuple(map(len, frames))
    return Conversation(turns, words=words, frames=counts, key=key, independent=True, looks=looks)


@torch.no_grad()
def measure(
    model: ReadsPhrases, tokenizer, pictures: int = 200, clips: int = 0, split: str = "validation"
) -> dict[str, float]:
    """Share of questions about pictures told in words whose whole answer is the likeliest: by family, and of all.

    The same of so many clips, as families `clips: …` and `clips`.
    """
    data, collate, right = PicturesInWords(pictures, 12, split), Collate(tokenizer, code=told.ids), {}
    for i in range(pictures + clips):
        rng, clip = Random(i), i >= pictures
        shown = data.clip(i) if clip else data.picture(i)
        asked = converse(shown, rng, data.questions, split)
        batch = collate([(lesson_of_clip if clip else lesson)(shown, asked, rng)])
        batch = {name: part.to(model.own.device) for name, part in batch.items()}
        for question, is_right in zip(asked, all_right(model(**batch)["logits"], batch["labels"])):
            for name in (f"clips: {question.family}", "clips") if clip else (question.family, "all"):
                right.setdefault(name, []).append(is_right)
    return {name: round(float(np.mean(answers)), 3) for name, answers in sorted(right.items())}
