"""MustDrop, its stage by text: what no word and not the words together attend to is dropped.

Source: Liu et al., Multi-Stage Vision Token Dropping, arXiv 2411.10803.
"""

import torch

from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen


class MustDropText(Dropping):
    """After layers 2, 6, 10 and 14. A token goes where both its global attention, Σ_t A[t, i] over the words, and its
    individual one, max_t A[t, i], lie below thresholds.

    With a budget the thresholds are lowered together, each as a share of the highest, until as many are left as there
    should be (ours): kept is the top of the larger share. Key tokens, which the vision stage protects, there are none.
    """

    label, source, after = "MustDrop, text stage", "2411.10803", (2, 6, 10, 14)

    def scores(self, seen: Seen) -> torch.Tensor:
        together, alone = seen.attention.sum(0), seen.attention.amax(0)
        return torch.maximum(together / together.max(), alone / alone.max())
