"""Answers to questions about clips: one, or several that wait together."""

import time
from dataclasses import dataclass

import torch
from transformers import StoppingCriteria
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.answering.answer import Answer, gather_words
from fmvr.errors import BadInput
from fmvr.member import Member
from fmvr.prompt import Prompt
from fmvr.reduce import TokenSet

MOST_ANSWER_TOKENS = 64


class FirstToken(StoppingCriteria):
    """Notes when the first token is there; stops nothing."""

    at: float | None = None

    def __call__(self, input_ids, scores, **kwargs):
        if self.at is None:
            input_ids[0, -1].item()  # a GPU works behind the clock until it is asked for a number
            self.at = time.perf_counter()
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


def as_encoded(sets: list[TokenSet]) -> dict[str, BaseModelOutputWithPooling]:
    """Token sets, one a frame, in the place of a pass of the tower."""
    return {"image": BaseModelOutputWithPooling(pooler_output=[one.tokens for one in sets])}


@dataclass(frozen=True)
class Asked:
    """A question on its way to a model: the token set of each frame, for which the prompt holds the placeholders, and
    the budget that they were made for."""

    member: Member
    sets: list[TokenSet]
    prompt: Prompt
    budget: int

    @property
    def inside(self) -> bool:
        """Whether tokens are dropped inside the language model, which then answers one question at a time."""
        return self.member.drops_inside


def most_tokens(asked: Asked, longest: int) -> int:
    """How many tokens an answer may have: `longest`, or as many as the model still reads.

    Raises BadInput for what is no number of tokens.
    """
    if isinstance(longest, bool) or not isinstance(longest, int) or longest < 1:
        raise BadInput(f"An answer has at least 1 token, not {str(longest)[:20]}.")
    return min(longest, asked.member.context - len(asked.prompt.ids))


@torch.inference_mode()
def answers_of(asked: list[Asked], most: int) -> list[Answer]:
    """The likeliest answer to each question, in at most `most` tokens, all from one model at once.

    Its times are those of the whole list.
    """
    model, tokenizer = asked[0].member.model, asked[0].member.processor.tokenizer
    width = max(len(one.prompt.ids) for one in asked)
    ids = torch.zeros(len(asked), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, one in enumerate(asked):  # on the right, where the answers begin
        ids[i, width - len(one.prompt.ids) :] = torch.tensor(one.prompt.ids)
        mask[i, width - len(one.prompt.ids) :] = 1
    ids = ids.masked_fill(mask == 0, tokenizer.pad_token_id).to(model.device)
    first = asked[0]
    clock, start = FirstToken(), time.perf_counter()
    with first.member.reducer.inside(model, ids, width, first.budget, len(first.sets)) as passing:
        out = model.generate(
            ids,
            attention_mask=mask.to(model.device),
            mm_encoder_outputs=as_encoded([frame for one in asked for frame in one.sets]),
            max_new_tokens=most,
            do_sample=False,
            suppress_tokens=[model.config.image_token_id],  # a placeholder stands for a picture, not for a word
            stopping_criteria=[clock],
            return_dict_in_generate=True,
            output_logits=True,
        )
    times = clock.at - start, time.perf_counter() - start
    kept = tuple(passing.kept.tolist()) if passing else None
    chances = torch.stack(out.logits, 1).float().softmax(-1)  # [B, T, V]
    new = out.sequences[:, width:]
    chances = chances.gather(2, new[..., None])[..., 0]  # [B, T]
    return [_answer(one, *row, *times, kept) for one, *row in zip(asked, new.tolist(), chances.tolist())]


def logits_after(member: Member, sets: list[TokenSet], budget: int, ids: list[int], keep: int) -> torch.Tensor:
    """What a model expects after each of the last `keep` tokens of a text, [keep, V].

    Args:
        sets: the token set of each frame; `budget`: what they were made for.
        ids: the text; all but the last `keep` − 1 are the prompt.
    """
    row = torch.tensor([ids], device=member.model.device)
    with member.reducer.inside(member.model, row, len(ids) - keep + 1, budget, len(sets)):
        return member.model(row, mm_encoder_outputs=as_encoded(sets), logits_to_keep=keep).logits[0]


def _answer(
    asked: Asked,
    tokens: list[int],
    chances: list[float],
    first_token_s: float,
    total_s: float,
    kept: tuple[int, ...] | None,
) -> Answer:
    """An answer from its tokens, up to the end of the longest one, and the probability of each."""
    member, sets, prompt = asked.member, asked.sets, asked.prompt
    tokenizer = member.processor.tokenizer
    if tokenizer.eos_token_id in tokens:
        tokens = tokens[: tokens.index(tokenizer.eos_token_id) + 1]
    own = [i for i, token in enumerate(tokens) if token not in (tokenizer.eos_token_id, tokenizer.pad_token_id)]
    answer_ids = tuple(tokens[i] for i in own)
    words, word_of = gather_words(tokenizer, answer_ids, [chances[i] for i in own])
    return Answer(
        question=prompt.question,
        text=" ".join(word.text for word in words),
        words=words,
        visual_tokens=asked.budget,
        arm=member.arm.name,
        frames=len(sets),
        text_tokens=len(prompt.ids) - sum(map(len, sets)),
        first_token_s=first_token_s,
        total_s=total_s,
        prompt_ids=tuple(prompt.ids),
        answer_ids=answer_ids,
        word_of=word_of,
        ending=chances[len(own)] if len(own) < len(tokens) else None,
        kept=kept,
    )
