"""PyramidDrop: fewer tokens in each of four stages.

Source: Xing et al., PyramidDrop: Accelerating Your Large Vision-Language Models via Pyramid Visual Redundancy
Reduction, arXiv 2410.17247.
"""

import torch

from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen


class PyramidDrop(Dropping):
    """After layers 8, 16 and 24, what the last token of the question attends to most stays: a half each time in the
    paper. The attention is that of the layer before the drop, mean over heads.
    """

    label, source, after = "PyramidDrop", "2410.17247", (8, 16, 24)

    def scores(self, seen: Seen) -> torch.Tensor:
        return seen.attention[-1]
