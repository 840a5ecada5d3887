"""What the language model makes of a prompt up to the layer at which visual tokens are dropped."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Seen:
    """One prompt before a layer: its n visual tokens that are still there, and its m tokens of text after them.

    `attention`: of each of these words to each visual token in the layer before, mean over heads, [m, n] float32.
    `visual`, `text`: the states, [n, D] and [m, D]; `first_visual`, `first_text`: those that entered the language
    model. `keys`: how large the key of each is in the layer before, [n] and [m].
    """

    attention: torch.Tensor
    visual: torch.Tensor
    text: torch.Tensor
    first_visual: torch.Tensor
    first_text: torch.Tensor
    keys: tuple[torch.Tensor, torch.Tensor]
