"""How likely a model finds a text."""

import torch


def token_log_probabilities(logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """The log-probability of each of some tokens, [K] float32.

    Args:
        logits: [K, V], what the model expected in each one's place.
        tokens: [K], what stands there.
    """
    return logits.float().log_softmax(-1).gather(1, tokens[:, None])[:, 0]
