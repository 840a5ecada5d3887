"""FocusLLaVA: the picture says where it is looked at closely, and then the text says what of it stays.

Source: Zhu et al., FocusLLaVA: A Coarse-to-Fine Approach for Efficient and Effective Visual Token Compression,
arXiv 2411.14228, by its description; its equations were not at hand.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from fmvr.errors import BadInput
from fmvr.reduce.features import Features
from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.learned.learned import Learned
from fmvr.reduce.learned.network import Network, Reduced
from fmvr.reduce.tokenset import TokenSet, cells

EDGE = 4  # patches along a side of a region
SCALES = (4, 2, 1)  # patches along a side of what becomes a token, the coarsest first
STEPS = (0, 1, 5)  # tokens of a scale more than one, in threes
BALANCE = 0.01
ENTERING = 1.5  # times the budget, before the text chooses


class Sampler(Network):
    """The vision-guided sampler: a gate sees the features of a region of 4 × 4 patches, their maximum and mean, and the
    whole picture's mean, and gives each scale of max pooling, 4 × 4, 2 × 2 or 1 × 1, a probability.

    Ours: the set of a budget is the likeliest choice of scales that makes just so many tokens. In learning the gate's
    log probabilities get Gumbel noise, so that the choice is drawn; a token counts p / p of its scale, by which the
    answers' loss reaches the gate; and what is added to it is the balance loss of Switch Transformers
    (arXiv 2101.03961), 0.01 · 3 · Σ over scales of share chosen × mean probability.
    """

    file = "focusllava"

    def __init__(self, config):
        super().__init__(config)
        if self.side % EDGE:
            raise BadInput(f"FocusLLaVA takes grids of whole regions of {EDGE} × {EDGE} patches.")
        width = config.vision_config.hidden_size
        self.projector = LlavaMultiModalProjector(config)
        self.norm = nn.LayerNorm(3 * width)
        self.gate = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, len(SCALES)))
        nn.init.zeros_(self.gate[-1].weight)
        nn.init.zeros_(self.gate[-1].bias)

    @property
    def regions(self) -> int:
        return (self.side // EDGE) ** 2

    @property
    def sizes(self) -> list[int]:
        """The budgets that a choice of scales can make, the largest first."""
        steps = {0}
        for _ in range(self.regions):
            steps = {one + more for one in steps for more in STEPS}
        return [self.regions + 3 * one for one in sorted(steps, reverse=True)]

    @property
    def lessons(self) -> list[int]:
        shares = (1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2)
        return [next(n for n in self.sizes if n <= max(share * self.side**2, self.regions)) for share in shares]

    def scores(self, patches: torch.Tensor) -> torch.Tensor:
        """The log probability of every scale in each region, [B, N, W] → [B, R, 3]."""
        grid = self._grid(patches)
        seen = torch.cat([F.max_pool2d(grid, EDGE), F.avg_pool2d(grid, EDGE)], 1).flatten(2).mT  # [B, R, 2W]
        whole = patches.mean(1, keepdim=True).expand(-1, seen.shape[1], -1)
        return self.gate(self.norm(torch.cat([seen, whole], -1))).log_softmax(-1)

    def forward(self, patches: torch.Tensor, budget: int) -> Reduced:
        scores = self.scores(patches)
        noise = -torch.empty_like(scores).exponential_().log() if self.training else 0.0
        chosen = likeliest((scores + noise).detach(), (budget - self.regions) // 3)  # [B, R]
        every, places = zip(*(self._scale(patches, scale) for scale in SCALES))  # [B, R, m, D], [R, m, N]
        weight = (scores - scores.detach()).exp()  # p / p, [B, R, 3]
        tokens, stands = [], []
        for row, own in enumerate(chosen.tolist()):
            tokens.append(torch.cat([every[s][row, r] * weight[row, r, s] for r, s in enumerate(own)]))
            stands.append(torch.cat([places[s][r] for r, s in enumerate(own)]))
        share = F.one_hot(chosen, len(SCALES)).float().mean((0, 1))
        balance = BALANCE * len(SCALES) * (share * scores.exp().mean((0, 1))).sum()
        return Reduced(torch.stack(tokens), torch.stack(stands), balance)

    def _grid(self, patches: torch.Tensor) -> torch.Tensor:
        return patches.mT.unflatten(2, (self.side, self.side))  # [B, W, s, s]

    def _scale(self, patches: torch.Tensor, scale: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The tokens of one scale, region by region, [B, R, m, D], and what they stand for, [R, m, N]."""
        tokens = self.projector(F.max_pool2d(self._grid(patches), scale).flatten(2).mT)  # [B, (s / scale)², D]
        places = cells(self.side // scale, self.side).to(tokens)
        return self._by_region(tokens, scale), self._by_region(places[None], scale)[0]

    def _by_region(self, x: torch.Tensor, scale: int) -> torch.Tensor:
        """[B, (s / scale)², D] → [B, R, m, D]"""
        along, edge = self.side // EDGE, EDGE // scale
        x = x.unflatten(1, (along, edge, along, edge)).transpose(2, 3)  # [B, rows, columns, edge, edge, D]
        return x.flatten(3, 4).flatten(1, 2)


def likeliest(scores: torch.Tensor, steps: int) -> torch.Tensor:
    """The choice of a scale for each region that has the highest sum of scores among those of `steps` steps in all.

    By dynamic programming: best[k] over the regions so far, with k steps taken. [B, R, 3] → [B, R].
    """
    count, regions, _ = scores.shape
    best = scores.new_full((count, steps + 1), -torch.inf)
    best[:, 0] = 0
    taken = []
    for region in range(regions):
        options = scores.new_full((count, len(STEPS), steps + 1), -torch.inf)
        for scale, more in enumerate(STEPS):
            if more <= steps:
                options[:, scale, more:] = best[:, : steps + 1 - more] + scores[:, region, scale, None]
        best, scale = options.max(1)
        taken.append(scale)
    left, rows = torch.full((count,), steps, device=scores.device), torch.arange(count, device=scores.device)
    chosen, cost = [], torch.tensor(STEPS, device=scores.device)
    for scale in reversed(taken):
        chosen.append(scale[rows, left])
        left = left - cost[chosen[-1]]
    return torch.stack(chosen[::-1], 1)


class FocusVision(Learned):
    """The vision-guided sampler alone; its tokens stand region by region."""

    label, source, network = "FocusLLaVA, vision", "2411.14228", Sampler

    def budgets(self, patches: int) -> Sequence[int]:
        return self.learnt.sizes


class FocusLLaVA(Dropping, FocusVision):
    """Both samplers: the vision-guided one makes half as many tokens again as the budget; and after the middle layer
    those stay that the words attend to, the mean over heads and words, so that the average over the layers is the
    budget (the shares are ours).
    """

    label, after = "FocusLLaVA", (16,)
    needs = Dropping.needs | FocusVision.needs

    def budgets(self, patches: int) -> Sequence[int]:
        lowest = self.average({self.stages[0]: 1}, self.learnt.sizes[-1])
        return [n for n in range(patches, 0, -1) if n == patches or lowest <= n]

    def entering(self, budget: int, patches: int) -> int:
        return next(n for n in reversed(self.learnt.sizes) if n >= min(ENTERING * budget, patches))

    def __call__(self, features: Features, budget: int, question: str | None = None) -> TokenSet:
        return FocusVision.__call__(self, features, self.entering(budget, len(features.tokens)))

    def scores(self, seen: Seen) -> torch.Tensor:
        return seen.attention.mean(0)
