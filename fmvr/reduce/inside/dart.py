"""DART as published: inside the language model, few pivots and what is least like them.

Source: Wen et al., Stop Looking for Important Tokens in Multimodal Language Models: Duplication Matters More,
arXiv 2502.11494.
"""

import torch

from fmvr.reduce.by_diversity.dart import PIVOTS, with_pivots
from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.similarity import cosine, top


class DARTInside(Dropping):
    """After layer 5: pivots are the 4 visual tokens and the 4 words with the largest keys in the layer before; then
    each pivot in turn takes its equal share of the free visual tokens whose states are least like its own.

    The norm is the Euclidean one over all heads (ours).
    """

    label, source, after = "DART, at a layer", "2502.11494", (5,)

    def choose(self, seen: Seen, n: int) -> tuple[torch.Tensor, torch.Tensor]:
        pivots, words = top(seen.keys[0], min(PIVOTS, n)), top(seen.keys[1], PIVOTS)
        likeness = cosine(torch.cat([seen.visual[pivots], seen.text[words]]), seen.visual)
        kept = with_pivots(likeness, pivots, n).sort().values
        return kept, seen.visual[kept]
