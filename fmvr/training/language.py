"""Step 2: the tokenizer, and a language model that learns to read scenes described in words before it sees one.

The same kinds of question, the same prompt; where a visual token will stand, there stands an object in words: the sum
of their embeddings, since a visual token, too, says at once what is there and where.
"""

import re
import string
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from torch.utils.data import Dataset
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from fmvr.prompt import IMAGE
from fmvr.training.conversations import Collate, Conversation, converse
from fmvr.training.turns import Batch, all_right, read_turns
from fmvr.worlds.scenes.catalog import COLOURS, NOUNS, PLURAL
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.families import FAMILIES
from fmvr.worlds.scenes.phrases import ANY
from fmvr.worlds.scenes.relations import EXTREMES, RELATIONS
from fmvr.worlds.scenes.scene import Scene, SceneObject
from fmvr.worlds.scenes.world import SceneWorld
from fmvr.worlds.scoring import NUMBER_WORDS

CONFIG = dict(
    hidden_size=192,
    intermediate_size=512,
    num_hidden_layers=4,
    num_attention_heads=6,
    num_key_value_heads=6,
    max_position_embeddings=1024,
    tie_word_embeddings=False,
)
CELLS = 24  # a scene in words gives a centre by column and row, as fine as the patches are
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>", "<image>"]


def place(thing: SceneObject) -> str:
    """`xc yr`: column and row of an object's centre, a letter each."""
    column, row = (min(int(c * CELLS / SIDE), CELLS - 1) for c in thing.centre)
    return f"x{string.ascii_lowercase[column]} y{string.ascii_lowercase[row]}"


def in_words(scene: Scene, rng: np.random.Generator) -> list[str]:
    """The scene's objects in random order, a phrase each: `red circle xc yr`, `blue sign four 7 xa yk`.

    The order of the words is lost in their sum, so tens are a word and units a digit.
    """
    objects = [scene.objects[i] for i in rng.permutation(len(scene.objects))]
    return [" ".join([o.phrase, *_number_words(o.number), place(o)]) for o in objects]


def _number_words(number: int | None) -> list[str]:
    if number is None:
        return []
    return [NUMBER_WORDS[number // 10]] * (number > 9) + [str(number % 10)]


class ReadsWords(nn.Module):
    """The language model with a sum of word embeddings at each placeholder."""

    def __init__(self, language: LlamaForCausalLM, tokenizer):
        super().__init__()
        self.language, self.image, self.pad = language, tokenizer.convert_tokens_to_ids(IMAGE), tokenizer.pad_token_id

    def forward(self, input_ids, attention_mask, words, **turns):
        """`loss` and `logits` of independent turns, as `read_turns` gives them."""
        embed = self.language.get_input_embeddings()
        described = (embed(words) * (words != self.pad)[..., None]).sum(1)  # [objects, D]
        inputs = embed(input_ids).masked_scatter((input_ids == self.image)[..., None], described)
        return read(self.language, inputs, attention_mask, **turns)


def read(language: LlamaForCausalLM, openings: torch.Tensor, attention_mask: torch.Tensor, **turns) -> Batch:
    """Openings as embeddings, [B, P, D], and their turns as `read_turns` takes them: `loss` and `logits`."""
    opened = language.model(inputs_embeds=openings, attention_mask=attention_mask, use_cache=True).cache
    return read_turns(language.model, language.lm_head, opened, attention_mask, **turns)


def corpus() -> list[str]:
    """Every word of the embedded world, for the tokenizer."""
    letters = string.ascii_lowercase[:CELLS]
    wordings = [w for f in FAMILIES.values() for w in (*f.wordings, *f.test_wordings)]
    plain = [re.sub(r"\{\w+\}", " ", w) for w in wordings]
    american = [w.replace("colour", "color") for w in plain if "colour" in w]
    positions = ["top bottom left right middle", "yes no", "a an and", "USER: ASSISTANT: . , ? !"]
    numbers = [str(n) for n in range(100)]
    places = [f"x{c} y{c}" for c in letters]
    words = [*NOUNS, *PLURAL.values(), ANY, ANY + "s", *COLOURS, *NUMBER_WORDS, *RELATIONS, *EXTREMES, "more fewer"]
    return [*plain, *american, *positions, *numbers, *places, *words]


def new_tokenizer() -> PreTrainedTokenizerFast:
    """A word-level tokenizer that knows the embedded world's words and no others; numbers are read digit by digit."""
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.train_from_iterator(corpus(), trainers.WordLevelTrainer(special_tokens=SPECIAL, min_frequency=0))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        extra_special_tokens={"image_token": "<image>"},
        padding_side="left",
        model_max_length=CONFIG["max_position_embeddings"],
    )


def new_language_model(tokenizer, config: dict = CONFIG) -> LlamaForCausalLM:
    """A small Llama with random weights; `config`: its size."""
    model = LlamaForCausalLM(
        LlamaConfig(
            **config,
            vocab_size=len(tokenizer),
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    nn.init.normal_(model.get_input_embeddings().weight)  # a word must outweigh what the layers add to it at first
    return model


@dataclass
class ScenesInWords(Dataset):
    """Conversations about the training scenes told in words."""

    count: int
    questions: int = 12
    world = SceneWorld()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Conversation:
        scene = self.world.sample("train", i)
        rng = np.random.default_rng([scene.seed, 1])
        turns = [(asked.text, asked.answer) for asked in converse(self.world, scene, rng, self.questions)]
        return Conversation(turns, words=in_words(scene, rng), independent=True)


@torch.no_grad()
def measure(model: ReadsWords, tokenizer, split: str = "validation", scenes: int = 300) -> dict[str, float]:
    """Share of questions about scenes told in words whose whole answer is the likeliest, by family."""
    world, collate, right = SceneWorld(), Collate(tokenizer), {name: [] for name in FAMILIES}
    for place in range(scenes):
        scene = world.sample(split, place)
        rng = np.random.default_rng([scene.seed, 1])
        asked = world.questions(scene)
        turns = [(question.text, question.answer) for question in asked]
        batch = collate([Conversation(turns, words=in_words(scene, rng), independent=True)])
        for question, is_right in zip(asked, all_right(model(**batch)["logits"], batch["labels"])):
            right[question.family].append(is_right)
    return {name: round(sum(answers) / len(answers), 3) for name, answers in right.items() if answers}
