"""Dropping at a layer: all patches enter the language model, and its later layers read fewer and fewer of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import ClassVar

import torch

from fmvr.errors import BadInput
from fmvr.reduce.features import Features
from fmvr.reduce.inside.passing import Passing
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.similarity import top
from fmvr.reduce.tokenset import TokenSet

PAPER_LAYERS = 32  # of the language model of LLaVA-1.5-7B, whose layers papers count


class Dropping(Reducer):
    """The budget is the average number of visual tokens over the layers; the token set is all patches.

    What is left keeps its place in the prompt (its position) through all layers, and what was dropped at a layer is
    gone from there on for the answer, too: in the cache of each layer lies what that layer read. The frames of a clip
    share their tokens. Up to the first stage nothing is saved.

    `after`: the layers after which the paper drops, counted in LLaVA-1.5-7B's 32; a model with other than 32 layers
    drops after as large a share of its own, at least one and not the last. Between two stages the same share of tokens
    stays, so that the average is the budget (a rule of ours, as is the share: papers fix them for a few budgets).
    """

    after: ClassVar[tuple[int, ...]]
    needs = frozenset({"language model"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.layers = model.config.text_config.num_hidden_layers
        if self.layers < 2:
            raise BadInput(f"{self.label} drops tokens between layers, and this language model has one.")

    @property
    def stages(self) -> list[int]:
        """The layers before which tokens are dropped, counted from 0."""
        mine = (round(layer * self.layers / PAPER_LAYERS) for layer in self.after)
        return sorted({min(max(1, layer), self.layers - 1) for layer in mine})

    def left(self, budget: int, patches: int) -> dict[int, int]:
        """How many visual tokens are left from each of `stages` on, so that the average is the budget; nothing is said
        of any stage where that is all of them."""
        if budget >= patches:
            return {}
        low, high = 0.0, 1.0  # of the share that stays
        for _ in range(40):
            share = (low + high) / 2
            low, high = (share, high) if self.average(self._at(share, patches), patches) < budget else (low, share)
        return self._at(high, patches)

    def average(self, left: dict[int, int], patches: int) -> float:
        """The average over the layers of how many visual tokens they read."""
        edges = [0, *left, self.layers]
        counts = [patches, *left.values()]
        return sum(n * (end - start) for n, start, end in zip(counts, edges, edges[1:])) / self.layers

    def budgets(self, patches: int) -> Sequence[int]:
        return range(patches, ceil(self.average(self._at(0, patches), patches)) - 1, -1)

    def entering(self, budget: int, patches: int) -> int:
        return patches

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        return TokenSet.whole(features.tokens)

    def scores(self, seen: Seen) -> torch.Tensor:
        """How much each visual token that is there matters, [n]."""
        raise NotImplementedError

    def choose(self, seen: Seen, n: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Which of the visual tokens stay, [n] in their order, and their states, [n, D]."""
        kept = top(self.scores(seen), n).sort().values
        return kept, seen.visual[kept]

    @contextmanager
    def inside(self, model, ids: torch.Tensor, asked: int, budget: int, frames: int) -> Iterator[Passing]:
        """While this lasts, the model's next prompt passes with fewer visual tokens layer by layer.

        Args:
            ids: [1, T], with the pictures' placeholders.
            asked: how many of them are the prompt; what follows is an answer, which chooses nothing.
            frames: of the clip.
        """
        visual = (ids[0] == model.config.image_token_id).nonzero()[:, 0]
        patches = len(visual) // frames
        left = {layer: n * frames for layer, n in self.left(budget, patches).items()}
        with Passing(model.model.language_model, visual, asked, left, self.choose).hooked() as passing:
            yield passing

    def _at(self, share: float, patches: int) -> dict[int, int]:
        return {layer: max(1, round(patches * share**i)) for i, layer in enumerate(self.stages, 1)}
