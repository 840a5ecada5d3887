"""The token sets of a clip: each made when it is first asked for."""

from collections.abc import Mapping
from functools import lru_cache

import torch

from fmvr.errors import BadInput
from fmvr.member import Member
from fmvr.reduce import Features, TokenSet

REMEMBERED = 64  # of one clip


class TokenSets:
    """Of every arm, from what its tower and projector made of the frames. It holds no view, so that a view can go."""

    def __init__(self, members: Mapping[str, Member], features: Mapping[str, list[Features]]):
        @lru_cache(REMEMBERED)
        @torch.inference_mode()
        def made(arm: str, budget: int, question: str | None) -> list[TokenSet]:
            return [members[arm].reducer(frame, budget, question) for frame in features[arm]]

        self._made = made

    def of(self, member: Member, budget: int, question: str | None) -> list[TokenSet]:
        """The set of each frame; a reducer that does not look at the question makes one for all questions.

        Raises BadInput where it does, and there is none.
        """
        if "question" not in member.reducer.needs:
            question = None
        elif not question:
            raise BadInput(f"{member.arm.label} chooses tokens by the question: give one.")
        return self._made(member.arm.name, budget, question)
