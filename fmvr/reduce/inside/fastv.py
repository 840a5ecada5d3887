"""FastV: after the second layer, only what the last token attends to.

Source: Chen et al., An Image is Worth 1/2 Tokens After Layer 2, arXiv 2403.06764.
"""

import torch

from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen


class FastV(Dropping):
    """Kept is the top of the last token's attention in the layer before, mean over heads.

    The paper writes of the attention that a token receives; its published code ranks by the last token alone, as here.
    """

    label, source, after = "FastV", "2403.06764", (2,)

    def scores(self, seen: Seen) -> torch.Tensor:
        return seen.attention[-1]
