"""Where the energy of a band is from: the names of bands and stages."""

from typing import NamedTuple

BANDS = {"low_average": "L_A", "high_average": "H_A", "high_max": "H_M", "low_max": "L_M"}
TOKENS = "tokens"  # no band: the tokens themselves
STAGES = ("pooled", "modulated", "restored")


class Source(NamedTuple):
    """`untrained`: with the gains of the arm's blocks at their initial values. `level`: its grid side. `stage`:
    `pooled`, the tokens' split before the block; `modulated`, the terms that the block adds up; `restored`, the block's
    output, split again. `band`: a band, or `tokens`.
    """

    arm: str
    untrained: bool
    level: int
    stage: str
    band: str
