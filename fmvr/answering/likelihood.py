"""How likely a model finds a text."""

import torch


def token_log_probabilities(logits: torch.Tensor, ids: torch.Tensor, positions: list[int]) -> torch.Tensor:
    """The log-probability of some tokens of a text, [len(positions)] float32.

    Args:
        logits: [T, V], what the model expects after each token.
        ids: [T], the text.
        positions: which tokens, 1 and more; each is predicted one place earlier.
    """
    ahead = torch.tensor(positions, device=ids.device) - 1
    return logits[ahead].float().log_softmax(-1).gather(1, ids[ahead + 1, None])[:, 0]
