"""VisionZip: what the CLS token attends to, and the rest merged by the likeness of its keys.

Source: Yang et al., VisionZip: Longer is Better but Not Necessary in Vision Language Models, arXiv 2412.04467.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.similarity import cosine, others, top
from fmvr.reduce.tokenset import TokenSet


class VisionZip(Reducer):
    """D dominant and C contextual tokens, D + C = n, in this order.

    Dominant: the CLS token itself and the D − 1 patches that it attends to most. Contextual, of the rest R: every
    ⌊|R| / C⌋-th is a target, the others join the target whose key is most like theirs, and each contextual token is
    target + mean(joined). Layer: the one before the features; keys are averaged over heads.

    C = 5/32 of the budget, rounded: 30 of 192, 20 of 128, 10 of 64 as published (between them the share is ours).
    `places` of the CLS token are what it attends to.
    """

    label, source, needs = "VisionZip", "2412.04467", frozenset({"cls"})

    def __init__(self, model, processor):
        super().__init__(model, processor)
        self.projector = model.model.multi_modal_projector

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        if budget == len(features.tokens):
            return TokenSet.whole(features.tokens)
        contextual = (budget * 5 + 16) // 32
        with torch.no_grad():
            attention = features.cls
            dominant = top(attention, budget - contextual - 1).sort().values
            joined = self.contextual(features, dominant, contextual)  # [C, N]
            joined = joined.to(features.patches)
        x = torch.cat([features.hidden[-1][:1], features.patches[dominant], joined @ features.patches])
        places = torch.zeros(budget, len(attention), device=x.device)
        places[0] = attention / attention.sum()
        places[torch.arange(1, len(dominant) + 1), dominant] = 1
        places[len(dominant) + 1 :] = joined / joined.sum(1, keepdim=True)
        return TokenSet(self.projector(x), places.to(x))

    def contextual(self, features: Features, dominant: torch.Tensor, n: int) -> torch.Tensor:
        """The weight of every patch in every contextual token, [n, N]: 1 for its target, 1 in all for what joined."""
        keys = features.keys(features.layers - 1)[1:].mean(1)  # [N, W / heads]
        rest = others(len(keys), dominant)
        weights = torch.zeros(n, len(keys), device=keys.device)
        if n == 0:
            return weights
        places = torch.arange(n, device=keys.device) * (len(rest) // n)
        targets = rest[places]
        joining = rest[others(len(rest), places)]
        weights[cosine(keys[joining], keys[targets]).argmax(1), joining] = 1
        weights /= weights.sum(1, keepdim=True).clamp(min=1)
        weights[torch.arange(n), targets] = 1
        return weights
