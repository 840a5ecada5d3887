"""One answer to one question about one clip."""

import time

import torch
from transformers import StoppingCriteria
from transformers.modeling_outputs import BaseModelOutputWithPooling

from fmvr.answering.answer import Answer, gather_words
from fmvr.member import Member
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


def answer_of(member: Member, sets: list[TokenSet], question: str, prompt_ids: list[int], longest: int) -> Answer:
    """The likeliest answer, in at most `longest` tokens.

    Args:
        sets: the token set of each frame, for which `prompt_ids` hold the placeholders.
    """
    model, tokenizer = member.model, member.processor.tokenizer
    ids = torch.tensor([prompt_ids], device=model.device)
    clock, start = FirstToken(), time.perf_counter()
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        mm_encoder_outputs=as_encoded(sets),
        max_new_tokens=min(longest, member.context - len(prompt_ids)),
        do_sample=False,
        suppress_tokens=[model.config.image_token_id],  # a placeholder stands for a picture, not for a word
        stopping_criteria=[clock],
        return_dict_in_generate=True,
        output_logits=True,
    )
    total = time.perf_counter() - start
    new = out.sequences[0, ids.shape[1] :]
    chances = torch.stack([row[0] for row in out.logits]).float().softmax(-1)  # [T, V]
    chances = chances.gather(1, new[: len(chances), None])[:, 0].tolist()
    ends = {tokenizer.eos_token_id, tokenizer.pad_token_id}
    own = [i for i, token in enumerate(new.tolist()) if token not in ends]
    answer_ids = tuple(new[own].tolist())
    words, word_of = gather_words(tokenizer, answer_ids, [chances[i] for i in own])
    return Answer(
        question=question,
        text=" ".join(word.text for word in words),
        words=words,
        visual_tokens=len(sets[0]),
        arm=member.arm.name,
        frames=len(sets),
        text_tokens=len(prompt_ids) - sum(map(len, sets)),
        first_token_s=clock.at - start,
        total_s=total,
        prompt_ids=tuple(prompt_ids),
        answer_ids=answer_ids,
        word_of=word_of,
        ending=chances[len(own)] if len(own) < len(chances) else None,
    )
