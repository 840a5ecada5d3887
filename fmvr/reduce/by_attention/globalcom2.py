"""GlobalCom²: in a picture with crops, the thumbnail's CLS attention rules what is kept of all.

Source: Liu et al., Global Compression Commander, arXiv 2501.05179.
"""

import torch

from fmvr.reduce.features import Features
from fmvr.reduce.selecting import Scoring


class GlobalCom2(Scoring):
    """The top of a, the CLS token's attention to the patches in the layer before the features, mean over heads.

    LLaVA-1.5 sees a picture once, without crops: what is left of the method is its rule for the thumbnail.
    """

    label, source, needs = "GlobalCom²", "2501.05179", frozenset({"cls"})

    def scores(self, features: Features, question: str | None) -> torch.Tensor:
        return features.cls
