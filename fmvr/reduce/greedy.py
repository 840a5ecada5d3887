"""Greedy selection: one patch at a time, each the best beside those that were taken before. Ties: the earlier patch."""

import torch

LEAST = 1e-6  # of a kernel's largest diagonal: what is left of a vector that lies in the span of those taken


def farthest(distances: torch.Tensor, n: int) -> torch.Tensor:
    """Max–min diversity: `n` of N patches, [n], each as far as can be from the nearest one taken.

    The first is the one whose nearest neighbour is farthest. `distances`: [N, N].
    """
    nearest = distances.clone().fill_diagonal_(torch.inf).amin(0)  # [N]
    taken = [int(nearest.argmax())]
    nearest = distances[taken[0]].clone()
    while len(taken) < n:
        nearest[taken[-1]] = -torch.inf
        taken.append(int(nearest.argmax()))
        nearest = torch.minimum(nearest, distances[taken[-1]])
    return torch.tensor(taken, device=distances.device)


def covering(likeness: torch.Tensor, n: int, bonus: torch.Tensor | float = 0.0) -> torch.Tensor:
    """Facility location: `n` of N patches, [n], that together are most like everything there is to cover.

    Each step adds the patch y that raises Σ_rows max_y likeness[row, y] + Σ_y bonus[y] most.

    Args:
        likeness: [rows, N], at least 0.
        bonus: [N], for a patch by itself.
    """
    best, taken = likeness.new_zeros(len(likeness), 1), []
    for _ in range(n):
        gain = (likeness - best).clamp(min=0).sum(0) + bonus  # [N]
        gain[taken] = -torch.inf
        taken.append(int(gain.argmax()))
        best = torch.maximum(best, likeness[:, taken[-1:]])
    return torch.tensor(taken, device=likeness.device)


def determinantal(kernel: torch.Tensor, n: int) -> torch.Tensor:
    """Determinantal point process, greedily: `n` of N patches, [n], with the largest det(kernel[taken, taken]).

    By the Cholesky update of Chen et al., arXiv 1709.05135. `kernel`: [N, N], positive semidefinite.
    """
    rows, left = kernel.new_zeros(n, len(kernel)), kernel.diagonal().clone()  # [n, N], [N]
    taken, least = [], LEAST * float(left.max())
    for i in range(n):
        j = int(left.argmax())
        taken.append(j)
        if left[j] > least:
            rows[i] = (kernel[j] - rows[:i, j] @ rows[:i]) / left[j].sqrt()
            left -= rows[i].square()
        left[j] = -torch.inf
    return torch.tensor(taken, device=kernel.device)
