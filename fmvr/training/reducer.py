"""A reducer with weights of its own learns on a model that stays as it is, from the answers to questions."""

from pathlib import Path

import torch
from torch.utils.data import Dataset

from fmvr.model import FMVRLlavaForConditionalGeneration
from fmvr.reduce import REDUCERS
from fmvr.reduce.learned.learned import Learned
from fmvr.reduce.learned.network import Lesson, Network
from fmvr.runs.identity import digest
from fmvr.training.conversations import Collate
from fmvr.training.loop import Run, Weights, train
from fmvr.training.pair import OnFeatures

NETWORKS: dict[str, type[Network]] = {
    kind.network.file: kind.network for kind in REDUCERS.values() if issubclass(kind, Learned)
}


class ThroughNetwork(OnFeatures):
    """The model as the trainer sees it, with a network that makes the set which prompts ask for; it alone learns."""

    def __init__(self, model: FMVRLlavaForConditionalGeneration, network: Network):
        super().__init__(model, None)
        self.network, self.more = network, 0.0

    def forward(self, **batch):
        found = super().forward(**batch)
        return found | {"loss": found["loss"] + self.more}

    def tokens(self, features: torch.Tensor, input_ids: torch.Tensor) -> torch.Tensor:
        budget = int((input_ids[0] == self.model.config.image_token_id).sum())
        reduced = self.network(features, budget)
        self.more = reduced.loss
        return reduced.tokens


def learn(
    run: Run, name: str, folder: Path, model: FMVRLlavaForConditionalGeneration, tokenizer, data: Dataset
) -> None:
    """Train a network, a key of NETWORKS, on a checkpoint's model, and write its weights beside that; goes on where it
    stopped.
    """
    torch.manual_seed(run.seed)
    network = NETWORKS[name].new(model)
    lesson = Lesson(digest(folder), run.steps, run.batch, run.lr, run.seed)

    def keep(weights: Weights) -> None:
        network.load_state_dict({name.removeprefix("network."): weight for name, weight in weights.items()})
        network.write(folder, lesson)

    train(ThroughNetwork(model, network), data, run, Collate(tokenizer, network.lessons, run.seed), keep, whole=False)
